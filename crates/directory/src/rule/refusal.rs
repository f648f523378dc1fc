use call_core::{AgentId, ChannelId, TeamId};
use serde::Serialize;

use super::permission::Needs;
use crate::noun::{LoginName, QuickReplyId, Shortcut, Title};

/// Why a change is refused. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Refusal {
    /// Whoever asks may not.
    #[error("This takes {needs}.")]
    NotPermitted {
        /// What it would take.
        needs: Needs,
    },
    /// No such agent.
    #[error("There is no agent `{agent}`.")]
    UnknownAgent {
        /// As asked for.
        agent: AgentId,
    },
    /// No such team.
    #[error("There is no team `{team}`.")]
    UnknownTeam {
        /// As asked for.
        team: TeamId,
        /// The field that names it; `team` where it is the team to be changed itself.
        field: &'static str,
    },
    /// No such channel.
    #[error("There is no channel `{channel}`.")]
    UnknownChannel {
        /// As asked for.
        channel: ChannelId,
    },
    /// The agent works here no longer.
    #[error("The agent `{agent}` is removed; restore it first.")]
    AgentIsRemoved {
        /// Who.
        agent: AgentId,
    },
    /// There is nothing to restore.
    #[error("The agent `{agent}` is not removed.")]
    AgentIsActive {
        /// Who.
        agent: AgentId,
    },
    /// Somebody or something has that id.
    #[error("`{id}` exists already{}.", restore_hint(*.removed))]
    IdTaken {
        /// The id.
        id: String,
        /// Whether it is that of a removed agent.
        removed: bool,
    },
    /// Somebody else signs in by that name.
    #[error("`{login}` is the login name of `{by}`.")]
    LoginTaken {
        /// The name.
        login: LoginName,
        /// Whose it is.
        by: AgentId,
    },
    /// A password without a name to sign in by.
    #[error("`{agent}` has no login name; set one first.")]
    LoginMissing {
        /// Who.
        agent: AgentId,
    },
    /// Nobody would be left to administer.
    #[error("This is the last owner; make somebody else an owner first.")]
    LastOwner,
    /// Nobody removes themselves.
    #[error("You cannot do this to yourself.")]
    TargetIsSelf,
    /// Something names the team.
    #[error("The team `{team}` is named by {}.", .by.join(", "))]
    TeamInUse {
        /// The team.
        team: TeamId,
        /// What names it, as `channel web` or `team sales: overflow.then`.
        by: Vec<String>,
    },
    /// A team that stands in for a team that stands in for it.
    #[error("The teams that stand in for `{team}` lead back to it.")]
    StandInCircle {
        /// The team.
        team: TeamId,
        /// The field that closes the circle.
        field: &'static str,
    },
    /// No such quick reply, or none that whoever asks may read.
    #[error("There is no quick reply `{quick_reply}`.")]
    UnknownQuickReply {
        /// As asked for.
        quick_reply: QuickReplyId,
    },
    /// Another quick reply of the same owner has that shortcut.
    #[error("`{shortcut}` is the shortcut of \"{by}\".")]
    ShortcutTaken {
        /// The shortcut.
        shortcut: Shortcut,
        /// The title of the one that has it.
        by: Title,
    },
    /// Somebody has changed it since it was read.
    #[error("This was changed meanwhile; read it again.")]
    ChangedMeanwhile {
        /// The version it has.
        version: u64,
    },
    /// As many as there may be.
    #[error("There can be at most {max} {what}.")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        max: usize,
    },
}

fn restore_hint(removed: bool) -> &'static str {
    if removed { ", removed; restore it instead" } else { "" }
}

impl Refusal {
    /// The stable code of this refusal on the wire.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotPermitted { .. } => "not_permitted",
            Self::UnknownAgent { .. } => "unknown_agent",
            Self::UnknownTeam { .. } => "unknown_team",
            Self::UnknownChannel { .. } => "unknown_channel",
            Self::AgentIsRemoved { .. } => "agent_is_removed",
            Self::AgentIsActive { .. } => "agent_is_active",
            Self::IdTaken { .. } => "id_taken",
            Self::LoginTaken { .. } => "login_taken",
            Self::LoginMissing { .. } => "login_missing",
            Self::LastOwner => "last_owner",
            Self::TargetIsSelf => "target_is_self",
            Self::TeamInUse { .. } => "team_in_use",
            Self::StandInCircle { .. } => "stand_in_circle",
            Self::UnknownQuickReply { .. } => "unknown_quick_reply",
            Self::ShortcutTaken { .. } => "shortcut_taken",
            Self::ChangedMeanwhile { .. } => "changed_meanwhile",
            Self::TooMany { .. } => "too_many",
        }
    }

    /// The field of the command that is wrong, if it is one.
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnknownAgent { .. }
            | Self::AgentIsRemoved { .. }
            | Self::AgentIsActive { .. }
            | Self::TargetIsSelf => Some("agent"),
            Self::UnknownTeam { field, .. } | Self::StandInCircle { field, .. } => Some(field),
            Self::TeamInUse { .. } => Some("team"),
            Self::UnknownChannel { .. } => Some("channel"),
            Self::IdTaken { .. } => Some("id"),
            Self::LoginTaken { .. } | Self::LoginMissing { .. } => Some("login"),
            Self::ShortcutTaken { .. } => Some("shortcut"),
            Self::ChangedMeanwhile { .. } => Some("version"),
            Self::NotPermitted { .. }
            | Self::LastOwner
            | Self::UnknownQuickReply { .. }
            | Self::TooMany { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_the_tag_on_the_wire() {
        let bob: AgentId = "bob".parse().unwrap();
        let team: TeamId = "support".parse().unwrap();
        let refusals = [
            Refusal::NotPermitted { needs: Needs::Owner },
            Refusal::UnknownAgent { agent: bob.clone() },
            Refusal::UnknownTeam { team: team.clone(), field: "team" },
            Refusal::UnknownChannel { channel: "web".parse().unwrap() },
            Refusal::AgentIsRemoved { agent: bob.clone() },
            Refusal::AgentIsActive { agent: bob.clone() },
            Refusal::IdTaken { id: "bob".into(), removed: true },
            Refusal::LoginTaken { login: "bob".parse().unwrap(), by: bob.clone() },
            Refusal::LoginMissing { agent: bob },
            Refusal::LastOwner,
            Refusal::TargetIsSelf,
            Refusal::TeamInUse { team: team.clone(), by: vec!["channel web".into()] },
            Refusal::StandInCircle { team, field: "when_nobody" },
            Refusal::UnknownQuickReply { quick_reply: QuickReplyId(7) },
            Refusal::ShortcutTaken { shortcut: "hi".parse().unwrap(), by: "Hi".parse().unwrap() },
            Refusal::ChangedMeanwhile { version: 2 },
            Refusal::TooMany { what: "teams", max: 1 },
        ];
        for refusal in refusals {
            let wire = serde_json::to_value(&refusal).unwrap();
            assert_eq!(wire["code"], refusal.code());
        }
    }
}
