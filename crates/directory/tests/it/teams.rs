use directory::{ChannelPatch, Command, Refusal};
use serde_json::json;

use crate::people::{Office, change_team, channel_id, team, team_id, widget};

#[test]
fn a_team_changes_field_by_field() {
    let mut office = Office::with_people();
    office.allows(change_team(
        "support",
        &json!({
            "ringing": "all_at_once", "delivery": "pull", "wrap_up_s": 45, "priority": 3,
            "overflow": { "max_waiting": 5, "max_wait_s": 300, "then": "team:sales" },
        }),
    ));
    let support = office.team("support");
    assert_eq!(support.name.as_str(), "support");
    assert_eq!(support.wrap_up.unwrap().duration().as_secs(), 45);
    assert_eq!(support.overflow.then.stand_in(), Some(&team_id("sales")));
    office.allows(change_team("support", &json!({ "wrap_up_s": null })));
    assert_eq!(office.team("support").wrap_up, None);
    office.changes_nothing(change_team("support", &json!({ "delivery": "pull" })));
}

#[test]
fn nobody_is_sent_in_a_circle() {
    let mut office = Office::with_people();
    let itself = office.refuses(change_team("sales", &json!({ "when_nobody": "team:sales" })));
    assert_eq!((itself.code(), itself.field()), ("stand_in_circle", Some("when_nobody")));
    office.allows(change_team("support", &json!({ "when_closed": "team:sales" })));
    let back = json!({ "overflow": { "then": "team:support" } });
    let circle = office.refuses(change_team("sales", &back));
    let sales = team_id("sales");
    assert_eq!(circle, Refusal::StandInCircle { team: sales, field: "overflow.then" });
    let mut third = team("third");
    third.when_closed = "team:support".parse().unwrap();
    office.allows(Command::CreateTeam { team: third });
    let longer = office.refuses(change_team("sales", &json!({ "when_nobody": "team:third" })));
    assert_eq!(longer.code(), "stand_in_circle");
}

#[test]
fn a_team_that_stands_in_exists() {
    let office = Office::with_people();
    let unknown = office.refuses(change_team("sales", &json!({ "when_closed": "team:night" })));
    assert_eq!((unknown.code(), unknown.field()), ("unknown_team", Some("when_closed")));
    let mut third = team("third");
    third.when_nobody = "team:third".parse().unwrap();
    assert_eq!(office.refuses(Command::CreateTeam { team: third }).code(), "stand_in_circle");
}

#[test]
fn a_team_goes_when_nothing_names_it_and_its_members_with_it() {
    let mut office = Office::with_people();
    office.allows(change_team("sales", &json!({ "when_closed": "team:support" })));
    let remove = Command::RemoveTeam { team: team_id("support") };
    let refusal = office.refuses(remove.clone());
    assert_eq!(
        refusal.to_string(),
        "The team `support` is named by channel web: team, team sales: when_closed."
    );
    office.allows(change_team("sales", &json!({ "when_closed": "queue" })));
    office.allows(Command::RemoveChannel { channel: channel_id("web") });
    office.allows(remove.clone());
    assert!(office.agent("bob").teams.is_empty() && office.agent("mia").teams.is_empty());
    assert_eq!(office.refuses(remove).code(), "unknown_team");
}

#[test]
fn a_channel_leads_to_a_team() {
    let mut office = Office::with_people();
    let lost = Command::CreateChannel { channel: widget("app", "nowhere") };
    assert_eq!(office.refuses(lost).code(), "unknown_team");
    assert_eq!(
        office.refuses(Command::CreateChannel { channel: widget("web", "sales") }).code(),
        "id_taken"
    );
    let to = |team: &str| Command::ChangeChannel {
        channel: channel_id("web"),
        patch: ChannelPatch::from_json(&json!({ "team": team })).unwrap(),
    };
    office.allows(to("sales"));
    assert_eq!(office.refuses(to("nowhere")).field(), Some("team"));
    let closed = |then: &str| Command::ChangeChannel {
        channel: channel_id("web"),
        patch: ChannelPatch::from_json(&json!({ "when_closed": then })).unwrap(),
    };
    assert_eq!(office.refuses(closed("team:nowhere")).field(), Some("when_closed"));
    office.allows(closed("team:support"));
    let in_use = office.refuses(Command::RemoveTeam { team: team_id("support") }).to_string();
    assert_eq!(in_use, "The team `support` is named by channel web: when_closed.");
    office.changes_nothing(to("sales"));
}

#[test]
fn a_channels_texts_and_priority_win_over_its_teams() {
    let mut office = Office::with_people();
    let texts = json!({ "greeting": "Hello", "closed": "We open at {opens_at}." });
    office.allows(change_team("support", &json!({ "priority": 2, "texts": texts })));
    let web = office.0.channel(&channel_id("web")).unwrap().clone();
    let patch = json!({ "priority": 0, "texts": { "greeting": "Welcome to the shop" } });
    let patch = ChannelPatch::from_json(&patch).unwrap();
    office.allows(Command::ChangeChannel { channel: web.id, patch });
    let web = office.0.channel(&channel_id("web")).unwrap();
    assert_eq!(web.priority, Some(0));
    let texts = office.0.texts_of(web);
    assert_eq!(texts.greeting.unwrap().as_str(), "Welcome to the shop");
    assert_eq!(texts.closed.unwrap().as_str(), "We open at {opens_at}.");
}
