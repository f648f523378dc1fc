//! The server's messages, as far as a client needs them. Unknown fields are ignored, as
//! `docs/protocol.md` asks of every client.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// Any message of the server.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The hello was good.
    Welcome(Welcome),
    /// A request was done.
    Answer {
        /// The request's id.
        id: u64,
        /// What it brought.
        result: Value,
    },
    /// A request was refused.
    Refusal {
        /// The request's id.
        id: u64,
        /// Why.
        error: Failure,
    },
    /// A conversation, whole.
    View {
        /// Its place in the stream.
        cursor: u64,
        /// The conversation as this person may see it.
        conversation: Box<View>,
    },
    /// The agent's desk, whole.
    Desk {
        /// Its place in the stream.
        cursor: u64,
        /// The desk.
        desk: Box<Desk>,
    },
    /// What is new at it.
    DeskChanges {
        /// Its place in the stream.
        cursor: u64,
        /// What is new.
        changes: Box<DeskChanges>,
    },
    /// News for this person.
    Notice {
        /// Its place in the stream.
        cursor: u64,
        /// The news.
        notice: Notice,
    },
    /// A conversation is this person's no longer.
    Gone {
        /// Its place in the stream.
        cursor: u64,
        /// The conversation.
        conversation: String,
        /// Why.
        reason: String,
    },
    /// Something without a usable id was wrong.
    Error {
        /// What.
        error: Failure,
        /// Whether a close follows.
        #[serde(default)]
        fatal: bool,
    },
    /// The answer to a ping.
    Pong,
}

/// Parses one text frame; `None` for what this client does not know.
pub(super) fn parse(text: &str) -> Option<ServerMessage> {
    serde_json::from_str(text).ok()
}

/// The server's first message.
#[derive(Clone, Debug, Deserialize)]
pub struct Welcome {
    /// The session, to resume later.
    pub session: String,
    /// The place in the stream at which it begins.
    pub cursor: u64,
    /// Whether an earlier session goes on.
    pub resumed: bool,
    /// How often the server wants to hear something.
    pub ping_interval_ms: u64,
}

/// A typed error.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Failure {
    /// The stable code.
    pub code: String,
    /// A sentence for people.
    #[serde(default)]
    pub message: String,
    /// What else the code carries.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

/// A conversation as one person sees it.
#[derive(Clone, Debug, Deserialize)]
pub struct View {
    /// Its id.
    pub id: String,
    /// Counts up with every change.
    pub version: u64,
    /// Whether it is a call between two agents.
    pub internal: bool,
    /// The team; none of an internal call.
    pub team: Option<String>,
    /// The wait in a queue.
    pub wait: Option<Wait>,
    /// The derived phase.
    pub phase: String,
    /// Who is looking.
    pub you: String,
    /// The owner, an agent or a queue.
    pub owner: Value,
    /// The seats.
    pub participants: Vec<Participant>,
    /// The open invitation.
    pub offer: Option<Offer>,
    /// Who hears it without a seat, as far as the viewer is to know.
    #[serde(deserialize_with = "ids")]
    pub observers: Vec<String>,
    /// The last note an agent left for whoever comes next.
    pub note: Option<String>,
    /// Who has talked with the customer before.
    #[serde(deserialize_with = "ids")]
    pub history: Vec<String>,
    /// What the viewer is sent.
    pub hearing: Hearing,
    /// What the viewer may do.
    pub actions: Vec<Action>,
    /// Set once it has ended.
    pub ended: Option<Ended>,
}

impl View {
    /// The seat of a person.
    pub fn participant(&self, id: &str) -> Option<&Participant> {
        self.participants.iter().find(|participant| participant.id == id)
    }

    /// Whether a person is in it and connected.
    pub fn has_joined(&self, id: &str) -> bool {
        self.participant(id).is_some_and(|participant| participant.presence == "joined")
    }

    /// Whether a person is in it and on hold.
    pub fn is_held(&self, id: &str) -> bool {
        self.participant(id).is_some_and(|participant| participant.held.is_some())
    }
}

/// The ids of people, of whom more is told.
fn ids<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let people = Vec::<Candidate>::deserialize(from)?;
    Ok(people.into_iter().map(|person| person.id).collect())
}

/// A wait in a queue, as the customer was told.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub struct Wait {
    /// 1 is next.
    pub position: usize,
    /// About how long, in full minutes.
    pub estimated_wait_ms: Option<u64>,
}

/// A seat.
#[derive(Clone, Debug, Deserialize)]
pub struct Participant {
    /// `agent:bob` or `customer:alice`.
    pub id: String,
    /// `customer` or `agent`.
    pub role: String,
    /// `joined` or `reconnecting`.
    pub presence: String,
    /// Who holds it.
    pub held: Option<Held>,
    /// Who muted it.
    pub muted: Option<String>,
}

