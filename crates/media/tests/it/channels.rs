//! Data channels: what pages write, and what they are written.

use std::time::Duration;

use crate::plane::{ALICE, BOB, GROUP, Plane};
use loadtest::peer::{ChatPipe, Leg, Message};
use media::{
    ChannelGone, Frame, LARGEST_FRAME, Limits, LossReason, MediaReport, OpenedChannel, Pipe, Source,
};

/// Longest wait for something that takes a fraction of it.
const PATIENCE: Duration = Duration::from_secs(10);

/// What may wait unread, and what may wait unsent with what the connection has taken.
const UNREAD: usize = 256 * 1024;
const UNSENT: usize = (128 + 64) * 1024;

fn text(text: impl Into<String>) -> Frame {
    Frame::Text(text.into())
}

/// A page opens a channel, and the server has its end.
async fn opens(plane: &mut Plane, leg: &Leg, wanted: &str) -> (ChatPipe, Pipe) {
    let page = leg.open_channel(wanted).await.expect("a leg has room for a channel");
    let OpenedChannel { label, pipe, .. } = plane.channel().await;
    assert_eq!(label, wanted);
    (page, pipe)
}

/// The leg is there, and nothing has gone wrong.
fn is_well(plane: &Plane) -> bool {
    let counters = plane.media.counters();
    (counters.legs, counters.leg_faults, counters.legs_lost) == (1, 0, 0)
}

/// Reads until the channel ends.
async fn reads_all(pipe: &mut Pipe) -> Vec<Frame> {
    let mut frames = Vec::new();
    let all = async {
        while let Some(frame) = pipe.recv().await {
            frames.push(frame);
        }
    };
    tokio::time::timeout(PATIENCE, all).await.expect("an end");
    frames
}

#[tokio::test]
async fn two_pages_on_two_workers_are_written_to_and_answer() {
    let mut plane = Plane::with(2, Limits::default());
    for id in [ALICE, BOB] {
        let leg = plane.joins(id).await;
        let mut page = leg.open_channel("chat").await.unwrap();
        let mut opened = plane.channel().await;
        assert_eq!((opened.leg, opened.label.as_str()), (id, "chat"));

        page.send("Grüße").unwrap();
        page.send_binary(&[0, 255]).unwrap();
        assert_eq!(opened.pipe.recv().await, Some(text("Grüße")));
        assert_eq!(opened.pipe.recv().await, Some(Frame::Binary(vec![0, 255])));

        opened.pipe.send(text("hello")).await.unwrap();
        // It would never arrive, and stop the channel.
        opened.pipe.send(text("")).await.unwrap();
        opened.pipe.send(Frame::Binary(vec![7])).await.unwrap();
        assert_eq!(page.recv().await, Some(Message::Text("hello".to_owned())));
        assert_eq!(page.recv().await, Some(Message::Binary(vec![7].into())));
    }
}

#[tokio::test]
async fn frames_of_every_size_arrive_whole_and_in_order() {
    let mut plane = Plane::starts();
    let leg = plane.joins(ALICE).await;
    let (mut page, pipe) = opens(&mut plane, &leg, "chat").await;
    let (mut reader, writer) = pipe.split();
    // More than the queue and the connection hold together, so the writer waits for the page.
    let sizes: Vec<usize> = (0..20).flat_map(|_| [1, 1_500, LARGEST_FRAME, 12_000]).collect();
    let written = sizes.clone();
    let writing = tokio::spawn(async move {
        for (n, size) in written.into_iter().enumerate() {
            writer.send(Frame::Binary(vec![n as u8; size])).await.unwrap();
        }
        writer
    });
    for (n, size) in sizes.iter().enumerate() {
        let bytes = vec![n as u8; *size];
        let message = tokio::time::timeout(PATIENCE, page.recv()).await.expect("a frame");
        assert_eq!(message, Some(Message::Binary(bytes.into())), "frame {n}");
    }
    let writer = writing.await.unwrap();
    assert_eq!(writer.send(Frame::Binary(vec![0; LARGEST_FRAME + 1])).await, Err(ChannelGone));

    for (n, size) in sizes.iter().take(4).enumerate() {
        page.send(&"x".repeat(*size)).unwrap();
        assert_eq!(reader.recv().await, Some(text("x".repeat(*size))), "frame {n}");
    }
}

