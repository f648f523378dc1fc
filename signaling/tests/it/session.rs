use std::time::Duration;

use call_core::{Command, ConversationId, HoldWhen, Medium, Notice, OnFailure, Target};
use serde_json::json;
use signaling::protocol::{Answer, Fault, Resume, ServerMessage};
use signaling::session::{Frame, Incoming};
use signaling::{Limits, Opening, SessionId, ToDriver, WireCommand};
use tokio::time::{Instant, advance, timeout};

use crate::support::{Rig, alice, bob, hello, request, team};

#[tokio::test(start_paused = true)]
async fn hello_opens_a_session_and_the_driver_welcomes() {
    let mut rig = Rig::new();
    rig.sends(&hello(&bob()));
    let ToDriver::Opened(opening) = rig.driver_hears().await else {
        panic!("opened comes first");
    };
    let Opening { session, person, source: _, resume, mut welcome, outbox } = *opening;
    assert_eq!((person, resume), (bob(), None));
    welcome.cursor = 42;
    outbox.send(ServerMessage::Welcome(welcome));
    assert_eq!(
        rig.message().await,
        json!({
            "type": "welcome", "protocol": 1, "server": "trefoil/test",
            "session": session.to_string(), "cursor": 42, "resumed": false,
            "leg": "down",
            "person": {"id": "agent:bob", "role": "agent", "name": "Bob", "teams": ["support"]},
            "ping_interval_ms": 5000,
            "limits": {"message_bytes": 65536, "requests_per_s": 20},
        })
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_to_resume_is_passed_on_with_its_cursor() {
    let mut rig = Rig::new();
    let session = SessionId::random();
    let mut message = hello(&bob());
    message["resume"] = json!({"session": session.to_string(), "cursor": 7});
    rig.sends(&message);
    let ToDriver::Opened(opening) = rig.driver_hears().await else { panic!("opened") };
    assert_eq!(opening.resume, Some(Resume { session, cursor: 7 }));
}

#[tokio::test(start_paused = true)]
async fn a_request_reaches_the_driver_and_its_answer_the_client() {
    let mut rig = Rig::new();
    let (session, outbox) = rig.opens(&bob()).await;
    rig.sends(&request(
        7,
        &json!({"name": "invite", "conversation": "c1", "target": {"agent": "carol"},
                "note": "billing\u{0} question "}),
    ));
    let ToDriver::Request { session: from, id, command } = rig.driver_hears().await else {
        panic!("a request");
    };
    assert_eq!((from, id), (session, 7));
    assert_eq!(
        command,
        WireCommand::Core(Command::Invite {
            conversation: ConversationId(1),
            target: Target::Agent("carol".parse().unwrap()),
            hold: HoldWhen::OnAnswer,
            on_failure: OnFailure::Resume,
            note: Some("billing question".to_owned()),
        })
    );
    let offer = "o3".parse().unwrap();
    outbox.send(ServerMessage::Answer { id: 7, result: Answer::Invite { offer } });
    assert_eq!(rig.message().await, json!({"type": "answer", "id": 7, "result": {"offer": "o3"}}));
}

#[tokio::test(start_paused = true)]
async fn everything_the_driver_sends_arrives_in_order() {
    let mut rig = Rig::new();
    let (_, outbox) = rig.opens(&bob()).await;
    for cursor in 1..=100 {
        let notice = Notice::CustomerLost { conversation: ConversationId(cursor) };
        outbox.send(ServerMessage::Notice { cursor, notice });
    }
    for cursor in 1..=100 {
        assert_eq!(rig.message().await["cursor"], cursor);
    }
    // Let the writer count the last one.
    tokio::task::yield_now().await;
    assert_eq!(outbox.outstanding_bytes(), 0);
}

#[tokio::test(start_paused = true)]
async fn the_socket_going_tells_the_driver_at_once() {
    let mut rig = Rig::new();
    let (session, outbox) = rig.opens(&bob()).await;
    let before = Instant::now();
    rig.socket = None;
    let ToDriver::Closed { session: closed } = rig.driver_hears().await else { panic!("closed") };
    assert_eq!((closed, before.elapsed()), (session, Duration::ZERO));
    timeout(Duration::from_secs(5), &mut rig.session).await.unwrap().unwrap();
    assert!(outbox.is_closed());
    assert_eq!(rig.counters.snapshot().sessions_open, 0);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_cut_off_still_tells_the_driver() {
    let mut rig = Rig::new();
    let (session, _) = rig.opens(&bob()).await;
    rig.session.abort();
    let ToDriver::Closed { session: closed } = rig.driver_hears().await else { panic!("closed") };
    assert_eq!(closed, session);
}

#[tokio::test(start_paused = true)]
async fn closed_arrives_even_when_the_drivers_inbox_is_full() {
    let mut rig = Rig::with_inbox(Limits::default(), 1);
    let (session, _) = rig.opens(&bob()).await;
    rig.sends(&request(1, &json!({"name": "disconnect_leg"})));
    rig.sends(&request(2, &json!({"name": "disconnect_leg"})));
    assert_eq!(rig.code().await, "overloaded");
    rig.socket = None;
    timeout(Duration::from_secs(5), &mut rig.session).await.unwrap().unwrap();
    assert_eq!(rig.driver_hears_request().await.0, 1);
    let ToDriver::Closed { session: closed } = rig.driver_hears().await else { panic!("closed") };
    assert_eq!(closed, session);
}

#[tokio::test(start_paused = true)]
async fn a_second_hello_elsewhere_supersedes() {
    let mut rig = Rig::new();
    let (_, outbox) = rig.opens(&bob()).await;
    outbox.close(Fault::Superseded);
    // What comes after the end goes nowhere.
    outbox.send(ServerMessage::Pong {});
    outbox.close(Fault::ShuttingDown);
    rig.ends_with("superseded", 4409).await;
    assert!(matches!(rig.driver_hears().await, ToDriver::Closed { .. }));
}

#[tokio::test(start_paused = true)]
async fn what_was_queued_before_a_close_is_still_written() {
    let mut rig = Rig::new();
    let (_, outbox) = rig.opens(&alice()).await;
    outbox.send(ServerMessage::Pong {});
    outbox.close(Fault::ShuttingDown);
    assert_eq!(rig.message().await, json!({"type": "pong"}));
    rig.ends_with("shutting_down", 1012).await;
}

#[tokio::test(start_paused = true)]
async fn a_driver_that_is_gone_means_shutting_down() {
    let mut rig = Rig::new();
    rig.driver.close();
    rig.sends(&hello(&bob()));
    rig.ends_with("shutting_down", 1012).await;
}

#[tokio::test(start_paused = true)]
async fn a_ping_is_answered() {
    let mut rig = Rig::new();
    rig.opens(&alice()).await;
    rig.sends(&json!({"type": "ping"}));
    assert_eq!(rig.message().await, json!({"type": "pong"}));
}

#[tokio::test(start_paused = true)]
async fn the_server_pings_and_a_pong_keeps_the_session() {
    let mut rig = Rig::new();
    rig.opens(&alice()).await;
    for _ in 0..20 {
        advance(Duration::from_secs(5)).await;
        assert_eq!(rig.written.recv().await, Some(Frame::Ping));
        rig.sends_frame(Incoming::Pong);
        tokio::task::yield_now().await;
    }
    assert!(!rig.session.is_finished());
}

#[tokio::test(start_paused = true)]
async fn silence_ends_the_session_after_fifteen_seconds() {
    let mut rig = Rig::new();
    rig.opens(&alice()).await;
    let before = Instant::now();
    rig.ends_with("timed_out", 1008).await;
    assert_eq!(before.elapsed(), Duration::from_secs(15));
}

#[tokio::test(start_paused = true)]
async fn a_team_call_is_asked_for_by_customers() {
    let mut rig = Rig::new();
    rig.opens(&alice()).await;
    rig.sends(&request(0, &json!({"name": "call", "team": "support"})));
    let (id, command) = rig.driver_hears_request().await;
    assert_eq!(id, 0);
    let (team, medium) = (team("support"), Medium::Voice);
    assert_eq!(command, WireCommand::Core(Command::Call { team, medium }));
}

#[tokio::test(start_paused = true)]
async fn the_driver_hears_of_an_end_before_the_last_words_are_out() {
    let mut rig = Rig::new();
    let (session, outbox) = rig.opens(&bob()).await;
    // Nobody reads: the last words take their whole second, the news takes none.
    outbox.send(ServerMessage::Pong {});
    outbox.close(Fault::Superseded);
    let before = Instant::now();
    let ToDriver::Closed { session: closed } = rig.driver_hears().await else { panic!("closed") };
    assert_eq!((closed, before.elapsed()), (session, Duration::ZERO));
}
