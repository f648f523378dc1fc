//! Attacks on where a leg is: replays, races and moves. The attacker here is somebody who sees what
//! a victim sends; the victim is a participant in a call, driven by hand.

use std::time::{Duration, Instant};

use crate::attack::peer::{Line, RawPeer, Stranger};
use crate::attack::{AttackError, Played, Stage};
use crate::person::Customer;
use crate::sound::{FRAME, Sound};

/// Within this time a leg that moved is heard again, and hears.
const FOLLOWED: Duration = Duration::from_secs(1);
/// How long a move is waited for to learn how long it takes.
const FOLLOWED_AT_LAST: Duration = Duration::from_secs(20);
/// What a looser machine may add to a bound on loopback.
const LEEWAY: Duration = Duration::from_millis(250);

/// A victim in a call with a friend, who talks.
async fn in_a_call(stage: &Stage, talks: bool) -> Result<(RawPeer, Customer), AttackError> {
    let name = stage.victim();
    let mut peer = RawPeer::signs_in(&stage.place, &name).await?;
    peer.offers().await?;
    peer.wire().talks(talks);
    peer.connects().await?;
    let friend = Customer::arrives(&stage.place, &name, Sound::tone(700)).await?;
    let (called, accepted) = tokio::join!(friend.calls(&name), peer.accepts_one());
    called?;
    accepted?;
    hears(&peer.wire().line(), Duration::from_secs(5)).await?;
    Ok((peer, friend))
}

