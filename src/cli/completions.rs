//! `completions`: what a shell needs to complete commands and options.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use super::{Exit, Io};

/// Arguments of `completions`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let mut command = super::Arguments::command();
    // The generator panics on a stream that nobody reads on; a text can be dropped.
    let mut script = Vec::new();
    generate(arguments.shell, &mut command, "burnwatch", &mut script);
    let _ = io.stdout.write_all(&script);
    Exit::Clean
}
