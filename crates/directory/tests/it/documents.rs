//! The whole directory as one document.

use call_core::Time;
use directory::{Actor, Command, Directory, Document, Format, Password, ProblemCode, Rights, plan};
use serde_json::json;

use crate::people::{NOW, Office, agent, change_team, create, grant, id, team, team_id};

const SHOP: &str = r#"
version = 1

[[team]]
id = "support"
name = "Support"
when_closed = "team:night"
hours = { zone = "Europe/Berlin", weekly = ["mon-fri 09:00-17:00"], exceptions = [] }

[[team]]
id = "night"
name = "Night shift"
delivery = "pull"

[[channel]]
id = "web"
name = "The shop's page"
medium = "voice"
team = "support"
texts = { greeting = "Welcome" }

[[agent]]
id = "olga"
name = "Olga Owner"
login = "olga@example.org"
owner = true

[[agent]]
id = "bob"
name = "Bob Baker"
teams = { support = ["answer"], night = ["answer", "listen"] }
"#;

fn shop() -> Document {
    Document::parse(SHOP, Format::Toml).unwrap()
}

fn import(office: &mut Office, document: &Document) -> Vec<String> {
    let plan = plan(&office.0, document, &Actor::Operator, NOW).unwrap();
    for change in &plan.changes {
        office.0.apply(change);
    }
    assert_eq!(&Document::of(&office.0), document, "afterwards it is as the document says");
    plan.to_string().lines().map(str::to_owned).collect()
}

#[test]
fn an_empty_directory_is_filled_from_a_document() {
    let mut office = Office::default();
    assert_eq!(
        import(&mut office, &shop()),
        [
            "+ team night: Night shift",
            "+ team support: Support",
            "+ channel web: The shop's page",
            "+ agent bob: Bob Baker",
            "~ agent bob: answer,listen in night",
            "~ agent bob: answer in support",
            "+ agent olga: Olga Owner",
            "~ agent olga: owner",
        ]
    );
    assert!(plan(&office.0, &shop(), &Actor::Operator, NOW).unwrap().is_empty());
}

#[test]
fn only_what_is_different_changes() {
    let mut office = Office::default();
    import(&mut office, &shop());
    let hash = Password::presented("kept as it is").hash([1; 16]);
    office.allows(Command::SetPassword { agent: id("olga"), hash: hash.clone() });
    office.allows(create("carol", None));
    office.allows(Command::CreateTeam { team: team("old") });
    office.allows(grant("bob", "old", Rights::ANSWER));
    office.allows(grant("bob", "night", Rights::MANAGE));
    office.allows(change_team("support", &json!({ "when_closed": "team:old", "priority": 4 })));
    assert_eq!(
        import(&mut office, &shop()),
        [
            "~ team support: when_closed, priority",
            "- agent carol",
            "~ agent bob: answer,listen in night",
            "~ agent bob: not in old",
            "- team old",
        ]
    );
    assert_eq!(office.agent("olga").password, Some(hash), "passwords are not the document's");
    assert!(!office.agent("carol").is_active());
}

#[test]
fn somebody_who_was_removed_comes_back_with_a_document() {
    let mut office = Office::default();
    import(&mut office, &shop());
    office.allows(Command::RemoveAgent { agent: id("bob") });
    let lines = import(&mut office, &shop());
    assert_eq!(lines[0], "+ agent bob: restored");
    assert!(office.agent("bob").is_active());
}

#[test]
fn login_names_may_be_exchanged() {
    let mut office = Office::default();
    for name in ["ann", "ben", "cas"] {
        office.allows(create(name, Some(name)));
    }
    let mut text = Document::of(&office.0).write(Format::Json);
    for (from, to) in [("ann", "*"), ("ben", "ann"), ("*", "ben")] {
        let login = |name: &str| format!("\"login\": \"{name}\"");
        text = text.replace(&login(from), &login(to));
    }
    let exchanged = Document::parse(&text, Format::Json).unwrap();
    import(&mut office, &exchanged);
    assert_eq!(office.0.by_login(&"ann".parse().unwrap()).unwrap().id, id("ben"));
    assert_eq!(office.0.by_login(&"ben".parse().unwrap()).unwrap().id, id("ann"));
}

#[test]
fn a_password_goes_with_its_login_name() {
    let mut office = Office::with_people();
    let hash = Password::presented("of no use any more").hash([1; 16]);
    office.allows(Command::SetPassword { agent: id("bob"), hash });
    let text = Document::of(&office.0).to_string().replace("login = \"bob\"\n", "");
    let lines = import(&mut office, &Document::parse(&text, Format::Toml).unwrap());
    assert_eq!(lines, ["~ agent bob: no password", "~ agent bob: login"]);
    assert!(office.agent("bob").password.is_none());
}

#[test]
fn who_has_very_much_wrong_begins_with_the_first_hundred() {
    let teams = vec![json!({ "name": "without an id" }); 500];
    let document = json!({ "version": 1, "team": teams }).to_string();
    let problems = Document::parse(&document, Format::Json).unwrap_err();
    assert_eq!(problems.iter().count(), 100);
}

