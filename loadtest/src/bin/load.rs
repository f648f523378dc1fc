//! The program `trefoil-load`: see `trefoil-load --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    loadtest::load::main()
}
