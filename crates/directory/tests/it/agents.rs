use call_core::Time;
use directory::{
    Actor, AgentPatch, Change, Command, Document, Format, Password, Refusal, Rights, Standing,
    decide, decide_all, plan,
};
use serde_json::json;

use crate::people::{NOW, Office, agent, create, grant, id, revoke, team, team_id};

fn set_password(name: &str) -> Command {
    let hash = Password::presented("a password of bob").hash([1; 16]);
    Command::SetPassword { agent: id(name), hash }
}

fn login(name: &str, login: Option<&str>) -> Command {
    let login = Some(login.map(|login| login.parse().unwrap()));
    Command::ChangeAgent { agent: id(name), patch: AgentPatch { login, ..AgentPatch::default() } }
}

#[test]
fn the_first_start_makes_an_owner_in_one_go() {
    let commands = [
        Command::CreateTeam { team: team("support") },
        create("olga", Some("Olga@example.org")),
        Command::GrantOwner { agent: id("olga") },
        grant("olga", "support", Rights::ANSWER),
    ];
    let mut office = Office::default();
    for change in decide_all(&office.0, &Actor::Operator, &commands, NOW).unwrap() {
        office.0.apply(&change);
    }
    let olga = office.0.by_login(&"olga@EXAMPLE.org".parse().unwrap()).unwrap();
    assert!(olga.owner && olga.rights(&team_id("support")).answer);
}

#[test]
fn of_several_commands_all_or_none_are_done() {
    let commands = [create("bob", None), create("carol", None), create("bob", None)];
    let refused = decide_all(&Office::default().0, &Actor::Operator, &commands, NOW).unwrap_err();
    assert_eq!(refused.index, 2);
    assert_eq!(refused.refusal.code(), "id_taken");
}

#[test]
fn a_removed_agent_keeps_its_id_and_loses_everything_else() {
    let mut office = Office::with_people();
    office.allows(set_password("bob"));
    office.allows(Command::RemoveAgent { agent: id("bob") });
    let bob = office.agent("bob");
    assert_eq!(bob.standing, Standing::Removed { at: NOW });
    assert!(bob.teams.is_empty() && bob.login.is_none() && bob.password.is_none());
    assert!(office.0.active_agent(&id("bob")).is_none());
    assert!(office.0.by_login(&"bob".parse().unwrap()).is_none());

    let taken = Refusal::IdTaken { id: "bob".into(), removed: true };
    assert_eq!(office.refuses(create("bob", None)), taken);
    assert_eq!(taken.to_string(), "`bob` exists already, removed; restore it instead.");
    for command in [
        login("bob", Some("bob")),
        set_password("bob"),
        grant("bob", "support", Rights::ANSWER),
        Command::GrantOwner { agent: id("bob") },
        Command::RemoveAgent { agent: id("bob") },
        Command::SignOut { agent: id("bob") },
    ] {
        assert_eq!(office.refuses(command), Refusal::AgentIsRemoved { agent: id("bob") });
    }
}

#[test]
fn who_comes_back_begins_anew_under_the_old_name() {
    let mut office = Office::with_people();
    let active = Refusal::AgentIsActive { agent: id("bob") };
    assert_eq!(office.refuses(Command::RestoreAgent { agent: id("bob") }), active);
    office.allows(Command::RemoveAgent { agent: id("bob") });
    office.allows(create("bert", Some("bob")));
    office.allows(Command::RestoreAgent { agent: id("bob") });
    assert!(office.agent("bob").is_active() && office.agent("bob").teams.is_empty());
    let refusal = office.refuses(login("bob", Some("bob")));
    let bob = "bob".parse().unwrap();
    assert_eq!(refusal, Refusal::LoginTaken { login: bob, by: id("bert") });
}

#[test]
fn a_login_name_is_one_persons() {
    let mut office = Office::with_people();
    assert_eq!(office.refuses(create("bobby", Some("BOB"))).code(), "login_taken");
    office.allows(login("bob", Some("bob.baker")));
    office.allows(create("bobby", Some("bob")));
    assert_eq!(office.0.by_login(&"bob".parse().unwrap()).unwrap().id, id("bobby"));
    assert_eq!(office.0.by_login(&"bob.baker".parse().unwrap()).unwrap().id, id("bob"));
    office.changes_nothing(login("bob", Some("Bob.Baker")));
}

#[test]
fn a_password_needs_a_login_name_and_goes_with_it() {
    let mut office = Office::with_people();
    office.allows(create("dave", None));
    assert_eq!(office.refuses(set_password("dave")).code(), "login_missing");
    office.allows(set_password("bob"));
    assert!(office.0.password_of(&"bob".parse().unwrap()).is_some());
    office.allows(login("bob", None));
    assert!(office.agent("bob").password.is_none());
    office.changes_nothing(Command::ClearPassword { agent: id("bob") });
}

#[test]
fn what_ends_every_sign_in() {
    let office = Office::with_people();
    let ends = |command: Command| {
        let changes = decide(&office.0, &Actor::Operator, &command, NOW).unwrap();
        changes.iter().any(|change| change.signs_out() == Some(&id("bob")))
    };
    assert!(ends(set_password("bob")));
    assert!(ends(Command::RemoveAgent { agent: id("bob") }));
    assert!(ends(Command::SignOut { agent: id("bob") }));
    assert!(!ends(grant("bob", "sales", Rights::ANSWER)));
}