#[tokio::test]
async fn a_channel_ends_for_both_when_either_is_done_with_it() {
    let mut plane = Plane::starts();
    let leg = plane.joins(ALICE).await;
    let (mut page, pipe) = opens(&mut plane, &leg, "chat").await;
    let (files, mut server) = opens(&mut plane, &leg, "files").await;
    // The server is done: what it has written arrives before the end.
    for n in 0..100 {
        pipe.send(text(format!("{n}"))).await.unwrap();
    }
    drop(pipe);
    for n in 0..100 {
        assert_eq!(page.recv_text().await, Some(format!("{n}")));
    }
    assert_eq!(page.recv().await, None);

    // The page is done with the other one.
    files.send("that is all").unwrap();
    drop(files);
    assert_eq!(reads_all(&mut server).await, [text("that is all")]);
    assert_eq!(server.send(text("wait")).await, Err(ChannelGone));
    assert!(is_well(&plane));
}

#[tokio::test]
async fn channels_go_with_their_leg() {
    let mut plane = Plane::with(2, Limits::default());
    let alice = plane.joins(ALICE).await;
    let bob = plane.joins(BOB).await;
    let (_page, alices) = opens(&mut plane, &alice, "chat").await;
    let (_page, mut bobs) = opens(&mut plane, &bob, "chat").await;
    // Somebody waits for Alice's page to read.
    alice.cut(true).unwrap();
    let (mut reader, writer) = alices.split();
    let waiting = tokio::spawn(async move {
        while writer.send(Frame::Binary(vec![0; LARGEST_FRAME])).await.is_ok() {}
    });
    plane.media.close(ALICE);
    assert_eq!(reader.recv().await, None);
    tokio::time::timeout(PATIENCE, waiting).await.expect("an end").unwrap();

    bob.closes().await.unwrap();
    assert_eq!(plane.reports().await, MediaReport::Lost(BOB, LossReason::ClosedByPeer));
    assert_eq!(bobs.recv().await, None);
    assert_eq!(bobs.send(text("Bob?")).await, Err(ChannelGone));
}

#[tokio::test]
async fn a_channel_for_nothing_is_closed() {
    let mut plane = Plane::starts();
    let leg = plane.joins(ALICE).await;
    let mut page = leg.open_channel("game").await.unwrap();
    assert_eq!(page.recv().await, None);
    assert_eq!(plane.media.counters().channels_opened, 0);
    assert!(is_well(&plane));
}

#[tokio::test]
async fn a_third_channel_ends_the_leg() {
    let mut plane = Plane::starts();
    let leg = plane.joins(ALICE).await;
    let (_page, mut pipe) = opens(&mut plane, &leg, "chat").await;
    let (_files, mut server) = opens(&mut plane, &leg, "files").await;
    drop(leg.open_channel("chat").await);
    assert_eq!(plane.reports().await, MediaReport::Lost(ALICE, LossReason::TooManyChannels));
    assert_eq!((pipe.recv().await, server.recv().await), (None, None));
}

#[tokio::test]
async fn text_that_is_none_closes_the_channel_and_nothing_else() {
    let mut plane = Plane::starts();
    let leg = plane.joins(ALICE).await;
    let (mut page, mut pipe) = opens(&mut plane, &leg, "chat").await;
    let (files, mut server) = opens(&mut plane, &leg, "files").await;
    page.send("text").unwrap();
    page.send_as_text(&[b'n', 0xff, 0xfe]).unwrap();
    page.send("more").unwrap();
    assert_eq!(reads_all(&mut pipe).await, [text("text")]);
    assert_eq!(page.recv().await, None);
    files.send("all is well").unwrap();
    assert_eq!(server.recv().await, Some(text("all is well")));
    assert!(is_well(&plane));
}

#[tokio::test]
async fn a_burst_of_tiny_messages_is_read_whole_and_in_order() {
    let mut plane = Plane::starts();
    let leg = plane.joins(ALICE).await;
    let (page, mut pipe) = opens(&mut plane, &leg, "chat").await;
    for n in 0..10_000 {
        page.send(&format!("{n}")).unwrap();
    }
    for n in 0..10_000 {
        // More than the gate lets through at once: the page sends again what was lost.
        let frame = tokio::time::timeout(PATIENCE, pipe.recv()).await.expect("a frame");
        assert_eq!(frame, Some(text(format!("{n}"))));
    }
    assert!(is_well(&plane));
}

