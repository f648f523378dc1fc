//! Who works in a contact centre: agents, teams, channels and rights, and the rules by which they
//! change. Without I/O, clock or randomness of its own.
//!
//! A [`Directory`] is everybody and everything. [`decide`] takes a [`Command`] of an [`Actor`] and
//! returns the [`Change`]s it makes, or the [`Refusal`]; [`Directory::apply`] takes changes in and
//! is the only way a directory changes. What changed at one time is an [`Amendment`]: the store
//! keeps it in one transaction, with a line in the audit. What is written by people (a request's
//! body, a command line, a document) is read by `from_json` and [`Document::parse`], which say
//! everything that is wrong at once, each with its field ([`Problems`]).
//!
//! [`Hours`], which are call control's, say when a team or a channel is open. A [`Password`] is
//! hashed and checked here, with a salt from outside; a [`Family`] of refresh tokens knows which of
//! them is good. A whole directory is a [`Document`] in TOML or JSON, and a [`Plan`] what would
//! make the present one of it.
//!
//! How the server, the wire and the command line use it stands in this crate's README.
//!
//! ```
//! use call_core::Time;
//! use directory::{Actor, Command, Directory, Opening, Team, TeamPatch, decide};
//! use serde_json::json;
//!
//! let mut directory = Directory::default();
//! let mut asks = |command: Command| {
//!     let now = Time(1_770_000_000_000);
//!     let changes = decide(&directory, &Actor::Operator, &command, now)?;
//!     changes.iter().for_each(|change| directory.apply(change));
//!     Ok::<(), directory::Refusal>(())
//! };
//! let team = Team::named("support".parse()?, "Support".parse()?);
//! asks(Command::CreateTeam { team })?;
//! let hours = json!({ "zone": "Europe/Berlin", "weekly": ["mon-fri 09:00-17:00"] });
//! let patch = TeamPatch::from_json(&json!({ "hours": hours }))?;
//! asks(Command::ChangeTeam { team: "support".parse()?, patch })?;
//!
//! // Noon in Berlin, on Saturday, 17 January 2026: open again on Monday at nine.
//! let support = directory.team(&"support".parse()?).expect("it was just created");
//! let opens_at = Some(Time(1_768_809_600_000));
//! assert_eq!(support.opening(Time(1_768_647_600_000)), Opening::Closed { opens_at });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod amendment;
mod call_control;
mod difference;
mod directory;
mod document;
mod hours;
pub mod limits;
mod noun;
mod patch;
mod problem;
mod rule;
#[cfg(feature = "schema")]
mod schema;
mod secret;
mod written;

pub use amendment::Amendment;
pub use call_control::{report_of, settings};
pub use call_core::{ChannelId, Hours, HoursError, Opening, Zone};
pub use difference::Differences;
pub use directory::Directory;
pub use document::{Document, Format, Plan, plan};
pub use noun::{
    Agent, AgentPatch, Channel, ChannelPatch, ChoiceError, Delivery, LoginName, Name, Overflow,
    OverflowThen, QuickReply, QuickReplyId, QuickReplyIdError, ReplyDraft, ReplyEdit, ReplyOwner,
    ReplyOwnerError, ReplyText, ReplyWords, Rights, RightsError, Ringing, Seconds, Shortcut,
    Standing, Team, TeamPatch, Text, TextError, Texts, Title, WhenClosed, WhenNobody,
};
pub use problem::{Problem, ProblemCode, Problems};
pub use rule::{
    About, Actor, Change, Command, Needs, QuickReplyChange, Refusal, RefusedAt, Replier, Subject,
    decide, decide_all, may_administer, may_manage,
};
pub use secret::{
    Family, FamilyId, Password, PasswordError, PasswordHash, PasswordHashError, Presented,
    REFRESH_RANDOM_BYTES, RefreshTerms, RefreshToken, RefreshTokenError, SALT_BYTES, Verdict,
};
