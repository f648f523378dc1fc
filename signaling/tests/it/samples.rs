//! The messages that `docs/protocol.md` shows, made from the types.

use std::path::PathBuf;

use call_core::offer::OfferEnd;
use call_core::participant::{Muted, Role};
use call_core::segment::StayEnd;
use call_core::view::{
    Action, ActionName, AgentState, AgentView, CandidateView, ChatLineView, DeliveryView,
    DeskChanges, HearingView, HeldView, LegState, OfferView, OngoingSeat, OngoingView, OriginView,
    ParticipantView, PresenceView, SelfView, SourceName, StageView, StatusView, StayView,
    TeamChatView, TeamView, WhenNobodyView,
};
use call_core::{
    ConversationId, ConversationView, DeskView, HoldWhen, Medium, Notice, OfferId, Owner, PersonId,
    Phase, Refusal, Rights, Target, Time,
};
use serde_json::Value;
use signaling::protocol::{
    Answer, Fault, GoneReason, Limit, PROTOCOL_VERSION, ServerMessage, Welcome, WelcomeLimits,
    WelcomePerson,
};

use crate::support::team;

const CALLED_AT: Time = Time(1_767_225_600_000);
const INVITED_AT: Time = Time(1_767_225_660_000);

/// The JSON blocks of the protocol document with this word behind `json`.
pub(crate) fn blocks(word: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(document("protocol.md")).unwrap();
    let mut blocks = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, from)) = rest.split_once("\n```json") {
        let (info, from) = from.split_once('\n').unwrap();
        let (block, after) = from.split_once("\n```").unwrap();
        if info.trim() == word {
            let value = serde_json::from_str(block);
            blocks.push(value.unwrap_or_else(|error| panic!("{error} in\n{block}")));
        }
        rest = after;
    }
    blocks
}

pub(crate) fn document(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name)
}

/// Every message a client is shown to send.
pub(crate) fn client_samples() -> Vec<Value> {
    blocks("client")
}

/// Every message the server is shown to send.
pub(crate) fn server_samples() -> Vec<ServerMessage> {
    let bob = agent("bob");
    vec![
        ServerMessage::Welcome(Box::new(welcome())),
        ServerMessage::Pong {},
        ServerMessage::Answer { id: 1, result: Answer::Leg { sdp: "v=0\r\no=- ...".to_owned() } },
        ServerMessage::Answer { id: 3, result: Answer::Call { conversation: CONVERSATION } },
        ServerMessage::Answer { id: 5, result: Answer::Call { conversation: CONVERSATION } },
        ServerMessage::Answer { id: 7, result: Answer::Invite { offer: OfferId(3) } },
        ServerMessage::Answer { id: 8, result: Answer::Done {} },
        ServerMessage::Answer {
            id: 40,
            result: Answer::Ongoing { ongoing: vec![ongoing()], more: false },
        },
        ServerMessage::refusal(9, Refusal::OfferInProgress { by: bob }),
        ServerMessage::refusal(
            10,
            Fault::RateLimited { limit: Limit::Messages, retry_after_ms: 51 },
        ),
        ServerMessage::View { cursor: 43, conversation: Box::new(view()) },
        ServerMessage::Desk { cursor: 43, desk: Box::new(desk()) },
        ServerMessage::DeskChanges { cursor: 44, changes: Box::new(desk_changes()) },
        ServerMessage::Notice { cursor: 44, notice: offer_ended() },
        ServerMessage::Notice {
            cursor: 44,
            notice: Notice::QueuePosition {
                conversation: CONVERSATION,
                position: 2,
                estimated_wait_ms: Some(180_000),
            },
        },
        ServerMessage::Gone {
            cursor: 45,
            conversation: CONVERSATION,
            reason: GoneReason::Rescinded,
        },
        ServerMessage::error(Fault::UnknownType),
        ServerMessage::Error { error: Fault::Superseded.into(), fatal: true },
    ]
}

const CONVERSATION: ConversationId = ConversationId(1);

fn agent(name: &str) -> PersonId {
    format!("agent:{name}").parse().unwrap()
}

fn customer() -> PersonId {
    "customer:x1".parse().unwrap()
}

fn welcome() -> Welcome {
    Welcome {
        protocol: PROTOCOL_VERSION,
        server: "trefoil/0.1.0".to_owned(),
        session: "s-9f3c0a52d71e4b86a0c4e2f19b7d6035".parse().unwrap(),
        cursor: 42,
        resumed: false,
        leg: LegState::Down,
        person: WelcomePerson {
            id: agent("bob"),
            role: signaling::auth::Role::Agent,
            name: "Bob".to_owned(),
            teams: vec![team("support")],
        },
        ping_interval_ms: 5000,
        limits: WelcomeLimits { message_bytes: 65_536, requests_per_s: 20 },
    }
}

fn participant(id: PersonId, name: &str, role: Role) -> ParticipantView {
    ParticipantView {
        id,
        name: name.to_owned(),
        role,
        presence: PresenceView::Joined,
        held: None,
        muted: None,
        joined_at_ms: CALLED_AT,
        since_ms: CALLED_AT,
    }
}

