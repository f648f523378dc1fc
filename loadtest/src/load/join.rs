//! How long connecting takes: customers arrive one after another, call, and hear music.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::board::Complaint;
use super::judge::{Due, Since, Wait};
use super::member::Member;
use super::report::{Ended, Moment};
use super::room::Floor;
use super::server::Server;
use super::voices::VoiceSet;
use crate::person::{Customer, PersonError};

/// How long the first sound may take.
const SOUND_BOUND: Duration = Duration::from_secs(3);
/// How long everybody listens to the music: long enough to see that it is the music.
const LISTEN: Duration = Duration::from_millis(300);

/// Lets so many customers arrive one after another; the call of each ends before the next arrives.
pub(crate) async fn run(floor: &Arc<Floor>, server: &Server, say: &dyn Fn(&str)) -> Ended {
    let steady = Moment::now(server).await;
    let mut arrived = Vec::new();
    for number in 0..floor.plan.calls {
        floor.ramp.turn().await;
        match joins(floor, number).await {
            Ok(member) => {
                let times = member.person.times();
                say(&format!(
                    "join {number:>3}: welcomed {:?}; then answered {:?}, connected {:?}",
                    times.welcomed.duration_since(times.began),
                    times.answered.duration_since(times.offered),
                    times.connected.duration_since(times.offered),
                ));
                arrived.push(member);
            }
            Err(error) => {
                let mut counts = floor.board.counts();
                counts.set_ups_failed += 1;
                counts.complains(Complaint::Failed, format!("join {number}: {error:?}"));
            }
        }
    }
    let end = Moment::now(server).await;
    for member in &mut arrived {
        member.hushes();
    }
    tokio::time::sleep(LISTEN).await;
    for member in &mut arrived {
        member.listens();
    }
    let last = Moment::now(server).await;
    let standing = floor.board.counts().legs;
    for member in &mut arrived {
        member.goes_home().await;
    }
    Ended { steady, end, last, legs: 0.0, talking: 0, standing }
}

async fn joins(floor: &Floor, number: usize) -> Result<Member<Customer>, PersonError> {
    let voice = number % floor.voices.count();
    let id = format!("load-{}-customer-{number}", floor.plan.run);
    let sound = floor.voices.sound(voice);
    let customer = Customer::arrives(&floor.place, &id, sound).await?;
    let mut member = Member::new(customer, voice, &floor.voices, &floor.board)?;
    let times = member.person.times();
    let called = Instant::now();
    // Music, and nobody at all.
    member.expects(called, Due::Change(VoiceSet::default()));
    let since = Since { at: called, before: times.connected.duration_since(times.offered) };
    member.awaits(Wait::FirstAudio, since, None);
    member.person.calls(&floor.plan.team).await?;
    member.person.leg()?.until("music", SOUND_BOUND, |s| s.reception.packets > 0).await?;
    member.expects(Instant::now(), Due::Clip);
    tokio::time::sleep(LISTEN).await;
    member.listens();
    member.expects(Instant::now(), Due::Change(VoiceSet::default()));
    member.person.leaves().await?;
    member.person.sees("the end", |view| view.ended.is_some()).await?;
    member.expects(Instant::now() + LISTEN, Due::Silence);
    Ok(member)
}
