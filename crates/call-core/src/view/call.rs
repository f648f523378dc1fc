//! A conversation as one of its people sees it.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::chat;
use crate::command::HoldWhen;
use crate::conversation::{Announced, Care, Conversation, EndReason, Medium, Phase};
use crate::hearing::{self, Clip, Source};
use crate::id::{AgentId, ConversationId, OfferId, Owner, PersonId, Target, TeamId};
use crate::message::MessageAudience;
use crate::offer::{Candidate, Offer, Origin, Stage};
use crate::participant::{Mute, Muted, Participant, Role};
use crate::settings::Settings;
use crate::time::Time;
use crate::view::action::{self, Action};
use crate::view::history::{self, StayView};
use crate::view::observers::{self, ObserverView};
use crate::world::World;

/// A conversation as one of its people sees it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConversationView {
    /// Its number.
    pub id: ConversationId,
    /// What it is held on.
    pub medium: Medium,
    /// Higher is later. What nobody but those who manage is to notice does not change it.
    pub version: u64,
    /// Whether it is a call between two agents.
    pub internal: bool,
    /// The team whose queue owns it when no agent does; none of an internal call.
    pub team: Option<TeamId>,
    /// What is going on.
    pub phase: Phase,
    /// Who this view is for.
    pub you: PersonId,
    /// Who answers for it.
    pub owner: Owner,
    /// The wait in a queue, once something was told about it.
    pub wait: Option<WaitView>,
    /// The seats, the customer first, then agents in order of joining.
    pub participants: Vec<ParticipantView>,
    /// Who observes it, as far as the receiver is to know.
    pub observers: Vec<ObserverView>,
    /// The open offer.
    pub offer: Option<OfferView>,
    /// The last word an agent left for whoever comes next; agents only see it.
    pub note: Option<String>,
    /// Who has talked with the customer before, the latest ten stays; agents only see it.
    pub history: Vec<StayView>,
    /// What the receiver's leg is sent.
    pub hearing: HearingView,
    /// Of a chat, what the receiver may write.
    pub chat: Option<ChatView>,
    /// The conversation on the other medium that belongs to it.
    pub linked: Option<ConversationId>,
    /// The call that the customer of a chat is offered.
    pub offered_call: Option<CallOfferView>,
    /// What the receiver may do.
    pub actions: Vec<Action>,
    /// When the customer called.
    pub started_at_ms: Time,
    /// When an agent first answered.
    pub answered_at_ms: Option<Time>,
    /// When the latest fact happened.
    pub server_time_ms: Time,
    /// How it ended.
    pub ended: Option<EndedView>,
}

/// A chat as the receiver of a view may write in it. What is written goes another way.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChatView {
    /// Whether it may write.
    pub may_write: bool,
    /// The code it would be refused with.
    pub reason: Option<&'static str>,
    /// Whether it may save what is written: its customer, who had a seat, who manages the team.
    pub may_save: bool,
}

/// A call that an agent offers the customer of a chat.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CallOfferView {
    /// Who talks then.
    pub by: PersonId,
    /// Until when.
    pub expires_at_ms: Time,
}

/// A customer's wait in a queue, as it was told to it last.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WaitView {
    /// Its place, 1 being the next; beyond ten, the next full ten.
    pub position: usize,
    /// About how long it was going to be, in full minutes, if that could be told.
    pub estimated_wait_ms: Option<u64>,
    /// Since when it waits.
    pub since_ms: Time,
}

/// A seat.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ParticipantView {
    /// Whose.
    pub id: PersonId,
    /// The name to show.
    pub name: String,
    /// What it is there as.
    pub role: Role,
    /// Whether it is there.
    pub presence: PresenceView,
    /// Its hold.
    pub held: Option<HeldView>,
    /// Who silenced it.
    pub muted: Option<Muted>,
    /// When it took the seat.
    pub joined_at_ms: Time,
    /// Since when it has been joined or reconnecting.
    pub since_ms: Time,
}

/// Whether a participant is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum PresenceView {
    /// Its leg is connected.
    Joined,
    /// Its seat is kept.
    Reconnecting,
}

/// A hold.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HeldView {
    /// Who placed it.
    pub by: PersonId,
}

