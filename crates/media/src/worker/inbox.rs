//! What a worker does with what it is told.

use std::sync::Arc;
use std::time::Instant;

use transport::LegId;

use super::Worker;
use crate::inbox::{Arrival, Letters, Wish};
use crate::leg::Leg;
use crate::lines::Cause;

/// Packets from other workers handled before the socket is looked at again.
const CROSSINGS: usize = 256;

impl Worker {
    pub(super) fn read_letters(&mut self, now: Instant) {
        let Letters { arrivals, wishes, subscriptions, calls } =
            self.shared.posts[self.index].inbox.open();
        for arrival in arrivals {
            self.begin(arrival, now);
        }
        for ((talker, worker), wanted) in subscriptions {
            self.exchange.subscribe(talker, worker, wanted);
        }
        for leg in calls {
            self.call(leg);
        }
        for (leg, wish) in wishes {
            self.grant(leg, wish, now);
        }
        self.exchange.look_again(&self.shared);
    }

    /// Handles packets from other workers; says whether some are left.
    pub(super) fn read_crossings(&mut self, now: Instant) -> bool {
        for _ in 0..CROSSINGS {
            let shared = Arc::clone(&self.shared);
            let Some(crossing) = shared.posts[self.index].inbox.next_crossing() else {
                return false;
            };
            self.lines.counters.crossed += 1;
            self.distribute(now, crossing.talker, crossing.stream, &crossing.packet);
            self.settle(now);
        }
        true
    }

    fn begin(&mut self, arrival: Arrival, now: Instant) {
        let Arrival { id, mut peer, ready } = arrival;
        let attended = self.lines.attention.attended(now);
        self.lines.gate.insert(id, peer.credentials(), peer.channels(), attended);
        self.lines.legs.insert(id, Leg::new(id, peer, attended));
        self.lines.counters.legs_silent += 1;
        self.lines.step(id, now, Cause::Others, |leg| leg.tick(now));
        // Whoever opened the leg may have stopped waiting; the join deadline ends it then.
        ready.send(()).ok();
        self.settle(now);
    }

    fn grant(&mut self, leg: LegId, wish: Wish, now: Instant) {
        if let Some((source, group)) = wish.source {
            self.switch(leg, source, group, now);
        }
        if let Some(words) = wish.words {
            self.say(leg, &words);
        }
        if let Some(agreed) = wish.transfer {
            self.lines.transfers(leg, agreed);
        }
        if wish.probe {
            let attended = self.lines.attention.attended(now);
            self.lines.step(leg, now, Cause::Others, |leg| {
                leg.probe(attended);
                Ok(())
            });
        }
        if wish.close {
            self.end(leg, None, now);
        }
        self.settle(now);
    }
}