#[tokio::test]
async fn a_page_that_nobody_reads_costs_its_bound_and_then_its_channel() {
    let mut plane = Plane::starts();
    let leg = plane.joins(ALICE).await;
    let (page, mut pipe) = opens(&mut plane, &leg, "chat").await;
    for n in 0..10_000 {
        page.send(&format!("{n}")).unwrap();
    }
    let overrun = async {
        while plane.media.counters().channels_overrun == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, overrun).await.expect("an end of the channel");
    // What was there before is read all the same.
    let unread = reads_all(&mut pipe).await;
    let bytes: usize = unread.iter().map(|frame| 64 + frame.bytes().len()).sum();
    assert!((UNREAD - 100..=UNREAD).contains(&bytes), "{bytes} bytes");
    assert_eq!(unread.last(), Some(&text(format!("{}", unread.len() - 1))));
    assert!(is_well(&plane));
}

#[tokio::test]
async fn a_page_that_does_not_read_is_sent_no_more_than_the_bounds() {
    let mut plane = Plane::starts();
    let leg = plane.joins(ALICE).await;
    let (mut page, pipe) = opens(&mut plane, &leg, "chat").await;
    leg.cut(true).unwrap();
    let mut taken = 0;
    let frame = || Frame::Binary(vec![0; 10_000]);
    while tokio::time::timeout(Duration::from_secs(1), pipe.send(frame())).await.is_ok() {
        taken += 10_000;
    }
    assert!((UNSENT - 20_000..=UNSENT).contains(&taken), "{taken} bytes");
    // It reads again, and gets them all.
    leg.cut(false).unwrap();
    for _ in 0..taken / 10_000 {
        let message = tokio::time::timeout(PATIENCE, page.recv()).await.expect("a frame");
        assert_eq!(message, Some(Message::Binary(vec![0; 10_000].into())));
    }
    pipe.send(frame()).await.unwrap();
    assert!(is_well(&plane));
}

#[tokio::test]
async fn a_message_that_is_too_large_ends_the_leg_it_comes_from_and_no_other() {
    let mut plane = Plane::starts();
    let bob = plane.joins(BOB).await;
    // A page that does not care what the answer allows.
    let alice =
        plane.joins_with(ALICE, |answer| answer.replace("-size:16384", "-size:65536")).await;
    let (bobs_page, mut bobs) = opens(&mut plane, &bob, "chat").await;
    let (page, mut alices) = opens(&mut plane, &alice, "chat").await;
    page.send(&"x".repeat(LARGEST_FRAME)).unwrap();
    assert_eq!(alices.recv().await, Some(text("x".repeat(LARGEST_FRAME))));
    page.send(&"x".repeat(LARGEST_FRAME + 1)).unwrap();
    assert_eq!(plane.reports().await, MediaReport::Lost(ALICE, LossReason::ClosedByPeer));
    assert_eq!(alices.recv().await, None);
    bobs_page.send("still here").unwrap();
    assert_eq!(bobs.recv().await, Some(text("still here")));
    assert_eq!(plane.media.counters().leg_faults, 0);
}

#[tokio::test]
async fn sound_goes_on_undisturbed_while_pages_are_written_to() {
    let mut plane = Plane::starts();
    let alice = plane.joins(ALICE).await;
    let bob = plane.joins_talking(BOB, 700).await;
    plane.media.set_source(ALICE, Source::Forward(BOB), GROUP);
    let (mut page, pipe) = opens(&mut plane, &alice, "chat").await;
    let (bobs, _pipe) = opens(&mut plane, &bob, "chat").await;
    alice.listens(10).await;

    let before = alice.status().reception;
    let writing =
        tokio::spawn(async move { while pipe.send(text("x".repeat(1000))).await.is_ok() {} });
    let reading = tokio::spawn(async move { while page.recv().await.is_some() {} });
    for _ in 0..20 {
        bobs.send(&"y".repeat(1000)).unwrap();
        assert!(alice.listens(5).await.hears(700));
    }
    let after = alice.status().reception;
    assert!(after.packets - before.packets >= 80, "{after:?}");
    assert_eq!((after.lost, after.timestamp_steps), (before.lost, before.timestamp_steps));
    plane.media.close(ALICE);
    writing.await.unwrap();
    reading.await.unwrap();
}
