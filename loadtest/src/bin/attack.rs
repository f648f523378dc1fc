//! `trefoil-attack`: plays every attack against a server of its own, with calls in progress.

#![expect(clippy::print_stdout, reason = "the table is what the program is for")]
#![expect(clippy::print_stderr, reason = "progress belongs beside the table")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use loadtest::attack::stage::calls::Calls;
use loadtest::attack::stage::report;
use loadtest::attack::stage::server::{SECRET, Server};
use loadtest::attack::stage::verdict::{Outcome, judge};
use loadtest::attack::{ATTACKS, Attack, AttackError, Stage};
use loadtest::person::Place;

/// Received packets kept for each leg, 50 a second: somewhat more than come during the longest
/// attack.
const KEPT_PACKETS: usize = 50 * 200;

/// Plays attacks against a server of its own while people talk, and tells what they did to it.
#[derive(Debug, Parser)]
struct Args {
    /// Only these attacks, by name or a part of it, separated by commas.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Names every attack and ends.
    #[arg(long)]
    list: bool,
    /// Two-party calls in progress.
    #[arg(long, default_value_t = 20)]
    calls: usize,
    /// How long a flood lasts, in seconds.
    #[arg(long, default_value_t = 5.0)]
    secs: f64,
    /// The share of full counts (a million packets, 20,000 ports, 200 set-ups) that is played.
    #[arg(long, default_value_t = 1.0)]
    share: f64,
    /// One line of JSON for each attack in place of the table.
    #[arg(long)]
    json: bool,
    /// The server to be attacked.
    #[arg(long, default_value = "target/release/trefoil")]
    server_binary: PathBuf,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if args.list {
        for Attack { name, about, rules, fate, .. } in ATTACKS {
            println!("{name:<24} rule {rules:<8} {about} (own leg: {fate:?})");
        }
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(attack(&args)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(0) => ExitCode::SUCCESS,
        Ok(harmful) => {
            eprintln!("{harmful} attacks did harm");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("trefoil-attack: {}", error.chain());
            ExitCode::FAILURE
        }
    }
}

/// Plays what is asked for; returns how many attacks did harm.
async fn attack(args: &Args) -> Result<usize, AttackError> {
    let wanted = |attack: &&Attack| {
        args.only.is_empty() || args.only.iter().any(|part| attack.name.contains(&part[..]))
    };
    let attacks: Vec<&Attack> = ATTACKS.iter().filter(wanted).collect();
    eprintln!("starting {} ...", args.server_binary.display());
    let mut server = Server::starts(&args.server_binary, args.calls).await?;
    let mut place = Place::new(server.addresses.http, SECRET)?;
    place.legs.keep_packets = KEPT_PACKETS;
    let calls = Calls::begin(&place, args.calls).await?;
    eprintln!("{} calls talk; log in {}", calls.count(), server.log().display());
    let lasting = Duration::from_secs_f64(args.secs);
    let mut stage = Stage::new(place, server.addresses.media.clone(), lasting);
    stage.share = args.share;
    stage.chats = calls.conversations().to_vec();
    if !args.json {
        println!("{}", report::heading());
    }
    let mut harmful = 0;
    for (index, attack) in attacks.iter().enumerate() {
        eprintln!("[{}/{}] {}: {}", index + 1, attacks.len(), attack.name, attack.about);
        let outcome = judge(attack, &stage, &calls, &mut server).await;
        harmful += usize::from(!outcome.harm.is_empty());
        tell(args.json, &outcome);
        if !server.lives() {
            break;
        }
    }
    Ok(harmful)
}

fn tell(json: bool, outcome: &Outcome) {
    if json {
        println!("{}", serde_json::to_string(outcome).expect("an outcome is plain data"));
    } else {
        println!("{}", report::line(outcome));
    }
}
