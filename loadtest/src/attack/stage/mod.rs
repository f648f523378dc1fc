//! What happens around an attack: calls in progress, a server under watch, and a verdict.

pub mod calls;
pub mod report;
pub mod server;
pub mod verdict;
