//! Waiting for a team: places, estimates, agents who take the next, overflow, opening hours.

use std::time::{SystemTime, UNIX_EPOCH};

use loadtest::person::{Agent, Customer, Place};
use loadtest::signal::SignalError;
use loadtest::sound::Sound;
use loadtest::token::Claims;
use serde_json::{Value, json};

use crate::PATIENCE;
use crate::cast::Cast;
use crate::ears::{self, hears, hears_music};
use crate::house::House;

async fn customer(place: &Place, id: &str, tone: u32) -> Customer {
    Customer::arrives(place, id, Sound::tone(tone)).await.unwrap()
}

/// A team with some settings of its own, and two more.
fn support(settings: &str) -> String {
    let more = ["billing", "sales"].map(|id| format!("[[team]]\nid = \"{id}\"\nname = \"{id}\"\n"));
    let support = format!("[[team]]\nid = \"support\"\nname = \"Support\"\n{settings}\n");
    more.concat() + &support
}

/// Waits until a customer has been told of this place. Gives the notice.
async fn is_told_place(customer: &Customer, position: u64) -> Value {
    let told = customer.signal().unwrap().until("a place in the queue", PATIENCE, |known| {
        let told = known.notices.iter().filter(|notice| notice.kind == "queue_position");
        let mut told = told.map(|notice| Value::Object(notice.details.clone()));
        told.find(|details| details["position"] == position)
    });
    told.await.unwrap()
}

