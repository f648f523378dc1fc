//! What must hold after every step, whatever happened: the nine invariants of behaviour, by name,
//! and some of our own.

use std::collections::{BTreeMap, BTreeSet};

use call_core::conversation::{Care, Conversation, Ending};
use call_core::participant::Participant;
use call_core::{
    Clip, Command, ConversationId, Event, Input, Medium, Owner, PersonId, Phase, Refusal, Report,
    Source, Time, World, decide, hears, next_deadline, record, sources,
};

use crate::chats;
use crate::coverage::Tally;
use crate::farewells;
use crate::queues;
use crate::reference::{Call, Reference, Ringing, check};
use crate::supervision;
use crate::system::System;

/// One input has been decided about, and its events are applied.
#[derive(Debug)]
pub(crate) struct Moment<'m> {
    pub(crate) system: &'m System,
    pub(crate) before: &'m Reference,
    pub(crate) world_before: &'m World,
    pub(crate) input: &'m Input,
    pub(crate) decided: &'m Result<Vec<Event>, Refusal>,
}

/// A snapshot is made after every so many inputs: of all that is looked at it takes the longest.
const SNAPSHOTS: u64 = 3;

type Rule = fn(&Moment<'_>) -> Result<(), String>;

/// All of them, and what each is called when it is broken.
const RULES: [(&str, Rule); 22] = [
    ("1 a customer is never alone in silence and hears no consult", never_in_silence),
    ("1 no customer is dropped without a reason", farewells::never_dropped),
    ("2 one owner, three participants, one offer", one_owner),
    ("3 hears equals the matrix for every pair", hears_is_the_matrix),
    ("4 a failed invitation restores the holds", holds_are_restored),
    ("5 offers only to who is free, one winner", offers_to_who_is_free),
    ("6 queue positions are 1 to n, in order", queue_positions),
    ("7 refused changes nothing", refused_changes_nothing),
    ("7 ended is absorbing", ended_is_absorbing),
    ("7 deadlines lie ahead", deadlines_lie_ahead),
    ("8 equal inputs, equal outputs; folded and stored equal the live state", deterministic),
    ("9 one record, its segments add up", records_add_up),
    ("chat: who sees and who writes is as the sets say", chats::rights),
    ("chat: numbers without holes, each message once, marks in order", chats::counted),
    ("chat: a note stays between agents", chats::notes_stay),
    ("chat: who gave it away writes no more", chats::given_away),
    ("chat: it makes no sound", chats::no_sound),
    ("chat: nothing offered goes over the capacity", chats::capacity),
    ("chat: what is over goes on only by its customer, in time", chats::reopened),
    ("and: a lost owner leaves the customer talking", loss),
    ("and: everybody is in the places that know it", places),
    ("and: nobody waits in vain", nobody_waits_in_vain),
];

/// What each of them is called.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|(name, _)| *name)
}

/// Looks at each rule.
pub(crate) fn all(moment: &Moment<'_>, tally: &mut Tally) -> Result<(), String> {
    for (name, rule) in RULES {
        rule(moment).map_err(|why| format!("invariant {name}: {why}"))?;
    }
    chats::met(moment, tally);
    Ok(())
}

/// Each live conversation, with what the reference says of it.
fn each(
    moment: &Moment<'_>,
    rule: impl Fn(&Conversation, &Call) -> Result<(), String>,
) -> Result<(), String> {
    for conversation in moment.system.world.conversations() {
        let call = moment.system.reference.calls.get(&conversation.id);
        let call = call.ok_or("the reference has heard of every conversation")?;
        check(conversation.is_live() != call.over, "live as the reference says")?;
        if !call.over {
            rule(conversation, call).map_err(|why| format!("{}: {why}", conversation.id))?;
        }
    }
    Ok(())
}

// --- 1 ---

fn never_in_silence(moment: &Moment<'_>) -> Result<(), String> {
    each(moment, |conversation, call| {
        let there = call.customer.as_ref().filter(|who| call.has_leg(who) && !call.is_chat());
        let Some(who) = there else {
            return Ok(());
        };
        let sent = call_core::sources_of(&moment.system.world, conversation.id);
        let held = call.held.contains_key(who);
        let mut others = call.seats.iter().filter(|(other, _)| *other != who);
        let company = others.any(|(who, seat)| seat.there && !call.held.contains_key(who));
        let music = sent.get(who) == Some(&Source::Play(Clip::Music));
        check(music == (held || !company), "music exactly when on hold or alone")?;
        check(conversation.phase() != Phase::Consult || music, "a customer never hears a consult")
    })
}

