//! Asks for a password without showing it.

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Context, bail};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

/// A password typed twice on the terminal, or one line of standard input where that is none: for
/// scripts. Never an argument, which everybody on the machine could read.
///
/// # Errors
/// Nothing was given, or the two differ.
pub fn password() -> anyhow::Result<String> {
    if !io::stdin().is_terminal() {
        return line().context("no password came on standard input");
    }
    let once = unseen("New password: ")?;
    let twice = unseen("Once more: ")?;
    if once != twice {
        bail!("the two passwords differ");
    }
    Ok(once)
}

/// Puts the terminal back to showing what is typed, whatever happens meanwhile.
struct Shown(rustix::termios::Termios);

impl Drop for Shown {
    fn drop(&mut self) {
        // A terminal that is gone has nothing to be put back.
        let _shown = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

fn unseen(ask: &str) -> anyhow::Result<String> {
    let mut error = io::stderr();
    write!(error, "{ask}").context("cannot write to the terminal")?;
    error.flush().context("cannot write to the terminal")?;
    let before = tcgetattr(io::stdin()).context("cannot ask the terminal")?;
    let mut hidden = before.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    tcsetattr(io::stdin(), OptionalActions::Flush, &hidden).context("cannot hide what is typed")?;
    let shown = Shown(before);
    let typed = line();
    drop(shown);
    writeln!(error).context("cannot write to the terminal")?;
    typed
}

fn line() -> anyhow::Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).context("cannot read")?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        bail!("nothing was typed");
    }
    Ok(line.to_owned())
}
