//! The operator's page: every figure on it is documented, and every documented figure is on it.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use loadtest::person::{Agent, Customer};
use loadtest::sound::Sound;
use loadtest::token::Claims;
use serde_json::json;

use crate::cast::Cast;
use crate::chat_page::Page;
use crate::ears;
use crate::house::House;
use crate::raw::{self, Raw};

/// A figure that is no whole number.
async fn figure(house: &House, name: &str) -> f64 {
    let page = house.metrics().await;
    let value = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    value.unwrap_or_else(|| panic!("{name} in\n{page}")).parse().unwrap()
}

/// The status with which a request without a body is answered.
async fn status(address: SocketAddr, method: &str, path: &str) -> u16 {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!("{method} {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut response = String::new();
    socket.read_to_string(&mut response).await.unwrap();
    response.split(' ').nth(1).unwrap().parse().unwrap()
}

/// The names in the table of `docs/operations.md`, without their labels.
fn documented() -> BTreeSet<String> {
    let text = include_str!("../../docs/operations.md");
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    let first_cells = rows.filter_map(|row| row.split('|').nth(1));
    let names = first_cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    let names = names.filter(|name| name.starts_with("trefoil_") || name.starts_with("process_"));
    names.map(|name| name.split('{').next().unwrap_or(name).to_owned()).collect()
}

/// The names of the page, from its `# TYPE` lines; each has a help text of its own.
fn shown(page: &str) -> BTreeSet<String> {
    let types = page.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    types
        .map(|line| {
            let (name, kind) = line.split_once(' ').unwrap();
            let help = page.lines().find(|line| line.starts_with(&format!("# HELP {name} ")));
            assert!(help.is_some_and(|help| help.len() > name.len() + 12), "help for {name}");
            if kind == "counter" { format!("{name}_total") } else { name.to_owned() }
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_and_the_operators_manual_name_the_same_figures() {
    let house = House::opens().await;
    let _cast = Cast::connected(&house.place).await;
    // Something of every kind is refused once.
    let mut mallory = Raw::signs_in(&house.place, &Claims::customer("mallory")).await;
    mallory.says(&json!({"type": "strange"})).await;
    assert_eq!(mallory.is_scolded().await, "unknown_type");
    let refused = mallory.is_refused(json!({"name": "leave", "conversation": "c1"})).await;
    assert_eq!(refused, "not_a_participant");

    let page = house.metrics().await;
    assert_eq!(shown(&page), documented());
    for line in [
        "trefoil_conversations_started_total 1",
        "trefoil_conversations_ended_total{reason=\"completed\"} 0",
        "trefoil_refusals_total{code=\"not_a_participant\"} 1",
        "trefoil_wire_errors_out_total{code=\"unknown_type\"} 1",
        "trefoil_limits_hit_total{limit=\"calls_per_person\"} 0",
    ] {
        assert!(page.lines().any(|shown| shown == line), "{line} in\n{page}");
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_process_says_what_it_costs() {
    let house = House::opens().await;
    let before = figure(&house, "process_cpu_seconds_total").await;
    let _cast = Cast::connected(&house.place).await;
    let after = figure(&house, "process_cpu_seconds_total").await;
    assert!(after > before, "three handshakes cost something: {before} {after}");

    let memory = house.metric("process_resident_memory_bytes").await;
    assert!(memory > 5_000_000, "{memory}");
    let threads = house.metric("process_threads").await;
    assert!(threads >= 2, "{threads}");
    let files = house.metric("process_open_fds").await;
    assert!(files >= 6, "{files}");
    let started = figure(&house, "process_start_time_seconds").await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    assert!((Duration::from_hours(24).as_secs_f64()..).contains(&started), "{started}");
    assert!(started < now.as_secs_f64() + 1.0, "{started}");
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operators_listener_is_read_only() {
    let house = House::opens().await;
    for (method, path) in
        [("POST", "/metrics"), ("DELETE", "/metrics"), ("PUT", "/readyz"), ("POST", "/healthz")]
    {
        assert_eq!(status(house.admin(), method, path).await, 405, "{method} {path}");
    }
    for path in ["/", "/v1/ws", "/v1/demo/token", "/desk/"] {
        assert_eq!(raw::get(house.admin(), path).await.unwrap().0, 404, "{path}");
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_in_chats_is_counted_and_what_is_refused_there() {
    let house = House::opens().await;
    let (alice, bob) = tokio::join!(
        Customer::arrives(&house.place, "alice", Sound::tone(ears::ALICE)),
        Agent::arrives(&house.place, "bob", &["support"], Sound::tone(ears::BOB)),
    );
    let (alice, bob) = (alice.unwrap(), bob.unwrap());
    let command = json!({"name": "call", "team": "support", "medium": "chat"});
    let id = alice.requests(command).await.unwrap()["conversation"].as_str().unwrap().to_owned();
    bob.accepts().await.unwrap();
    let (mut hers, mut his) = (Page::opens(&alice, &id).await, Page::opens(&bob, &id).await);
    hers.writes_all(0..3).await;
    let note = json!({"type": "send", "conversation": id, "id": "n", "text": "a liar",
        "audience": "agents"});
    his.says(&note);
    his.hears_of("ack").await;
    hers.says(&note);
    assert_eq!(hers.hears_of("refused").await["error"]["code"], "not_permitted");
    let page = house.metrics().await;
    for line in [
        "trefoil_chat_channels 2",
        "trefoil_chat_messages_total{audience=\"everyone\"} 3",
        "trefoil_chat_messages_total{audience=\"agents\"} 1",
        "trefoil_chat_refusals_total{code=\"not_permitted\"} 1",
        "trefoil_chat_refusals_total{code=\"not_owner\"} 0",
        "trefoil_chat_slow_readers_total 0",
    ] {
        assert!(page.lines().any(|shown| shown == line), "{line} in\n{page}");
    }
    house.closes().await;
}
