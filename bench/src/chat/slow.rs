//! Somebody who reads far more slowly than there is news, and what that costs the server and the
//! others.

use std::time::{Duration, Instant};

use loadtest::attack::AttackError;
use loadtest::attack::peer::{Association, RawPeer};
use loadtest::chat::{Crowd, Delays, Size};
use serde_json::json;

use super::{House, MODERATE, Moment, NO_SERVER, proven};
use crate::Effort;
use crate::line::{Line, progress};

/// Chats of the one who reads slowly: what the customers of them write is more than 300 messages a
/// second, and all of it is for that one channel.
const CHATS: usize = 16;
/// Chats beside, of people who read as they should.
const OTHERS: usize = 20;
/// The one who reads slowly, and the team that it is alone in.
const NAME: &str = "slow";
/// The stream of its channel.
const STREAM: u16 = 1;
/// What it takes while it reads as it should.
const ALL: usize = 1 << 20;
/// What it takes when it is slow: so much at once, then nothing for so long. Whoever takes nothing
/// for ten seconds would lose the channel, and cost nothing any more.
const SIP: usize = 48 * 1024;
const SIP_LASTS: Duration = Duration::from_millis(300);
const PAUSE: Duration = Duration::from_secs(4);
/// How much longer than a sample of other figures each half of this takes.
const LONGER: u32 = 12;

/// What one half of the run has shown.
struct Half {
    from: Moment,
    to: Moment,
    /// Messages written to the one.
    written: u64,
    /// Fragments of the server that it has taken.
    taken: u64,
    delays: Delays,
}

impl Half {
    fn growth(&self) -> f64 {
        self.to.bytes as f64 - self.from.bytes as f64
    }

    fn p99(&self) -> f64 {
        self.delays.ms(990).unwrap_or_default()
    }
}

/// By how much the server grows while somebody takes a sip now and then of the tens of thousands of
/// messages that are for it, and by how much the others have to wait longer than while it read as
/// it should: in one run, one after the other.
pub(crate) async fn slow_reader(effort: Effort) -> anyhow::Result<Line> {
    let team = |id| format!("[[team]]\nid = \"{id}\"\nname = \"{id}\"\n");
    let more = format!("chat.per_agent = {CHATS}\n{}{}", team("support"), team(NAME));
    let Some(house) = House::opens(&more).await? else {
        return Ok(Line::skipped("chat_slow_reader_bytes", "bytes", NO_SERVER));
    };
    let others = house.gathers(OTHERS).await?;
    let peer = RawPeer::joins(&house.place, NAME).await?;
    peer.wire().talks(false);
    let (team, run) = (NAME.to_owned(), NAME.to_owned());
    let size = Size { chats: CHATS, per_agent: CHATS, team, run };
    let crowd = Crowd::of_customers(&house.place, &size, || peer.accepts_one()).await?;
    let mut line = follows(&peer).await?;
    others.writes(MODERATE);
    crowd.writes(crowd.people() as f64 * super::FASTEST);
    line.takes(super::WARM_UP, ALL).await?;
    let span = effort.span * LONGER;
    progress("  it reads ...");
    let good = half(&house, &others, &crowd, span, &mut line, true).await?;
    progress("  it is slow ...");
    let slow = half(&house, &others, &crowd, span, &mut line, false).await?;
    // What waited for it comes when it has room again.
    let then = line.takes(PAUSE, ALL).await?;
    anyhow::ensure!(peer.leg_is_up() && then > 100, "the slow one has lost its channel: {then}");
    proven(&others, true).await?;
    // The other side of these is the one that is slow.
    proven(&crowd, false).await?;
    house.server.stops().await;
    Ok(Line::single("chat_slow_reader_bytes", "bytes", slow.growth())
        .and("bytes_before", json!(good.growth()))
        .and("messages", json!(slow.written))
        .and("fragments_taken", json!(slow.taken))
        .and("fragments_taken_before", json!(good.taken))
        .and("fragments_taken_then", json!(then))
        .and("others_p99_ms", json!(slow.p99()))
        .and("others_p99_ms_before", json!(good.p99()))
        .and("others_p99_ratio", json!(slow.p99() / good.p99().max(f64::MIN_POSITIVE)))
        .and("note", json!("before: the same messages, read at once, in the same run")))
}

/// Follows all of its conversations.
async fn follows(peer: &RawPeer) -> Result<Association<'_>, AttackError> {
    let mut line = Association::begins(peer.wire()).await?;
    line.opens(STREAM)?;
    let known = peer.signal().known();
    for conversation in known.views.keys() {
        let follow = json!({"type": "follow", "conversation": conversation});
        line.says(STREAM, follow.to_string().as_bytes())?;
    }
    Ok(line)
}

async fn half(
    house: &House,
    others: &Crowd,
    crowd: &Crowd,
    span: Duration,
    line: &mut Association<'_>,
    reads: bool,
) -> anyhow::Result<Half> {
    let (until, before) = (Instant::now() + span, crowd.tally().written);
    drop(others.takes_delays());
    let (from, mut taken) = (house.moment(others).await, 0);
    while Instant::now() < until {
        taken += if reads {
            line.takes(PAUSE, ALL).await?
        } else {
            line.takes(SIP_LASTS, SIP).await? + line.takes(PAUSE, 0).await?
        };
    }
    let (to, delays) = (house.moment(others).await, others.takes_delays());
    Ok(Half { from, to, written: crowd.tally().written - before, taken, delays })
}
