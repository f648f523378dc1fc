//! What the operator can see: logs and metrics.
//!
//! Every figure of the metrics page is listed in `docs/operations.md`, and a test compares the two.

mod files;
mod logs;
mod metrics;
mod process;
mod registry;
mod sound;
mod words;
mod written;

pub use files::FileFigures;
pub use logs::init_logs;
pub use metrics::Metrics;
