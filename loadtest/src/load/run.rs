//! A run: rooms fill, talk, are measured, and empty.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::board::{Board, Complaint, Counts};
use super::join;
use super::plan::{Plan, Story};
use super::process::{self, MachineTime};
use super::ramp::Ramp;
use super::report::{Ended, Moment, Report};
use super::room::{Floor, Room};
use super::scene::Seat;
use super::server::Server;
use super::voices::Voices;
use crate::peer::{Engine, LegSettings};
use crate::person::{PersonError, Place};

/// Packets a leg keeps for its judge, who comes by four times a second and is late under load.
const KEPT_PACKETS: usize = 400;
/// How often there is news on the screen: at first, and when a run is long.
const NEWS_EVERY: Duration = Duration::from_secs(1);
const NEWS_EVERY_LATER: Duration = Duration::from_secs(10);
const LONG_RUN: Duration = Duration::from_mins(2);
/// How often memory is told in between.
const MEMORY_EVERY: Duration = Duration::from_mins(1);
/// After everybody has fallen silent: what is on its way arrives.
const LAST_PACKETS: Duration = Duration::from_millis(800);
/// How long filling may take beyond what the ramp asks for.
const FILL_BOUND: Duration = Duration::from_mins(1);

/// Puts a load on a server and reports. Progress is told in lines for people.
///
/// # Errors
///
/// When there are no threads or no sockets for it.
pub async fn run(
    plan: Plan,
    server: &Server,
    voices: Arc<Voices>,
    threads: usize,
    say: &dyn Fn(&str),
) -> Result<Report, PersonError> {
    let mut place = Place::new(server.http, &server.secret)?;
    place.engine = Engine::start(threads).map_err(crate::peer::LegError::Socket)?;
    place.legs = LegSettings { data_channel: true, keep_packets: KEPT_PACKETS };
    let board = Arc::new(Board::default());
    let ramp = Ramp::per_second(plan.per_second);
    let switchboard = tokio::sync::Mutex::default();
    let floor = Arc::new(Floor { plan, place, voices, board, ramp, switchboard });
    let start = Moment::now(server).await;
    let ended = match floor.plan.story {
        Story::Join => join::run(&floor, server, say).await,
        // Chats have no rooms: see `run_chats`.
        Story::TwoParty | Story::WarmTransfer | Story::Chat => {
            Run::new(&floor, server, say).tells().await
        }
    };
    let late_beats = floor.place.engine.late_beats();
    let counts = floor.board.counts().clone();
    Ok(Report::new(&floor.plan, &start, &ended, counts, late_beats))
}

/// The rooms of a run, seen from above.
struct Run<'a> {
    floor: Arc<Floor>,
    server: &'a Server,
    say: &'a dyn Fn(&str),
    rooms: Vec<JoinHandle<Option<Room>>>,
    drops: Vec<mpsc::Sender<Seat>>,
    dropped: usize,
    began: Instant,
    /// When there is news next, and when memory is told next.
    next: (Instant, Instant),
}

impl<'a> Run<'a> {
    fn new(floor: &Arc<Floor>, server: &'a Server, say: &'a dyn Fn(&str)) -> Self {
        let now = Instant::now();
        Self {
            floor: Arc::clone(floor),
            server,
            say,
            rooms: Vec::new(),
            drops: Vec::new(),
            dropped: 0,
            began: now,
            next: (now + NEWS_EVERY, now + MEMORY_EVERY),
        }
    }

    async fn tells(mut self) -> Ended {
        let (stop, stopped) = watch::channel(false);
        self.opens(&stopped);
        self.fills().await;
        let steady = Moment::now(self.server).await;
        let legs = self.talks().await;
        let end = Moment::now(self.server).await;
        let talking = self.counts(|counts| counts.talking);
        // The rooms hold receivers until they are awaited below.
        let _heard = stop.send(true);
        let mut rooms = Vec::new();
        for room in std::mem::take(&mut self.rooms) {
            // A room that panicked has said so; its people are gone.
            rooms.extend(room.await.ok().flatten());
        }
        rooms.iter().for_each(Room::hushes);
        tokio::time::sleep(LAST_PACKETS).await;
        rooms.iter_mut().for_each(Room::listens);
        let last = Moment::now(self.server).await;
        let ended = Ended { steady, end, last, legs, talking, standing: self.counts(|c| c.legs) };
        for room in rooms {
            room.closes().await;
        }
        ended
    }