fn view() -> ConversationView {
    let alice = participant(customer(), "Alice", Role::Customer);
    let bob = participant(agent("bob"), "Bob", Role::Agent);
    ConversationView {
        id: CONVERSATION,
        medium: Medium::Voice,
        version: 12,
        internal: false,
        team: Some(team("support")),
        phase: Phase::Ringing,
        you: agent("bob"),
        owner: Owner::Agent("bob".parse().unwrap()),
        wait: None,
        participants: vec![
            ParticipantView { held: Some(HeldView { by: agent("bob") }), ..alice },
            ParticipantView { muted: Some(Muted::BySelf), ..bob },
        ],
        observers: Vec::new(),
        offer: Some(OfferView {
            id: OfferId(3),
            origin: OriginView::Invite,
            initiator: Some(agent("bob")),
            target: Target::Agent("carol".parse().unwrap()),
            candidates: vec![CandidateView { id: agent("carol"), name: "Carol".to_owned() }],
            state: StageView::Ringing,
            hold: Some(HoldWhen::Now),
            note: Some("billing question".to_owned()),
            expires_at_ms: Some(Time(INVITED_AT.0 + 20_000)),
        }),
        note: Some("billing question".to_owned()),
        history: vec![StayView {
            id: agent("dave"),
            name: "Dave".to_owned(),
            joined_at_ms: CALLED_AT,
            ended_at_ms: Time(CALLED_AT.0 + 2_000),
            end: StayEnd::Left,
        }],
        hearing: HearingView { source: SourceName::Ringback, talkers: [].into() },
        chat: None,
        linked: None,
        offered_call: None,
        actions: vec![
            action(ActionName::Cancel, None, None),
            action(ActionName::Invite, None, Some("offer_in_progress")),
            action(ActionName::Hold, Some(customer()), Some("already_held")),
        ],
        started_at_ms: CALLED_AT,
        answered_at_ms: Some(Time(CALLED_AT.0 + 4_000)),
        server_time_ms: INVITED_AT,
        ended: None,
    }
}

fn ongoing() -> OngoingView {
    let seat = |id, name: &str| OngoingSeat { id, name: name.to_owned() };
    OngoingView {
        id: CONVERSATION,
        medium: Medium::Voice,
        team: Some(team("support")),
        phase: Phase::Connected,
        owner: Owner::Agent("bob".parse().unwrap()),
        participants: vec![seat(customer(), "Alice"), seat(agent("bob"), "Bob")],
        observers: vec![],
        started_at_ms: CALLED_AT,
        answered_at_ms: Some(Time(CALLED_AT.0 + 4_000)),
        actions: vec![
            action(ActionName::Monitor, None, None),
            action(ActionName::Coach, Some(agent("bob")), Some("not_permitted")),
        ],
    }
}

fn action(action: ActionName, to: Option<PersonId>, reason: Option<&'static str>) -> Action {
    Action { action, participant: to, enabled: reason.is_none(), reason }
}

fn carol() -> AgentView {
    AgentView {
        id: agent("carol"),
        name: "Carol".to_owned(),
        teams: vec![team("billing")],
        status: StatusView::Present,
        state: AgentState::Ringing,
        available: false,
        unavailable_reason: Some(call_core::agent::Unavailable::Ringing),
        chat: chats(0),
    }
}

fn chats(engaged: usize) -> ChatLineView {
    ChatLineView {
        status: StatusView::Present,
        away_reason: None,
        engaged,
        capacity: 4,
        available: true,
        unavailable_reason: None,
    }
}

fn desk_changes() -> DeskChanges {
    DeskChanges {
        you: None,
        agents: vec![AgentView {
            state: AgentState::Talking,
            unavailable_reason: Some(call_core::agent::Unavailable::Talking),
            ..carol()
        }],
        agents_gone: vec![agent("dave")],
        teams: Vec::new(),
        teams_gone: vec![team("returns")],
        server_time_ms: INVITED_AT,
    }
}

fn desk() -> DeskView {
    DeskView {
        you: SelfView {
            id: agent("bob"),
            name: "Bob".to_owned(),
            teams: vec![team("support")],
            rights: Rights::answering([team("support")]),
            status: StatusView::Present,
            away_reason: None,
            state: AgentState::Talking,
            leg: LegState::Up,
            wrap_up_until_ms: None,
            chat: chats(2),
        },
        agents: vec![carol()],
        teams: vec![TeamView {
            id: team("billing"),
            name: "Billing".to_owned(),
            available: 0,
            waiting: 1,
            waiting_since_ms: Some(CALLED_AT),
            estimated_wait_ms: Some(180_000),
            delivery: DeliveryView::Push,
            when_nobody: WhenNobodyView::Queue,
            chat: TeamChatView {
                available: 1,
                waiting: 0,
                waiting_since_ms: None,
                estimated_wait_ms: Some(60_000),
            },
        }],
        server_time_ms: INVITED_AT,
    }
}

fn offer_ended() -> Notice {
    Notice::OfferEnded {
        conversation: CONVERSATION,
        offer: OfferId(3),
        target: Target::Agent("carol".parse().unwrap()),
        candidates: vec![agent("carol")],
        reason: OfferEnd::Declined,
        text: Some("In a meeting until noon.".to_owned()),
    }
}
