//! Order, and nothing else.

use media_core::{
    Micros,
    jitter_buffer::{CAPACITY, JitterBuffer, Rejected},
    rtp::Packet,
};

fn packet(sequence: u64) -> Packet {
    Packet {
        sequence,
        timestamp: 0,
        marker: false,
        level: None,
        payload: vec![0].into(),
        arrival: Micros(0),
    }
}

fn filled(sequences: &[u64]) -> JitterBuffer {
    let mut buffer = JitterBuffer::default();
    for sequence in sequences {
        buffer.insert(packet(*sequence)).unwrap();
    }
    buffer
}

fn drained(mut buffer: JitterBuffer) -> Vec<u64> {
    std::iter::from_fn(|| buffer.pop()).map(|packet| packet.sequence).collect()
}

#[test]
fn packets_come_out_in_order() {
    assert_eq!(drained(filled(&[105, 100, 103, 101])), [100, 101, 103, 105]);
}

#[test]
fn packets_before_the_first_one_are_taken_until_one_is_out() {
    let mut buffer = filled(&[100, 90]);
    assert_eq!(buffer.pop().unwrap().sequence, 90);
    assert_eq!(buffer.insert(packet(89)), Err(Rejected::Late));
    assert_eq!(buffer.insert(packet(91)), Ok(()));
}

#[test]
fn duplicates_late_and_far_packets_change_nothing() {
    let mut buffer = filled(&[100, 101]);
    buffer.pop().unwrap();
    assert_eq!(buffer.insert(packet(101)), Err(Rejected::Duplicate));
    assert_eq!(buffer.insert(packet(100)), Err(Rejected::Late));
    assert_eq!(buffer.insert(packet(101 + CAPACITY)), Err(Rejected::Overflow));
    assert_eq!(buffer.len(), 1);
    assert_eq!(drained(buffer), [101]);
}

#[test]
fn what_is_dropped_below_is_not_taken_again() {
    let mut buffer = filled(&[100, 101, 102, 110]);
    assert_eq!(buffer.drop_below(105), 3);
    assert_eq!(buffer.first().unwrap().sequence, 110);
    assert_eq!(buffer.insert(packet(104)), Err(Rejected::Late));
    assert_eq!(buffer.drop_below(200), 1);
    assert!(buffer.is_empty());
    assert_eq!(buffer.insert(packet(200)), Ok(()));
}

#[test]
fn a_cleared_buffer_begins_anywhere() {
    let mut buffer = filled(&[1_000]);
    buffer.pop().unwrap();
    buffer.clear();
    assert_eq!(buffer.insert(packet(3)), Ok(()));
}
