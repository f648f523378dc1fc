//! Putting sources in force.

use std::sync::Arc;
use std::time::Instant;

use media_core::clip::{Clip, Playback};
use media_core::codec::CodecError;
use transport::LegId;

use super::Worker;
use crate::leg::{Mixing, Sending};
use crate::{ClipId, Counters, Source};

impl Worker {
    /// Puts a source in force.
    pub(super) fn switch(&mut self, id: LegId, source: Source, group: u64, now: Instant) {
        let Some(leg) = self.lines.legs.get(&id) else { return };
        if leg.sending.is(&source, group, &self.shared.config.clips) {
            return;
        }
        let done = match (&leg.sending, source) {
            (Sending::Mix { group: present, .. }, Source::Mix(talkers)) if *present == group => {
                self.retune(id, talkers, group)
            }
            (_, source) => self.replace(id, source, group, now),
        };
        if let Err(error) = done {
            tracing::error!(leg = %id, %error, "a source cannot be put in force");
            self.lines.fault(id);
        }
    }

    /// The same mix, of others.
    fn retune(&mut self, id: LegId, talkers: Vec<LegId>, group: u64) -> Result<(), CodecError> {
        let talkers = others(id, talkers);
        self.hear(&talkers, group)?;
        let Some(leg) = self.lines.legs.get_mut(&id) else { return Ok(()) };
        let before = leg.retune(talkers);
        self.hear_no_more(&before, group);
        Ok(())
    }

    /// Begins with one source and then ends with the one before, so that what both need lives on.
    fn replace(
        &mut self,
        id: LegId,
        source: Source,
        group: u64,
        now: Instant,
    ) -> Result<(), CodecError> {
        let sending = self.prepare(id, source, group, now)?;
        *gauge(&mut self.lines.counters, &sending) += 1;
        let Some(leg) = self.lines.legs.get_mut(&id) else { return Ok(()) };
        let before = leg.switch(sending);
        self.stop(id, before);
        Ok(())
    }

    fn prepare(
        &mut self,
        id: LegId,
        source: Source,
        group: u64,
        now: Instant,
    ) -> Result<Sending, CodecError> {
        match source {
            // Nobody hears themselves.
            Source::Forward(talker) if talker == id => Ok(Sending::Silence),
            Source::Silence => Ok(Sending::Silence),
            Source::Forward(talker) => {
                let demand = self.routes.forward(talker, id);
                self.exchange.demand(talker, demand, &self.shared);
                Ok(Sending::Forward { talker })
            }
            Source::Mix(talkers) => {
                let loss = self.lines.legs.get(&id).map_or(0, crate::leg::Leg::loss_percent);
                let mixing = Mixing::new(self.shared.config.limits.mix_bitrate, loss)?;
                let talkers = others(id, talkers);
                self.groups.join(group, id, now, &mut self.lines.deadlines);
                self.hear(&talkers, group)?;
                Ok(Sending::Mix { group, talkers, mixing: Box::new(mixing) })
            }
            Source::Play(clip) => {
                let Some(clip) = self.clip(id, clip) else { return Ok(Sending::Silence) };
                self.groups.join(group, id, now, &mut self.lines.deadlines);
                Ok(Sending::Play { group, playback: Box::new(Playback::of(clip)) })
            }
        }
    }

    /// Says something amid the clip that is played to a leg, if one is.
    pub(super) fn say(&mut self, id: LegId, clips: &[ClipId]) {
        let clips = clips.iter().filter_map(|clip| self.clip(id, *clip)).collect();
        let said = self.lines.legs.get_mut(&id).is_some_and(|leg| leg.say(clips));
        self.lines.counters.announced += u64::from(said);
    }

    fn clip(&self, id: LegId, clip: ClipId) -> Option<Arc<Clip>> {
        let known = self.shared.config.clips.get(clip.0);
        if known.is_none() {
            tracing::warn!(leg = %id, ?clip, "there is no such clip");
        }
        known.cloned()
    }

    /// Ends what a leg was sent.
    pub(super) fn stop(&mut self, id: LegId, sending: Sending) {
        *gauge(&mut self.lines.counters, &sending) -= 1;
        match sending {
            Sending::Silence => {}
            Sending::Forward { talker } => {
                let demand = self.routes.stop_forward(talker, id);
                self.exchange.demand(talker, demand, &self.shared);
            }
            Sending::Mix { group, talkers, .. } => {
                self.hear_no_more(&talkers, group);
                self.groups.leave(group, id);
            }
            Sending::Play { group, .. } => self.groups.leave(group, id),
        }
    }

    fn hear(&mut self, talkers: &[LegId], id: u64) -> Result<(), CodecError> {
        let Some(group) = self.groups.get_mut(id) else { return Ok(()) };
        for talker in talkers {
            if group.want(*talker)? {
                let demand = self.routes.mix(*talker, id);
                self.exchange.demand(*talker, demand, &self.shared);
            }
        }
        Ok(())
    }

    fn hear_no_more(&mut self, talkers: &[LegId], id: u64) {
        let Some(group) = self.groups.get_mut(id) else { return };
        for talker in talkers {
            if group.unwant(*talker) {
                let demand = self.routes.stop_mix(*talker, id);
                self.exchange.demand(*talker, demand, &self.shared);
            }
        }
    }
}

/// The talkers of a mix as its listener may hear them: each once, and never itself.
fn others(listener: LegId, mut talkers: Vec<LegId>) -> Vec<LegId> {
    talkers.sort_unstable();
    talkers.dedup();
    talkers.retain(|talker| *talker != listener);
    talkers
}

/// How many legs are sent this kind of thing.
fn gauge<'a>(counters: &'a mut Counters, sending: &Sending) -> &'a mut u64 {
    match sending {
        Sending::Silence => &mut counters.legs_silent,
        Sending::Forward { .. } => &mut counters.legs_forwarded,
        Sending::Mix { .. } => &mut counters.legs_mixed,
        Sending::Play { .. } => &mut counters.legs_played,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listener_is_never_among_those_it_hears() {
        let ids = |ids: &[u64]| ids.iter().copied().map(LegId).collect::<Vec<_>>();
        assert_eq!(others(LegId(2), ids(&[3, 2, 1, 3])), ids(&[1, 3]));
    }
}
