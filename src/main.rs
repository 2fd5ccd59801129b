//! The binary: hands arguments, environment and streams to the library and exits with its code.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use burnwatch::cli::{self, Io};
use burnwatch::diagnostics::Colour;

fn main() -> ExitCode {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let colour = |terminal: bool| {
        if terminal && !plain {
            Colour::Styled
        } else {
            Colour::Plain
        }
    };
    let stdout_colour = colour(io::stdout().is_terminal());
    let stderr_colour = colour(io::stderr().is_terminal());
    let mut io = Io {
        stdin: &mut io::stdin().lock(),
        stdout: &mut io::BufWriter::new(io::stdout().lock()),
        // Threads write to it too, such as that of the daemon's log.
        stderr: &mut io::stderr(),
        stdout_colour,
        stderr_colour,
        folder: std::env::current_dir().unwrap_or_default(),
        today: burnwatch::clock::today(),
        now_ms: burnwatch::clock::now_ms(),
        environment: &|name| std::env::var(name).ok(),
    };
    ExitCode::from(cli::run(std::env::args_os(), &mut io))
}
