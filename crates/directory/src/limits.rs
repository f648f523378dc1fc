//! How much of everything there may be, and why. A limit may grow, never shrink: what is stored was
//! within it once, and is read by the same rules.

/// Agents, removed ones counted in: their ids stand in records and audit and stay taken. Far above
/// any single site; a directory of that size is loaded in well under a second.
pub const MAX_AGENTS: usize = 10_000;
/// Teams. Each is a queue that is looked at whenever somebody calls.
pub const MAX_TEAMS: usize = 1_000;
/// Channels.
pub const MAX_CHANNELS: usize = 1_000;
/// Teams one agent may be in: they are all sent to its desk.
pub const MAX_TEAMS_PER_AGENT: usize = 100;
/// Characters of a name people read; the wire takes no longer ones.
pub const MAX_NAME_CHARS: usize = 80;
/// Characters of a login name. Long enough for an address of electronic mail as people have them.
pub const MAX_LOGIN_CHARS: usize = 128;
/// Characters of a text shown to customers: a screen of a small phone.
pub const MAX_TEXT_CHARS: usize = 1_000;
/// Characters of the title of a quick reply: a line of a narrow list.
pub const MAX_TITLE_CHARS: usize = 60;
/// Characters of a quick reply: what goes into one message.
pub const MAX_REPLY_CHARS: usize = call_core::MAX_MESSAGE_CHARS;
/// Characters of what finds a quick reply at once: more would not be quick.
pub const MAX_SHORTCUT_CHARS: usize = 20;
/// Quick replies of one agent, or of one team: more than anybody keeps in mind, and few enough that
/// a page has all of them at hand.
pub const MAX_QUICK_REPLIES: usize = 200;
/// Callers that may wait for a team before its overflow.
pub const MAX_WAITING: u32 = 10_000;
/// Seconds of any span of time a team may choose: a day.
pub const MAX_SECONDS: u32 = 24 * 60 * 60;
/// Bytes of a document: twice what the largest directory needs.
pub const MAX_DOCUMENT_BYTES: usize = 16 * 1024 * 1024;
/// Problems reported at once; who has more begins with these.
pub const MAX_PROBLEMS: usize = 100;
