//! Agents, teams, channels and the directory as a whole.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Where the directory is.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// Configuration file (TOML), for the data folder
    #[arg(short, long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Folder of the journal, where the directory is too [default: data]
    #[arg(long, value_name = "DIR", global = true)]
    pub data: Option<PathBuf>,
}

/// `trefoil agent`
#[derive(Debug, Args)]
pub struct AgentArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: AgentCommand,
    /// Where.
    #[command(flatten)]
    pub place: Place,
}

/// What can be done with agents.
#[derive(Debug, Subcommand)]
pub enum AgentCommand {
    /// Add an agent
    #[command(after_help = "Example:
  trefoil agent add bob --name 'Bob Baker' --login bob@example.org --team support=answer,listen")]
    Add {
        /// Its id, for ever: letters, digits, dot, dash, underscore
        id: String,
        /// The name others read
        #[arg(long)]
        name: String,
        /// What it types to sign in
        #[arg(long)]
        login: Option<String>,
        /// A team and what the agent may do for it: answer, listen, manage (may be repeated)
        #[arg(long, value_name = "TEAM=RIGHTS")]
        team: Vec<String>,
        /// Lets the agent administer everything
        #[arg(long)]
        owner: bool,
    },
    /// List agents
    List {
        /// Removed ones too
        #[arg(long)]
        all: bool,
    },
    /// Show an agent as JSON
    Show {
        /// Its id
        id: String,
    },
    /// Change an agent's names
    Change {
        /// Its id
        id: String,
        /// The name others read
        #[arg(long)]
        name: Option<String>,
        /// What it types to sign in
        #[arg(long, conflicts_with = "no_login")]
        login: Option<String>,
        /// It comes by the embedding application only
        #[arg(long)]
        no_login: bool,
    },
    /// Remove an agent: it finishes its call and gets no other
    Remove {
        /// Its id
        id: String,
    },
    /// Bring a removed agent back, without rights and password
    Restore {
        /// Its id
        id: String,
    },
    /// End every sign-in of an agent
    SignOut {
        /// Its id
        id: String,
    },
    /// Give an agent rights in a team, besides those it has
    Grant {
        /// Its id
        id: String,
        /// The team
        team: String,
        /// Such as answer,listen
        rights: String,
    },
    /// Take rights in a team from an agent
    Revoke {
        /// Its id
        id: String,
        /// The team
        team: String,
        /// Such as manage
        rights: String,
    },
    /// Let an agent administer everything
    Owner {
        /// Its id
        id: String,
        /// Or no longer
        #[arg(long)]
        revoke: bool,
    },
    /// Set an agent's password: typed twice, or one line of standard input
    Password {
        /// Its id
        id: String,
        /// Take the password away instead
        #[arg(long)]
        clear: bool,
    },
}

/// `trefoil team`
#[derive(Debug, Args)]
pub struct TeamArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: TeamCommand,
    /// Where.
    #[command(flatten)]
    pub place: Place,
}

/// What can be done with teams.
#[derive(Debug, Subcommand)]
pub enum TeamCommand {
    /// Add a team
    Add {
        /// Its id, for ever: letters, digits, dot, dash, underscore
        id: String,
        /// All about it
        #[command(flatten)]
        about: Box<TeamChoices>,
    },
    /// List teams
    List,
    /// Show a team as JSON
    Show {
        /// Its id
        id: String,
    },
    /// Change a team
    #[command(after_help = "Example:
  trefoil team change support --open 'mon-fri 09:00-17:00' --zone Europe/Berlin \\
    --when-closed team:night")]
    Change {
        /// Its id
        id: String,
        /// What about it
        #[command(flatten)]
        about: Box<TeamChoices>,
    },
    /// Remove a team that nothing names
    Remove {
        /// Its id
        id: String,
    },
}

/// What can be chosen about a team.
#[derive(Debug, Default, Args)]
pub struct TeamChoices {
    /// The name people read
    #[arg(long)]
    pub name: Option<String>,
    /// `longest_idle`, `round_robin` or `all_at_once`
    #[arg(long)]
    pub ringing: Option<String>,
    /// push or pull
    #[arg(long)]
    pub delivery: Option<String>,
    /// When nobody can be rung: reject, wait, queue or team:ID
    #[arg(long, value_name = "WHAT")]
    pub when_nobody: Option<String>,
    /// Seconds of wrap-up
    #[arg(long, value_name = "SECONDS")]
    pub wrap_up_s: Option<u32>,
    /// Seconds a call is taken to last before the first was handled
    #[arg(long, value_name = "SECONDS")]
    pub typical_talk_s: Option<u32>,
    /// How many may wait
    #[arg(long, value_name = "N")]
    pub max_waiting: Option<u32>,
    /// Seconds anybody should wait at most
    #[arg(long, value_name = "SECONDS")]
    pub max_wait_s: Option<u32>,
    /// When that is exceeded: stay, refuse or team:ID
    #[arg(long, value_name = "WHAT")]
    pub overflow: Option<String>,
    /// When it is open, such as 'mon-fri 09:00-12:30, 13:30-17:00' (may be repeated)
    #[arg(long, value_name = "DAYS TIMES")]
    pub open: Vec<String>,
    /// A date that is different, such as '2026-12-25 closed' (may be repeated)
    #[arg(long, value_name = "DATE TIMES")]
    pub except: Vec<String>,
    /// The time zone of these, such as Europe/Berlin
    #[arg(long)]
    pub zone: Option<String>,
    /// Takes its hours away: it is always open
    #[arg(long, conflicts_with_all = ["open", "except", "zone"])]
    pub always_open: bool,
    /// Outside of its hours: refuse, queue or team:ID
    #[arg(long, value_name = "WHAT")]
    pub when_closed: Option<String>,
    /// The priority of its callers: higher comes first
    #[arg(long)]
    pub priority: Option<u8>,
    /// What callers are told: greeting, waiting, closed or full (may be repeated)
    #[arg(long, value_name = "WHEN=TEXT")]
    pub text: Vec<String>,
}

