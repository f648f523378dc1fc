//! Who works in a contact centre.

mod amendment;
mod directory;
mod document;
mod hours;
pub mod limits;
mod noun;
mod patch;
mod problem;
mod rule;
mod secret;
mod written;

pub use amendment::Amendment;
pub use directory::Directory;
pub use document::{Document, Format, Plan, plan};
pub use hours::{Days, Hours, HoursError, Opening, Span, TimeOfDay, Zone};
pub use noun::{
    Agent, AgentPatch, Channel, ChannelId, ChannelPatch, ChoiceError, Delivery, LoginName, Name,
    Overflow, OverflowThen, Rights, RightsError, Ringing, Seconds, Standing, Team, TeamPatch, Text,
    TextError, Texts, WhenClosed, WhenNobody,
};
pub use problem::{Problem, ProblemCode, Problems};
pub use rule::{
    Actor, Change, Command, Needs, Refusal, RefusedAt, Subject, decide, decide_all, may_administer,
    may_manage,
};
pub use secret::{
    Family, FamilyId, Password, PasswordError, PasswordHash, PasswordHashError, Presented,
    REFRESH_RANDOM_BYTES, RefreshTerms, RefreshToken, RefreshTokenError, SALT_BYTES, Verdict,
};
