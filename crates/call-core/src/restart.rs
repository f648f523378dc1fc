//! A restart: everybody is gone, by nobody's fault.

use crate::draft::Draft;
use crate::event::{Event, RestartGraces};

/// Keeps phase, holds and offers as they were, gives everybody a fresh grace, and lets
/// nothing that was pending run out at once.
pub(crate) fn restarted(draft: &mut Draft<'_>) {
    let (now, timers) = (draft.now(), draft.timers());
    let graces = RestartGraces {
        lease: now + timers.lease,
        seat: now + timers.seat_grace,
        customer: now + timers.customer_grace,
        chat_seat: now + timers.chat_seat_grace,
        chat_customer: now + timers.chat_customer_grace,
        queue: now + timers.queue_grace,
        floor: now + timers.restart_floor,
    };
    draft.push(Event::ServerRestarted { graces });
}
