//! The program `trefoil`: see `trefoil --help`.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, SystemTime};

use anyhow::{Context, anyhow, bail};
use call_core::{PersonId, TeamId};
use clap::Parser;
use signaling::auth::{Keys, Person};
use trefoil::cli::{CheckArgs, Cli, Command, RoleArg, ServeArgs, TokenArgs};
use trefoil::config::{Config, ConfigError, rights};
use trefoil::directory::{commands, must_know, terminal};
use trefoil::sounds::Sounds;
use trefoil::{app, secret, telemetry};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Serve(args) => serve(&args),
        Command::Token(args) => told(token(args)),
        Command::Agent(args) => told(commands::agent(args, &terminal::password)),
        Command::Team(args) => told(commands::team(args)),
        Command::Channel(args) => told(commands::channel(args)),
        Command::Directory(args) => told(commands::directory(args)),
        Command::CheckConfig(args) => check_config(args),
        Command::Version => say(&format!("trefoil {}", env!("CARGO_PKG_VERSION"))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            // With standard error gone there is nobody left to tell.
            let _told = writeln!(io::stderr(), "trefoil: {}", causes.join("\n  because: "));
            ExitCode::FAILURE
        }
    }
}

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{text}").context("cannot write to standard output")
}

/// Does it, and prints what it says.
fn told(work: impl Future<Output = anyhow::Result<String>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    say(&runtime.block_on(work)?)
}

fn serve(args: &ServeArgs) -> anyhow::Result<()> {
    telemetry::init_logs(io::stderr().is_terminal());
    let config = Config::load(args)?;
    tracing::info!(?config, "configuration in force");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(async {
        let demo = config.demo.enabled;
        let running = app::start(config).await?;
        say(&addresses(&running, demo))?;
        say(&format!("ready {}", running.ready_line()))?;
        stopped().await?;
        tracing::info!("stopping");
        running.shutdown().await;
        Ok(())
    })
}

/// What a person wants to know once the server serves.
fn addresses(running: &app::Running, demo: bool) -> String {
    let http = running.http;
    let media: Vec<String> = running.media.iter().map(ToString::to_string).collect();
    let metrics =
        running.admin.map_or_else(|| "off".to_owned(), |admin| format!("http://{admin}/metrics"));
    let rows = [
        ("start", format!("http://{http}/")),
        ("customer", format!("http://{http}/customer/")),
        ("desk", format!("http://{http}/desk/")),
        ("shop", format!("http://{http}/example/")),
        ("metrics", metrics),
        ("sound", format!("udp {}", media.join(", "))),
    ];
    let rows = rows.map(|(what, at)| format!("  {what:<10} {at}\n")).concat();
    let mut text = format!("\nTrefoil {} is serving.\n\n{rows}", env!("CARGO_PKG_VERSION"));
    if demo {
        text.push_str(
            "\nDemo mode: anybody who reaches these pages can sign in. Open the customer page and \
             two desks.\n",
        );
    }
    if !demo && !running.has_owner {
        text.push_str(FIRST_OWNER);
    }
    text
}

/// Shown until there is somebody who may administer.
const FIRST_OWNER: &str = "
Nobody can administer this server by its pages yet. On this machine, with the same --data:

  trefoil agent add ID --name NAME --login LOGIN --owner
  trefoil agent password ID
";

/// Resolves at Ctrl-C or SIGTERM.
async fn stopped() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    tokio::select! {
        interrupt = tokio::signal::ctrl_c() => interrupt.context("cannot listen for Ctrl-C"),
        _ = terminate.recv() => Ok(()),
    }
}

async fn token(args: TokenArgs) -> anyhow::Result<String> {
    let config = Config::load(&ServeArgs {
        config: args.config.clone(),
        data: args.data.clone(),
        ..ServeArgs::default()
    })?;
    let person = person(&args)?;
    let teams = person.teams.keys().chain(&person.only_team);
    must_know(&config, teams, person.only_channel.as_ref()).await?;
    let keys = Keys::new(&secret::load(&config)?)?;
    let lifetime = Duration::from_secs(args.ttl_minutes.saturating_mul(60));
    Ok(keys.mint(&person, SystemTime::now(), lifetime)?)
}

fn person(args: &TokenArgs) -> anyhow::Result<Person> {
    let id = match args.role {
        RoleArg::Agent => PersonId::Agent(args.id.parse().context("--id")?),
        RoleArg::Customer => PersonId::Customer(args.id.parse().context("--id")?),
    };
    let (answers, listens) = (team_ids("--team", &args.team)?, team_ids("--listen", &args.listen)?);
    let manages = team_ids("--manage", &args.manage)?;
    let (teams, only_team) = match args.role {
        RoleArg::Agent if args.priority != 0 => bail!("--priority is for customers"),
        RoleArg::Agent => (rights(answers, listens, manages), None),
        RoleArg::Customer if answers.len() > 1 => bail!("a customer has at most one --team"),
        RoleArg::Customer if listens.len() + manages.len() > 0 => {
            bail!("--listen and --manage are for agents")
        }
        RoleArg::Customer => (BTreeMap::new(), answers.into_iter().next()),
    };
    let only_channel = match &args.channel {
        None => None,
        Some(_) if args.role == RoleArg::Agent => bail!("--channel is for customers"),
        Some(_) if only_team.is_some() => bail!("--team and --channel exclude each other"),
        Some(text) => Some(text.parse().map_err(|error| anyhow!("--channel: {error}"))?),
    };
    let only_conversation = match &args.conversation {
        None => None,
        Some(_) if args.role == RoleArg::Agent => bail!("--conversation is for customers"),
        Some(text) => Some(text.parse().map_err(|error| anyhow!("--conversation: {error}"))?),
    };
    let (name, priority) = (args.name.clone(), args.priority);
    Ok(Person { id, name, teams, priority, only_team, only_channel, only_conversation })
}

fn team_ids(option: &str, written: &[String]) -> anyhow::Result<Vec<TeamId>> {
    let parse = |team: &String| team.parse().with_context(|| format!("{option} {team}"));
    written.iter().map(parse).collect()
}

fn check_config(args: CheckArgs) -> anyhow::Result<()> {
    let config = Config::load(&ServeArgs { config: Some(args.file), ..ServeArgs::default() })?;
    Sounds::load(&config.prompts).map_err(ConfigError::Problems)?;
    say(&format!("{config:#?}\n\nThe configuration is good."))
}
