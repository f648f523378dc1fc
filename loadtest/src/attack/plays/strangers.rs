//! Attacks by people with sockets and nothing else, while others come in at the door.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::attack::craft::sdp::Credentials;
use crate::attack::craft::{dtls, stun};
use crate::attack::dice::Dice;
use crate::attack::peer::Stranger;
use crate::attack::{AttackError, Played, Stage};
use crate::person::Customer;
use crate::sound::Sound;

/// A flood that accompanies something else ends with it, or at last after this.
const LONGEST: Duration = Duration::from_mins(2);
/// Ports that a flood of hellos comes from.
const PORTS: usize = 1_000;
/// People who come in during a flood, each of them several times.
const NEWCOMERS: u32 = 20;
/// How many of them do so at the same time.
const AT_A_TIME: usize = 4;

/// Hellos of strangers, from a thousand ports.
pub(super) async fn hello_flood(stage: &Stage) -> Result<Played, AttackError> {
    let strangers = appear(PORTS).await?;
    let sent = AtomicU64::new(0);
    set_ups_during(stage, &sent, pour(stage, &strangers, 5_000, &hellos(), &sent)).await
}

/// Ten thousand datagrams a second that are no protocol's.
pub(super) async fn malformed_flood(stage: &Stage) -> Result<Played, AttackError> {
    let strangers = appear(50).await?;
    let sent = AtomicU64::new(0);
    set_ups_during(stage, &sent, pour(stage, &strangers, 10_000, &malformed(), &sent)).await
}

/// Both at once.
pub(super) async fn hellos_and_malformed(stage: &Stage) -> Result<Played, AttackError> {
    let (greeting, noisy) = tokio::try_join!(appear(PORTS), appear(50))?;
    let sent = AtomicU64::new(0);
    let (hellos, malformed) = (hellos(), malformed());
    let both = async {
        tokio::try_join!(
            pour(stage, &greeting, 5_000, &hellos, &sent),
            pour(stage, &noisy, 10_000, &malformed, &sent),
        )
        .map(drop)
    };
    set_ups_during(stage, &sent, both).await
}

/// Checks that are wrong in every way, at a leg whose names are known, from strangers and from the
/// leg's own address.
pub(super) async fn wrong_checks(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let (server, right) = peer.wire().server()?;
    let nobody = Credentials { fragment: "nobody".to_owned(), password: right.password.clone() };
    let guess = Credentials { password: "0123456789abcdef01234567".to_owned(), ..right.clone() };
    let mut dice = Dice::seeded(23);
    let valid = peer.wire().check(true)?;
    let mut wrong = Vec::new();
    for _ in 0..64 {
        wrong.push(stun::check(&nobody, "mine", true));
        wrong.push(stun::check(&guess, "mine", true));
        wrong.push(dice.mutated(&valid));
        let cut = dice.below(valid.len() as u64) as usize;
        wrong.push(valid[..cut].to_vec());
        // A response and an indication, which an ICE-lite server never asked for.
        for class in [[0x01, 0x01], [0x01, 0x11], [0x00, 0x11]] {
            let mut other = valid.clone();
            other[..2].copy_from_slice(&class);
            wrong.push(other);
        }
    }
    let strangers = appear(16).await?;
    let mut pace = stage.flood(15_000);
    let mut sent = 0;
    while pace.goes_on().await {
        let datagram = &wrong[sent % wrong.len()];
        if sent % 2 == 0 {
            peer.wire().sends(datagram).await?;
        } else {
            strangers[sent / 2 % strangers.len()].sends(server, datagram).await?;
        }
        sent += 1;
    }
    Ok(Played::by(peer, sent as u64))
}

async fn appear(count: usize) -> Result<Vec<Stranger>, AttackError> {
    let mut strangers = Vec::with_capacity(count);
    for _ in 0..count {
        strangers.push(Stranger::appears().await?);
    }
    Ok(strangers)
}

fn hellos() -> Vec<Vec<u8>> {
    let mut dice = Dice::seeded(21);
    (0..256).map(|_| dtls::client_hello(&mut dice)).collect()
}

fn malformed() -> Vec<Vec<u8>> {
    let mut dice = Dice::seeded(22);
    let noise = |_| {
        let length = dice.below(1200) as usize;
        let mut datagram = dice.bytes(length);
        // RFC 7983: the first byte tells STUN, DTLS, RTP and what is none of them apart.
        if let Some(first) = datagram.first_mut() {
            *first = [0, 1, 20, 22, 23, 63, 64, 128, 144, 191, 255][dice.below(11) as usize];
        }
        datagram
    };
    (0..256).map(noise).collect()
}

/// Sends prepared datagrams in turn, from everybody in turn, to every port in turn.
async fn pour(
    stage: &Stage,
    from: &[Stranger],
    per_second: u32,
    datagrams: &[Vec<u8>],
    sent: &AtomicU64,
) -> Result<(), AttackError> {
    let mut pace = stage.pace(per_second, LONGEST);
    let mut turn = 0;
    while pace.goes_on().await {
        let to = stage.media[turn % stage.media.len()];
        from[turn % from.len()].sends(to, &datagrams[turn % datagrams.len()]).await?;
        turn += 1;
        sent.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Lets people come in during a flood: all of them have to be connected.
async fn set_ups_during(
    stage: &Stage,
    sent: &AtomicU64,
    flood: impl Future<Output = Result<(), AttackError>>,
) -> Result<Played, AttackError> {
    let mut newcomers = Vec::new();
    let tone = Sound::tone(300);
    for _ in 0..stage.count(NEWCOMERS).max(2) {
        let name = stage.name("newcomer");
        newcomers.push(Customer::arrives(&stage.place, &name, tone.clone()).await?);
    }
    let each = stage.count(200).div_ceil(newcomers.len() as u32);
    let of = each * newcomers.len() as u32;
    let mut done = Vec::new();
    let mut failure = None;
    let all = async {
        for group in newcomers.chunks_mut(AT_A_TIME) {
            let coming = group.iter_mut().map(|newcomer| comes_in(newcomer, each));
            for (times, failed) in futures_util::future::join_all(coming).await {
                done.extend(times);
                failure = failure.take().or(failed);
            }
        }
    };
    tokio::select! {
        () = all => {}
        poured = flood => poured?,
    }
    done.sort_unstable();
    let succeeded = done.len();
    if succeeded < of as usize {
        let why = failure.map_or_else(|| "too slow".to_owned(), |failure| failure.chain());
        return Err(AttackError::Harm(format!("{succeeded} of {of} set-ups succeeded: {why}")));
    }
    let (median, slowest) = (done[succeeded / 2], done[succeeded - 1]);
    let note = format!(
        "{succeeded} of {of} set-ups in {} ms each, {} ms at most",
        median.as_millis(),
        slowest.as_millis()
    );
    Ok(Played { sent: sent.load(Ordering::Relaxed), people: newcomers, note, ..Played::default() })
}

/// Makes a leg several times; says how long each took, and what went wrong first.
async fn comes_in(newcomer: &mut Customer, times: u32) -> (Vec<Duration>, Option<AttackError>) {
    let mut took = Vec::new();
    let mut failure = None;
    for _ in 0..times {
        let began = Instant::now();
        match newcomer.connects_leg().await {
            Ok(()) => took.push(began.elapsed()),
            Err(error) => failure = failure.or(Some(error.into())),
        }
    }
    (took, failure)
}