    fn opens(&mut self, stopped: &watch::Receiver<bool>) {
        for number in 0..self.floor.plan.calls {
            let (sender, drops) = mpsc::channel(1);
            self.drops.push(sender);
            let (floor, stopped) = (Arc::clone(&self.floor), stopped.clone());
            self.rooms.push(tokio::spawn(async move {
                let room = Room::opens(Arc::clone(&floor), number, drops, stopped).await;
                match room {
                    Ok(room) => Some(Box::pin(room.runs()).await),
                    Err(error) => {
                        let words = format!("room {number}: {error:?}");
                        floor.board.counts().complains(Complaint::Failed, words);
                        None
                    }
                }
            }));
        }
    }

    /// Waits until every room talks, or has given up.
    async fn fills(&mut self) {
        let plan = &self.floor.plan;
        let people = plan.calls * if plan.story == Story::WarmTransfer { 3 } else { 2 };
        let bound = FILL_BOUND + Duration::from_secs_f64(people as f64 / plan.per_second);
        let all = plan.calls as u64;
        while self.counts(|c| c.settled_rooms) < all && self.began.elapsed() < bound {
            tokio::time::sleep(Duration::from_millis(50)).await;
            self.news("filling").await;
        }
    }

    /// Lets the rooms talk for the span of the plan, and returns how many legs there were, as a
    /// mean over that time.
    async fn talks(&mut self) -> f64 {
        let until = Instant::now() + self.floor.plan.span;
        let per_minute = self.floor.plan.drops_per_minute;
        let every = (per_minute > 0.0).then(|| Duration::from_secs_f64(60.0 / per_minute));
        let mut next_drop = every.map(|every| Instant::now() + every);
        let (mut sum, mut looks) = (0, 0_u64);
        while Instant::now() < until {
            let left = until.saturating_duration_since(Instant::now());
            tokio::time::sleep(left.min(Duration::from_millis(100))).await;
            sum += self.counts(|counts| counts.legs);
            looks += 1;
            if let (Some(at), Some(every)) = (next_drop, every)
                && at <= Instant::now()
            {
                next_drop = Some(at + every);
                self.drops_somebody();
            }
            self.news("talking").await;
        }
        sum as f64 / looks.max(1) as f64
    }

    /// Room after room, a customer or an initiator in turn.
    fn drops_somebody(&mut self) {
        let number = self.dropped;
        self.dropped += 1;
        let seat = if number.is_multiple_of(2) { Seat::First } else { Seat::Customer };
        // A step that shares no factor with the number of rooms visits all of them.
        let rooms = self.drops.len();
        let room = (number * 7 + number / rooms) % rooms;
        // A room that is still busy with the one before is spared.
        let _sent = self.drops[room].try_send(seat);
    }

    fn counts<T>(&self, look: impl FnOnce(&Counts) -> T) -> T {
        look(&self.floor.board.counts())
    }

    async fn news(&mut self, doing: &str) {
        let now = Instant::now();
        if now < self.next.0 {
            return;
        }
        let long = now - self.began > LONG_RUN;
        self.next.0 = now + if long { NEWS_EVERY_LATER } else { NEWS_EVERY };
        let counts = self.counts(Counts::clone);
        let rooms = self.floor.plan.calls;
        let verdict = counts.verdict;
        (self.say)(&format!(
            "{:>5} s  {doing}  legs {}  talking {}/{rooms}  transfers {}  lost {}  late {}  \
             wrong {}  unheard {}  drops {}  failed {}",
            (now - self.began).as_secs(),
            counts.legs,
            counts.talking,
            counts.stories,
            counts.lost,
            verdict.late,
            verdict.wrong,
            verdict.unheard,
            counts.drops,
            counts.set_ups_failed + counts.failures,
        ));
        if now >= self.next.1 {
            self.next.1 = now + MEMORY_EVERY;
            let metrics = self.server.metrics().await;
            let server = self.server.memory_kb(metrics.as_ref());
            let own = process::memory_kb(std::process::id(), false);
            (self.say)(&format!(
                "{:>5} s  memory: server {} kB, generator {} kB",
                (now - self.began).as_secs(),
                server.map_or_else(|| "?".to_owned(), |kb| kb.to_string()),
                own.unwrap_or_default(),
            ));
        }
    }
}

impl Moment {
    /// How everything stands.
    pub(crate) async fn now(server: &Server) -> Self {
        let metrics = server.metrics().await;
        Self {
            at: Instant::now(),
            server_cpu: server.cpu(metrics.as_ref()),
            server_kb: server.memory_kb(metrics.as_ref()),
            peak_kb: server.peak_kb(),
            own_cpu: process::own_cpu(),
            own_kb: process::memory_kb(std::process::id(), false),
            machine: MachineTime::now(),
            metrics,
        }
    }
}
