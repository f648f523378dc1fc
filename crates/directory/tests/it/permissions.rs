use directory::{
    Actor, AgentPatch, ChannelPatch, Command, Needs, Password, Refusal, Rights, decide,
    may_administer, may_manage,
};
use serde_json::{Value, json};

use crate::people::{
    NOW, Office, agent, change_team, channel_id, create, grant, id, revoke, team, team_id, widget,
};

fn set_password(name: &str) -> Command {
    let hash = Password::presented("a long enough one").hash([1; 16]);
    Command::SetPassword { agent: id(name), hash }
}

fn change_web(patch: &Value) -> Command {
    let patch = ChannelPatch::from_json(patch).unwrap();
    Command::ChangeChannel { channel: channel_id("web"), patch }
}

/// Whether it is allowed, whatever else would become of it.
fn may(office: &Office, by: &Actor, command: &Command) -> bool {
    let refusal = decide(&office.0, by, command, NOW).err();
    !matches!(refusal, Some(Refusal::NotPermitted { .. }))
}

fn everything() -> Vec<Command> {
    let name = AgentPatch { name: Some("Robert".parse().unwrap()), ..AgentPatch::default() };
    vec![
        create("dave", None),
        Command::ChangeAgent { agent: id("bob"), patch: name },
        Command::RemoveAgent { agent: id("bob") },
        Command::RestoreAgent { agent: id("bob") },
        Command::ClearPassword { agent: id("bob") },
        Command::GrantOwner { agent: id("bob") },
        Command::RevokeOwner { agent: id("olga") },
        grant("bob", "support", Rights::MANAGE),
        revoke("mia", "support", Rights::MANAGE),
        Command::CreateTeam { team: team("night") },
        Command::RemoveTeam { team: team_id("sales") },
        change_team("support", &json!({ "name": "Help" })),
        change_team("support", &json!({ "texts": {}, "priority": 9 })),
        Command::CreateChannel { channel: widget("app", "support") },
        Command::RemoveChannel { channel: channel_id("web") },
        change_web(&json!({ "team": "sales" })),
    ]
}

fn of_a_manager() -> Vec<Command> {
    vec![
        grant("bob", "support", Rights::LISTEN),
        revoke("bob", "support", Rights::ANSWER),
        change_team("support", &json!({ "texts": { "greeting": "Hi" } })),
        change_team(
            "support",
            &json!({
                "hours": { "zone": "UTC", "weekly": ["mon-fri 09:00-17:00"] },
                "when_closed": "queue",
            }),
        ),
        change_web(&json!({ "texts": { "greeting": "Hi" } })),
    ]
}

fn of_oneself() -> Vec<Command> {
    vec![set_password("bob"), Command::SignOut { agent: id("bob") }]
}

#[test]
fn the_operator_and_an_owner_may_do_everything() {
    let office = Office::with_people();
    for command in everything().iter().chain(&of_a_manager()).chain(&of_oneself()) {
        assert!(may(&office, &Actor::Operator, command), "{command:?}");
        assert!(may(&office, &agent("olga"), command), "{command:?}");
    }
}

#[test]
fn a_manager_has_its_own_team_and_no_more() {
    let office = Office::with_people();
    for command in of_a_manager() {
        assert!(may(&office, &agent("mia"), &command), "{command:?}");
    }
    for command in everything().iter().chain(&of_oneself()) {
        assert!(!may(&office, &agent("mia"), command), "{command:?}");
    }
    let elsewhere = office.refuses_to(&agent("mia"), grant("bob", "sales", Rights::ANSWER));
    let needs = Needs::Manager(team_id("sales"));
    assert_eq!(elsewhere, Refusal::NotPermitted { needs });
    assert_eq!(elsewhere.to_string(), "This takes a manager of `sales`.");
}

#[test]
fn an_agent_has_itself() {
    let office = Office::with_people();
    for command in of_oneself() {
        assert!(may(&office, &agent("bob"), &command), "{command:?}");
        assert!(!may(&office, &agent("mia"), &command), "{command:?}");
    }
    for command in everything().iter().chain(&of_a_manager()) {
        assert!(!may(&office, &agent("bob"), command), "{command:?}");
    }
}

#[test]
fn who_is_removed_or_was_never_there_may_nothing() {
    let mut office = Office::with_people();
    office.allows(Command::GrantOwner { agent: id("mia") });
    office.allows(Command::RemoveAgent { agent: id("mia") });
    for by in [agent("mia"), agent("nobody"), Actor::Server] {
        for command in everything().iter().chain(&of_a_manager()) {
            assert!(!may(&office, &by, command), "{by}: {command:?}");
        }
    }
    assert!(!may(&office, &agent("nobody"), &Command::SignOut { agent: id("nobody") }));
    assert!(may(&office, &Actor::Server, &Command::SignOut { agent: id("bob") }));
    assert!(!may(&office, &Actor::Server, &set_password("bob")));
}

#[test]
fn what_may_be_looked_at_follows_what_may_be_changed() {
    let office = Office::with_people();
    let support = team_id("support");
    assert!(may_administer(&office.0, &agent("olga")) && !may_administer(&office.0, &agent("mia")));
    assert!(may_manage(&office.0, &agent("olga"), &support));
    assert!(may_manage(&office.0, &agent("mia"), &support));
    assert!(!may_manage(&office.0, &agent("mia"), &team_id("sales")));
    assert!(!may_manage(&office.0, &agent("bob"), &support));
}
