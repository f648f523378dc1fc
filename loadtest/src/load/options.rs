//! The command line of `trefoil-load`.

use std::io::Write as _;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;

use super::chat::run_chats;
use super::clip::{self, ClipError};
use super::plan::{Plan, Story};
use super::report::Report;
use super::run::run;
use super::server::{Server, ServerError};
use super::voices::{VOICES, Voices};
use crate::person::PersonError;

/// Puts a load of scripted calls on a Trefoil server and judges every packet that people hear.
///
/// Progress goes to stderr; figures go to stdout, each as one line of JSON with `figure`, `value`
/// and `unit`. The exit code is 1 when audio was lost, late or wrong, when a set-up failed, or when
/// a count does not match the server's own, and 2 when there was no run.
#[derive(Debug, Parser)]
#[command(name = "trefoil-load", version)]
pub struct Options {
    /// Calls or chats at the same time: of two people, in a warm transfer of three
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=5000))]
    calls: u32,
    /// What happens in every call
    #[arg(long, value_enum, default_value_t = Story::TwoParty)]
    story: Story,
    /// How long is measured, from the moment in which every call stands
    #[arg(long, default_value_t = 20, value_name = "SECONDS")]
    secs: u64,
    /// People who arrive per second until every call stands
    #[arg(long, default_value_t = 10.0, value_name = "PER_SECOND", value_parser = positive)]
    ramp: f64,
    /// Customers and initiators who vanish per minute, their sockets closed without a word, and
    /// come back four seconds later
    #[arg(long, default_value_t = 0.0, value_name = "PER_MINUTE", value_parser = not_negative)]
    drops: f64,
    /// Chats go on until so many people have come back, if that is longer
    #[arg(long, default_value_t = 0, value_name = "N")]
    reconnects: u64,
    /// Messages written per second, in all chats together
    #[arg(long, default_value_t = 200.0, value_name = "PER_SECOND", value_parser = positive)]
    messages: f64,
    /// How long each phase of a warm transfer lasts; a transfer has four
    #[arg(long, default_value_t = 4.0, value_name = "SECONDS", value_parser = positive)]
    phase: f64,
    /// A running server; without it one is started for the run, with a fresh journal in a temporary
    /// folder
    #[arg(long, value_name = "HOST:PORT")]
    server: Option<String>,
    /// Where a running server's metrics are [default: the port after the server's]
    #[arg(long, value_name = "HOST:PORT", requires = "server")]
    admin: Option<String>,
    /// What a running server's tokens are signed with
    #[arg(long, default_value = "data/secret", value_name = "FILE", requires = "server")]
    secret_file: PathBuf,
    /// The server to start
    #[arg(long, default_value = "target/release/trefoil", value_name = "FILE")]
    program: PathBuf,
    /// Media workers of the server to start; 0 is one per core
    #[arg(long, default_value_t = 0, value_name = "N")]
    workers: usize,
    /// The team that customers call; nobody else may answer for it during the run
    #[arg(long, default_value = "support")]
    team: String,
    /// The team of the agents who are brought in
    #[arg(long, default_value = "billing")]
    second_team: String,
    /// Speech of one's own: a WAV file of 16-bit PCM at 8, 16, 24 or 48 kHz, at least a second
    #[arg(long, value_name = "FILE")]
    speech: Option<PathBuf>,
    /// Threads that drive the legs
    #[arg(long, default_value_t = 1, value_name = "N")]
    threads: usize,
}

fn positive(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    let is_good = number.is_finite() && number > 0.0;
    is_good.then_some(number).ok_or_else(|| "has to be more than 0".to_owned())
}

fn not_negative(text: &str) -> Result<f64, String> {
    if text.parse() == Ok(0.0) { Ok(0.0) } else { positive(text) }
}