/// `trefoil channel`
#[derive(Debug, Args)]
pub struct ChannelArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ChannelCommand,
    /// Where.
    #[command(flatten)]
    pub place: Place,
}

/// What can be done with channels.
#[derive(Debug, Subcommand)]
pub enum ChannelCommand {
    /// Add a channel
    Add {
        /// Its id, for ever: letters, digits, dot, dash, underscore
        id: String,
        /// All about it
        #[command(flatten)]
        about: ChannelChoices,
    },
    /// List channels
    List,
    /// Show a channel as JSON
    Show {
        /// Its id
        id: String,
    },
    /// Change a channel
    Change {
        /// Its id
        id: String,
        /// What about it
        #[command(flatten)]
        about: ChannelChoices,
    },
    /// Remove a channel
    Remove {
        /// Its id
        id: String,
    },
}

/// What a channel may have of its own in place of its team's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OwnChoice {
    /// The priority of its callers.
    Priority,
    /// When it is open.
    Hours,
    /// What happens outside of the hours.
    WhenClosed,
}

/// What can be chosen about a channel.
#[derive(Debug, Default, Args)]
pub struct ChannelChoices {
    /// The name people read
    #[arg(long)]
    pub name: Option<String>,
    /// voice or chat
    #[arg(long)]
    pub medium: Option<String>,
    /// The team that answers
    #[arg(long)]
    pub team: Option<String>,
    /// Nobody gets in by it
    #[arg(long, conflicts_with = "on")]
    pub off: bool,
    /// People get in by it again
    #[arg(long)]
    pub on: bool,
    /// The priority of those who come in by it: higher comes first; the team's if none is chosen
    #[arg(long)]
    pub priority: Option<u8>,
    /// When it is open, such as 'mon-fri 09:00-12:30, 13:30-17:00' (may be repeated)
    #[arg(long, value_name = "DAYS TIMES")]
    pub open: Vec<String>,
    /// A date that is different, such as '2026-12-25 closed' (may be repeated)
    #[arg(long, value_name = "DATE TIMES")]
    pub except: Vec<String>,
    /// The time zone of these, such as Europe/Berlin
    #[arg(long)]
    pub zone: Option<String>,
    /// Takes its priority, its hours and what happens outside of them away, or only those that are
    /// named, such as --as-team=hours,priority: from then on as its team
    #[arg(
        long,
        value_name = "WHAT",
        num_args = 0..,
        require_equals = true,
        value_delimiter = ',',
        default_missing_values = ["priority", "hours", "when-closed"],
        conflicts_with_all = ["open", "except", "zone", "when_closed", "priority"]
    )]
    pub as_team: Vec<OwnChoice>,
    /// Outside of the hours: refuse, queue or team:ID; as the team if nothing is chosen
    #[arg(long, value_name = "WHAT")]
    pub when_closed: Option<String>,
    /// What they are told, where it is not what the team says: greeting, waiting, closed or full
    /// (may be repeated)
    #[arg(long, value_name = "WHEN=TEXT")]
    pub text: Vec<String>,
}

/// `trefoil directory`
#[derive(Debug, Args)]
pub struct DirectoryArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: DirectoryCommand,
    /// Where.
    #[command(flatten)]
    pub place: Place,
}

/// What can be done with the directory as a whole.
#[derive(Debug, Subcommand)]
pub enum DirectoryCommand {
    /// Print the whole directory as a document, without passwords
    Export {
        /// As JSON; TOML otherwise
        #[arg(long)]
        json: bool,
    },
    /// Make the directory what a document says; whom it does not name is removed
    Import {
        /// The document; JSON if its name ends so, TOML otherwise
        file: PathBuf,
    },
    /// Print what importing a document would change
    Diff {
        /// The document
        file: PathBuf,
    },
    /// Print who changed what, the latest first
    Audit {
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: u32,
        /// Only those before this number
        #[arg(long, value_name = "NUMBER")]
        before: Option<u64>,
    },
}