#[test]
fn the_same_document_is_written_in_both_formats() {
    let document = Document::of(&Office::with_people().0);
    for format in [Format::Toml, Format::Json] {
        assert_eq!(Document::parse(&document.write(format), format).as_ref(), Ok(&document));
    }
    let toml = document.to_string();
    assert!(toml.starts_with("version = 1\n\n[[team]]\nid = \"sales\"\n"), "{toml}");
    assert!(toml.contains("[[agent]]\nid = \"bob\"\nname = \"bob\"\nlogin = \"bob\"\n"), "{toml}");
    // One right or exception a line, so that version control shows what changed.
    assert!(toml.contains("[agent.teams]\nsupport = [\n    \"answer\",\n]\n"), "{toml}");
}

#[test]
fn a_document_holds_no_password_and_nobody_who_left() {
    let mut office = Office::with_people();
    let hash = Password::presented("not for the document").hash([1; 16]);
    office.allows(Command::SetPassword { agent: id("bob"), hash });
    office.allows(Command::RemoveAgent { agent: id("mia") });
    let text = Document::of(&office.0).to_string();
    assert!(!text.contains("argon2") && !text.contains("mia") && !text.contains("removed"));
}

#[test]
fn everything_wrong_with_a_document_is_said_at_once() {
    let text = r#"
        version = 2
        teams = []
        [[team]]
        id = "a"
        name = "A"
        when_nobody = "team:b"
        [[team]]
        id = "b"
        name = "B"
        when_closed = "team:a"
        hours = { zone = "UTC", weekly = "always" }
        [[team]]
        id = "b"
        name = "B again"
        [[channel]]
        id = "web"
        name = "Web"
        medium = "voice"
        team = "gone"
        [[agent]]
        id = "x"
        name = "X"
        login = "same"
        teams = { a = ["answer"], z = ["answer"] }
        [[agent]]
        id = "y"
        name = "Y"
        login = "SAME"
        removed_at_ms = 5
        password = "secret"
        [[agent]]
        name = "nobody"
    "#;
    let problems = Document::parse(text, Format::Toml).unwrap_err();
    let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "version: 2 is not a whole number from 1 to 1",
            "team b: hours.weekly: is a text, it has to be a list",
            "agent y: password: does not exist; there are id, name, login, owner, teams, \
             removed_at_ms",
            "agent[2].id: is missing",
            "teams: does not exist; there are version, team, channel, agent",
            "agent y: leave removed agents out of the document",
            "team b: is there twice",
            "channel web: team: there is no team `gone`",
            "agent x: teams.z: there is no team `z`",
            "agent y: login: `same` is the login name of `x` too",
        ]
    );
}

#[test]
fn a_team_with_something_wrong_is_not_unknown_to_those_who_name_it() {
    let document = json!({
        "version": 1,
        "team": [{ "id": "support" }],
        "agent": [{ "id": "bob", "name": "Bob", "teams": { "support": ["answer"] } }],
    });
    let problems = Document::parse(&document.to_string(), Format::Json).unwrap_err();
    let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["team support: name: is missing"]);
}

#[test]
fn a_circle_in_a_document_is_found() {
    let team =
        |id: &str, to: &str| json!({ "id": id, "name": id, "when_closed": format!("team:{to}") });
    let teams = [team("a", "b"), team("b", "a"), team("before", "a")];
    let document = json!({ "version": 1, "team": teams }).to_string();
    let problems = Document::parse(&document, Format::Json).unwrap_err();
    let found: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(found, ["team a: when_closed", "team b: when_closed"]);
    assert!(problems.iter().all(|problem| problem.code == ProblemCode::StandInCircle));
}

#[test]
fn what_cannot_be_read_says_where() {
    for (text, format) in [("version = ", Format::Toml), ("{\"version\": }", Format::Json)] {
        let problems = Document::parse(text, format).unwrap_err();
        let problem = problems.iter().next().unwrap();
        assert_eq!(problem.code, ProblemCode::Unreadable);
        assert!(problem.message.contains("line 1"), "{problem}");
    }
    let nested = "[".repeat(100_000);
    assert!(Document::parse(&nested, Format::Json).is_err());
    assert!(Document::parse(&format!("a = {nested}"), Format::Toml).is_err());
    assert!(Document::parse(&" ".repeat(20_000_000), Format::Toml).is_err());
}

#[test]
fn only_an_owner_imports_and_neither_itself_nor_the_last_owner_away() {
    let office = Office::with_people();
    let codes = |document: &Document, name: &str| {
        let problems = plan(&office.0, document, &agent(name), NOW).unwrap_err();
        problems.iter().map(|problem| problem.code).collect::<Vec<_>>()
    };
    let mut without = office.clone();
    without.allows(Command::GrantOwner { agent: id("mia") });
    without.allows(Command::RemoveAgent { agent: id("olga") });
    assert_eq!(codes(&Document::of(&without.0), "olga"), [ProblemCode::TargetIsSelf]);
    assert_eq!(codes(&Document::of(&office.0), "mia"), [ProblemCode::NotPermitted]);
    let empty = Document::of(&Directory::default());
    assert_eq!(codes(&empty, "olga"), [ProblemCode::LastOwner, ProblemCode::TargetIsSelf]);
    assert!(plan(&Directory::default(), &empty, &Actor::Operator, Time(0)).unwrap().is_empty());
    assert!(office.0.team(&team_id("support")).is_some());
}

#[test]
fn the_readmes_document_is_one() {
    let readme = include_str!("../../README.md");
    let (_, after) = readme.split_once("```toml\n").unwrap();
    let (text, _) = after.split_once("```").unwrap();
    let document = Document::parse(text, Format::Toml).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(document.directory().teams().len(), 2);
}
