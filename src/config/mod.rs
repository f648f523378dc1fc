//! What the operator chose: as written ([`File`]) and as meant ([`Config`]).

mod check;
pub(crate) mod file;
mod files;
mod limits;
mod meaning;
mod prompts;
mod team;

pub use check::Problem;
pub use file::File;
pub use files::Files;
pub use limits::Limits;
pub use meaning::{AuthConfig, Config, ConfigError, DemoAgent, DemoConfig};
pub use prompts::{Prompt, PromptSet, Prompts};
pub use team::rights;
