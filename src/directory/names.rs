use anyhow::{Context, bail};
use call_core::{ChannelId, TeamId};
use storage::{Journal, Options};

use crate::app::JOURNAL;
use crate::config::Config;

/// Whether teams and channel are in the directory, where there is one on this machine: a token that
/// names others would be refused only when somebody calls with it.
///
/// # Errors
/// One of them is not, or the directory cannot be read.
pub async fn must_know(
    config: &Config,
    teams: impl Iterator<Item = &TeamId>,
    channel: Option<&ChannelId>,
) -> anyhow::Result<()> {
    let path = config.data.join(JOURNAL);
    if !path.exists() {
        // Tokens may be made where no server runs: only the secret is needed for that.
        return Ok(());
    }
    let options = Options { max_bytes: config.journal_max_bytes };
    let journal = Journal::open_with(&path, options).await;
    let journal = journal.with_context(|| format!("cannot open the journal {}", path.display()))?;
    let stored = journal.load_directory().await;
    journal.close().await;
    let stored = stored.context("cannot read the directory")?;
    if stored.revision == 0 {
        // No server has run on it yet.
        return Ok(());
    }
    let directory = stored.directory;
    for team in teams {
        if directory.team(team).is_none() {
            let known: Vec<_> = directory.teams().map(|team| team.id.as_str()).collect();
            bail!("there is no team `{team}`; there are {}", known.join(", "));
        }
    }
    if let Some(channel) = channel.filter(|channel| directory.channel(channel).is_none()) {
        bail!("there is no channel `{channel}`; trefoil channel list shows them");
    }
    Ok(())
}
