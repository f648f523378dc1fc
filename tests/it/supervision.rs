//! Supervisors over real sockets: who hears whom, who knows of whom, and what the audit says.

use std::collections::BTreeSet;

use loadtest::person::{Agent, Person, Place};
use loadtest::sound::Sound;
use loadtest::token::Claims;
use serde_json::{Value, json};

use crate::cast::{ALICE, BOB, Cast};
use crate::ears::{self, hears, hears_music, hears_nothing};
use crate::house::House;

const DAVE: &str = "agent:dave";

/// An agent of no team's calls, with a right to both teams of the cast.
async fn supervisor(place: &Place, right: &str) -> Agent {
    let rights = json!({"support": {right: true}, "billing": {right: true}});
    let claims = Claims::agent("dave", &[]).with("teams", rights);
    Agent::arrives_with(place, "dave", claims, Sound::tone(ears::DAVE)).await.unwrap()
}

async fn asks(who: &Agent, name: &str, conversation: &str, more: Value) {
    asked(who, name, conversation, more).await.unwrap();
}

/// The code a supervisor's command is refused with.
async fn refused(who: &Agent, name: &str, conversation: &str, more: Value) -> String {
    asked(who, name, conversation, more).await.unwrap_err().code().unwrap().to_owned()
}

async fn asked(
    who: &Agent,
    name: &str,
    conversation: &str,
    more: Value,
) -> Result<Value, loadtest::person::PersonError> {
    let mut command = json!({"name": name, "conversation": conversation});
    command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    who.requests(command).await
}

