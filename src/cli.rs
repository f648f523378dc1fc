//! The command line: what can be asked of the program, and nothing of how it is done.

mod directory;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use directory::{
    AgentArgs, AgentCommand, ChannelArgs, ChannelChoices, ChannelCommand, DirectoryArgs,
    DirectoryCommand, OwnChoice, Place, TeamArgs, TeamChoices, TeamCommand,
};

/// Trefoil, a WebRTC voice server for contact centres: nobody is ever lost.
#[derive(Debug, Parser)]
#[command(name = "trefoil", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server and serve until Ctrl-C or SIGTERM
    Serve(ServeArgs),
    /// Mint a sign-in token for an agent or a customer and print it
    #[command(after_help = TOKEN_EXAMPLES)]
    Token(TokenArgs),
    /// Add, change and remove agents, and set their passwords
    Agent(AgentArgs),
    /// Add, change and remove teams
    Team(TeamArgs),
    /// Add, change and remove channels
    Channel(ChannelArgs),
    /// Export, compare and import the directory as a whole; see who changed it
    Directory(DirectoryArgs),
    /// Check a configuration file and print what it means
    CheckConfig(CheckArgs),
    /// Print the version
    Version,
}

const TOKEN_EXAMPLES: &str = "Examples:
  trefoil token --role agent --id bob --name 'Bob Baker' --team support
  trefoil token --role agent --id eve --name 'Eve Ember' --manage support
  trefoil token --role customer --id alice --name Alice --team support --ttl-minutes 60";

/// `trefoil serve`
#[derive(Debug, Args, Default)]
pub struct ServeArgs {
    /// Configuration file (TOML); see config.example.toml
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address of pages and WebSocket [default: 127.0.0.1:8080]
    #[arg(long, value_name = "IP:PORT")]
    pub listen: Option<SocketAddr>,
    /// UDP address of the first media worker; worker i takes port + i [default: 127.0.0.1:7000]
    #[arg(long, value_name = "IP:PORT")]
    pub media: Option<SocketAddr>,
    /// Address of metrics and health [default: 127.0.0.1:8081]
    #[arg(long, value_name = "IP:PORT")]
    pub admin: Option<SocketAddr>,
    /// Folder of the journal [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Media worker threads; 0 means one per core
    #[arg(long, value_name = "N")]
    pub workers: Option<usize>,
    /// Let the pages mint tokens for themselves and seed demo agents: for trying out only
    #[arg(long)]
    pub demo: bool,
}

/// `trefoil token`
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// Who signs in
    #[arg(long, value_enum)]
    pub role: RoleArg,
    /// The person's id, without a prefix: letters, digits, dot, dash, underscore
    #[arg(long)]
    pub id: String,
    /// The name others read
    #[arg(long)]
    pub name: String,
    /// The agent's team (may be repeated), or the only team a customer may call
    #[arg(long)]
    pub team: Vec<String>,
    /// A team whose calls the agent may listen to (may be repeated)
    #[arg(long, value_name = "TEAM")]
    pub listen: Vec<String>,
    /// A team whose calls the agent may listen to, coach, take over and end (may be repeated)
    #[arg(long, value_name = "TEAM")]
    pub manage: Vec<String>,
    /// The only channel a customer may call through
    #[arg(long, conflicts_with = "team")]
    pub channel: Option<String>,
    /// How urgent a customer's calls are: higher comes first
    #[arg(long, default_value_t = 0)]
    pub priority: u8,
    /// A customer's only conversation, as in `c17`
    #[arg(long)]
    pub conversation: Option<String>,
    /// How long the token is good
    #[arg(long, default_value_t = 720, value_name = "MINUTES")]
    pub ttl_minutes: u64,
    /// Configuration file (TOML), for the secret
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of the journal, for the generated secret [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
}

/// Roles a token can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleArg {
    /// Answers calls
    Agent,
    /// Calls
    Customer,
}

/// `trefoil check-config`
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The file to check
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}