/// Why there was no run.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No server.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// No speech.
    #[error(transparent)]
    Speech(#[from] ClipError),
    /// No sockets or threads.
    #[error("the run could not begin")]
    Run(#[from] PersonError),
    /// Not an address.
    #[error("{0} is no address such as 127.0.0.1:8080")]
    Address(String),
    /// Ctrl-C or SIGTERM.
    #[error("stopped before the end; there are no figures")]
    Stopped,
    /// No runtime.
    #[error("cannot start")]
    Runtime(#[from] std::io::Error),
}

/// Reads the command line, runs, prints. The program's whole `main`.
pub fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let outcome =
        runtime.map_err(LoadError::from).and_then(|runtime| runtime.block_on(options.run()));
    match outcome {
        Ok(report) => {
            report.print();
            if report.is_bad { ExitCode::from(1) } else { ExitCode::SUCCESS }
        }
        Err(error) => {
            let mut text = format!("trefoil-load: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                text.push_str("\n  because: ");
                text.push_str(&error.to_string());
                cause = error.source();
            }
            say(&text);
            ExitCode::from(2)
        }
    }
}

/// One line on stderr. Whoever has closed it does not want the rest.
fn say(text: &str) {
    drop(writeln!(std::io::stderr(), "{text}"));
}

/// Resolves at Ctrl-C or SIGTERM, so that a server of our own does not stay behind.
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

fn address(text: &str) -> Result<SocketAddr, LoadError> {
    let found = text.to_socket_addrs().ok().and_then(|mut found| found.next());
    found.ok_or_else(|| LoadError::Address(text.to_owned()))
}

impl Options {
    async fn run(self) -> Result<Report, LoadError> {
        let server = self.reaches_server().await?;
        let plan = self.plan();
        say(&format!(
            "{} x {} on {} for {} s",
            plan.calls,
            plan.story.name(),
            server.http,
            self.secs
        ));
        let report = tokio::select! {
            report = self.puts(plan, &server) => Some(report),
            () = told_to_stop() => None,
        };
        server.stops().await;
        report.ok_or(LoadError::Stopped)?
    }

    async fn puts(&self, plan: Plan, server: &Server) -> Result<Report, LoadError> {
        if plan.story == Story::Chat {
            return Ok(run_chats(&plan, server, self.threads, &say).await?);
        }
        let pcm = match &self.speech {
            Some(path) => clip::wav_pcm(path)?,
            None => Voices::shipped_speech(),
        };
        say("encoding the speech ...");
        let voices = Arc::new(Voices::of_speech(&pcm, VOICES.min(3 * plan.calls)));
        Ok(run(plan, server, voices, self.threads, &say).await?)
    }

    async fn reaches_server(&self) -> Result<Server, LoadError> {
        let Some(http) = &self.server else {
            say(&format!("starting {} ...", self.program.display()));
            return Ok(Server::starts(&self.program, self.workers, "").await?);
        };
        let admin = self.admin.as_deref().map(address).transpose()?;
        let server = Server::attaches(address(http)?, admin, &self.secret_file).await?;
        if server.admin.is_none() {
            say("the server's metrics cannot be read, so no counts are compared: see --admin");
        }
        Ok(server)
    }

    fn plan(&self) -> Plan {
        Plan {
            calls: self.calls as usize,
            story: self.story,
            span: Duration::from_secs(self.secs),
            per_second: self.ramp,
            drops_per_minute: self.drops,
            reconnects: self.reconnects,
            messages_per_s: self.messages,
            phase: Duration::from_secs_f64(self.phase),
            team: self.team.clone(),
            second_team: self.second_team.clone(),
            run: std::process::id().to_string(),
        }
    }
}

impl Report {
    /// Counts and complaints to stderr, figures to stdout.
    fn print(&self) {
        for complaint in &self.complaints {
            say(&format!("complaint  {complaint}"));
        }
        for matched in &self.matches {
            say(&matched.to_string());
        }
        for line in &self.lines {
            line.print();
        }
        say(if self.is_bad { "the run was NOT clean" } else { "the run was clean" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_make_a_plan() {
        use clap::CommandFactory as _;
        Options::command().debug_assert();
        let plan = Options::parse_from(["trefoil-load"]).plan();
        assert_eq!((plan.calls, plan.story, plan.span.as_secs()), (50, Story::TwoParty, 20));
    }

    #[test]
    fn senseless_numbers_are_refused() {
        for arguments in [["--ramp", "0"], ["--calls", "0"], ["--drops", "-1"], ["--phase", "x"]] {
            let all = ["trefoil-load"].into_iter().chain(arguments);
            assert!(Options::try_parse_from(all).is_err(), "{arguments:?}");
        }
        assert!(Options::try_parse_from(["trefoil-load", "--drops", "0"]).is_ok());
    }
}