/// An open offer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OfferView {
    /// Its number.
    pub id: OfferId,
    /// Where it comes from.
    pub origin: OriginView,
    /// Who invited; nobody for a waiting call and for a recall.
    pub initiator: Option<PersonId>,
    /// Whom it is for.
    pub target: Target,
    /// Who is rung.
    pub candidates: Vec<CandidateView>,
    /// How far it got with the receiver, or with who got farthest.
    pub state: StageView,
    /// When the customer goes on hold; only for an invitation.
    pub hold: Option<HoldWhen>,
    /// The initiator's word to the candidate.
    pub note: Option<String>,
    /// When the ringing ends, at the receiver or at whom it does last; unknown while nobody is
    /// rung and nothing limits it.
    pub expires_at_ms: Option<Time>,
}

/// Where an offer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum OriginView {
    /// The queue the customer waits in.
    Queue,
    /// An agent's invitation.
    Invite,
    /// An agent offers its chat to another.
    Transfer,
    /// A failed hand-over.
    Recall,
    /// An agent's invitation to listen.
    Listen,
}

/// An agent being rung.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CandidateView {
    /// Who.
    pub id: PersonId,
    /// The name to show.
    pub name: String,
}

/// How far an offer got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum StageView {
    /// Rings, or looks for whom to ring.
    Ringing,
    /// Accepted, the leg is not up yet.
    Joining,
}

/// What the receiver's leg is sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HearingView {
    /// The kind.
    pub source: SourceName,
    /// Who is heard.
    pub talkers: BTreeSet<PersonId>,
}

/// The kinds of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SourceName {
    /// Nothing.
    Silence,
    /// One talker.
    Forward,
    /// Several talkers.
    Mix,
    /// The hold music.
    Music,
    /// The ringback.
    Ringback,
}

/// How a conversation ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EndedView {
    /// Why.
    pub reason: EndReason,
    /// By whom.
    pub by: PersonId,
    /// In which phase.
    pub phase: Phase,
    /// When.
    pub at_ms: Time,
}

/// Who is shown a conversation: its participants, its observers and the candidates being rung.
///
/// Of an ended one: who was in it at the end.
pub fn audience(world: &World, id: ConversationId) -> BTreeSet<PersonId> {
    let Some(conversation) = world.conversation(id) else { return BTreeSet::new() };
    let mut audience: BTreeSet<_> = conversation.participants.keys().cloned().collect();
    audience.extend(conversation.observers.keys().cloned().map(PersonId::Agent));
    audience.extend(conversation.candidates().cloned().map(PersonId::Agent));
    audience
}

/// A conversation as `viewer` sees it, or nothing when it is not shown to `viewer`.
///
/// A customer is not shown offers: whom agents ring, and what they write to each other, is not
/// for it.
pub fn view(
    world: &World,
    _settings: &Settings,
    id: ConversationId,
    viewer: &PersonId,
) -> Option<ConversationView> {
    let conversation = world.conversation(id)?;
    if !audience(world, id).contains(viewer) {
        return None;
    }
    let mut people: Vec<_> = conversation.participants.iter().collect();
    people.sort_by_key(|(person, seat)| (person.as_agent().is_some(), seat.joined_at));
    let offer = conversation.offer.as_ref().filter(|_| viewer.as_agent().is_some());
    Some(ConversationView {
        id,
        medium: conversation.medium,
        version: conversation.version,
        internal: conversation.is_internal(),
        team: conversation.team.clone(),
        phase: conversation.phase(),
        you: viewer.clone(),
        owner: conversation.owner(),
        wait: wait(conversation),
        participants: people.into_iter().map(participant).collect(),
        observers: observers::observers(world, conversation, viewer),
        offer: offer.map(|offer| offer_view(world, offer, viewer)),
        note: history::note(conversation, viewer),
        history: history::history(world, conversation, viewer),
        hearing: hearing(conversation, viewer),
        chat: conversation.chat.as_ref().map(|_| chat_view(world, conversation, viewer)),
        linked: conversation.linked,
        offered_call: conversation
            .call_offer()
            .map(|offer| CallOfferView { by: offer.by.clone().into(), expires_at_ms: offer.until }),
        actions: action::actions(world, conversation, viewer),
        started_at_ms: conversation.started_at,
        answered_at_ms: conversation.answered_at,
        server_time_ms: world.as_of(),
        ended: ended(conversation),
    })
}

