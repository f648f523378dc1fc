//! The network under a call changes while people talk: another port of a NAT, another way to the
//! server. No page notices, nobody negotiates anything, and within a second both are heard again.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use loadtest::peer::{Leg, LegSettings};
use loadtest::person::Customer;
use loadtest::sound::Sound;
use serde_json::json;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;

use crate::attacker::Attacker;
use crate::cast::Cast;
use crate::ears::{self, hears};
use crate::house::House;

/// From the last packet that got through to the first that gets through again.
const HEARD_AGAIN: Duration = Duration::from_secs(1);

/// What is looked at after a move.
const AFTERWARDS: Duration = Duration::from_secs(3);

/// Waits, then says how long the longest silence since a moment was, and how many packets came.
async fn silence_since(moved: Instant, leg: &Leg) -> (Duration, usize) {
    tokio::time::sleep_until((moved + AFTERWARDS).into()).await;
    let end = Instant::now();
    let packets = leg.packets_since(moved);
    let times: Vec<Instant> = packets.iter().map(|packet| packet.at).chain([end]).collect();
    let mut last = moved;
    let mut longest = Duration::ZERO;
    for at in &times {
        longest = longest.max(at.saturating_duration_since(last));
        last = *at;
    }
    (longest, packets.len())
}

/// Both ends of a call are heard again within a second of a move, and stay so.
async fn both_are_heard_again(what: &str, moved: Instant, one: &Leg, other: &Leg) {
    let (at_one, at_other) = tokio::join!(silence_since(moved, one), silence_since(moved, other));
    println!("{what}: silent for {:?} and {:?}", at_one.0, at_other.0);
    for (silence, packets) in [at_one, at_other] {
        assert!(silence < HEARD_AGAIN, "{what}: {silence:?}");
        // Fifty a second, but for the second in which it had to be heard again.
        assert!(packets >= 90, "{what}: {packets} packets in {AFTERWARDS:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_moves_mid_sentence_is_heard_again_within_a_second() {
    let house = House::opens().await;
    let Cast { alice, bob, carol: _carol } = Cast::connected(&house.place).await;
    tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    let (at_alice, at_bob) = (alice.leg().unwrap(), bob.leg().unwrap());
    for (what, mover) in [("the customer", at_alice), ("the agent", at_bob), ("again", at_alice)] {
        let before = mover.address();
        let moved = Instant::now();
        assert_ne!(mover.moves().await.unwrap(), before);
        both_are_heard_again(what, moved, at_alice, at_bob).await;
        tokio::join!(hears(&alice, &[ears::BOB]), hears(&bob, &[ears::ALICE]));
    }
    // It is the same call: nobody was lost, one stream went on.
    assert_eq!(alice.view().unwrap().phase, "connected");
    assert_eq!(house.counters().legs_lost, 0);
    for leg in [at_alice, at_bob] {
        let reception = leg.status().reception;
        assert_eq!((reception.identity_changes, reception.timestamp_regressions), (0, 0));
    }
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_recorded_a_call_cannot_take_it_over_by_playing_it_back() {
    let house = House::opens().await;
    let Cast { alice, bob, carol: _carol } = Cast::connected(&house.place).await;
    let (nat, leg) = behind_a_nat(&house, &alice).await;
    hears(&bob, &[ears::DAVE]).await;
    assert!(leg.listens(30).await.hears(ears::BOB));

    // Everything so far, handshake and checks included, from an address of the stranger's own.
    let stranger = Attacker::at(house.media()).await;
    let recorded = nat.recorded();
    assert!(recorded.len() > 50, "{} datagrams recorded", recorded.len());
    for datagram in &recorded {
        stranger.sends(datagram).await;
    }
    stranger.is_ignored().await;

    // And while the customer changes its port, which is the moment to be taken for it.
    let at_bob = bob.leg().unwrap();
    let doubled = at_bob.status().reception.duplicated;
    let moved = Instant::now();
    nat.changes_its_port().await;
    let plays_back = async {
        for datagram in recorded.iter().cycle() {
            if moved.elapsed() > AFTERWARDS {
                break;
            }
            stranger.sends(datagram).await;
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::join!(both_are_heard_again("behind a NAT", moved, &leg, at_bob), plays_back);
    stranger.is_ignored().await;
    assert_eq!(at_bob.status().reception.duplicated, doubled, "nothing was heard twice");
    hears(&bob, &[ears::DAVE]).await;
    house.closes().await;
}

/// Gives a customer in a call a leg that goes through a NAT, with a voice of its own.
async fn behind_a_nat(house: &House, alice: &Customer) -> (Nat, Leg) {
    let leg = house.place.engine.leg(&LegSettings::default()).unwrap();
    let nat = Nat::before(house.media()).await;
    let connect = json!({"name": "connect_leg", "sdp": leg.offer()});
    let answer = alice.requests(connect).await.unwrap();
    let answer = answer["sdp"].as_str().unwrap();
    // The page believes the NAT's inside to be the server.
    let (server, inside) = (house.media().port(), nat.inside.port());
    leg.takes(&answer.replace(&format!(" {server} "), &format!(" {inside} "))).await.unwrap();
    leg.connects(house.place.patience).await.unwrap();
    leg.speaks(Sound::tone(ears::DAVE)).unwrap();
    (nat, leg)
}

/// What a page is behind. It can give the page another port outside, and somebody has recorded what
/// went through it.
struct Nat {
    inside: SocketAddr,
    recorded: Arc<Mutex<Vec<Vec<u8>>>>,
    change: mpsc::Sender<UdpSocket>,
}

impl Nat {
    async fn before(server: SocketAddr) -> Self {
        let inside = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let outside = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (change, changes) = mpsc::channel(1);
        let recorded = Arc::default();
        let nat = Self { inside: inside.local_addr().unwrap(), recorded, change };
        let tape = Arc::clone(&nat.recorded);
        tokio::spawn(translates(server, inside, outside, changes, tape));
        nat
    }

    fn recorded(&self) -> Vec<Vec<u8>> {
        self.recorded.lock().unwrap().clone()
    }

    async fn changes_its_port(&self) {
        let fresh = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        self.change.send(fresh).await.unwrap();
    }
}

/// Translates until the NAT is dropped.
async fn translates(
    server: SocketAddr,
    inside: UdpSocket,
    mut outside: UdpSocket,
    mut changes: mpsc::Receiver<UdpSocket>,
    recorder: Arc<Mutex<Vec<Vec<u8>>>>,
) {
    let (mut upward, mut downward) = ([0; 2048], [0; 2048]);
    let mut page = None;
    loop {
        tokio::select! {
            Ok((len, from)) = inside.recv_from(&mut upward) => {
                page = Some(from);
                recorder.lock().unwrap().push(upward[..len].to_vec());
                outside.send_to(&upward[..len], server).await.unwrap();
            }
            Ok(len) = outside.recv(&mut downward) => {
                if let Some(page) = page {
                    inside.send_to(&downward[..len], page).await.unwrap();
                }
            }
            fresh = changes.recv() => match fresh {
                Some(fresh) => outside = fresh,
                None => return,
            },
        }
    }
}
