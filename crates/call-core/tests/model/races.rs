//! Two acts at the same instant, in both orders.

use call_core::{Command, ConversationId, Medium, PersonId, Report};

use crate::coverage::name_of;
use crate::generate::Bytes;
use crate::reference::{Call, Reference, check};
use crate::refusals::Code;
use crate::supervision;
use crate::system::System;
use crate::transition::{self, AGENTS, Transition};
use crate::writing;

/// Two who have to do with the same conversation act at once, mostly where something rings.
pub(crate) fn next(bytes: &mut Bytes<'_>, system: &System) -> Transition {
    let live: Vec<_> = system.world.conversations().filter(|call| call.is_live()).collect();
    let rings = |call: &&&call_core::Conversation| call.candidates().next().is_some();
    let ringing: Vec<_> = live.iter().filter(rings).copied().collect();
    let calls = if bytes.chance(70) && !ringing.is_empty() { ringing } else { live };
    let Some(call) = bytes.pick(&calls) else { return Transition::ToDeadline };
    let (id, everybody) = (call.id, acts(bytes, system, call));
    let one = |bytes: &mut Bytes<'_>| match bytes.below(6) {
        0 => supervision::next(bytes, system).or_hello(bytes),
        1 => transition::next_act(bytes, system),
        _ => bytes.pick(&everybody).cloned().unwrap_or_else(|| hang_up(id, call.customer_id())),
    };
    Transition::Race(Box::new([one(bytes), one(bytes)]))
}

fn hang_up(conversation: ConversationId, customer: Option<PersonId>) -> Transition {
    let by = customer.unwrap_or_else(|| AGENTS[0].parse().expect("agents are people"));
    Transition::Command { by, command: Command::Leave { conversation } }
}

/// What those who have to do with a conversation may do at any moment; what matters most, twice.
fn acts(bytes: &mut Bytes<'_>, system: &System, call: &call_core::Conversation) -> Vec<Transition> {
    let conversation = call.id;
    let mut acts = Vec::new();
    let mut asks = |by: &PersonId, command: Command| {
        acts.push(Transition::Command { by: by.clone(), command });
    };
    for candidate in call.candidates().cloned().map(PersonId::Agent) {
        asks(&candidate, Command::Accept { conversation });
        asks(&candidate, Command::Accept { conversation });
        asks(&candidate, Command::Decline { conversation, text: None });
    }
    let seats: Vec<_> = call.participants.keys().cloned().collect();
    for seat in &seats {
        asks(seat, Command::Leave { conversation });
    }
    for seat in seats.iter().filter(|_| call.medium == Medium::Chat) {
        let send = writing::send(bytes, system, conversation, seat);
        asks(seat, send.clone());
        asks(seat, send);
    }
    for agent in seats.iter().filter(|seat| seat.as_agent().is_some()) {
        asks(agent, Command::Complete { conversation });
        if call.offer.is_some() {
            asks(agent, Command::Cancel { conversation });
            asks(agent, Command::Cancel { conversation });
        }
        for participant in seats.iter().filter(|other| *other != agent).cloned() {
            asks(agent, Command::Hold { conversation, participant: participant.clone() });
            asks(agent, Command::Resume { conversation, participant });
        }
        if seats.len() == 3 {
            asks(agent, Command::Merge { conversation });
            asks(agent, Command::Swap { conversation });
        }
    }
    for _ in 0..2 {
        let agent = transition::any(bytes, &AGENTS);
        asks(&agent, Command::GetNext { team: None, medium: call.medium });
        asks(&agent, Command::Barge { conversation });
    }
    let rung = call.candidates().cloned().map(PersonId::Agent);
    for person in rung.chain(seats) {
        acts.push(Transition::Report(Report::LegLost { person }));
    }
    acts
}

