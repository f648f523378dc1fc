//! Words the stories are told in.

use call_core::{AgentId, TeamId, Time};
use directory::{
    Actor, Agent, Channel, ChannelId, Command, Directory, LoginName, Name, Refusal, Rights, Team,
    TeamPatch, decide,
};
use serde_json::{Value, json};

pub(crate) const NOW: Time = Time(1_770_000_000_000);

pub(crate) fn id(text: &str) -> AgentId {
    text.parse().unwrap()
}

pub(crate) fn team_id(text: &str) -> TeamId {
    text.parse().unwrap()
}

pub(crate) fn channel_id(text: &str) -> ChannelId {
    text.parse().unwrap()
}

pub(crate) fn agent(text: &str) -> Actor {
    Actor::Agent(id(text))
}

pub(crate) fn team(text: &str) -> Team {
    Team::named(team_id(text), text.parse().unwrap())
}

pub(crate) fn team_patch(value: &Value) -> TeamPatch {
    TeamPatch::from_json(value).unwrap()
}

pub(crate) fn widget(text: &str, team: &str) -> Channel {
    let written = json!({ "id": text, "name": text, "medium": "voice", "team": team });
    Channel::from_json(&written).unwrap()
}

pub(crate) fn create(text: &str, login: Option<&str>) -> Command {
    let name: Name = text.parse().unwrap();
    let login: Option<LoginName> = login.map(|login| login.parse().unwrap());
    Command::CreateAgent { agent: id(text), name, login }
}

pub(crate) fn grant(agent: &str, team: &str, rights: Rights) -> Command {
    Command::Grant { agent: id(agent), team: team_id(team), rights }
}

pub(crate) fn revoke(agent: &str, team: &str, rights: Rights) -> Command {
    Command::Revoke { agent: id(agent), team: team_id(team), rights }
}

pub(crate) fn change_team(team: &str, patch: &Value) -> Command {
    Command::ChangeTeam { team: team_id(team), patch: team_patch(patch) }
}

/// A directory that is asked for changes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Office(pub(crate) Directory);

impl Office {
    /// Olga owns it; Mia manages support; Bob answers there; sales is another team.
    pub(crate) fn with_people() -> Self {
        let mut office = Self::default();
        for team_name in ["support", "sales"] {
            office.allows(Command::CreateTeam { team: team(team_name) });
        }
        for name in ["olga", "mia", "bob"] {
            office.allows(create(name, Some(name)));
        }
        office.allows(Command::GrantOwner { agent: id("olga") });
        office.allows(grant("mia", "support", Rights::MANAGE));
        office.allows(grant("bob", "support", Rights::ANSWER));
        office.allows(Command::CreateChannel { channel: widget("web", "support") });
        office
    }

    /// The operator asks, and it is done.
    pub(crate) fn allows(&mut self, command: Command) {
        self.allows_to(&Actor::Operator, command);
    }

    /// Somebody asks, and it is done.
    pub(crate) fn allows_to(&mut self, by: &Actor, command: Command) {
        let changes = decide(&self.0, by, &command, NOW)
            .unwrap_or_else(|refusal| panic!("{by}: {command:?}: {refusal}"));
        assert!(!changes.is_empty(), "{command:?} changes something");
        for change in changes {
            self.0.apply(&change);
        }
        self.assert_whole();
    }

    /// The operator asks in vain.
    pub(crate) fn refuses(&self, command: Command) -> Refusal {
        self.refuses_to(&Actor::Operator, command)
    }

    /// Somebody asks in vain.
    pub(crate) fn refuses_to(&self, by: &Actor, command: Command) -> Refusal {
        match decide(&self.0, by, &command, NOW) {
            Ok(changes) => panic!("{by} may: {command:?}: {changes:?}"),
            Err(refusal) => refusal,
        }
    }

    /// The operator asks for what is so already.
    pub(crate) fn changes_nothing(&self, command: Command) {
        assert_eq!(decide(&self.0, &Actor::Operator, &command, NOW), Ok(Vec::new()));
    }

    pub(crate) fn agent(&self, name: &str) -> &Agent {
        self.0.agent(&id(name)).unwrap()
    }

    pub(crate) fn team(&self, name: &str) -> &Team {
        self.0.team(&team_id(name)).unwrap()
    }

    /// Changes one by one lead to nothing that could not be read in whole.
    fn assert_whole(&self) {
        let agents = self.0.agents().cloned().collect();
        let teams = self.0.teams().cloned().collect();
        let channels = self.0.channels().cloned().collect();
        assert_eq!(Directory::from_parts(agents, teams, channels).as_ref(), Ok(&self.0));
    }
}
