//! People who write to each other while some of them vanish and come back.

use std::time::{Duration, Instant};

use serde_json::json;

use super::figures::Line;
use super::plan::Plan;
use super::report::{Ended, Match, Moment, Report, cost};
use super::server::Server;
use crate::chat::{Crowd, Proof, Size, Tally};
use crate::peer::{Engine, LegError, LegSettings};
use crate::person::{PersonError, Place};

/// Chats of one agent, fewer than an agent is in by default.
const PER_AGENT: usize = 2;
/// How long those who vanish stay away, in turn: some before anybody has noticed.
const AWAY_MS: [u64; 4] = [100, 400, 900, 1_600];
/// How often the run looks around.
const LOOK: Duration = Duration::from_millis(20);
/// How often there is news on the screen.
const NEWS_EVERY: Duration = Duration::from_secs(5);
/// How long a run may take beyond its time until so many have come back.
const PATIENCE: Duration = Duration::from_mins(30);

/// Lets people write on a server and reports. Progress is told in lines for people.
///
/// # Errors
///
/// When somebody cannot arrive.
pub async fn run_chats(
    plan: &Plan,
    server: &Server,
    threads: usize,
    say: &dyn Fn(&str),
) -> Result<Report, PersonError> {
    let mut place = Place::new(server.http, &server.secret)?;
    place.engine = Engine::start(threads).map_err(LegError::Socket)?;
    // Nobody listens to the sound.
    place.legs = LegSettings { keep_packets: 0, ..LegSettings::default() };
    let start = Moment::now(server).await;
    let (team, run) = (plan.team.clone(), format!("load-{}", plan.run));
    let size = Size { chats: plan.calls, per_agent: PER_AGENT, team, run };
    let crowd = Crowd::gathers(&place, &size).await?;
    let legs = crowd.people() as f64;
    let steady = Moment::now(server).await;
    let crowd = write(plan, crowd, say).await;
    let tally = crowd.tally();
    let end = Moment::now(server).await;
    say("nobody writes any more; reading the histories ...");
    let proof = crowd.proves(true).await;
    let last = Moment::now(server).await;
    let ended = Ended { steady, end, last, legs, talking: 0, standing: crowd.people() as u64 };
    Ok(report(plan, &start, &ended, &tally, &crowd.tally(), &proof))
}

/// Everybody writes for the time of the plan, and until so many have come back.
async fn write(plan: &Plan, mut crowd: Crowd, say: &dyn Fn(&str)) -> Crowd {
    let began = Instant::now();
    crowd.writes(plan.messages_per_s);
    let per_minute = plan.drops_per_minute;
    let every = (per_minute > 0.0).then(|| Duration::from_secs_f64(60.0 / per_minute));
    let (mut next_drop, mut next_news) = (every.map(|every| began + every), began);
    let mut drops = 0;
    loop {
        let now = Instant::now();
        let tally = crowd.tally();
        let is_enough = tally.returns >= plan.reconnects || now - began > plan.span + PATIENCE;
        if now - began >= plan.span && is_enough {
            return crowd;
        }
        if let (Some(at), Some(every)) = (next_drop, every)
            && at <= now
        {
            // What a busy machine could not do in its time is not made good.
            next_drop = Some((at + every).max(now));
            crowd.drops_somebody(Duration::from_millis(AWAY_MS[drops % AWAY_MS.len()]));
            drops += 1;
        }
        if next_news <= now {
            next_news = now + NEWS_EVERY;
            let Tally { written, acknowledged, delivered, returns, faults, .. } = tally;
            say(&format!(
                "{:>5} s  written {written}  acknowledged {acknowledged}  delivered {delivered}  \
                 came back {returns}  faults {faults}",
                (now - began).as_secs(),
            ));
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn report(
    plan: &Plan,
    start: &Moment,
    ended: &Ended,
    tally: &Tally,
    last: &Tally,
    proof: &Proof,
) -> Report {
    let seconds = (ended.end.at - ended.steady.at).as_secs_f64();
    let messages = tally.acknowledged as f64;
    let per_s = Line::number("chat_messages_per_s", "messages/s", messages / seconds)
        .and("chats", json!(plan.calls))
        .and("asked_for", json!(plan.messages_per_s));
    let mut lines = vec![per_s];
    for of_1000 in [500, 990] {
        let figure = format!("chat_delivery_ms_p{}", of_1000 / 10);
        lines.push(match tally.delays.ms(of_1000) {
            Some(ms) => Line::number(&figure, "ms", ms)
                .and("of", json!(tally.delays.count()))
                .and("longest", json!(tally.delays.ms(1000))),
            None => Line::skipped(&figure, "ms", "there was none"),
        });
    }
    let count = |figure: &str, unit: &str, value| Line::count(figure, unit, value);
    lines.extend([
        count("chat_messages", "messages", last.written)
            .and("acknowledged", json!(last.acknowledged))
            .and("delivered", json!(last.delivered))
            .and("in_the_histories", json!(proof.messages)),
        count("chats_wrong", "chats", proof.wrong).and("of", json!(proof.conversations)),
        count("chat_faults", "faults", last.faults),
        count("drops", "people", last.drops).and("returns", json!(last.returns)),
        count("chat_cuts", "channels", last.cuts),
        count("chat_too_soon", "messages", last.too_soon),
    ]);
    lines.extend(cost(plan, start, ended));
    let same = |what, ours, servers| Match { what, ours, servers, allowed: None };
    let matches = vec![
        same("messages acknowledged", last.written, last.acknowledged),
        same("messages that came to the other side", last.written, last.delivered),
        same("messages in the histories", last.written, proof.messages),
    ];
    let is_bad = !proof.is_good() || last.faults > 0 || !matches.iter().all(Match::is_good);
    let complaints = last.complaints.iter().chain(&proof.complaints).cloned().collect();
    Report { lines, matches, complaints, is_bad }
}