/// What races against what, whoever was first.
pub(crate) fn name(acts: &[Transition; 2]) -> String {
    let mut names = acts.each_ref().map(|act| match act {
        Transition::Command { command, .. } => name_of(command),
        Transition::Report(report) => name_of(report),
        other => name_of(other),
    });
    names.sort();
    names.join(" against ")
}

/// What must have come of it: `codes` and `after` tell of it as it happened, then of it the other
/// way round.
pub(crate) fn outcome(
    before: &Reference,
    acts: &[Transition; 2],
    codes: [[Code; 2]; 2],
    after: [&Reference; 2],
) -> Result<(), String> {
    let [
        Transition::Command { by: one, command: first },
        Transition::Command { by: two, command: second },
    ] = acts
    else {
        return Ok(());
    };
    let sides = [(one, first), (two, second)];
    let Some(id) = conversation(first).filter(|id| conversation(second) == Some(*id)) else {
        return Ok(());
    };
    let Some(call) = before.calls.get(&id) else { return Ok(()) };
    if excludes(before, call, sides) {
        // Each alone would be taken: each was, when it came first.
        let both_could = codes[0][0].is_none() && codes[1][1].is_none();
        for order in codes {
            let taken = order.iter().filter(|code| code.is_none()).count();
            let right = if both_could { taken == 1 } else { taken <= 1 };
            check(right, "of two that exclude each other, one is taken")?;
        }
    }
    for (accept, send) in [(0, 1), (1, 0)] {
        wrote(before, call, (sides, codes, after), (id, accept, send))?;
    }
    for (side, (by, command)) in sides.into_iter().enumerate() {
        let leaves = matches!(command, Command::Leave { .. } | Command::Complete { .. });
        for (order, is) in after.iter().enumerate() {
            let gone = is.calls.get(&id).is_none_or(|is| is.over || !is.seats.contains_key(by));
            let was_taken = codes[order][side].is_none();
            let comes_back = matches!(
                sides[1 - side].1,
                Command::Accept { .. } | Command::Barge { .. } | Command::TakeOver { .. }
            ) && sides[1 - side].0 == by;
            check(!leaves || !was_taken || gone || comes_back, "who left is gone")?;
        }
    }
    let [forth, back] = after.map(|is| is.calls.get(&id));
    if let (Some(forth), Some(back)) = (forth, back)
        && converges(sides)
    {
        let held = |call: &Call| if call.over { None } else { Some(call.held.clone()) };
        let facts = |call: &Call| (held(call), call.owner.clone());
        let seats = forth.seats.keys().eq(back.seats.keys());
        check(seats && facts(forth) == facts(back), "a hold by who leaves leaves nothing behind")?;
    }
    Ok(())
}

type Sides<'s> = [(&'s PersonId, &'s Command); 2];

