//! News of supervision: who is told what of it. Of a monitor nobody is told anything.

use crate::conversation::Conversation;
use crate::id::{AgentId, ConversationId, PersonId};
use crate::notice::{LeftHow, Notice, Rescinded, joined, to_agents};
use crate::observer::{ObserverMode, ObservingEnd};

type News = Vec<(PersonId, Notice)>;

pub(crate) fn observing_started(
    conversation: &Conversation,
    agent: &AgentId,
    mode: &ObserverMode,
) -> News {
    let id = conversation.id;
    match mode {
        ObserverMode::Monitor => Vec::new(),
        ObserverMode::Coach { agent: coached } => vec![coach(id, coached, agent, true)],
        ObserverMode::Listener => {
            let participant = agent.clone().into();
            to_agents(conversation, &Notice::ListenerJoined { conversation: id, participant })
        }
    }
}

/// It is there as something else: as if what it was had ended, and what it is began.
pub(crate) fn mode_changed(
    conversation: &Conversation,
    agent: &AgentId,
    (was, is): (&ObserverMode, &ObserverMode),
) -> News {
    let mut news = observing_stopped(conversation, agent, was, &ObservingEnd::Left);
    news.extend(observing_started(conversation, agent, is));
    news
}

fn coach(
    id: ConversationId,
    coached: &AgentId,
    coach: &AgentId,
    begins: bool,
) -> (PersonId, Notice) {
    let by = coach.clone().into();
    let notice = if begins {
        Notice::CoachStarted { conversation: id, by }
    } else {
        Notice::CoachStopped { conversation: id, by }
    };
    (coached.clone().into(), notice)
}

/// A coach takes a seat: whom it coached is told before that it is no whisper any more.
pub(crate) fn coached_no_more(id: ConversationId, coached: Option<&AgentId>, by: &AgentId) -> News {
    coached.map(|coached| coach(id, coached, by, false)).into_iter().collect()
}

/// The observer itself is told when it did not ask for it.
pub(crate) fn observing_stopped(
    conversation: &Conversation,
    agent: &AgentId,
    mode: &ObserverMode,
    end: &ObservingEnd,
) -> News {
    let id = conversation.id;
    let mut news = match mode {
        ObserverMode::Monitor => Vec::new(),
        ObserverMode::Coach { agent: coached } => vec![coach(id, coached, agent, false)],
        ObserverMode::Listener => {
            let participant = agent.clone().into();
            to_agents(conversation, &Notice::ListenerLeft { conversation: id, participant })
        }
    };
    match end {
        ObservingEnd::Left => {}
        ObservingEnd::Removed { .. }
        | ObservingEnd::Lost
        | ObservingEnd::NotPermitted
        | ObservingEnd::AgentsGone
        | ObservingEnd::GaveWay => {
            let notice = Notice::ObservingEnded { conversation: id, end: end.clone() };
            news.push((agent.clone().into(), notice));
        }
    }
    news
}

/// Everybody is told who is there; whose place was taken, and at whom nothing rings any more,
/// are told by whom.
pub(crate) fn taken_over(
    conversation: &Conversation,
    by: &AgentId,
    from: Option<&AgentId>,
    rescinded: &[AgentId],
) -> News {
    let id = conversation.id;
    let supervisor = PersonId::Agent(by.clone());
    let mut news = joined(conversation, by);
    if let Some(from) = from {
        let (participant, reason) = (PersonId::Agent(from.clone()), LeftHow::Removed);
        let left = Notice::ParticipantLeft { conversation: id, participant, reason };
        news.extend(to_agents(conversation, &left));
        let taken = Notice::TakenOver { conversation: id, by: supervisor.clone() };
        news.push((from.clone().into(), taken));
    }
    let (reason, winner) = (Rescinded::Answered, Some(supervisor));
    let gone = Notice::Rescinded { conversation: id, reason, winner };
    news.extend(rescinded.iter().map(|agent| (agent.clone().into(), gone.clone())));
    news
}

/// Who is silenced, or can be heard again, by somebody else's doing.
pub(crate) fn forced(conversation: &Conversation, participant: &PersonId, muted: bool) -> News {
    let notice = Notice::ForceMuted { conversation: conversation.id, muted };
    vec![(participant.clone(), notice)]
}
