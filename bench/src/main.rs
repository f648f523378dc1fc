//! Trefoil's benchmarks. Each figure is one line of JSON on stdout with `figure`, `value` and
//! `unit`; progress goes to stderr.
//!
//! * [`media`]: CPU time of the media workers per packet, over real sockets and with peers on
//!   another WebRTC stack, on other threads;
//! * [`decide`]: call control, one decision at a time;
//! * [`journal`]: durable events, one flush per group;
//! * [`chat`]: messages from page to page, through a server in a process of its own;
//! * [`sound`]: the codec's way of one mixed frame, without sockets;
//! * [`callgrind`]: the same as instructions, where valgrind is installed.

mod callgrind;
mod centre;
mod chat;
mod decide;
mod journal;
mod line;
mod media;
mod sound;

use std::time::Duration;

use clap::{Parser, ValueEnum};

use line::Line;

/// Measures Trefoil; each figure is one line of JSON with `figure`, `value` and `unit`.
#[derive(Debug, Parser)]
#[command(name = "trefoil-bench")]
struct Arguments {
    /// Only this figure (may be repeated); all of them when left out
    #[arg(long, value_enum)]
    figure: Vec<Figure>,
    /// How long each of the three samples of a media, journal or chat figure lasts
    #[arg(long, default_value_t = 4.0, value_name = "SECONDS")]
    seconds: f64,
    /// Runs one figure's work a number of times and prints how often, instead of measuring: for
    /// instruction counters such as callgrind
    #[arg(long, value_name = "TIMES", requires = "figure")]
    work: Option<u64>,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Figure {
    /// CPU time per forwarded packet: 100 legs in two-party calls
    ForwardUsPerPacket,
    /// CPU time per mixed frame: 30 legs in three-way calls, all talking
    MixUsPerFrame,
    /// CPU time per played packet: 100 legs on hold
    PlayUsPerPacket,
    /// Time per decision of call control, 100 conversations live
    DecideUs,
    /// Durable events per second, 64 per flush
    JournalEventsPerS,
    /// Durable events per second, one per flush
    JournalEventsPerSUngrouped,
    /// Durable messages of chats per second, 64 per flush
    JournalMessagesPerS,
    /// Durable messages of 100 chats per second, acknowledged and delivered
    ChatDurableMessagesPerS,
    /// From page to page in 100 chats, 200 messages per second: two figures
    ChatDeliveryMs,
    /// What somebody costs who reads tens of thousands of messages far too slowly
    ChatSlowReaderBytes,
    /// Instructions per decision
    DecideInstructions,
    /// Instructions of a media worker per forwarded packet
    ForwardInstructionsPerPacket,
    /// Instructions per mixed frame: playout, mix, encode
    MixInstructionsPerFrame,
}

/// How a figure is measured.
#[derive(Clone, Copy, Debug)]
struct Effort {
    /// Samples of every figure; the median is its value.
    samples: usize,
    /// How long a sample lasts, where time is what is sampled.
    span: Duration,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let effort = Effort { samples: 3, span: Duration::from_secs_f64(arguments.seconds) };
    if let Some(times) = arguments.work {
        for figure in arguments.figure {
            line::say(&work(figure, times).await?.to_string());
        }
        return Ok(());
    }
    let figures =
        if arguments.figure.is_empty() { Figure::value_variants() } else { &arguments.figure };
    for figure in figures {
        line::progress(&format!("{figure:?} ..."));
        for line in measure(*figure, effort).await? {
            line.print();
        }
    }
    Ok(())
}

async fn measure(figure: Figure, effort: Effort) -> anyhow::Result<Vec<Line>> {
    let line = match figure {
        Figure::ChatDeliveryMs => return chat::delivery(effort).await,
        Figure::ForwardUsPerPacket => media::forward(effort).await,
        Figure::MixUsPerFrame => media::mix(effort).await,
        Figure::PlayUsPerPacket => media::play(effort).await,
        Figure::DecideUs => Ok(decide::measure(effort)),
        Figure::JournalEventsPerS => journal::measure(effort, journal::GROUP).await,
        Figure::JournalEventsPerSUngrouped => journal::measure(effort, 1).await,
        Figure::JournalMessagesPerS => journal::messages(effort).await,
        Figure::ChatDurableMessagesPerS => chat::durable(effort).await,
        Figure::ChatSlowReaderBytes => chat::slow_reader(effort).await,
        Figure::DecideInstructions => callgrind::decide(),
        Figure::ForwardInstructionsPerPacket => callgrind::forward(),
        Figure::MixInstructionsPerFrame => callgrind::mix(),
    };
    Ok(vec![line?])
}

/// Does a figure's work about so many times, and returns how much it was in the end.
async fn work(figure: Figure, times: u64) -> anyhow::Result<u64> {
    match figure {
        Figure::DecideUs | Figure::DecideInstructions => Ok(decide::work(times)),
        Figure::ForwardUsPerPacket | Figure::ForwardInstructionsPerPacket => {
            media::forward_packets(times).await
        }
        Figure::MixInstructionsPerFrame => sound::mix_frames(times),
        Figure::MixUsPerFrame
        | Figure::PlayUsPerPacket
        | Figure::JournalEventsPerS
        | Figure::JournalEventsPerSUngrouped
        | Figure::JournalMessagesPerS
        | Figure::ChatDurableMessagesPerS
        | Figure::ChatDeliveryMs
        | Figure::ChatSlowReaderBytes => {
            anyhow::bail!("{figure:?} is a matter of time, not of instructions")
        }
    }
}
