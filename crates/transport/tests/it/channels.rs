//! Data channels of a connection.

use std::time::Duration;

use str0m::channel::ChannelConfig;
use transport::{ChannelId, Frame, LARGEST_FRAME, PeerEvent, Written};

use crate::client::Scene;

const SOON: Duration = Duration::from_millis(300);

fn chat() -> ChannelConfig {
    ChannelConfig { label: "chat".to_owned(), ..ChannelConfig::default() }
}

/// The channel that the server was told of last.
fn opened(scene: &mut Scene) -> ChannelId {
    let events = std::mem::take(&mut scene.on_channels);
    let mut opened = events.iter().filter_map(|event| {
        let PeerEvent::ChannelOpened(id, label) = event else { return None };
        (label == "chat").then_some(*id)
    });
    opened.next_back().expect("a channel")
}

/// A scene whose client has opened the channel that it offered.
fn connected() -> Scene {
    let mut scene = Scene::opens();
    scene.connects();
    scene
}

#[test]
fn a_channel_that_the_server_closes_can_be_opened_again() {
    let mut scene = connected();
    let first = opened(&mut scene);
    assert_eq!(scene.peer.write(first, &Frame::Text("bye".to_owned())), Written::Taken);
    scene.peer.close_channel(first);
    scene.runs(SOON).unwrap();
    assert_eq!(scene.client.read, [b"bye"]);
    assert_eq!(scene.client.closed_channels.len(), 1);
    let again = scene.client.opens_channel_with(chat());
    scene.runs(SOON).unwrap();
    let second = opened(&mut scene);
    assert_ne!(first, second);
    assert!(scene.client.writes(again, b"here"));
    scene.runs(SOON).unwrap();
    assert!(matches!(
        &scene.on_channels[..],
        [PeerEvent::ChannelData(id, Frame::Text(text))] if *id == second && text == "here"
    ));
    assert_eq!(scene.peer.write(first, &Frame::Text("to nobody".to_owned())), Written::Gone);
}

#[test]
fn a_channel_that_the_client_closes_can_be_opened_again() {
    let mut scene = connected();
    let first = opened(&mut scene);
    let other = scene.client.opens_channel_with(chat());
    scene.runs(SOON).unwrap();
    let second = opened(&mut scene);
    scene.client.closes_channel(other);
    scene.runs(SOON).unwrap();
    let closed = scene.on_channels.last();
    assert!(matches!(closed, Some(PeerEvent::ChannelClosed(id)) if *id == second));
    assert_eq!(scene.peer.write(first, &Frame::Text("there?".to_owned())), Written::Taken);
    scene.runs(SOON).unwrap();
    assert_eq!(scene.client.read, [b"there?"]);
}

#[test]
fn a_channel_takes_no_more_than_its_bound_until_the_far_end_has_read() {
    let mut scene = connected();
    let id = opened(&mut scene);
    let frame = Frame::Binary(vec![7; LARGEST_FRAME]);
    let mut taken = 0;
    while scene.peer.write(id, &frame) == Written::Taken {
        taken += 1;
    }
    assert_eq!(taken, 4);
    assert_eq!(scene.peer.write(id, &frame), Written::Full);
    scene.runs(Duration::from_secs(2)).unwrap();
    assert!(matches!(&scene.on_channels[..], [PeerEvent::ChannelWritable(it)] if *it == id));
    assert_eq!(scene.client.read, vec![vec![7; LARGEST_FRAME]; 4]);
    assert_eq!(scene.peer.write(id, &frame), Written::Taken);
}

#[test]
fn a_channel_that_may_lose_frames_is_closed() {
    let mut scene = connected();
    scene.on_channels.clear();
    let loose = scene.client.opens_channel_with(ChannelConfig { ordered: false, ..chat() });
    scene.runs(SOON).unwrap();
    assert!(matches!(&scene.on_channels[..], [PeerEvent::ChannelClosed(_)]));
    assert_eq!(scene.client.closed_channels, [loose]);
}