/// Waits for sound on a socket; says how long it took.
async fn hears(line: &Line, bound: Duration) -> Result<Duration, AttackError> {
    let began = Instant::now();
    let before = line.sound();
    while line.sound() < before + 3 {
        if began.elapsed() > bound {
            return Err(AttackError::InVain("sound"));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(began.elapsed())
}

fn nothing_overheard(attackers: &[Stranger]) -> Result<(), AttackError> {
    let sound: u64 = attackers.iter().map(|attacker| attacker.overhears().sound).sum();
    if sound == 0 {
        return Ok(());
    }
    Err(AttackError::Harm(format!("the attacker got {sound} packets of somebody's sound")))
}

/// One valid check, replayed from twenty thousand ports.
pub(super) async fn replayed_check(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let (server, _) = peer.wire().server()?;
    let check = peer.wire().check(true)?;
    peer.wire().sends(&check).await?;
    let mut pace = stage.pace(4_000, Duration::from_mins(1));
    let mut sent = 0;
    while sent < u64::from(stage.count(20_000)) && pace.goes_on().await {
        Stranger::appears().await?.sends(server, &check).await?;
        sent += 1;
    }
    Ok(Played::by(peer, sent))
}

/// A fresh valid check from each of hundreds of ports: a client that is everywhere.
pub(super) async fn many_addresses(stage: &Stage) -> Result<Played, AttackError> {
    let peer = stage.peer().await?;
    let (server, _) = peer.wire().server()?;
    let mut pace = stage.flood(200);
    let mut sent = 0;
    while pace.goes_on().await {
        let check = peer.wire().check(false)?;
        Stranger::appears().await?.sends(server, &check).await?;
        sent += 1;
    }
    Ok(Played::by(peer, sent))
}

/// Old nominations, replayed while the client is silent: the sound stays where it is.
pub(super) async fn replay_in_silence(stage: &Stage) -> Result<Played, AttackError> {
    let (peer, friend) = in_a_call(stage, false).await?;
    let wire = peer.wire();
    let (server, _) = wire.server()?;
    let mut recorded = Vec::new();
    for _ in 0..20 {
        let check = wire.check(true)?;
        wire.sends(&check).await?;
        recorded.push(check);
    }
    wire.checks(false);
    let attackers = [Stranger::appears().await?, Stranger::appears().await?];
    let line = wire.line();
    let before = line.sound();
    // Longer than the silence after which one fresh nomination is enough.
    let silence = Duration::from_secs(5);
    let began = Instant::now();
    let mut sent = 0;
    while began.elapsed() < silence {
        for attacker in &attackers {
            attacker.sends(server, &recorded[sent % recorded.len()]).await?;
            sent += 1;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    nothing_overheard(&attackers)?;
    let heard = line.sound() - before;
    wire.checks(true);
    if heard < 200 {
        return Err(AttackError::Harm(format!("the victim heard only {heard} packets in 5 s")));
    }
    Ok(Played::by(peer, sent as u64).with(friend))
}

/// Every packet of the victim's, replayed at once from other addresses: not one packet of sound.
pub(super) async fn replayed_sound(stage: &Stage) -> Result<Played, AttackError> {
    let (peer, friend) = in_a_call(stage, true).await?;
    let wire = peer.wire();
    let (server, _) = wire.server()?;
    wire.talks(false);
    wire.checks(false);
    let attackers = [Stranger::appears().await?, Stranger::appears().await?];
    let mut frames = tokio::time::interval(FRAME);
    let count = (stage.lasting.as_millis() / FRAME.as_millis()) as u64;
    for frame in 0..count {
        frames.tick().await;
        let mut own = vec![wire.protects(&wire.next_sound())?];
        if frame % 25 == 0 {
            own.push(wire.check(true)?);
        }
        for datagram in &own {
            wire.sends(datagram).await?;
        }
        for attacker in &attackers {
            for datagram in &own {
                attacker.sends(server, datagram).await?;
            }
        }
    }
    nothing_overheard(&attackers)?;
    wire.talks(true);
    wire.checks(true);
    hears(&wire.line(), FOLLOWED)
        .await
        .map_err(|_| AttackError::Harm("the victim is not sent its sound any more".to_owned()))?;
    Ok(Played::by(peer, count * 2).with(friend))
}

/// The attacker's copy of every packet comes first. Who is on the path and always first may get
/// the (encrypted) sound; but it is the victim's again as soon as the race is over.
pub(super) async fn copy_first(stage: &Stage) -> Result<Played, AttackError> {
    let (peer, friend) = in_a_call(stage, true).await?;
    let wire = peer.wire();
    let (server, _) = wire.server()?;
    wire.talks(false);
    wire.checks(false);
    let attacker = Stranger::appears().await?;
    let mut frames = tokio::time::interval(FRAME);
    let count = (stage.lasting.as_millis() / FRAME.as_millis()) as u64;
    for frame in 0..count {
        frames.tick().await;
        let datagram =
            if frame % 25 == 0 { wire.check(true)? } else { wire.protects(&wire.next_sound())? };
        attacker.sends(server, &datagram).await?;
        wire.sends(&datagram).await?;
    }
    let got = attacker.overhears().sound;
    wire.talks(true);
    wire.checks(true);
    let back = hears(&wire.line(), FOLLOWED_AT_LAST).await;
    let back = back.map_err(|_| AttackError::Harm("the sound never came back".to_owned()))?;
    if back > FOLLOWED + LEEWAY {
        return Err(AttackError::Harm(format!("the sound came back only after {back:?}")));
    }
    let back = back.as_millis();
    let note = format!("back in {back} ms; of {count} races the attacker got {got} packets");
    Ok(Played::by(peer, count).with(friend).noting(note))
}

/// The copy comes first from before the leg is connected; then the race is over.
pub(super) async fn copy_first_joining(stage: &Stage) -> Result<Played, AttackError> {
    let mut peer = RawPeer::signs_in(&stage.place, &stage.name("joiner")).await?;
    peer.offers().await?;
    let wire = peer.wire();
    let (server, _) = wire.server()?;
    wire.checks(false);
    let attacker = Stranger::appears().await?;
    for _ in 0..20 {
        let check = wire.check(true)?;
        attacker.sends(server, &check).await?;
        wire.sends(&check).await?;
        tokio::time::sleep(FRAME).await;
    }
    wire.checks(true);
    let again = peer.connects().await;
    again.map_err(|error| AttackError::Harm(format!("the race over, still no leg: {error}")))?;
    Ok(Played::by(peer, 20))
}

/// A client that changes its address in the middle of a word, and says nothing about it.
pub(super) async fn honest_move(stage: &Stage) -> Result<Played, AttackError> {
    moved(stage, false).await
}

/// A client that changes its address and sends checks from the new one, as browsers do.
pub(super) async fn honest_move_with_checks(stage: &Stage) -> Result<Played, AttackError> {
    moved(stage, true).await
}

async fn moved(stage: &Stage, checks: bool) -> Result<Played, AttackError> {
    let (peer, friend) = in_a_call(stage, true).await?;
    let wire = peer.wire();
    wire.checks(checks);
    let mut longest = Duration::ZERO;
    for _ in 0..3 {
        let heard = |friend: &Customer| Ok::<_, AttackError>(friend.leg()?.status().reception);
        let before = heard(&friend)?.packets;
        let _old = wire.moves().await?;
        let took = hears(&wire.line(), FOLLOWED_AT_LAST).await;
        let took = took.map_err(|_| AttackError::Harm("the move was never followed".to_owned()))?;
        longest = longest.max(took);
        if heard(&friend)?.packets < before + 3 {
            let news = |status: &crate::peer::LegStatus| status.reception.packets >= before + 3;
            friend
                .leg()
                .map_err(AttackError::from)?
                .until("the moved voice", FOLLOWED, news)
                .await
                .map_err(|_| AttackError::Harm("the moved voice was not heard".to_owned()))?;
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    wire.checks(true);
    if longest > FOLLOWED + LEEWAY {
        return Err(AttackError::Harm(format!("a move was followed only after {longest:?}")));
    }
    Ok(Played::by(peer, 3)
        .with(friend)
        .noting(format!("followed within {} ms", longest.as_millis())))
}

/// A participant's checks for its own leg, from the address of somebody else's: nothing is taken
/// from the one who was there first.
pub(super) async fn foreign_address(stage: &Stage) -> Result<Played, AttackError> {
    let (victim, friend) = in_a_call(stage, true).await?;
    let mut thief = RawPeer::signs_in(&stage.place, &stage.name("thief")).await?;
    thief.offers().await?;
    thief.wire().checks(false);
    let mut pace = stage.flood(200);
    let mut sent = 0;
    while pace.goes_on().await {
        victim.wire().sends(&thief.wire().check(true)?).await?;
        sent += 1;
    }
    hears(&victim.wire().line(), FOLLOWED)
        .await
        .map_err(|_| AttackError::Harm("the victim's address was taken from it".to_owned()))?;
    Ok(Played::by(victim, sent).with(friend))
}
