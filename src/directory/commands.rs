//! What the command line does with the directory.
//!
//! It opens the database itself, whether a server runs on it or not, and acts as the operator:
//! whoever can write the data folder may do everything anyway. A running server notices within a
//! second. There is so one way, which needs no token, no address and no running server.

use std::path::Path;

use anyhow::{Context, anyhow, bail};
use call_core::{AgentId, TeamId};
use directory::{
    Actor, Agent, AgentPatch, Channel, ChannelId, ChannelPatch, Command, Directory, Document,
    Format, Password, Problems, Rights, Team, TeamPatch, decide_all, plan,
};
use serde_json::{Map, Value, json};
use signaling::rest::{Decide, Denied, Office};
use storage::{Journal, Options};

use super::{Keeper, now};
use crate::app::JOURNAL;
use crate::cli::{
    AgentArgs, AgentCommand, ChannelArgs, ChannelChoices, ChannelCommand, DirectoryArgs,
    DirectoryCommand, OwnChoice, Place, ServeArgs, TeamArgs, TeamChoices, TeamCommand,
};
use crate::config::Config;

/// Gives the password that is to be set.
pub type AskPassword<'a> = &'a dyn Fn() -> anyhow::Result<String>;

/// The directory in the hands of the operator.
struct Desk {
    keeper: Keeper,
    journal: Journal,
}

impl Desk {
    async fn open(place: &Place) -> anyhow::Result<Self> {
        let Place { config, data } = place.clone();
        let config = Config::load(&ServeArgs { config, data, ..ServeArgs::default() })?;
        std::fs::create_dir_all(&config.data)
            .with_context(|| format!("cannot create the data folder {}", config.data.display()))?;
        let path = config.data.join(JOURNAL);
        let options = Options { max_bytes: config.journal_max_bytes };
        let journal = Journal::open_with(&path, options)
            .await
            .with_context(|| format!("cannot open the journal {}", path.display()))?;
        let keeper = Keeper::open(journal.clone(), &config.teams).await?;
        Ok(Self { keeper, journal })
    }

    fn directory(&self) -> std::sync::Arc<Directory> {
        self.keeper.directory()
    }

    /// Does several things, all or none, and says what changed.
    async fn does<F>(&self, commands: F) -> anyhow::Result<String>
    where
        F: Fn(&Directory) -> Vec<Command> + Send + Sync + 'static,
    {
        let decide: Decide = Box::new(move |directory, at| {
            let commands = commands(directory);
            let changes = decide_all(directory, &Actor::Operator, &commands, at);
            changes.map_err(|refused| Denied::Refused(refused.refusal))
        });
        self.amend(decide).await
    }

    async fn amend(&self, decide: Decide) -> anyhow::Result<String> {
        let amended = Office::amend(&self.keeper, Actor::Operator, decide).await?;
        if amended.changes.is_empty() {
            return Ok("Nothing to change.".to_owned());
        }
        Ok(directory::Plan { changes: amended.changes }.to_string().trim_end().to_owned())
    }

    async fn closes<T>(self, outcome: anyhow::Result<T>) -> anyhow::Result<T> {
        self.journal.close().await;
        outcome
    }
}

/// `trefoil agent`; gives what is to be printed.
///
/// # Errors
/// What was written makes no sense, or the directory's rules refuse it.
pub async fn agent(args: AgentArgs, ask: AskPassword<'_>) -> anyhow::Result<String> {
    let desk = Desk::open(&args.place).await?;
    let outcome = agent_command(&desk, args.command, ask).await;
    desk.closes(outcome).await
}