/// What else a refusal carries.
fn details(refused: loadtest::person::PersonError) -> (String, Value) {
    let loadtest::person::PersonError::Signal(SignalError::Refused(failure)) = refused else {
        panic!("no refusal: {refused:?}");
    };
    (failure.code, Value::Object(failure.details))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_told_its_place_and_about_how_long_and_again_when_it_gets_better() {
    let house = House::opens().await;
    let place = &house.place;
    let bob = Agent::arrives(place, "bob", &["support"], Sound::tone(ears::BOB)).await.unwrap();
    let first = customer(place, "first", ears::CAROL).await;
    first.calls("support").await.unwrap();
    bob.accepts().await.unwrap();

    let (alice, zoe) =
        (customer(place, "alice", ears::ALICE).await, customer(place, "zoe", ears::DAVE).await);
    alice.calls("support").await.unwrap();
    is_told_place(&alice, 1).await;
    zoe.calls("support").await.unwrap();
    let told = is_told_place(&zoe, 2).await;
    let estimate = told["estimated_wait_ms"].as_u64().unwrap();
    assert!(estimate > 0 && estimate.is_multiple_of(60_000), "{told}");
    let view = zoe.sees("the wait", |view| view.wait.is_some()).await.unwrap();
    let wait = view.wait.unwrap();
    assert_eq!((wait.position, wait.estimated_wait_ms), (2, Some(estimate)));
    hears_music(&zoe).await;

    // The one before goes: everybody moves up.
    alice.leaves().await.unwrap();
    let told = is_told_place(&zoe, 1).await;
    assert!(told["estimated_wait_ms"].as_u64().unwrap() <= estimate, "{told}");
    zoe.sees("the better place", |view| view.wait.is_some_and(|wait| wait.position == 1))
        .await
        .unwrap();
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_of_a_team_that_is_not_rung_take_the_next_themselves_the_urgent_first() {
    let house = House::opens_with(&support("delivery = \"pull\"")).await;
    let place = &house.place;
    let bob = Agent::arrives(place, "bob", &["support"], Sound::tone(ears::BOB)).await.unwrap();
    let alice = customer(place, "alice", ears::ALICE).await;
    let urgent = Claims::customer("vip").with("priority", json!(5));
    let vip = Customer::arrives_with(place, "vip", urgent, Sound::tone(ears::DAVE)).await.unwrap();
    alice.calls("support").await.unwrap();
    let call = vip.calls("support").await.unwrap();
    let waiting = bob.signal().unwrap().until("two who wait", PATIENCE, |known| {
        let desk = known.desk.as_ref()?;
        desk.teams.iter().find(|team| team.id == "support" && team.waiting == 2).map(drop)
    });
    waiting.await.unwrap();
    assert!(bob.view().is_none(), "nobody is rung");

    assert_eq!(bob.gets_next("support").await.unwrap(), call);
    vip.sees_phase("connected").await.unwrap();
    tokio::join!(hears(&vip, &[ears::BOB]), hears(&bob, &[ears::DAVE]), hears_music(&alice));

    let busy = bob.gets_next("support").await.unwrap_err();
    assert_eq!(busy.code(), Some("already_in_conversation"));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_from_an_empty_queue_or_from_somebody_elses() {
    let house = House::opens().await;
    let sound = Sound::tone(ears::BOB);
    let bob = Agent::arrives(&house.place, "bob", &["support"], sound).await.unwrap();
    for (team, code) in
        [("support", "queue_empty"), ("billing", "not_permitted"), ("nowhere", "unknown_target")]
    {
        let refused = bob.gets_next(team).await.unwrap_err();
        assert_eq!(refused.code(), Some(code), "{team}");
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_to_a_queue_lets_the_two_talk_until_the_agent_leaves() {
    let house = House::opens().await;
    let Cast { alice, bob, carol } = Cast::connected(&house.place).await;
    carol.takes_a_break().await.unwrap();
    bob.invites_with(json!({"target": {"queue": "billing"}, "hold": "never"})).await.unwrap();
    alice.sees_phase("ringing").await.unwrap();
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));

    bob.leaves().await.unwrap();
    let view = alice.sees_phase("waiting").await.unwrap();
    assert_eq!(view.owner, json!({"queue": "billing"}));
    is_told_place(&alice, 1).await;
    hears_music(&alice).await;

    carol.gets_ready().await.unwrap();
    carol.accepts().await.unwrap();
    alice.sees_phase("connected").await.unwrap();
    tokio::join!(hears(&alice, &[ears::CAROL]), hears(&carol, &[ears::ALICE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_takes_nobody_until_somebody_goes() {
    let house = House::opens_with(&support("max_waiting = 1\noverflow = \"refuse\"")).await;
    let place = &house.place;
    let (alice, zoe) =
        (customer(place, "alice", ears::ALICE).await, customer(place, "zoe", ears::DAVE).await);
    alice.calls("support").await.unwrap();
    let (code, details) = details(zoe.calls("support").await.unwrap_err());
    assert_eq!(code, "queue_full");
    assert!(details["retry_after_ms"].as_u64().unwrap() > 0, "{details}");
    alice.leaves().await.unwrap();
    zoe.calls("support").await.unwrap();
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_much_for_one_team_waits_for_another() {
    let settings = "max_waiting = 1\noverflow = \"team\"\noverflow_team = \"sales\"";
    let house = House::opens_with(&support(settings)).await;
    let place = &house.place;
    let (alice, zoe) =
        (customer(place, "alice", ears::ALICE).await, customer(place, "zoe", ears::DAVE).await);
    for (who, team) in [(&alice, "support"), (&zoe, "sales")] {
        who.calls("support").await.unwrap();
        assert_eq!(who.view().unwrap().team.as_deref(), Some(team));
    }
    house.closes().await;
}

/// Hours of every day, in UTC, that the present moment is at least five hours away from.
fn other_hours() -> (&'static str, u64) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let hour = now / 3_600 % 24;
    if hour < 12 { ("18:00-20:00", 18) } else { ("05:00-07:00", 5) }
}

#[tokio::test(flavor = "multi_thread")]
async fn out_of_hours_a_caller_is_told_when_to_call_again() {
    let (hours, opens) = other_hours();
    let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let days = days.map(|day| format!("{day} = [\"{hours}\"]\n")).concat();
    let hours = format!("[team.hours]\nzone = \"UTC\"\n{days}");
    let house = House::opens_with(&support(&hours)).await;
    let alice = customer(&house.place, "alice", ears::ALICE).await;
    let (code, details) = details(alice.calls("support").await.unwrap_err());
    assert_eq!(code, "closed");
    let opens_at = details["opens_at_ms"].as_u64().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
    assert!((now..now + 86_400_000).contains(&opens_at), "{opens_at} from {now}");
    assert_eq!(opens_at % 86_400_000, opens * 3_600_000);
    alice.calls("billing").await.unwrap();
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn out_of_hours_another_team_may_stand_in() {
    let never = "closed = \"team\"\nclosed_team = \"sales\"\n[team.hours]\nzone = \"UTC\"";
    let house = House::opens_with(&support(never)).await;
    let alice = customer(&house.place, "alice", ears::ALICE).await;
    alice.calls("support").await.unwrap();
    assert_eq!(alice.view().unwrap().team.as_deref(), Some("sales"));
    house.closes().await;
}