/// A hold.
#[derive(Clone, Debug, Deserialize)]
pub struct Held {
    /// Who placed it.
    pub by: String,
}

/// An open invitation.
#[derive(Clone, Debug, Deserialize)]
pub struct Offer {
    /// Its id.
    pub id: String,
    /// Who invited; nobody for a call that is rung in.
    pub initiator: Option<String>,
    /// Who is being rung.
    pub candidates: Vec<Candidate>,
    /// `ringing` or `joining`.
    pub state: String,
    /// What was said to the target.
    pub note: Option<String>,
    /// When it ends.
    pub expires_at_ms: Option<u64>,
}

/// The agent being rung.
#[derive(Clone, Debug, Deserialize)]
pub struct Candidate {
    /// `agent:carol`.
    pub id: String,
}

/// What a leg is sent.
#[derive(Clone, Debug, Deserialize)]
pub struct Hearing {
    /// `silence`, `forward`, `mix`, `music` or `ringback`.
    pub source: String,
    /// Who is in it.
    #[serde(default)]
    pub talkers: Vec<String>,
}

/// A command and whether it can be given.
#[derive(Clone, Debug, Deserialize)]
pub struct Action {
    /// The command.
    #[serde(rename = "action")]
    pub name: String,
    /// Upon whom.
    pub participant: Option<String>,
    /// Whether it can be given.
    pub enabled: bool,
    /// Why not.
    pub reason: Option<String>,
}

/// How a conversation ended.
#[derive(Clone, Debug, Deserialize)]
pub struct Ended {
    /// The typed reason.
    pub reason: String,
    /// Who ended it.
    pub by: Option<String>,
}

/// An agent's desk.
#[derive(Clone, Debug, Deserialize)]
pub struct Desk {
    /// The agent.
    pub you: DeskSelf,
    /// The others.
    pub agents: Vec<DeskAgent>,
    /// The teams.
    pub teams: Vec<DeskTeam>,
}

/// What is new at a desk.
#[derive(Clone, Debug, Deserialize)]
pub struct DeskChanges {
    /// The agent, if it changed.
    pub you: Option<DeskSelf>,
    /// Others who are new or changed.
    pub agents: Vec<DeskAgent>,
    /// Others who are gone.
    pub agents_gone: Vec<String>,
    /// Teams that are new or changed.
    pub teams: Vec<DeskTeam>,
    /// Teams that are gone.
    pub teams_gone: Vec<String>,
}

impl Desk {
    /// Takes in what is new.
    pub fn change(&mut self, changes: DeskChanges) {
        let DeskChanges { you, agents, agents_gone, teams, teams_gone } = changes;
        if let Some(you) = you {
            self.you = you;
        }
        let dropped =
            |id: &String| agents_gone.contains(id) || agents.iter().any(|one| one.id == *id);
        self.agents.retain(|one| !dropped(&one.id));
        self.agents.extend(agents);
        let dropped =
            |id: &String| teams_gone.contains(id) || teams.iter().any(|one| one.id == *id);
        self.teams.retain(|one| !dropped(&one.id));
        self.teams.extend(teams);
    }
}

/// The agent as the server sees it.
#[derive(Clone, Debug, Deserialize)]
pub struct DeskSelf {
    /// `present` or `away`.
    pub status: String,
    /// `idle`, `ringing`, `talking`, `wrap_up` or `offline`.
    pub state: String,
    /// `up` or `down`.
    pub leg: String,
}

/// Another agent in the list.
#[derive(Clone, Debug, Deserialize)]
pub struct DeskAgent {
    /// `agent:carol`.
    pub id: String,
    /// The system's fact about it.
    pub state: String,
    /// Whether it can be invited.
    pub available: bool,
}

/// A team in the list.
#[derive(Clone, Debug, Deserialize)]
pub struct DeskTeam {
    /// Its id.
    pub id: String,
    /// How many of its agents can be rung.
    pub available: usize,
    /// How many wait in its queue.
    pub waiting: usize,
}

/// News for a person.
#[derive(Clone, Debug, Deserialize)]
pub struct Notice {
    /// What happened.
    pub kind: String,
    /// What belongs to it.
    #[serde(flatten)]
    pub details: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_its_details() {
        let message = parse(
            r#"{"type":"refusal","id":7,
                "error":{"code":"offer_in_progress","message":"x","by":"agent:bob"}}"#,
        );
        let Some(ServerMessage::Refusal { id: 7, error }) = message else {
            panic!("not a refusal: {message:?}");
        };
        assert_eq!(error.details["by"], "agent:bob");
    }

    #[test]
    fn what_is_unknown_is_passed_over() {
        assert!(parse(r#"{"type":"weather"}"#).is_none());
        assert!(matches!(parse(r#"{"type":"pong","at":1}"#), Some(ServerMessage::Pong)));
    }
}
