//! Attacks on the handshake: forged records from the very address of a leg, as somebody on its path
//! can send them, before and after it is connected.

use std::time::Duration;

use crate::attack::craft::dtls::{
    self, CERTIFICATE, CHANGE_CIPHER_SPEC, CLIENT_KEY_EXCHANGE, FINISHED, HANDSHAKE,
};
use crate::attack::dice::Dice;
use crate::attack::peer::{Copies, RawPeer, Wire};
use crate::attack::{AttackError, Played, Stage};

/// How long an honest connection may take after an attack on it was given up.
const JOIN: Duration = Duration::from_secs(5);
/// Content type of what only the keys can make.
const APPLICATION_DATA: u8 = 23;
/// Levels and descriptions of alerts (RFC 5246, section 7.2).
const WARNING: u8 = 1;
const FATAL: u8 = 2;
const CLOSE_NOTIFY: u8 = 0;
const HANDSHAKE_FAILURE: u8 = 40;

/// Everything one may forge without keys, one datagram each.
fn forgeries(dice: &mut Dice) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for epoch in 0..=2 {
        for body in [&[1][..], &[2], &[]] {
            all.push(dtls::record(CHANGE_CIPHER_SPEC, epoch, 1, body));
        }
        all.push(dtls::alert(epoch, 2, FATAL, HANDSHAKE_FAILURE));
        all.push(dtls::alert(epoch, 3, WARNING, CLOSE_NOTIFY));
        all.push(dtls::record(APPLICATION_DATA, epoch, 4, &dice.bytes(64)));
    }
    for (message, kind) in [CERTIFICATE, CLIENT_KEY_EXCHANGE, FINISHED].into_iter().enumerate() {
        all.push(dtls::handshake(kind, message as u16, 5, &dice.bytes(80)));
        all.push(dtls::handshake(kind, 100, 6, &dice.bytes(80)));
    }
    // No content, a header cut off, TLS 1.3's short header, a version that never was.
    all.push(dtls::record(HANDSHAKE, 0, 7, &[]));
    all.push(dtls::record(HANDSHAKE, 0, 8, &[1, 0]));
    all.push(vec![0x2e, 0, 1, 0, 5, 1, 2, 3, 4, 5]);
    all.push(vec![22, 3, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    all
}

/// Sends the same list over and over.
async fn flood(
    stage: &Stage,
    wire: &Wire,
    per_second: u32,
    mut datagram: impl FnMut(u64) -> Vec<u8>,
) -> Result<u64, AttackError> {
    let mut pace = stage.flood(per_second);
    let mut sent = 0;
    while pace.goes_on().await {
        wire.sends(&datagram(sent)).await?;
        sent += 1;
    }
    Ok(sent)
}

/// Messages in fragments of no byte and of one byte, on a leg that is connected.
pub(super) async fn fragments_connected(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let sent = flood(stage, peer.wire(), 1_000, fragment_flood).await?;
    Ok(Played::by(peer, sent))
}

/// The same while the leg is being connected; its page has to offer again afterwards.
pub(super) async fn fragments_joining(stage: &Stage) -> Result<Played, AttackError> {
    flooded_join(stage, 1_000, |_, sent| fragment_flood(sent)).await
}

fn fragment_flood(sent: u64) -> Vec<u8> {
    dtls::fragments(CERTIFICATE, (sent % 100) as u16, (sent % 2) as usize, sent * 48)
}

/// Everything forged at a leg that is connected: it does not even stumble.
pub(super) async fn forgeries_connected(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let all = forgeries(&mut Dice::seeded(11));
    let sent = flood(stage, peer.wire(), 2_000, |sent| all[sent as usize % all.len()].clone());
    let sent = sent.await?;
    Ok(Played::by(peer, sent))
}

/// Everything forged once, before the first word of the handshake: it goes on as if nothing were.
pub(super) async fn forgeries_joining(stage: &Stage) -> Result<Played, AttackError> {
    let mut peer = RawPeer::signs_in(&stage.place, &stage.name("mallory")).await?;
    peer.offers().await?;
    peer.wire().nominates(JOIN).await?;
    let all = forgeries(&mut Dice::seeded(12));
    for datagram in &all {
        peer.wire().sends(datagram).await?;
    }
    peer.wire().greets()?;
    let sent = all.len() as u64;
    peer.wire().is_secured(JOIN).await.map_err(|_| {
        AttackError::Harm(format!("{sent} forged records kept a leg from being connected"))
    })?;
    peer.leg_comes_up(JOIN).await;
    Ok(Played::by(peer, sent))
}

/// A new hello of somebody else's, thousands of times, while the leg is being connected.
pub(super) async fn hellos_joining(stage: &Stage) -> Result<Played, AttackError> {
    flooded_join(stage, 2_000, |dice, _| dtls::client_hello(dice)).await
}

/// A flood at a leg that tries to be connected meanwhile. It may fail: who sends from its address
/// can also cut it off. But then it ends in time, and a new offer works at once.
async fn flooded_join(
    stage: &Stage,
    per_second: u32,
    datagram: fn(&mut Dice, u64) -> Vec<u8>,
) -> Result<Played, AttackError> {
    let mut peer = RawPeer::signs_in(&stage.place, &stage.name("mallory")).await?;
    peer.offers().await?;
    peer.wire().nominates(JOIN).await?;
    peer.wire().sends(&datagram(&mut Dice::seeded(13), 0)).await?;
    peer.wire().greets()?;
    let mut dice = Dice::seeded(14);
    let sent = flood(stage, peer.wire(), per_second, |sent| datagram(&mut dice, sent)).await?;
    let connected = peer.wire().is_secured(Duration::from_millis(10)).await.is_ok();
    peer.offers().await?;
    let again = peer.connects().await;
    again.map_err(|error| AttackError::Harm(format!("no new leg afterwards: {error}")))?;
    let note = if connected { "connected meanwhile" } else { "connected by a new offer" };
    Ok(Played::by(peer, sent).noting(note))
}

/// Every datagram of the handshake followed by three mutated copies.
pub(super) async fn copies_after(stage: &Stage) -> Result<Played, AttackError> {
    let (played, connected, of) = copied_joins(stage, Copies::After).await?;
    if connected < of {
        let harm = format!("{connected} of {of} legs were connected");
        return Err(AttackError::Harm(harm));
    }
    Ok(played)
}

/// Every datagram of the handshake preceded by three mutated copies. Whoever is on the path and
/// always first may keep a leg from being connected, but no more than that.
pub(super) async fn copies_before(stage: &Stage) -> Result<Played, AttackError> {
    let (mut played, connected, of) = copied_joins(stage, Copies::Before).await?;
    let peer = played.peer.as_mut().expect("a play of copies has a peer");
    peer.offers().await?;
    let again = peer.connects().await;
    again.map_err(|error| AttackError::Harm(format!("no new leg afterwards: {error}")))?;
    Ok(played.noting(format!("{connected} of {of} legs were connected meanwhile")))
}

/// Connects one leg after the other.
async fn copied_joins(stage: &Stage, copies: Copies) -> Result<(Played, u32, u32), AttackError> {
    let mut peer = RawPeer::signs_in(&stage.place, &stage.name("mallory")).await?;
    let of = stage.count(10).max(3);
    let (mut connected, mut sent) = (0, 0);
    for _ in 0..of {
        peer.offers().await?;
        peer.wire().copies(copies);
        peer.wire().nominates(JOIN).await?;
        peer.wire().greets()?;
        // One lost to the race does not come back: nothing is gained by waiting long.
        let bound = if copies == Copies::After { JOIN } else { Duration::from_millis(700) };
        let secured = peer.wire().is_secured(bound).await.is_ok();
        connected += u32::from(secured && peer.leg_comes_up(JOIN).await);
        sent += peer.wire().flushed();
    }
    let played = Played::by(peer, sent).noting(format!("{connected} of {of} legs were connected"));
    Ok((played, connected, of))
}

/// A handshake with a certificate that is not the one of the offer.
pub(super) async fn wrong_fingerprint(stage: &Stage) -> Result<Played, AttackError> {
    let mut peer = RawPeer::signs_in(&stage.place, &stage.name("mallory")).await?;
    let real = peer.fingerprint().to_owned();
    let (first, rest) = real.split_at(2);
    let other = if first == "00" { "01" } else { "00" };
    let wrong = format!("{other}{rest}");
    peer.offers_with(|offer| offer.replace(&real, &wrong)).await?;
    peer.wire().nominates(JOIN).await?;
    peer.wire().greets()?;
    if peer.leg_comes_up(Duration::from_secs(2)).await {
        return Err(AttackError::Harm("a leg with a foreign certificate was taken".to_owned()));
    }
    let sent = peer.wire().flushed();
    Ok(Played::by(peer, sent))
}
