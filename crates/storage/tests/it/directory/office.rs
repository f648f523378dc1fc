//! Words the stories are told in.

use call_core::{AgentId, Time};
use directory::{
    Actor, Amendment, Command, Family, Name, Password, REFRESH_RANDOM_BYTES, RefreshTerms,
    RefreshToken, Rights, Team, decide_all,
};
use storage::{DirectoryError, Journal, StoredDirectory};

pub(crate) const NOW: Time = Time(1_770_000_000_000);

pub(crate) fn id(text: &str) -> AgentId {
    text.parse().unwrap()
}

pub(crate) fn create(name: &str) -> Command {
    let (agent, login) = (id(name), Some(name.parse().unwrap()));
    Command::CreateAgent { agent, name: name.parse::<Name>().unwrap(), login }
}

pub(crate) fn create_team(name: &str) -> Command {
    Command::CreateTeam { team: Team::named(name.parse().unwrap(), name.parse().unwrap()) }
}

pub(crate) fn grant(agent: &str, team: &str) -> Command {
    Command::Grant { agent: id(agent), team: team.parse().unwrap(), rights: Rights::ANSWER }
}

pub(crate) fn set_password(agent: &str) -> Command {
    let hash = Password::presented("bread rolls at six").hash([7; 16]);
    Command::SetPassword { agent: id(agent), hash }
}

/// What the operator's commands change about the directory as it is stored.
pub(crate) fn amendment(present: &StoredDirectory, commands: &[Command]) -> Amendment {
    let changes = decide_all(&present.directory, &Actor::Operator, commands, NOW).unwrap();
    Amendment { at: NOW, by: Actor::Operator, changes }
}

/// Loads, decides and stores.
pub(crate) async fn amend(
    journal: &Journal,
    commands: &[Command],
) -> Result<StoredDirectory, DirectoryError> {
    let present = journal.load_directory().await?;
    journal.amend_directory(&present, &amendment(&present, commands)).await
}

/// Bob answers in support.
pub(crate) async fn with_bob(journal: &Journal) -> StoredDirectory {
    let commands = [create_team("support"), create("bob"), grant("bob", "support")];
    amend(journal, &commands).await.unwrap()
}

pub(crate) fn random(n: u8) -> [u8; REFRESH_RANDOM_BYTES] {
    std::array::from_fn(|at| n.wrapping_mul(37).wrapping_add(at as u8))
}

/// Bob signs in: the first token of a new family.
pub(crate) async fn sign_in(journal: &Journal, n: u8, at: Time) -> RefreshToken {
    let (family, token) = Family::start(id("bob"), random(n), &RefreshTerms::default(), at);
    let revision = journal.directory_revision().await.unwrap();
    journal.start_sign_in(revision, &family).await.unwrap();
    token
}
