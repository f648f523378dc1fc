//! Wrap-up: time after a conversation in which no offer comes.

use std::time::Duration;

use crate::access;
use crate::agent::{Agent, Session};
use crate::conversation::Medium;
use crate::draft::Draft;
use crate::event::{Event, WrapUpEnd};
use crate::id::{AgentId, ConversationId, PersonId};
use crate::refusal::Refusal;
use crate::settings::TeamSettings;

/// How far from its beginning a wrap-up can be extended: more than that is no wrap-up but work
/// for which one is away, and the conversation it follows is remembered for as long.
const FARTHEST: Duration = Duration::from_hours(1);

/// An agent is done with a customer: its wrap-up begins, unless its team has none or nobody is
/// there to do it. After an internal call there is none, and none after a chat: whoever chats does
/// so beside others.
pub(crate) fn start(draft: &mut Draft<'_>, conversation: ConversationId, agent: &AgentId) {
    let followed = draft.known(conversation);
    if followed.is_internal() || followed.medium != Medium::Voice {
        return;
    }
    let team = draft.team(draft.known(conversation));
    let standard = TeamSettings::named("");
    let span = team.unwrap_or(&standard).wrap_up;
    let is_here = |agent: &Agent| match agent.session {
        Session::Open | Session::Closed { .. } => !agent.removed,
        Session::SignedOut => false,
    };
    if span.as_millis() > 0 && draft.agent(agent).is_some_and(is_here) {
        let (agent, until) = (agent.clone(), draft.now() + span);
        draft.push(Event::WrapUpStarted { agent, conversation, until });
    }
}

pub(crate) fn finish(draft: &mut Draft<'_>, by: &PersonId) -> Result<(), Refusal> {
    let id = access::agent(by)?;
    let agent = draft.agent(id).ok_or(Refusal::NotSignedIn)?;
    agent.wrap_up.as_ref().ok_or(Refusal::NotInWrapUp)?;
    end(draft, id, WrapUpEnd::Finished);
    Ok(())
}

pub(crate) fn extend(draft: &mut Draft<'_>, by: &PersonId) -> Result<(), Refusal> {
    let id = access::agent(by)?;
    let agent = draft.agent(id).ok_or(Refusal::NotSignedIn)?;
    let wrap_up = agent.wrap_up.as_ref().ok_or(Refusal::NotInWrapUp)?;
    let until = wrap_up.until + draft.timers().wrap_up_extension;
    if until.since(wrap_up.since) > FARTHEST {
        return Err(Refusal::NotPermitted);
    }
    draft.push(Event::WrapUpExtended { agent: id.clone(), until });
    Ok(())
}

pub(crate) fn end(draft: &mut Draft<'_>, agent: &AgentId, end: WrapUpEnd) {
    draft.push(Event::WrapUpEnded { agent: agent.clone(), end });
}