#[test]
fn rights_add_up_and_without_any_there_is_no_membership() {
    let mut office = Office::with_people();
    office.allows(grant("bob", "support", Rights::LISTEN));
    assert_eq!(office.agent("bob").rights(&team_id("support")).to_string(), "answer,listen");
    office.changes_nothing(grant("bob", "support", Rights::ANSWER));
    office.allows(revoke("bob", "support", Rights::ANSWER));
    office.allows(revoke("bob", "support", Rights::LISTEN.with(Rights::MANAGE)));
    assert!(office.agent("bob").teams.is_empty());
    office.changes_nothing(revoke("bob", "sales", Rights::ANSWER));
    let refusal = office.refuses(grant("bob", "nowhere", Rights::ANSWER));
    assert_eq!((refusal.code(), refusal.field()), ("unknown_team", Some("team")));
}

#[test]
fn rights_are_made_exactly_what_is_wanted() {
    let mut office = Office::with_people();
    let set = |office: &Office, wanted| {
        Command::set_rights(&office.0, &id("bob"), &team_id("support"), wanted)
    };
    let wanted = Rights::LISTEN.with(Rights::MANAGE);
    let commands = set(&office, wanted);
    assert_eq!(
        commands,
        [grant("bob", "support", wanted), revoke("bob", "support", Rights::ANSWER)]
    );
    for command in commands {
        office.allows(command);
    }
    assert_eq!(office.agent("bob").rights(&team_id("support")), wanted);
    assert!(set(&office, wanted).is_empty());
    // Leaving the right to manage as it is takes a manager and no owner.
    for command in set(&office, Rights::MANAGE) {
        office.allows_to(&agent("mia"), command);
    }
    assert_eq!(office.agent("bob").rights(&team_id("support")), Rights::MANAGE);
}

#[test]
fn an_agent_is_in_so_many_teams_at_most() {
    let mut office = Office::with_people();
    let teams: Vec<_> = (1..=100).map(|n| format!("team-{n}")).collect();
    for name in &teams {
        office.allows(Command::CreateTeam { team: team(name) });
    }
    for name in &teams[1..] {
        office.allows(grant("bob", name, Rights::ANSWER));
    }
    assert_eq!(office.refuses(grant("bob", &teams[0], Rights::ANSWER)).code(), "too_many");
    office.allows(grant("bob", &teams[1], Rights::LISTEN));
}

#[test]
fn there_are_so_many_agents_at_most_those_who_left_counted_in() {
    let mut office = Office::default();
    let mut asks = |command: Command| {
        let changes = decide(&office.0, &Actor::Operator, &command, NOW)?;
        for change in changes {
            office.0.apply(&change);
        }
        Ok::<(), Refusal>(())
    };
    for n in 0..10_000 {
        asks(create(&format!("agent-{n}"), None)).unwrap();
    }
    asks(Command::RemoveAgent { agent: id("agent-7") }).unwrap();
    assert_eq!(asks(create("one-more", None)).unwrap_err().code(), "too_many");
    asks(Command::RestoreAgent { agent: id("agent-7") }).unwrap();

    let named = |n: usize| json!({ "id": format!("other-{n}"), "name": "Other" });
    let others = json!({ "version": 1, "agent": [named(1), named(2)] }).to_string();
    let others = Document::parse(&others, Format::Json).unwrap();
    let problems = plan(&office.0, &others, &Actor::Operator, NOW).unwrap_err();
    let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["agent: there would be 10002 with the removed ones, at most 10000"]);
}

#[test]
fn nobody_removes_the_last_owner_or_themselves() {
    let mut office = Office::with_people();
    let remove = |name: &str| Command::RemoveAgent { agent: id(name) };
    assert_eq!(office.refuses(remove("olga")), Refusal::LastOwner);
    let step_down = Command::RevokeOwner { agent: id("olga") };
    assert_eq!(office.refuses_to(&agent("olga"), step_down.clone()), Refusal::LastOwner);
    office.allows(Command::GrantOwner { agent: id("mia") });
    assert_eq!(office.refuses_to(&agent("olga"), remove("olga")), Refusal::TargetIsSelf);
    office.allows_to(&agent("olga"), step_down);
    assert_eq!(office.refuses_to(&agent("olga"), remove("bob")).code(), "not_permitted");
    assert_eq!(office.refuses(remove("mia")), Refusal::LastOwner);
}

#[test]
fn the_audit_says_what_changed_and_no_secret() {
    let office = Office::with_people();
    let said = |command: Command| {
        let changes = decide(&office.0, &Actor::Operator, &command, Time(7)).unwrap();
        serde_json::to_string(&changes).unwrap()
    };
    assert_eq!(said(set_password("bob")), r#"[{"change":"password_set","agent":"bob"}]"#);
    assert_eq!(
        said(Command::RemoveAgent { agent: id("bob") }),
        r#"[{"change":"agent_removed","agent":"bob","at_ms":7}]"#
    );
    assert_eq!(
        said(grant("bob", "support", Rights::LISTEN)),
        r#"[{"change":"rights_changed","agent":"bob","team":"support","#.to_owned()
            + r#""rights":["answer","listen"]}]"#
    );
    assert_eq!(
        said(login("bob", None)),
        r#"[{"change":"agent_changed","agent":"bob","patch":{"login":null}}]"#
    );
}

#[test]
fn a_refused_change_names_the_agent() {
    let office = Office::with_people();
    let refusal = office.refuses(grant("zoe", "support", Rights::ANSWER));
    assert_eq!(refusal.field(), Some("agent"));
    assert_eq!(refusal.to_string(), "There is no agent `zoe`.");
    let signed_out = Change::SignedOut { agent: id("bob") };
    let command = Command::SignOut { agent: id("bob") };
    assert_eq!(decide(&office.0, &Actor::Server, &command, NOW), Ok(vec![signed_out]));
}
