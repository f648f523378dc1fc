//! Who is to hear whom, in the words of the contract: the generator's own table, which knows
//! nothing of the server's.

use super::judge::Due;
use super::voices::VoiceSet;

/// A place in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seat {
    /// Who calls.
    Customer,
    /// The agent who answers, and invites.
    First,
    /// The agent who is invited.
    Second,
}

impl Seat {
    pub(crate) const ALL: [Self; 3] = [Self::Customer, Self::First, Self::Second];
}

/// Where a call is.
///
/// ```text
/// Apart -> WithFirst -> Ringing -> Consult -> ThreeWay -> WithSecond -> Apart
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scene {
    /// Nobody is in a call.
    Apart,
    /// Customer and first agent talk.
    WithFirst,
    /// Customer and first agent talk while the second is rung.
    Ringing,
    /// The customer is on hold, the agents talk.
    Consult,
    /// All three talk.
    ThreeWay,
    /// Customer and second agent talk.
    WithSecond,
}

impl Scene {
    /// Who is in the call.
    fn seats(self) -> &'static [Seat] {
        match self {
            Self::Apart => &[],
            Self::WithFirst | Self::Ringing => &[Seat::Customer, Seat::First],
            Self::Consult | Self::ThreeWay => &Seat::ALL,
            Self::WithSecond => &[Seat::Customer, Seat::Second],
        }
    }

    /// Whether somebody is in the call.
    pub(crate) fn has(self, seat: Seat) -> bool {
        self.seats().contains(&seat)
    }

    /// What the call becomes when the first agent was lost and is back: the holds it had placed are
    /// gone.
    pub(crate) fn after_return_of_first(self) -> Self {
        match self {
            Self::Consult => Self::ThreeWay,
            Self::Apart | Self::WithFirst | Self::Ringing | Self::ThreeWay | Self::WithSecond => {
                self
            }
        }
    }

    /// What somebody is to hear, with somebody lost.
    pub(crate) fn due(self, listener: Seat, lost: Option<Seat>, voice_of: &[VoiceSet; 3]) -> Due {
        let is_in = |seat: &Seat| self.has(*seat) && lost != Some(*seat);
        if !is_in(&listener) {
            return Due::Silence;
        }
        let held = self == Self::Consult && lost != Some(Seat::First);
        if held && listener == Seat::Customer {
            return Due::Clip;
        }
        let others = Seat::ALL.into_iter().filter(is_in).filter(|seat| *seat != listener);
        let audible = others.filter(|seat| !(held && *seat == Seat::Customer));
        let voices = audible.map(|seat| voice_of[seat as usize]);
        let voices = voices.fold(VoiceSet::default(), VoiceSet::and);
        match (voices.len(), listener) {
            // A customer is never alone in silence.
            (0, Seat::Customer) => Due::Clip,
            // Who waits for the second agent, and hears nobody, hears that it rings.
            (0, Seat::First) if self == Self::Ringing => Due::Clip,
            (0, Seat::First | Seat::Second) => Due::Silence,
            (_, Seat::Customer | Seat::First | Seat::Second) => Due::Voices(voices),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dues(scene: Scene, lost: Option<Seat>) -> [Due; 3] {
        let voice_of = [0, 1, 2].map(VoiceSet::of);
        Seat::ALL.map(|listener| scene.due(listener, lost, &voice_of))
    }

    fn of(seats: &[usize]) -> Due {
        Due::Voices(
            seats.iter().fold(VoiceSet::default(), |set, seat| set.and(VoiceSet::of(*seat))),
        )
    }

    #[test]
    fn everybody_hears_whom_the_contract_names() {
        assert_eq!(dues(Scene::Apart, None), [Due::Silence; 3]);
        assert_eq!(dues(Scene::WithFirst, None), [of(&[1]), of(&[0]), Due::Silence]);
        assert_eq!(dues(Scene::Ringing, None), dues(Scene::WithFirst, None));
        assert_eq!(dues(Scene::Consult, None), [Due::Clip, of(&[2]), of(&[1])]);
        assert_eq!(dues(Scene::ThreeWay, None), [of(&[1, 2]), of(&[0, 2]), of(&[0, 1])]);
        assert_eq!(dues(Scene::WithSecond, None), [of(&[2]), Due::Silence, of(&[0])]);
    }

    #[test]
    fn a_lost_initiator_leaves_the_others_talking_or_the_customer_with_music() {
        let lost = Some(Seat::First);
        assert_eq!(dues(Scene::WithFirst, lost), [Due::Clip, Due::Silence, Due::Silence]);
        for scene in [Scene::Consult, Scene::ThreeWay] {
            assert_eq!(dues(scene, lost), [of(&[2]), Due::Silence, of(&[0])]);
            assert_eq!(scene.after_return_of_first(), Scene::ThreeWay);
        }
    }

    #[test]
    fn a_lost_customer_changes_nothing_for_agents_in_consult() {
        let lost = Some(Seat::Customer);
        assert_eq!(dues(Scene::Consult, lost), [Due::Silence, of(&[2]), of(&[1])]);
        assert_eq!(dues(Scene::WithFirst, lost), [Due::Silence; 3]);
        assert_eq!(dues(Scene::Ringing, lost), [Due::Silence, Due::Clip, Due::Silence]);
    }
}