async fn agent_command(
    desk: &Desk,
    command: AgentCommand,
    ask: AskPassword<'_>,
) -> anyhow::Result<String> {
    match command {
        AgentCommand::Add { id, name, login, team, owner } => {
            let agent = written_agent(&id, &name, login, &team, owner)?;
            desk.does(move |directory| addition(directory, &agent)).await
        }
        AgentCommand::List { all } => Ok(agents(&desk.directory(), all)),
        AgentCommand::Show { id } => {
            let (directory, agent) = (desk.directory(), agent_id(&id)?);
            pretty(directory.agent(&agent).ok_or_else(|| anyhow!("there is no agent `{id}`"))?)
        }
        AgentCommand::Change { id, name, login, no_login } => {
            let mut patch = Map::new();
            patch.extend(name.map(|name| ("name".to_owned(), json!(name))));
            patch.extend(login.map(|login| ("login".to_owned(), json!(login))));
            if no_login {
                patch.insert("login".to_owned(), Value::Null);
            }
            let patch = AgentPatch::from_json(&Value::Object(patch))?;
            one(desk, Command::ChangeAgent { agent: agent_id(&id)?, patch }).await
        }
        AgentCommand::Remove { id } => {
            one(desk, Command::RemoveAgent { agent: agent_id(&id)? }).await
        }
        AgentCommand::Restore { id } => {
            one(desk, Command::RestoreAgent { agent: agent_id(&id)? }).await
        }
        AgentCommand::SignOut { id } => one(desk, Command::SignOut { agent: agent_id(&id)? }).await,
        AgentCommand::Grant { id, team, rights } => {
            let (agent, team, rights) = (agent_id(&id)?, team_id(&team)?, rights.parse()?);
            one(desk, Command::Grant { agent, team, rights }).await
        }
        AgentCommand::Revoke { id, team, rights } => {
            let (agent, team, rights) = (agent_id(&id)?, team_id(&team)?, rights.parse()?);
            one(desk, Command::Revoke { agent, team, rights }).await
        }
        AgentCommand::Owner { id, revoke: false } => {
            one(desk, Command::GrantOwner { agent: agent_id(&id)? }).await
        }
        AgentCommand::Owner { id, revoke: true } => {
            one(desk, Command::RevokeOwner { agent: agent_id(&id)? }).await
        }
        AgentCommand::Password { id, clear: true } => {
            one(desk, Command::ClearPassword { agent: agent_id(&id)? }).await
        }
        AgentCommand::Password { id, clear: false } => password(desk, &id, ask).await,
    }
}

async fn password(desk: &Desk, id: &str, ask: AskPassword<'_>) -> anyhow::Result<String> {
    let (directory, agent) = (desk.directory(), agent_id(id)?);
    let known = directory.active_agent(&agent);
    let known = known.ok_or_else(|| anyhow!("there is no agent `{id}`"))?;
    if known.login.is_none() {
        bail!("`{id}` has no login name; set one first: trefoil agent change {id} --login ...");
    }
    let chosen = Password::chosen(&ask()?, known)?;
    Office::set_password(&desk.keeper, Actor::Operator, agent, chosen, None).await?;
    Ok(format!("~ agent {id}: password"))
}

async fn one(desk: &Desk, command: Command) -> anyhow::Result<String> {
    desk.does(move |_| vec![command.clone()]).await
}

fn written_agent(
    id: &str,
    name: &str,
    login: Option<String>,
    teams: &[String],
    owner: bool,
) -> anyhow::Result<Agent> {
    let mut memberships = Map::new();
    for written in teams {
        let (team, rights) = written.split_once('=').unwrap_or((written, "answer"));
        let rights: Rights = rights.parse().with_context(|| format!("--team {written}"))?;
        memberships.insert(team.to_owned(), json!(rights));
    }
    let mut agent = Map::new();
    agent.insert("id".to_owned(), json!(id));
    agent.insert("name".to_owned(), json!(name));
    agent.extend(login.map(|login| ("login".to_owned(), json!(login))));
    agent.insert("owner".to_owned(), json!(owner));
    agent.insert("teams".to_owned(), Value::Object(memberships));
    Ok(Agent::from_json(&Value::Object(agent))?)
}

fn addition(directory: &Directory, agent: &Agent) -> Vec<Command> {
    let Agent { id, name, login, owner, teams, .. } = agent;
    let (agent, name, login) = (id.clone(), name.clone(), login.clone());
    let mut commands = vec![Command::CreateAgent { agent: agent.clone(), name, login }];
    for (team, rights) in teams {
        commands.extend(Command::set_rights(directory, id, team, *rights));
    }
    if *owner {
        commands.push(Command::GrantOwner { agent });
    }
    commands
}

/// A line per agent.
fn agents(directory: &Directory, all: bool) -> String {
    let listed = directory.agents().filter(|agent| all || agent.is_active());
    let lines: Vec<String> = listed
        .map(|agent| {
            let login = agent.login.as_ref().map(ToString::to_string).unwrap_or_default();
            let teams = agent.teams.iter().map(|(team, rights)| format!("{team}={rights}"));
            let mut rest: Vec<String> = teams.collect();
            rest.extend(agent.owner.then(|| "owner".to_owned()));
            rest.extend((!agent.is_active()).then(|| "removed".to_owned()));
            format!("{:<16} {:<24} {login:<28} {}", agent.id, agent.name, rest.join(" "))
        })
        .collect();
    if lines.is_empty() { "There are no agents.".to_owned() } else { lines.join("\n") }
}

/// `trefoil team`; gives what is to be printed.
///
/// # Errors
/// What was written makes no sense, or the directory's rules refuse it.
pub async fn team(args: TeamArgs) -> anyhow::Result<String> {
    let desk = Desk::open(&args.place).await?;
    let outcome = team_command(&desk, args.command).await;
    desk.closes(outcome).await
}