/// Who offers a chat and writes while it is taken: the message is before that, or refused.
fn wrote(
    before: &Reference,
    call: &Call,
    (sides, codes, after): (Sides<'_>, [[Code; 2]; 2], [&Reference; 2]),
    (id, accept, send): (ConversationId, usize, usize),
) -> Result<(), String> {
    let (Command::Accept { .. }, Command::Send { id: message, .. }) =
        (sides[accept].1, sides[send].1)
    else {
        return Ok(());
    };
    let Some(offer) = call.offer.as_ref().filter(|offer| offer.in_place) else { return Ok(()) };
    let said = call.written.said.contains_key(&(sides[send].0.clone(), message.clone()));
    let gives = offer.invited_by.as_ref() == sides[send].0.as_agent();
    let desk = sides[accept].0.as_agent().and_then(|agent| before.desks.get(agent));
    let at_once = desk.is_some_and(|desk| desk.leg) && codes[accept][accept].is_none();
    if said || !gives || !at_once || codes[send][send].is_some() {
        return Ok(());
    }
    check(codes[accept][send] == Some("not_owner"), "after it is taken its old owner is refused")?;
    let last = |is: &Reference| is.calls.get(&id).map(|is| is.written.last);
    let before_it = Some(call.written.last + 1);
    check(last(after[send]) == before_it, "what was written before it was taken is there")?;
    check(last(after[accept]) == Some(call.written.last), "and what was refused is not")
}

/// Whether only one of the two can be taken, whichever comes first.
fn excludes(before: &Reference, call: &Call, sides: [(&PersonId, &Command); 2]) -> bool {
    let [(one, first), (two, second)] = sides;
    let joins_at_once = |by: &PersonId| {
        let desk = by.as_agent().and_then(|agent| before.desks.get(agent));
        desk.is_some_and(|desk| desk.leg)
    };
    match (first, second) {
        (Command::Accept { .. }, Command::Accept { .. }) => {
            one != two && joins_at_once(one) && joins_at_once(two)
        }
        (Command::Accept { .. }, Command::Cancel { .. } | Command::Decline { .. })
        | (Command::Cancel { .. } | Command::Decline { .. }, Command::Accept { .. }) => {
            let (accepts, other) =
                if matches!(first, Command::Accept { .. }) { (one, second) } else { (two, first) };
            // Another who declines ends nothing, and with nobody in, the queue may ring again.
            let declined = one == two && call.agents().next().is_some();
            let ends = matches!(other, Command::Cancel { .. }) || declined;
            joins_at_once(accepts) && ends
        }
        (Command::Cancel { .. }, Command::Cancel { .. })
        | (Command::Merge { .. }, Command::Merge { .. }) => true,
        (Command::Hold { participant: a, .. }, Command::Hold { participant: b, .. })
        | (Command::Resume { participant: a, .. }, Command::Resume { participant: b, .. }) => {
            a == b
        }
        (Command::Barge { .. }, Command::Barge { .. }) => {
            one != two && call.seats.len() + usize::from(call.offer.is_some()) == 2
        }
        _ => false,
    }
}

/// Whether it must come to the same: who places a hold and leaves takes it along.
fn converges(sides: [(&PersonId, &Command); 2]) -> bool {
    let [(one, first), (two, second)] = sides;
    let holds = |command: &Command| matches!(command, Command::Hold { .. });
    let leaves = |command: &Command| matches!(command, Command::Leave { .. });
    one == two && ((holds(first) && leaves(second)) || (leaves(first) && holds(second)))
}

/// The conversation a command is about.
pub(crate) fn conversation(command: &Command) -> Option<ConversationId> {
    match command {
        Command::Call { .. }
        | Command::CallChannel { .. }
        | Command::CallAgent { .. }
        | Command::GetNext { .. }
        | Command::SetStatus { .. }
        | Command::FinishWrapUp
        | Command::ExtendWrapUp => None,
        Command::Accept { conversation }
        | Command::Decline { conversation, .. }
        | Command::Cancel { conversation }
        | Command::Invite { conversation, .. }
        | Command::Transfer { conversation, .. }
        | Command::Hold { conversation, .. }
        | Command::Resume { conversation, .. }
        | Command::Swap { conversation }
        | Command::Merge { conversation }
        | Command::Mute { conversation, .. }
        | Command::Complete { conversation }
        | Command::Leave { conversation }
        | Command::Remove { conversation, .. }
        | Command::InviteListener { conversation, .. }
        | Command::Monitor { conversation }
        | Command::Coach { conversation, .. }
        | Command::Barge { conversation }
        | Command::StopObserving { conversation }
        | Command::TakeOver { conversation }
        | Command::TransferOnBehalf { conversation, .. }
        | Command::ForceMute { conversation, .. }
        | Command::Raise { conversation }
        | Command::OfferCall { conversation }
        | Command::WithdrawCall { conversation }
        | Command::Reopen { conversation }
        | Command::Send { conversation, .. }
        | Command::Mark { conversation, .. }
        | Command::EndForAll { conversation } => Some(*conversation),
    }
}
