//! What must hold of chats after every step: who sees and who writes, what is counted, and that
//! they make no sound.

use std::collections::BTreeSet;

use call_core::{
    Command, Input, Marks, Medium, MessageAudience, PersonId, may_write, readers, reads, sees_chat,
    sent_as, sources_of,
};

use crate::coverage::Tally;
use crate::invariants::Moment;
use crate::reference::{Call, Reference, check};
use crate::transition::{AGENTS, CUSTOMERS};
use crate::writing::SECRET;

const AUDIENCES: [MessageAudience; 2] = [MessageAudience::Everyone, MessageAudience::Agents];

fn everybody() -> impl Iterator<Item = PersonId> {
    let names = AGENTS.iter().chain(&CUSTOMERS);
    names.map(|name| name.parse().expect("names of people are ids"))
}

/// For everybody and every audience, whether a part in it or not.
pub(crate) fn rights(moment: &Moment<'_>) -> Result<(), String> {
    for conversation in moment.system.world.conversations() {
        let call = &moment.system.reference.calls[&conversation.id];
        let mut expected_readers = BTreeSet::new();
        for person in everybody() {
            for audience in AUDIENCES {
                let refused = may_write(conversation, &person, audience).err();
                let refused = refused.map(|refusal| refusal.code());
                let expected = call.not_writing(&person, audience);
                if refused != expected {
                    return Err(format!("{person} writes: {refused:?}, not {expected:?}"));
                }
            }
            if call.over || !call.is_chat() {
                continue;
            }
            let sees = sees_chat(conversation, &person);
            check(sees == call.sees(&person), "who sees it is who sits, reads along or is asked")?;
            if sees {
                expected_readers.insert(person);
            }
        }
        if call.is_chat() {
            let mut all: BTreeSet<_> = readers(conversation).collect();
            all.retain(|person| everybody().any(|one| one == *person));
            check(all == expected_readers, "its readers are all who see it, while it goes on")?;
        }
    }
    Ok(())
}

/// Gapless, each accepted id once, and marks as they were told.
pub(crate) fn counted(moment: &Moment<'_>) -> Result<(), String> {
    let world = &moment.system.world;
    for conversation in world.conversations() {
        let call = &moment.system.reference.calls[&conversation.id];
        check(conversation.chat.is_some() == call.is_chat(), "a chat has messages, a call none")?;
        let Some(chat) = &conversation.chat else { continue };
        let written = &call.written;
        check(chat.last == written.last, "the last number is the number of messages")?;
        check(chat.marks == written.marks, "marks as they were told")?;
        for ((author, id), number) in &written.said {
            let given = sent_as(world, conversation.id, author, id);
            check(given == Some(*number), "each accepted id has the number it got")?;
        }
        let within = |marks: &Marks| marks.read <= marks.delivered && marks.delivered <= chat.last;
        check(chat.marks.values().all(within), "nobody has read what is not there")?;
    }
    Ok(())
}

/// A note is for agents: no customer is among its readers, or told a word of it.
pub(crate) fn notes_stay(moment: &Moment<'_>) -> Result<(), String> {
    for conversation in moment.system.world.conversations() {
        let call = &moment.system.reference.calls[&conversation.id];
        if call.written.notes.is_empty() {
            continue;
        }
        let mut its = readers(conversation).filter(|who| reads(who, MessageAudience::Agents));
        check(its.all(|who| who.as_agent().is_some()), "no customer reads a note")?;
    }
    let told = moment.system.told.iter().filter(|(to, _)| to.as_agent().is_none());
    for (_, news) in told {
        check(!news.to_string().contains(SECRET), "no customer is told a word of a note")?;
    }
    Ok(())
}

/// Who gave a chat away writes nothing in it until it has a seat again.
pub(crate) fn given_away(moment: &Moment<'_>) -> Result<(), String> {
    for conversation in moment.system.world.conversations().filter(|one| one.is_live()) {
        let call = &moment.system.reference.calls[&conversation.id];
        for agent in &call.written.gave_away {
            let refused = may_write(conversation, &agent.clone().into(), MessageAudience::Everyone);
            let code = refused.err().map(|refusal| refusal.code());
            check(code == Some("not_owner"), "who gave it away is refused: not the owner")?;
        }
    }
    Ok(())
}

