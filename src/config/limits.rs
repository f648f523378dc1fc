//! `[limits]` as it is meant.

use signaling::Rate;

use super::check::Check;
use super::file;

/// How much anybody may do.
#[derive(Debug, Clone)]
pub struct Limits {
    /// HTTP connections at once that carry no WebSocket, or not yet.
    pub connections: usize,
    /// The same from one source.
    pub connections_per_source: usize,
    /// Legs at once.
    pub legs: usize,
    /// On the wire, and conversations.
    pub wire: signaling::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A connection that says nothing costs some 10 kB, so one source holds 15 MB at most.
            connections: 6_000,
            connections_per_source: 1_500,
            legs: media::Limits::default().legs,
            wire: signaling::Limits::default(),
        }
    }
}

/// What is written, on top of the defaults.
pub(super) fn limits(check: &mut Check, written: &file::Limits) -> Limits {
    let mut limits = Limits::default();
    let mut count = |key: &str, written: Option<usize>, into: &mut usize| match written {
        Some(0) => check.wrong(format!("limits.{key}"), "is 0: nobody could do anything"),
        Some(count) => *into = count,
        None => {}
    };
    count("connections", written.connections, &mut limits.connections);
    let per_source = written.connections_per_source;
    count("connections_per_source", per_source, &mut limits.connections_per_source);
    count("legs", written.legs, &mut limits.legs);
    let wire = &mut limits.wire;
    count("sockets", written.sockets, &mut wire.sockets);
    count("sockets_per_source", written.sockets_per_source, &mut wire.sockets_per_source);
    count("conversations", written.conversations, &mut wire.conversations);
    let per_source = written.conversations_per_source;
    count("conversations_per_source", per_source, &mut wire.conversations_per_source);
    for (key, written, into) in [
        ("messages_per_session", written.messages_per_session, &mut wire.messages),
        ("sign_ins_per_source", written.sign_ins_per_source, &mut wire.sign_ins_per_source),
        ("sign_ins_per_person", written.sign_ins_per_person, &mut wire.sign_ins_per_person),
        (
            "failed_sign_ins_per_source",
            written.failed_sign_ins_per_source,
            &mut wire.failed_sign_ins_per_source,
        ),
        ("legs_per_source", written.legs_per_source, &mut wire.legs_per_source),
        ("legs_per_person", written.legs_per_person, &mut wire.legs_per_person),
        ("calls_per_source", written.calls_per_source, &mut wire.calls_per_source),
        ("calls_per_person", written.calls_per_person, &mut wire.calls_per_person),
        ("admin_per_source", written.admin_per_source, &mut wire.admin_per_source),
        ("admin_per_person", written.admin_per_person, &mut wire.admin_per_person),
        (
            "demo_tokens_per_source",
            written.demo_tokens_per_source,
            &mut wire.demo_tokens_per_source,
        ),
    ] {
        rate(check, key, written, into);
    }
    limits
}

fn rate(check: &mut Check, key: &str, written: Option<file::Rate>, into: &mut Rate) {
    /// Finer than a millisecond nobody can wait.
    const MOST: u32 = 60_000;
    let Some(file::Rate { per_min, burst }) = written else { return };
    if !(1..=MOST).contains(&per_min) || !(1..=MOST).contains(&burst) {
        let text = format!("per_min and burst are each from 1 to {MOST}");
        check.wrong(format!("limits.{key}"), text);
    }
    *into = Rate::per_min(per_min, burst);
}