/// Everything the server has told this person about the call.
fn told(person: &Person) -> (u64, usize, usize) {
    let known = person.signal().unwrap().known();
    let version = known.views.values().map(|view| view.version).max();
    (version.unwrap(), known.notices.len(), known.errors.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monitor_hears_everybody_and_nobody_notices() {
    let house = House::opens().await;
    let Cast { alice, bob, carol: _carol } = Cast::connected(&house.place).await;
    let dave = supervisor(&house.place, "listen").await;
    let ongoing = dave.requests(json!({"name": "list_ongoing"})).await.unwrap();
    let call = ongoing["ongoing"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(ongoing["more"], json!(false));

    let before = (told(&alice), told(&bob));
    asks(&dave, "monitor", &call, json!({})).await;
    let view = dave.sees("itself", |view| view.observers.contains(&DAVE.to_owned())).await;
    assert_eq!(view.unwrap().hearing.source, "mix");
    tokio::join!(
        hears(&dave, &[ears::ALICE, ears::BOB]),
        hears(&alice, &[ears::BOB]),
        hears(&bob, &[ears::ALICE])
    );
    assert_eq!((told(&alice), told(&bob)), before);

    // It may listen, and no more.
    for (name, more) in [
        ("coach", json!({"agent": "bob"})),
        ("barge", json!({})),
        ("take_over", json!({})),
        ("transfer_on_behalf", json!({"target": {"agent": "carol"}})),
        ("force_mute", json!({"participant": BOB, "muted": true})),
        ("end_for_all", json!({})),
    ] {
        assert_eq!(refused(&dave, name, &call, more).await, "not_permitted", "{name}");
    }
    asks(&dave, "stop_observing", &call, json!({})).await;
    let gone = dave.signal().unwrap().until("the call gone", house.place.patience, |known| {
        known.gone.contains(&(call.clone(), "left".to_owned())).then_some(())
    });
    gone.await.unwrap();
    hears_nothing(&dave).await;
    assert_eq!((told(&alice), told(&bob)), before);
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_right_to_the_team_nothing_is_heard_or_listed() {
    let house = House::opens().await;
    let Cast { alice: _alice, bob, carol } = Cast::connected(&house.place).await;
    let call = bob.conversation().unwrap();
    let ongoing = carol.requests(json!({"name": "list_ongoing"})).await.unwrap();
    assert_eq!(ongoing, json!({"ongoing": [], "more": false}));
    assert_eq!(refused(&carol, "monitor", &call, json!({})).await, "not_permitted");
    hears_nothing(&carol).await;
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_coaches_barges_and_stays_through_a_transfer() {
    let house = House::opens().await;
    let Cast { alice, bob, carol } = Cast::connected(&house.place).await;
    let dave = supervisor(&house.place, "manage").await;
    let call = bob.conversation().unwrap();

    asks(&dave, "coach", &call, json!({"agent": "bob"})).await;
    assert_eq!(bob.is_told("coach_started").await.unwrap()["by"], DAVE);
    tokio::join!(
        hears(&alice, &[ears::BOB]),
        hears(&bob, &[ears::ALICE, ears::DAVE]),
        hears(&dave, &[ears::ALICE, ears::BOB])
    );
    assert_eq!(alice.view().unwrap().observers, Vec::<String>::new());

    asks(&dave, "barge", &call, json!({})).await;
    alice.sees("the supervisor", |view| view.has_joined(DAVE)).await.unwrap();
    tokio::join!(
        hears(&alice, &[ears::BOB, ears::DAVE]),
        hears(&bob, &[ears::ALICE, ears::DAVE]),
        hears(&dave, &[ears::ALICE, ears::BOB])
    );

    asks(&dave, "monitor", &call, json!({})).await;
    alice.sees("nobody else", |view| view.participant(DAVE).is_none()).await.unwrap();
    bob.invites("carol").await.unwrap();
    carol.accepts().await.unwrap();
    alice.sees_phase("consult").await.unwrap();
    tokio::join!(
        hears_music(&alice),
        hears(&bob, &[ears::CAROL]),
        hears(&dave, &[ears::ALICE, ears::BOB, ears::CAROL])
    );
    bob.leaves().await.unwrap();
    tokio::join!(
        hears(&alice, &[ears::CAROL]),
        hears(&carol, &[ears::ALICE]),
        hears(&dave, &[ears::ALICE, ears::CAROL])
    );

    // Every act stands in the audit, the latest first.
    let acts = house.audit().await;
    // Before them stands what the directory began with.
    let acts: Vec<&str> = acts.iter().filter_map(|line| line["act"].as_str()).collect();
    let known: BTreeSet<&str> = acts.iter().copied().collect();
    assert_eq!(acts[acts.len() - 2..], ["barges", "observes"], "{acts:?}");
    assert_eq!(known, ["barges", "leaves_seat", "observes"].into(), "{acts:?}");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_silences_takes_over_and_ends_the_call_for_all() {
    let house = House::opens().await;
    let Cast { alice, bob, carol: _carol } = Cast::connected(&house.place).await;
    let dave = supervisor(&house.place, "manage").await;
    let call = bob.conversation().unwrap();
    asks(&dave, "monitor", &call, json!({})).await;
    asks(&dave, "force_mute", &call, json!({"participant": ALICE, "muted": true})).await;
    assert_eq!(alice.is_told("force_muted").await.unwrap()["muted"], true);
    tokio::join!(hears_nothing(&bob), hears(&alice, &[ears::BOB]));
    asks(&dave, "force_mute", &call, json!({"participant": ALICE, "muted": false})).await;

    asks(&dave, "take_over", &call, json!({})).await;
    assert_eq!(bob.is_told("taken_over").await.unwrap()["by"], DAVE);
    alice.sees("the new owner", |view| view.owner["agent"] == "dave").await.unwrap();
    tokio::join!(hears(&alice, &[ears::DAVE]), hears(&dave, &[ears::ALICE]), hears_nothing(&bob));

    asks(&dave, "end_for_all", &call, json!({})).await;
    let over = alice.sees("the end", |view| view.ended.is_some()).await.unwrap();
    assert_eq!(over.ended.unwrap().reason, "ended_for_all");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_transfers_in_the_agents_name() {
    let house = House::opens().await;
    let Cast { alice, bob, carol } = Cast::connected(&house.place).await;
    let dave = supervisor(&house.place, "manage").await;
    let call = bob.conversation().unwrap();
    let target = json!({"target": {"agent": "carol"}});
    asks(&dave, "transfer_on_behalf", &call, target).await;
    assert_eq!(bob.is_told("transferred_on_behalf").await.unwrap()["by"], DAVE);
    alice.sees_phase("handed_over").await.unwrap();
    carol.accepts().await.unwrap();
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]), hears_nothing(&bob));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_learns_and_is_heard_by_none() {
    let house = House::opens().await;
    let Cast { alice, bob, carol: _carol } = Cast::connected(&house.place).await;
    let dave = supervisor(&house.place, "listen").await;
    let call = bob.conversation().unwrap();
    asks(&bob, "invite_listener", &call, json!({"agent": "dave"})).await;
    let rung = dave.is_rung().await.unwrap();
    dave.requests(json!({"name": "accept", "conversation": rung.id})).await.unwrap();
    assert_eq!(bob.is_told("listener_joined").await.unwrap()["participant"], DAVE);
    tokio::join!(
        hears(&alice, &[ears::BOB]),
        hears(&bob, &[ears::ALICE]),
        hears(&dave, &[ears::ALICE, ears::BOB])
    );
    bob.removes(DAVE).await.unwrap();
    dave.is_told("observing_ended").await.unwrap();
    hears_nothing(&dave).await;
    house.closes().await;
}