fn chat_view(world: &World, conversation: &Conversation, viewer: &PersonId) -> ChatView {
    let refusal = chat::may_write(conversation, viewer, MessageAudience::Everyone).err();
    let may_save = viewer.as_agent().is_none_or(|id| {
        let rights = world.agent(id).zip(conversation.team.as_ref());
        let manages = rights.is_some_and(|(agent, team)| agent.rights(team).manage);
        manages || conversation.served.contains(id)
    });
    let reason = refusal.map(|refusal| refusal.code());
    ChatView { may_write: reason.is_none(), reason, may_save }
}

fn wait(conversation: &Conversation) -> Option<WaitView> {
    let Care::Queued(queued) = &conversation.care else { return None };
    let Announced { position, estimated_wait_ms } = queued.announced?;
    Some(WaitView { position, estimated_wait_ms, since_ms: queued.since })
}

fn participant((id, seat): (&PersonId, &Participant)) -> ParticipantView {
    ParticipantView {
        id: id.clone(),
        name: seat.name.clone(),
        role: seat.role,
        presence: if seat.is_joined() { PresenceView::Joined } else { PresenceView::Reconnecting },
        held: seat.hold.as_ref().map(|hold| HeldView { by: hold.by.clone() }),
        muted: seat.muted.as_ref().map(Mute::shown),
        joined_at_ms: seat.joined_at,
        since_ms: seat.since,
    }
}

fn offer_view(world: &World, offer: &Offer, viewer: &PersonId) -> OfferView {
    let (origin, hold) = match offer.origin {
        Origin::Queue => (OriginView::Queue, None),
        Origin::Invite { hold, .. } => (OriginView::Invite, Some(hold)),
        Origin::Transfer { .. } => (OriginView::Transfer, None),
        Origin::Recall => (OriginView::Recall, None),
        Origin::Listen { .. } => (OriginView::Listen, None),
    };
    let stage_of = |candidate: &Candidate| match candidate.stage {
        Stage::Ringing { until } | Stage::Unreachable { ring_until: until, .. } => {
            (StageView::Ringing, Some(until))
        }
        Stage::Joining { until } => (StageView::Joining, Some(until)),
    };
    let own = viewer.as_agent().and_then(|agent| offer.candidates.get(agent)).map(stage_of);
    let farthest = || offer.candidates.values().map(stage_of).max();
    let (state, ends_at) = own.or_else(farthest).unwrap_or((StageView::Ringing, offer.expires_at));
    OfferView {
        id: offer.id,
        origin,
        initiator: offer.initiator().cloned().map(PersonId::Agent),
        target: offer.target.clone(),
        candidates: offer.candidates.keys().map(|id| candidate(world, id)).collect(),
        state,
        hold,
        note: offer.note.clone(),
        expires_at_ms: ends_at,
    }
}

fn candidate(world: &World, id: &AgentId) -> CandidateView {
    let name = world.agent(id).map_or_else(String::new, |agent| agent.name.clone());
    CandidateView { id: id.clone().into(), name }
}

fn hearing(conversation: &Conversation, viewer: &PersonId) -> HearingView {
    let sent = if conversation.is_live() {
        hearing::source(conversation, viewer)
    } else {
        Source::Silence
    };
    let (source, talkers) = match sent {
        Source::Silence => (SourceName::Silence, BTreeSet::new()),
        Source::Forward(talker) => (SourceName::Forward, BTreeSet::from([talker])),
        Source::Mix(talkers) => (SourceName::Mix, talkers),
        Source::Play(Clip::Music) => (SourceName::Music, BTreeSet::new()),
        Source::Play(Clip::Ringback) => (SourceName::Ringback, BTreeSet::new()),
    };
    HearingView { source, talkers }
}

fn ended(conversation: &Conversation) -> Option<EndedView> {
    let Care::Ended(ending) = &conversation.care else { return None };
    Some(EndedView {
        reason: ending.reason,
        by: ending.by.clone(),
        phase: ending.phase,
        at_ms: ending.at,
    })
}
