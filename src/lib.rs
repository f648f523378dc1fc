//! Trefoil, the process: command line, configuration, and the driver around call control.
//!
//! [`app::start`] builds everything once; `driver` is the only loop around `call_core`. The other
//! parts are crates of their own; `ARCHITECTURE.md` draws how they meet here.

pub mod app;
pub mod cli;
pub mod config;
pub mod directory;
mod driver;
mod files;
pub mod secret;
pub mod sounds;
mod sweeper;
pub mod telemetry;