async fn team_command(desk: &Desk, command: TeamCommand) -> anyhow::Result<String> {
    let directory = desk.directory();
    match command {
        TeamCommand::Add { id, about } => {
            let mut written = choices(*about, None)?;
            written.insert("id".to_owned(), json!(id));
            let team = Team::from_json(&Value::Object(written))?;
            one(desk, Command::CreateTeam { team }).await
        }
        TeamCommand::List => {
            let lines = directory.teams().map(|team| format!("{:<16} {}", team.id, team.name));
            Ok(lines.collect::<Vec<_>>().join("\n"))
        }
        TeamCommand::Show { id } => {
            let known = directory.team(&team_id(&id)?);
            pretty(known.ok_or_else(|| anyhow!("there is no team `{id}`"))?)
        }
        TeamCommand::Change { id, about } => {
            let team = team_id(&id)?;
            let known = directory.team(&team).ok_or_else(|| anyhow!("there is no team `{id}`"))?;
            let patch = TeamPatch::from_json(&Value::Object(choices(*about, Some(known))?))?;
            one(desk, Command::ChangeTeam { team, patch }).await
        }
        TeamCommand::Remove { id } => one(desk, Command::RemoveTeam { team: team_id(&id)? }).await,
    }
}

/// What was chosen, in the form of a request's body. What consists of parts keeps those that were
/// not chosen.
fn choices(about: TeamChoices, before: Option<&Team>) -> anyhow::Result<Map<String, Value>> {
    let before = before.map(|team| json!(team)).unwrap_or_default();
    let part = |key: &str| before[key].as_object().cloned().unwrap_or_default();
    let mut written = Map::new();
    let simple = [
        ("name", about.name.map(Value::from)),
        ("ringing", about.ringing.map(Value::from)),
        ("delivery", about.delivery.map(Value::from)),
        ("when_nobody", about.when_nobody.map(Value::from)),
        ("wrap_up_s", about.wrap_up_s.map(Value::from)),
        ("typical_talk_s", about.typical_talk_s.map(Value::from)),
        ("when_closed", about.when_closed.map(Value::from)),
        ("priority", about.priority.map(Value::from)),
    ];
    extend(&mut written, simple);
    let overflow = [
        ("max_waiting", about.max_waiting.map(Value::from)),
        ("max_wait_s", about.max_wait_s.map(Value::from)),
        ("then", about.overflow.map(Value::from)),
    ];
    put_part(&mut written, "overflow", part("overflow"), overflow);
    let hours = [about.open, about.except];
    put_part(&mut written, "hours", part("hours"), hours_of(about.zone, hours));
    if about.always_open {
        written.insert("hours".to_owned(), Value::Null);
    }
    texts(&mut written, part("texts"), &about.text)?;
    Ok(written)
}