// --- 2 ---

fn one_owner(moment: &Moment<'_>) -> Result<(), String> {
    each(moment, |conversation, call| {
        let seats: Vec<_> = conversation.participants.keys().collect();
        check(seats == call.seats.keys().collect::<Vec<_>>(), "seats as the reference says")?;
        check(conversation.seats_taken() <= 3, "at most three, an invitation counted in")?;
        check(
            conversation.offer.is_some() == call.offer.is_some(),
            "an offer as the reference says",
        )?;
        let queue = call.team.clone().map(Owner::Queue);
        let owner = call.owner.clone().map(Owner::Agent).or(queue);
        check(Some(conversation.owner()) == owner, "one owner, as the reference says")?;
        let placed = call.held.values().all(|by| call.seats.contains_key(by));
        check(placed, "a hold goes with who placed it")?;
        owner_is_there(conversation, call)?;
        if call.customer.is_none() { internal(conversation, call) } else { Ok(()) }
    })
}

/// An owning agent has a seat, or an invitation of its own or a recall is on its way.
fn owner_is_there(conversation: &Conversation, call: &Call) -> Result<(), String> {
    let Owner::Agent(owner) = conversation.owner() else {
        return check(call.agents().next().is_none(), "a queue owns what no agent is in");
    };
    let seated = call.seats.contains_key(&PersonId::Agent(owner));
    let on_its_way = matches!(conversation.phase(), Phase::HandedOver | Phase::Recall);
    check(seated || on_its_way, "an owner answers for its conversation")
}

/// A call between agents is never waited for, handed over or recalled.
fn internal(conversation: &Conversation, call: &Call) -> Result<(), String> {
    let phase = conversation.phase();
    let plain = matches!(phase, Phase::Ringing | Phase::Connected | Phase::Alone);
    check(plain, "an internal call rings, is talked in, or one is lost")?;
    check(call.seats.len() + usize::from(call.offer.is_some()) == 2, "two, or one and a ringing")
}

// --- 3 ---

fn hears_is_the_matrix(moment: &Moment<'_>) -> Result<(), String> {
    each(moment, |conversation, call| {
        if call.is_chat() {
            return supervision::who(conversation, call);
        }
        let sent = call_core::sources_of(&moment.system.world, conversation.id);
        for listener in call.seats.keys() {
            for talker in call.seats.keys() {
                let expected = call.hears(listener, talker);
                if hears(conversation, listener, talker) != expected {
                    return Err(format!("{listener} hears {talker}: {expected}, says the table"));
                }
            }
            let expected = call.sent(listener);
            if sent.get(listener) != Some(&expected) {
                return Err(format!("{listener} is sent {expected:?}, says the table"));
            }
        }
        supervision::one(conversation, call, &sent)
    })?;
    let patched = moment.system.patches == sources(&moment.system.world);
    check(patched, "differences add up to the sources")
}

// --- 4 ---

/// What was held when an offer had just been opened, as long as nobody changed that since.
pub(crate) fn offers_fold(before: &Reference, after: &mut Reference) {
    for (id, call) in &mut after.calls {
        let had = before.calls.get(id).is_some_and(|was| was.offer.is_some());
        match &mut call.offer {
            Some(offer) if !had => offer.held_by_it = Some(call.held.clone()),
            Some(offer) if offer.held_by_it.as_ref() != Some(&call.held) => offer.held_by_it = None,
            Some(_) | None => {}
        }
    }
}

/// Whoever holds or resumes somebody at the very moment has its way after the failure.
fn holds_are_restored(moment: &Moment<'_>) -> Result<(), String> {
    if let Input::Command { command, .. } = moment.input
        && matches!(
            command,
            Command::Hold { .. }
                | Command::Resume { .. }
                | Command::Swap { .. }
                | Command::Merge { .. }
        )
    {
        return Ok(());
    }
    for (id, call) in &moment.system.reference.calls {
        let Some(was) = moment.before.calls.get(id) else { continue };
        if let (Some(offer), None) = (&was.offer, &call.offer) {
            offer_ended(was, offer, call).map_err(|why| format!("{id}: {why}"))?;
        }
    }
    Ok(())
}

