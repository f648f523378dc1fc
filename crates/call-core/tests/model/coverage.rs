//! What a walk met, counted, so that nobody has to believe that it went everywhere.

use std::collections::BTreeMap;
use std::fmt::{self, Debug, Write};

/// Counts, by kind and name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally(BTreeMap<(&'static str, String), u64>);

impl Tally {
    pub(crate) fn count(&mut self, kind: &'static str, name: impl Into<String>) {
        self.count_many(kind, name, 1);
    }

    pub(crate) fn count_many(&mut self, kind: &'static str, name: impl Into<String>, times: u64) {
        *self.0.entry((kind, name.into())).or_default() += times;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        for (key, count) in &other.0 {
            *self.0.entry(key.clone()).or_default() += count;
        }
    }

    fn of(&self, kind: &str) -> impl Iterator<Item = (&str, u64)> {
        let own = self.0.iter().filter(move |((other, _), _)| *other == kind);
        own.map(|((_, name), count)| (name.as_str(), *count))
    }

    /// What of the expected was never met, and what was met that nobody expected.
    pub(crate) fn gaps(&self) -> Vec<String> {
        let mut gaps = Vec::new();
        for (kind, names) in &EXPECTED {
            let met: Vec<_> = self.of(kind).map(|(name, _)| name).collect();
            let never = names.iter().filter(|name| !met.contains(name));
            gaps.extend(never.map(|name| format!("never {kind}: {name}")));
            let unknown = met.iter().filter(|name| !names.contains(name));
            gaps.extend(unknown.map(|name| format!("not in the list of {kind}: {name}")));
        }
        gaps
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut kinds: Vec<_> = self.0.keys().map(|(kind, _)| *kind).collect();
        kinds.dedup();
        for kind in kinds {
            writeln!(out, "{kind}:")?;
            let all: Vec<_> =
                self.of(kind).map(|(name, count)| format!("{name} {count}")).collect();
            let wide = all.iter().any(|one| one.len() > 40);
            for line in all.chunks(if wide { 1 } else { 5 }) {
                writeln!(out, "    {}", line.join(", "))?;
            }
        }
        Ok(())
    }
}

/// The name of a variant, as it is written on the wire.
pub(crate) fn name_of(value: &impl Debug) -> String {
    struct Name(String);
    impl Write for Name {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            for letter in text.chars() {
                if !letter.is_alphanumeric() {
                    return Err(fmt::Error);
                }
                if letter.is_uppercase() && !self.0.is_empty() {
                    self.0.push('_');
                }
                self.0.extend(letter.to_lowercase());
            }
            Ok(())
        }
    }
    let mut name = Name(String::new());
    // Writing stops with the name, on purpose.
    let (Ok(()) | Err(fmt::Error)) = write!(name, "{value:?}");
    name.0
}

/// What a long walk must meet, by kind. A new command, refusal, phase, deadline or ending belongs
/// in here, and the walk fails until it meets it.
const EXPECTED: [(&str, &[&str]); 13] = [
    ("race", RACES),
    ("command taken", COMMANDS),
    ("command refused", REFUSABLE),
    ("refusal", REFUSALS),
    (
        "phase",
        &[
            "waiting",
            "ringing",
            "connected",
            "consult",
            "back_with_customer",
            "three_way",
            "handed_over",
            "recall",
            "alone",
            "agents_only",
            "ended",
        ],
    ),
    (
        "deadline",
        &[
            "offer_over",
            "ring_over",
            "candidate_gone",
            "join_over",
            "recall_due",
            "customer_grace_over",
            "seat_grace_over",
            "observer_grace_over",
            "round_due",
            "overflow_due",
            "wrap_up_over",
            "lease_over",
            "call_offer_over",
            "idle_over",
            "forget_due",
        ],
    ),
    (
        "report",
        &[
            "session_opened",
            "session_closed",
            "agent_changed",
            "agent_removed",
            "leg_up",
            "leg_lost",
            "server_restarted",
        ],
    ),
    (
        "conversation ended",
        &["customer_left", "completed", "not_answered", "agent_lost", "ended_for_all", "idle"],
    ),
    (
        "chat ended",
        &["customer_left", "completed", "not_answered", "agent_lost", "ended_for_all", "idle"],
    ),
    ("taken in a chat", IN_CHATS),
    ("refused in a chat", REFUSED_IN_CHATS),
    ("of a chat", OF_A_CHAT),
    (
        "offer ended",
        &[
            "declined",
            "no_answer",
            "target_lost",
            "cancelled",
            "customer_left",
            "initiator_left",
            "nobody_available",
        ],
    ),
];