fn hours_of(
    zone: Option<String>,
    [weekly, exceptions]: [Vec<String>; 2],
) -> [(&'static str, Option<Value>); 3] {
    let lines = |lines: Vec<String>| (!lines.is_empty()).then(|| json!(lines));
    let zone = zone.map(Value::from);
    [("zone", zone), ("weekly", lines(weekly)), ("exceptions", lines(exceptions))]
}

fn extend<const N: usize>(into: &mut Map<String, Value>, values: [(&str, Option<Value>); N]) {
    let given = values.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    into.extend(given);
}

fn put_part<const N: usize>(
    into: &mut Map<String, Value>,
    key: &str,
    mut part: Map<String, Value>,
    values: [(&str, Option<Value>); N],
) {
    if values.iter().any(|(_, value)| value.is_some()) {
        extend(&mut part, values);
        into.insert(key.to_owned(), Value::Object(part));
    }
}

fn texts(
    into: &mut Map<String, Value>,
    mut part: Map<String, Value>,
    written: &[String],
) -> anyhow::Result<()> {
    for line in written {
        let form = || format!("--text {line}: write it as waiting='You are number {{position}}.'");
        let (when, text) = line.split_once('=').with_context(form)?;
        part.insert(when.to_owned(), json!(text));
    }
    if !written.is_empty() {
        into.insert("texts".to_owned(), Value::Object(part));
    }
    Ok(())
}

/// `trefoil channel`; gives what is to be printed.
///
/// # Errors
/// What was written makes no sense, or the directory's rules refuse it.
pub async fn channel(args: ChannelArgs) -> anyhow::Result<String> {
    let desk = Desk::open(&args.place).await?;
    let outcome = channel_command(&desk, args.command).await;
    desk.closes(outcome).await
}

async fn channel_command(desk: &Desk, command: ChannelCommand) -> anyhow::Result<String> {
    let directory = desk.directory();
    match command {
        ChannelCommand::Add { id, about } => {
            let mut written = channel_choices(about, None)?;
            written.insert("id".to_owned(), json!(id));
            let channel = Channel::from_json(&Value::Object(written))?;
            one(desk, Command::CreateChannel { channel }).await
        }
        ChannelCommand::List => {
            let line = |channel: &Channel| {
                let Channel { id, name, team, .. } = channel;
                let off = if channel.enabled { "" } else { "  off" };
                format!("{id:<16} {name:<24} {team}{off}")
            };
            Ok(directory.channels().map(line).collect::<Vec<_>>().join("\n"))
        }
        ChannelCommand::Show { id } => {
            let known = directory.channel(&channel_id(&id)?);
            pretty(known.ok_or_else(|| anyhow!("there is no channel `{id}`"))?)
        }
        ChannelCommand::Change { id, about } => {
            let channel = channel_id(&id)?;
            let known = directory.channel(&channel);
            let written = channel_choices(about, known)?;
            let patch = ChannelPatch::from_json(&Value::Object(written))?;
            one(desk, Command::ChangeChannel { channel, patch }).await
        }
        ChannelCommand::Remove { id } => {
            one(desk, Command::RemoveChannel { channel: channel_id(&id)? }).await
        }
    }
}

fn channel_choices(
    about: ChannelChoices,
    before: Option<&Channel>,
) -> anyhow::Result<Map<String, Value>> {
    let before = before.map(|channel| json!(channel)).unwrap_or_default();
    let mut written = Map::new();
    let simple = [
        ("name", about.name.map(Value::from)),
        ("medium", about.medium.map(Value::from)),
        ("team", about.team.map(Value::from)),
        ("priority", about.priority.map(Value::from)),
        ("when_closed", about.when_closed.map(Value::from)),
        ("enabled", (about.on || about.off).then(|| json!(about.on))),
    ];
    extend(&mut written, simple);
    let part = |key: &str| before[key].as_object().cloned().unwrap_or_default();
    let hours = hours_of(about.zone, [about.open, about.except]);
    put_part(&mut written, "hours", part("hours"), hours);
    for own in about.as_team {
        let key = match own {
            OwnChoice::Priority => "priority",
            OwnChoice::Hours => "hours",
            OwnChoice::WhenClosed => "when_closed",
        };
        written.insert(key.to_owned(), Value::Null);
    }
    texts(&mut written, part("texts"), &about.text)?;
    Ok(written)
}

/// `trefoil directory`; gives what is to be printed.
///
/// # Errors
/// The document cannot be read, or the directory's rules refuse it.
pub async fn directory(args: DirectoryArgs) -> anyhow::Result<String> {
    let desk = Desk::open(&args.place).await?;
    let outcome = directory_command(&desk, args.command).await;
    desk.closes(outcome).await
}

async fn directory_command(desk: &Desk, command: DirectoryCommand) -> anyhow::Result<String> {
    match command {
        DirectoryCommand::Export { json } => {
            let format = if json { Format::Json } else { Format::Toml };
            Ok(Document::of(&desk.directory()).write(format).trim_end().to_owned())
        }
        DirectoryCommand::Import { file } => {
            let document = document(&file)?;
            let decide: Decide = Box::new(move |directory, at| {
                Ok(plan(directory, &document, &Actor::Operator, at)?.changes)
            });
            desk.amend(decide).await
        }
        DirectoryCommand::Diff { file } => {
            let plan = plan(&desk.directory(), &document(&file)?, &Actor::Operator, now())?;
            if plan.is_empty() {
                return Ok("Nothing to change.".to_owned());
            }
            Ok(plan.to_string().trim_end().to_owned())
        }
        DirectoryCommand::Audit { limit, before } => {
            let lines = Office::audit(&desk.keeper, limit, before).await?;
            let line = |line: signaling::rest::AuditLine| {
                let at = format!("{}.{:03}", line.at_ms / 1_000, line.at_ms % 1_000);
                format!("{:<6} {at} {:<20} {}", line.number, line.by, line.changes)
            };
            Ok(lines.into_iter().map(line).collect::<Vec<_>>().join("\n"))
        }
    }
}

fn document(file: &Path) -> anyhow::Result<Document> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let is_json = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let format = if is_json { Format::Json } else { Format::Toml };
    let said = |problems: Problems| anyhow!("{} cannot be meant:\n{problems}", file.display());
    Document::parse(&text, format).map_err(said)
}

fn pretty<T: serde::Serialize>(entry: &T) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(entry)?)
}

fn agent_id(text: &str) -> anyhow::Result<AgentId> {
    text.parse().with_context(|| format!("`{text}` is no id of an agent"))
}

fn team_id(text: &str) -> anyhow::Result<TeamId> {
    text.parse().with_context(|| format!("`{text}` is no id of a team"))
}

fn channel_id(text: &str) -> anyhow::Result<ChannelId> {
    text.parse().with_context(|| format!("`{text}` is no id of a channel"))
}