fn offer_ended(was: &Call, offer: &Ringing, call: &Call) -> Result<(), String> {
    let same_seats = was.seats.keys().eq(call.seats.keys());
    let (Some(held_by_it), true, false) = (&offer.held_by_it, same_seats, call.over) else {
        return Ok(());
    };
    if offer.invited_by.is_none() || call.agents().next().is_none() {
        return Ok(());
    }
    let expected = if offer.resume { &offer.held_before } else { held_by_it };
    check(call.held == *expected, "the holds are those from before it")
}

// --- 5 ---

/// That nobody else was rung is seen when it rings, and that an offer is won once, when it is;
/// while it rings, whoever is rung stays somebody who could take it.
fn offers_to_who_is_free(moment: &Moment<'_>) -> Result<(), String> {
    each(moment, |conversation, call| {
        let rung: BTreeSet<_> = conversation.candidates().cloned().collect();
        let expected = call.offer.as_ref().map(|offer| offer.candidates.clone());
        check(rung == expected.unwrap_or_default(), "who is rung is who was rung")?;
        for agent in &rung {
            let desk = moment.system.reference.desks.get(agent).ok_or("only agents are rung")?;
            // Who has accepted and waits for its leg may do with its status what it likes.
            let joins = call.offer.as_ref().is_some_and(|offer| offer.joining.contains(agent));
            check(desk.takes(call.medium) || joins, "nobody is rung who is away")?;
            check(!desk.wrap_up || call.medium == Medium::Chat, "nobody is rung in its wrap-up")?;
            let busy = moment.system.reference.places_of(agent, conversation.medium);
            let alone = conversation.medium == Medium::Chat || busy == [conversation.id];
            check(alone, "nobody is rung at capacity")?;
        }
        Ok(())
    })
}

// --- 6 ---

fn queue_positions(moment: &Moment<'_>) -> Result<(), String> {
    queues::places(moment.system)
}

// --- 7 ---

fn refused_changes_nothing(moment: &Moment<'_>) -> Result<(), String> {
    let same = moment.system.world == *moment.world_before;
    check(moment.decided.is_ok() || same, "the world is as it was")
}

/// What was over is over still, just as it ended, or forgotten; only its wrap-ups go on.
fn ended_is_absorbing(moment: &Moment<'_>) -> Result<(), String> {
    let world = &moment.system.world;
    for was in moment.world_before.conversations().filter(|call| !call.is_live()) {
        let Some(is) = world.conversation(was.id) else { continue };
        if is.is_live() && is.medium == Medium::Chat {
            // Whether it may go on is a rule of its own.
            continue;
        }
        check(ending(is) == ending(was) && !is.is_live(), "what was over is over as it was")?;
        let stands = (&is.participants, &is.observers, &is.offer, &is.served);
        let stood = (&was.participants, &was.observers, &was.offer, &was.served);
        check(stands == stood, "what was over stays as it was")?;
        check(is.spent.customer == was.spent.customer, "and so does its time")?;
    }
    Ok(())
}

/// How it ended; not for how long it is remembered, which a wrap-up makes longer.
fn ending(conversation: &Conversation) -> Option<Ending> {
    match &conversation.care {
        Care::Ended(ending) => Some(Ending { forget_at: Time(0), ..ending.clone() }),
        Care::Queued(_) | Care::Attended { .. } | Care::Recalling(_) => None,
    }
}

fn deadlines_lie_ahead(moment: &Moment<'_>) -> Result<(), String> {
    // A refusal leaves what is due to the driver, which asks about it at once.
    let settled = match moment.input {
        Input::Deadline | Input::Report(_) => true,
        Input::Command { .. } => moment.decided.is_ok(),
    };
    let due = next_deadline(&moment.system.world, &moment.system.settings);
    match due.filter(|(at, _)| *at <= moment.system.now && settled) {
        Some((at, reason)) => Err(format!("{reason:?} at {at} is over")),
        None => Ok(()),
    }
}

// --- 8 ---

fn deterministic(moment: &Moment<'_>) -> Result<(), String> {
    let system = moment.system;
    let again = decide(moment.world_before, &system.settings, moment.input, system.now);
    check(*moment.decided == again, "equal inputs give equal outputs")?;
    if !system.looked.is_multiple_of(SNAPSHOTS) {
        return Ok(());
    }
    let stored = serde_json::to_string(&system.world).map_err(|why| why.to_string())?;
    let read: World = serde_json::from_str(&stored).map_err(|why| why.to_string())?;
    // What is derived was kept as it is when it is made anew.
    check(read == system.world, "a snapshot is the live state")
}

