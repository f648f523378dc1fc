//! What a customer is told by ear: its place and that it is not forgotten, amid the music and with
//! nothing encoded for it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use loadtest::person::{Agent, Customer, Person, Place};
use loadtest::sound::{Bytes, Sound};

use crate::PATIENCE;
use crate::cast::Cast;
use crate::ears::{self, hears, ogg_packets};
use crate::house::{Folder, House};

const MUSIC: &[u8] = include_bytes!("../../assets/hold-music.opus");
const PLEASE_WAIT: &[u8] = include_bytes!("../../assets/please-wait.opus");
const FIRST: &[u8] = include_bytes!("../../assets/place-1.opus");
const SECOND: &[u8] = include_bytes!("../../assets/place-2.opus");

/// What a listener's buffer bridges at worst.
const LONGEST_GAP: Duration = Duration::from_millis(60);

async fn customer(place: &Place, id: &str, tone: u32) -> Customer {
    Customer::arrives(place, id, Sound::tone(tone)).await.unwrap()
}

/// What somebody has heard since a moment, in the order of the stream.
fn heard(person: &Person, from: Instant) -> Vec<Bytes> {
    let mut packets = person.leg().unwrap().packets_since(from);
    packets.sort_by_key(|packet| packet.sequence);
    packets.into_iter().map(|packet| packet.payload).collect()
}

/// Where one run of packets begins in another.
fn place_of(wanted: &[Bytes], heard: &[Bytes]) -> Option<usize> {
    heard.windows(wanted.len()).position(|window| window == wanted)
}

/// Waits until somebody has heard a clip whole, in the middle of music that goes on with the packet
/// it was interrupted at. Gives how many packets of music came before it.
async fn is_told(person: &Person, from: Instant, clip: &[u8]) -> usize {
    let (music, clip) = (ogg_packets(MUSIC), ogg_packets(clip));
    let amid = || {
        let heard = heard(person, from);
        let begins = place_of(&clip, &heard)?;
        let after = heard.get(begins + clip.len()..)?.first_chunk::<10>()?;
        Some((heard[..begins].to_vec(), after.clone()))
    };
    let leg = person.leg().unwrap();
    let told = leg.until("the clip, and music after it", PATIENCE, |_| amid().is_some()).await;
    told.unwrap_or_else(|error| panic!("{}: {error}", person.id()));
    let (before, after) = amid().unwrap();
    let last = before.last().and_then(|packet| place_of(std::slice::from_ref(packet), &music));
    let last = last.expect("music before it");
    let resumed = place_of(&after, &music).expect("music after it, packet by packet");
    assert_eq!(resumed, (last + 1) % music.len(), "the music goes on where it was");
    before.iter().rev().take_while(|packet| music.contains(packet)).count()
}

