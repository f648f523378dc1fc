//! Showing agents their desks: whole the first time, by what is new from then on.

use std::time::Duration;

use call_core::view::{DeskChanges, Floor, SelfView};
use call_core::{DeskView, Settings, Time, World};
use signaling::protocol::ServerMessage;
use tokio::time::Instant;

use super::sessions::Sessions;

/// How often desks are looked at: they show counts for the eye, and one look serves all of a
/// busy moment's facts.
const EVERY: Duration = Duration::from_millis(150);

/// Whether desks have to be looked at, and what they showed last.
#[derive(Debug)]
pub(super) struct Desks {
    changed: bool,
    shown_at: Instant,
    /// What every desk that was shown before shows.
    floor: Floor,
}

impl Desks {
    pub(super) fn new() -> Self {
        Self { changed: false, shown_at: Instant::now(), floor: Floor::default() }
    }

    /// Something may be new at a desk.
    pub(super) fn change(&mut self) {
        self.changed = true;
    }

    /// When they are to be looked at, if they are.
    pub(super) fn due(&self) -> Option<Instant> {
        self.changed.then(|| self.shown_at + EVERY)
    }

    /// Shows what is new: at once when nothing was for a while, else a little later and together.
    pub(super) fn show(
        &mut self,
        world: &World,
        settings: &Settings,
        sessions: &mut Sessions,
        cursor: u64,
        now: Time,
    ) {
        if self.due().is_none_or(|due| Instant::now() < due) {
            return;
        }
        self.changed = false;
        self.shown_at = Instant::now();
        let floor = Floor::of(world, settings);
        let changes = floor.since(&self.floor);
        self.floor = floor;
        for (agent, outbox, shown) in sessions.desks() {
            let Some(you) = SelfView::of(world, agent) else { continue };
            let before = shown.as_ref().filter(|before| before.manages() == you.manages());
            if let Some(before) = before {
                let changes = changes.at(before, &you);
                if !changes.is_empty() {
                    let changes = Box::new(DeskChanges { server_time_ms: now, ..changes });
                    outbox.send(ServerMessage::DeskChanges { cursor, changes });
                }
            } else if let Some(desk) = self.floor.desk(world, agent) {
                let desk = Box::new(DeskView { server_time_ms: now, ..desk });
                outbox.send(ServerMessage::Desk { cursor, desk });
            }
            *shown = Some(you);
        }
    }
}