/// After each single event.
pub(crate) fn same_at_every_prefix(live: &World, folded: &World) -> Result<(), String> {
    check(live == folded, "invariant 8: the journal folds to the live state")
}

// --- 9 ---

fn records_add_up(moment: &Moment<'_>) -> Result<(), String> {
    let world = &moment.system.world;
    for conversation in world.conversations() {
        let kept = record(world, conversation.id);
        check(kept.is_some() != conversation.is_live(), "one record when it is over")?;
        supervision::time(world, conversation)
            .map_err(|why| format!("{}: {why}", conversation.id))?;
        let Some(record) = kept else { continue };
        let answered = record.answered_at.unwrap_or(record.started_at);
        check(record.started_at <= answered && answered <= record.ended_at, "times in order")?;
        let answered = record.answered_at.is_some() || record.customer.is_none();
        check(answered != record.agents.is_empty(), "who answered is named")?;
        check(conversation.offer.is_none(), "nothing rings for what is over")?;
    }
    Ok(())
}

// --- and ---

fn nobody_waits_in_vain(moment: &Moment<'_>) -> Result<(), String> {
    queues::nobody_waits_in_vain(moment.system)
}

/// With another agent in, the customer talks at once when its owner is lost.
fn loss(moment: &Moment<'_>) -> Result<(), String> {
    let Input::Report(Report::LegLost { person: lost }) = moment.input else { return Ok(()) };
    for (id, was) in &moment.before.calls {
        let Some(is) = moment.system.reference.calls.get(id).filter(|is| !is.over) else {
            continue;
        };
        let there = |call: &Call| call.seats.get(lost).is_some_and(|seat| seat.there);
        if !there(was) {
            continue;
        }
        check(!there(is), "who is lost is not there")?;
        check(is.seats.contains_key(lost), "its seat is kept")?;
        let owner = was.owner.as_ref().zip(lost.as_agent()).is_some_and(|(a, b)| a == b);
        if owner && !is.agents_in().is_empty() {
            check(is.held.is_empty(), "the customer and who is in talk at once")?;
        }
    }
    Ok(())
}

/// Every agent is in the places that know it, and in one call at most.
fn places(moment: &Moment<'_>) -> Result<(), String> {
    let system = moment.system;
    for (id, agent) in system.world.agents() {
        for medium in Medium::ALL {
            let expected = system.reference.places_of(id, medium);
            check(medium == Medium::Chat || expected.len() <= 1, "in one call at most")?;
            let places: Vec<_> = agent.line(medium).places.keys().copied().collect();
            check(places == expected, "in the places that know it")?;
            let free = system.reference.can_be_rung(id, medium);
            check(agent.availability(medium).is_ok() == free, "available as the reference says")?;
        }
    }
    for (_, customer) in system.world.customers() {
        check(customer.session || !customer.seats.is_empty(), "who is gone is forgotten")?;
    }
    Ok(())
}

/// Phases and holds, to be compared over a restart.
pub(crate) fn phases(world: &World) -> Vec<(ConversationId, Phase, BTreeSet<PersonId>, bool)> {
    let held = |call: &Conversation| {
        let seats = call.participants.iter().filter(|(_, seat)| seat.hold.is_some());
        seats.map(|(person, _)| person.clone()).collect()
    };
    let calls = world.conversations();
    calls.map(|call| (call.id, call.phase(), held(call), call.offer.is_some())).collect()
}

/// How each conversation stands in which agents talk and nobody is missing.
pub(crate) fn talks(world: &World) -> BTreeMap<ConversationId, (Phase, BTreeSet<PersonId>)> {
    let whole = |id: &ConversationId| {
        let call = world.conversation(*id);
        call.is_some_and(|call| call.participants.values().all(Participant::is_joined))
    };
    let attended = phases(world).into_iter().filter(|(id, phase, _, _)| match phase {
        Phase::Connected | Phase::Consult | Phase::BackWithCustomer | Phase::ThreeWay => whole(id),
        Phase::Waiting
        | Phase::Ringing
        | Phase::HandedOver
        | Phase::Recall
        | Phase::Alone
        | Phase::AgentsOnly
        | Phase::Ended => false,
    });
    attended.map(|(id, phase, held, _)| (id, (phase, held))).collect()
}