/// No packet was left out of the stream, and none came late: unless the server was too late for a
/// beat of its own, which only happens on a machine that is too busy.
fn has_no_gap(person: &Person, from: Instant, house: &House) {
    let status = person.leg().unwrap().status().reception;
    let counters = house.counters();
    let busy = counters.skipped_beats + counters.late_beats > 0;
    assert_eq!((status.lost, status.timestamp_regressions, status.identity_changes), (0, 0, 0));
    let packets = person.leg().unwrap().packets_since(from);
    let steps = packets.windows(2).filter(|pair| {
        pair[1].timestamp.wrapping_sub(pair[0].timestamp) != 960
            || pair[1].sequence != pair[0].sequence + 1
    });
    assert!(steps.count() == 0 || busy, "{counters:?}");
    let longest = packets.windows(2).map(|pair| pair[1].at - pair[0].at).max().unwrap();
    println!("{}: longest gap {longest:?} in {} packets", person.id(), packets.len());
    assert!(longest <= LONGEST_GAP || busy, "{longest:?}, {counters:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_hears_its_place_amid_the_music_and_again_when_it_gets_better() {
    let house = House::opens().await;
    let place = &house.place;
    let bob = Agent::arrives(place, "bob", &["support"], Sound::tone(ears::BOB)).await.unwrap();
    let first = customer(place, "first", ears::CAROL).await;
    first.calls("support").await.unwrap();
    bob.accepts().await.unwrap();
    let (alice, zoe) =
        (customer(place, "alice", ears::ALICE).await, customer(place, "zoe", ears::DAVE).await);
    alice.calls("support").await.unwrap();

    let calls = Instant::now();
    zoe.calls("support").await.unwrap();
    let music = is_told(&zoe, calls, SECOND).await;
    assert!(music >= 20, "first of all there was music: {music} packets");
    has_no_gap(&zoe, calls, &house);

    // The one before goes: a note less.
    let moves_up = Instant::now();
    zoe.listens_for(5).await.unwrap();
    alice.leaves().await.unwrap();
    is_told(&zoe, moves_up, FIRST).await;
    has_no_gap(&zoe, moves_up, &house);
    assert_eq!(place_of(&ogg_packets(SECOND), &heard(&zoe, moves_up)), None, "old news");

    let counters = house.counters();
    assert_eq!(counters.announced, 3, "alice once, zoe twice: {counters:?}");
    assert_eq!((counters.decoded_frames, counters.encoded_frames), (0, 0));

    // And nothing of it when somebody is there.
    first.leaves().await.unwrap();
    bob.finishes_wrap_up().await.unwrap();
    bob.accepts().await.unwrap();
    tokio::join!(hears(&zoe, &[ears::BOB]), hears(&bob, &[ears::DAVE]));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_whose_only_agent_is_lost_is_asked_to_hold_the_line() {
    let house = House::opens().await;
    let Cast { alice, mut bob, carol: _carol } = Cast::connected(&house.place).await;
    hears(&alice, &[ears::BOB]).await;
    let killed = Instant::now();
    bob.vanishes();
    is_told(&alice, killed, PLEASE_WAIT).await;
    bob.comes_back().await.unwrap();
    hears(&alice, &[ears::BOB]).await;
    let counters = house.counters();
    assert_eq!((counters.decoded_frames, counters.encoded_frames), (0, 0));
    house.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_handed_over_is_asked_to_hold_the_line_and_whoever_is_on_hold_is_not() {
    let house = House::opens().await;
    let Cast { alice, bob, carol } = Cast::consult(&house.place).await;
    // On hold: music, and no more to be said when the target goes.
    carol.leaves().await.unwrap();
    alice.sees_phase("connected").await.unwrap();
    assert_eq!(house.counters().announced, 0);
    carol.finishes_wrap_up().await.unwrap();
    bob.invites("carol").await.unwrap();
    alice.sees_phase("ringing").await.unwrap();
    let leaves = Instant::now();
    bob.leaves().await.unwrap();
    is_told(&alice, leaves, PLEASE_WAIT).await;
    house.closes().await;
}

/// A WAV file of a second of a tone: 16 bits, one channel.
fn wav(folder: &Folder, hertz: u32, rate: u32) -> PathBuf {
    let step = std::f64::consts::TAU * f64::from(hertz) / f64::from(rate);
    let samples = (0..rate).map(|n| ((step * f64::from(n)).sin() * 3_000.0) as i16);
    let data: Vec<u8> = samples.flat_map(i16::to_le_bytes).collect();
    let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    file.extend(rate.to_le_bytes());
    file.extend((2 * rate).to_le_bytes());
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend((data.len() as u32).to_le_bytes());
    file.extend(data);
    let path = folder.path().join(format!("{hertz}.wav"));
    std::fs::write(&path, file).unwrap();
    path
}

/// Listens, 160 ms at a time, until one tone is heard without another.
async fn comes_to_hear(person: &Person, tone: u32, without: u32) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let window = person.listens_for(8).await.unwrap();
        if window.hears(tone) && !window.hears(without) {
            return;
        }
        assert!(Instant::now() < deadline, "{} should hear {tone} Hz alone", person.id());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operators_own_files_are_heard_in_place_of_the_shipped_ones() {
    let folder = Folder::fresh();
    let [music, next, welcome] =
        [(600, 44_100), (1_900, 8_000), (3_300, 16_000)].map(|(hz, rate)| wav(&folder, hz, rate));
    let house = House::opens_with(&format!(
        "[prompts]\nmusic = {music:?}\nwelcome = {welcome:?}\n\
         [prompts.team.support]\nwelcome = \"off\"\nplace = {{ 1 = {next:?} }}"
    ))
    .await;
    let (alice, zoe) = (
        customer(&house.place, "alice", ears::ALICE).await,
        customer(&house.place, "zoe", ears::DAVE).await,
    );
    let calls = Instant::now();
    tokio::join!(
        async {
            alice.calls("support").await.unwrap();
            comes_to_hear(&alice, 1_900, 600).await;
            comes_to_hear(&alice, 600, 1_900).await;
        },
        async {
            // Another team's callers are welcome, and hear of their place in notes.
            zoe.calls("billing").await.unwrap();
            comes_to_hear(&zoe, 3_300, 600).await;
            comes_to_hear(&zoe, 600, 3_300).await;
        },
    );
    let notes = ogg_packets(FIRST);
    let told = |_: &_| place_of(&notes, &heard(&zoe, calls)).is_some();
    zoe.leg().unwrap().until("the shipped signal after the welcome", PATIENCE, told).await.unwrap();
    has_no_gap(&alice, calls, &house);
    let counters = house.counters();
    assert_eq!((counters.decoded_frames, counters.encoded_frames), (0, 0));
    house.closes().await;
}

fn checks(config: &Path) -> (bool, String) {
    let checked =
        Command::new(env!("CARGO_BIN_EXE_trefoil")).arg("check-config").arg(config).output();
    let checked = checked.unwrap();
    (checked.status.success(), String::from_utf8(checked.stderr).unwrap())
}

#[test]
fn a_file_that_cannot_be_played_is_named_before_the_server_runs_and_so_is_the_next() {
    let folder = Folder::fresh();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("song.mp3"), b"ID3\x04 and so on").unwrap();
    let config = path("trefoil.toml");
    let prompts = format!(
        "[prompts]\nmusic = {:?}\nplease_wait = {:?}\nfar_behind = {:?}\n",
        path("song.mp3"),
        path("nowhere.wav"),
        folder.path(),
    );
    std::fs::write(&config, prompts).unwrap();
    let (good, told) = checks(&config);
    assert!(!good);
    for (key, file, reason) in [
        ("prompts.music", "song.mp3", "neither WAV nor Ogg Opus"),
        ("prompts.please_wait", "nowhere.wav", "No such file"),
        ("prompts.far_behind", "", "is not a file"),
    ] {
        let said = told.lines().find(|line| line.contains(key));
        let said = said.unwrap_or_else(|| panic!("{key} in {told}"));
        assert!(said.contains(file) && said.contains(reason), "{said}");
    }
    std::fs::write(&config, format!("[prompts]\nwelcome = {:?}\n", wav(&folder, 700, 48_000)))
        .unwrap();
    assert!(checks(&config).0);
}