/// Races of which it is known what must come of them; all others are counted as one.
const RACES: &[&str] = &[
    "accept against cancel",
    "accept against accept",
    "hold against leave",
    "accept against decline",
    "accept against leave",
    "accept against leg_lost",
    "accept against send",
    "complete against complete",
    "merge against swap",
    "barge against barge",
    "any other two",
];

pub(crate) fn race(name: String) -> String {
    if RACES.contains(&name.as_str()) { name } else { "any other two".to_owned() }
}

const COMMANDS: &[&str] = &[
    "call",
    "call_agent",
    "get_next",
    "set_status",
    "finish_wrap_up",
    "extend_wrap_up",
    "accept",
    "decline",
    "cancel",
    "invite",
    "transfer",
    "hold",
    "resume",
    "swap",
    "merge",
    "mute",
    "complete",
    "leave",
    "remove",
    "invite_listener",
    "monitor",
    "coach",
    "barge",
    "stop_observing",
    "take_over",
    "transfer_on_behalf",
    "force_mute",
    "end_for_all",
    "send",
    "mark",
    "raise",
    "offer_call",
    "withdraw_call",
    "reopen",
];

const REFUSABLE: &[&str] = COMMANDS;

const REFUSALS: &[&str] = &[
    "not_a_participant",
    "conversation_ended",
    "offer_in_progress",
    "conference_full",
    "target_is_self",
    "already_participant",
    "unknown_target",
    "channel_inactive",
    "target_offline",
    "target_busy",
    "nobody_available",
    "not_permitted",
    "queue_empty",
    "queue_full",
    "no_offer",
    "not_held",
    "already_held",
    "needs_three",
    "customer_left",
    "already_in_conversation",
    "already_muted",
    "not_muted",
    "not_in_wrap_up",
    "not_signed_in",
    "text_too_long",
    "observers_full",
    "already_observing",
    "not_attended",
    "not_owner",
    "call_offered",
    "nobody_else",
    "empty_message",
    "wrong_medium",
];

/// What can be asked about a chat.
const IN_CHATS: &[&str] = &[
    "accept",
    "decline",
    "cancel",
    "invite",
    "transfer",
    "complete",
    "leave",
    "remove",
    "invite_listener",
    "monitor",
    "stop_observing",
    "take_over",
    "transfer_on_behalf",
    "end_for_all",
    "send",
    "mark",
    "raise",
    "offer_call",
    "withdraw_call",
    "reopen",
];

/// What is refused about a chat, some of it always: a chat has no sound.
const REFUSED_IN_CHATS: &[&str] = &[
    "accept",
    "decline",
    "cancel",
    "invite",
    "transfer",
    "complete",
    "leave",
    "remove",
    "invite_listener",
    "monitor",
    "stop_observing",
    "take_over",
    "transfer_on_behalf",
    "end_for_all",
    "send",
    "mark",
    "raise",
    "offer_call",
    "withdraw_call",
    "reopen",
    "hold",
    "resume",
    "swap",
    "merge",
    "mute",
    "coach",
    "barge",
    "force_mute",
];

const OF_A_CHAT: &[&str] = &[
    "a message",
    "a note",
    "a text of its own",
    "given away",
    "taken back",
    "reopened",
    "read along beside others",
    "several at once",
];