/// Nobody hears a chat, holds anybody in it, or is silent in it.
pub(crate) fn no_sound(moment: &Moment<'_>) -> Result<(), String> {
    let system = moment.system;
    for (id, call) in system.reference.calls.iter().filter(|(_, call)| call.is_chat()) {
        check(sources_of(&system.world, *id).is_empty(), "a chat makes no sound")?;
        check(system.patches.values().all(|(patched, _)| patched != id), "nothing is patched")?;
        check(call.held.is_empty() && call.muted.is_empty(), "nobody is held or muted")?;
        check(call.watch.forced.is_empty() && call.watch.barged.is_empty(), "nobody barges in")?;
    }
    Ok(())
}

/// Only who takes over has more chats than it can be in: nothing is offered that makes it so.
pub(crate) fn capacity(moment: &Moment<'_>) -> Result<(), String> {
    for (agent, desk) in &moment.system.reference.desks {
        let engaged = |reference: &Reference| {
            let chats = reference.places_of(agent, Medium::Chat);
            chats.iter().filter(|id| reference.calls[*id].busies(agent)).count()
        };
        let (was, is) = (engaged(moment.before), engaged(&moment.system.reference));
        let takes_over = match moment.input {
            Input::Command { by, command: Command::TakeOver { .. } } => {
                by.as_agent() == Some(agent)
            }
            Input::Command { .. } | Input::Report(_) | Input::Deadline => false,
        };
        check(is <= desk.chats.max(was) || takes_over, "no more chats than it can be in")?;
    }
    Ok(())
}

/// What was over goes on only by its customer's own wish, and in time.
pub(crate) fn reopened(moment: &Moment<'_>) -> Result<(), String> {
    for (id, was) in moment.before.calls.iter().filter(|(_, was)| was.over) {
        let Some(is) = moment.system.reference.calls.get(id).filter(|is| !is.over) else {
            continue;
        };
        let asked = match moment.input {
            Input::Command { by, command: Command::Reopen { conversation } } => {
                conversation == id && was.customer.as_ref() == Some(by)
            }
            Input::Command { .. } | Input::Report(_) | Input::Deadline => false,
        };
        check(asked && is.is_chat(), "only its customer comes back to a chat")?;
        let since = moment.system.now.since(was.over_since);
        let in_time = since <= moment.system.settings.timers.chat_reopen;
        check(in_time, "and in the time it has for that")?;
        check(is.written.last >= was.written.last, "what was written stays")?;
        let waits = is.queue.is_some() || is.owner.is_some();
        check(waits && is.has_customer(), "and waits for somebody")?;
    }
    Ok(())
}

/// What a walk met of chats, beside what it met of conversations.
pub(crate) fn met(moment: &Moment<'_>, tally: &mut Tally) {
    for (id, call) in &moment.system.reference.calls {
        let was = moment.before.calls.get(id);
        let (Some(was), true) = (was, call.is_chat()) else { continue };
        let more = |is: usize, was: usize| is > was;
        for (what, happened) in [
            ("a message", more(call.written.said.len(), was.written.said.len())),
            ("a note", more(call.written.notes.len(), was.written.notes.len())),
            ("a text of its own", automatic(call) > automatic(was)),
            ("given away", more(call.written.gave_away.len(), was.written.gave_away.len())),
            ("taken back", more(was.written.gave_away.len(), call.written.gave_away.len())),
            ("reopened", was.over && !call.over),
            ("read along beside others", reads_beside(moment, call)),
        ] {
            if happened {
                tally.count("of a chat", what);
            }
        }
    }
    let busy = |medium| {
        let reference = &moment.system.reference;
        let desks = reference.desks.keys();
        desks.map(move |agent| reference.places_of(agent, medium).len()).max().unwrap_or_default()
    };
    if busy(Medium::Chat) > 1 {
        tally.count("of a chat", "several at once");
    }
}

fn automatic(call: &Call) -> u64 {
    call.written.last - call.written.said.len() as u64
}

fn reads_beside(moment: &Moment<'_>, call: &Call) -> bool {
    let reference = &moment.system.reference;
    call.watch.observers.keys().any(|agent| reference.places_of(agent, Medium::Chat).len() > 1)
}
