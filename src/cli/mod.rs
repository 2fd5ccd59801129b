//! The command line: one file a command. Thin: reads, calls the stages, writes.
//!
//! Results go to stdout, everything else to stderr. Exit codes: 0 clean, 1 findings or a difference, 2 wrong usage or
//! configuration, 3 could not check.

#[cfg(unix)]
mod ack;
mod backtest;
mod changed;
mod checks;
mod chosen;
mod compile;
mod completions;
#[cfg(unix)]
mod data;
mod diff;
mod drift;
mod explain;
mod fix;
mod gate;
mod generate;
mod history;
mod init;
mod layout;
mod links;
mod linted;
mod moment;
mod numbers;
mod online;
#[cfg(unix)]
mod page;
mod pause;
mod preview;
#[cfg(unix)]
mod probe;
mod progress;
mod report;
mod reports;
mod routes;
mod routing;
mod rulings;
mod run;
mod runbook;
mod runbooks;
mod schema;
mod server;
mod severity;
mod shelf;
mod simulate;
#[cfg(unix)]
mod stamp;
mod status;
mod table;
mod unified;
mod validate;
mod wrap;

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use jiff::civil::Date;

use crate::diagnostics::Colour;

/// The streams and the surroundings of a run.
pub struct Io<'a> {
    /// Where `-` is read from.
    pub stdin: &'a mut dyn Read,
    /// Where results go.
    pub stdout: &'a mut dyn Write,
    /// Where everything else goes.
    pub stderr: &'a mut dyn Write,
    /// Whether results may be coloured.
    pub stdout_colour: Colour,
    /// Whether the rest may be.
    pub stderr_colour: Colour,
    /// The working folder.
    pub folder: PathBuf,
    /// The day, in UTC.
    pub today: Date,
    /// The time, in Unix milliseconds.
    pub now_ms: i64,
    /// Variables of the environment.
    pub environment: &'a dyn Fn(&str) -> Option<String>,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to say against it.
    Clean,
    /// Findings, or a difference.
    Findings,
    /// Wrong usage or configuration, or files that could not be read or written.
    Usage,
    /// Something could not be checked: a server did not answer.
    Unchecked,
}

impl Exit {
    /// The exit code.
    pub fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Unchecked => 3,
        }
    }
}

/// SLO burn-rate alerting: compiles objectives into Prometheus rules and checks them.
#[derive(Parser)]
#[command(
    name = "burnwatch",
    version,
    about,
    max_term_width = 100,
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write a commented workspace and a first SLO
    Init(init::Arguments),
    /// Compile SLO files into Prometheus rules and their unit tests
    Generate(generate::Arguments),
    /// Find every fault of every file
    Validate(validate::Arguments),
    /// Write what a branch changes, and what would have paged, as one comment
    Preview(preview::Arguments),
    /// Show where each alert lands, how fast, and when it is muted
    Routes(routes::Arguments),
    /// Show what would have paged, from the history of a server or a file
    Backtest(backtest::Arguments),
    /// Show budgets and burn rates as they are now, the worst first
    Status(status::Arguments),
    /// Say whether a deployment goes on: exit 0 go, 1 roll back, 3 could not check
    Gate(gate::Arguments),
    /// Watch all SLOs and page: the daemon
    Run(run::Arguments),
    /// Show what the daemon did, and why: episodes, who was told, what came of it
    History(history::Arguments),
    /// Acknowledge an episode, so that nobody else is woken by it
    #[cfg(unix)]
    Ack(ack::Arguments),
    /// Send a test all the way to receivers: exit 0 all took it, 1 one did not
    #[cfg(unix)]
    Page(page::Arguments),
    /// Ask the daemon how it is: exit 0 alive, or ready, 1 not
    #[cfg(unix)]
    Probe(probe::Arguments),
    /// Write runbooks for teams to go on with
    Runbook(runbook::Arguments),
    /// Try policies on made-up incidents: what they detect, how soon, and how often they call for nothing
    Simulate(simulate::Arguments),
    /// Say what an SLO means, or what a check finds and why
    Explain(explain::Arguments),
    /// List every check
    Checks(checks::Arguments),
    /// Print the JSON Schema of SLO files or of the workspace file
    Schema(schema::Arguments),
    /// Print completions for a shell
    Completions(completions::Arguments),
}

/// Runs one command and gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>, io: &mut Io<'_>) -> u8 {
    let exit = match Arguments::try_parse_from(arguments) {
        Err(error) => usage(&error, io),
        Ok(arguments) => match arguments.command {
            Command::Init(arguments) => init::run(&arguments, io),
            Command::Generate(arguments) => generate::run(&arguments, io),
            Command::Validate(arguments) => validate::run(&arguments, io),
            Command::Preview(arguments) => preview::run(&arguments, io),
            Command::Routes(arguments) => routes::run(&arguments, io),
            Command::Backtest(arguments) => backtest::run(&arguments, io),
            Command::Status(arguments) => status::run(&arguments, io),
            Command::Gate(arguments) => gate::run(&arguments, io),
            Command::Run(arguments) => run::run(&arguments, io),
            Command::History(arguments) => history::run(&arguments, io),
            #[cfg(unix)]
            Command::Ack(arguments) => ack::run(&arguments, io),
            #[cfg(unix)]
            Command::Page(arguments) => page::run(&arguments, io),
            #[cfg(unix)]
            Command::Probe(arguments) => probe::run(&arguments, io),
            Command::Runbook(arguments) => runbook::run(&arguments, io),
            Command::Simulate(arguments) => simulate::run(&arguments, io),
            Command::Explain(arguments) => explain::run(&arguments, io),
            Command::Checks(arguments) => checks::run(&arguments, io),
            Command::Schema(arguments) => schema::run(&arguments, io),
            Command::Completions(arguments) => completions::run(&arguments, io),
        },
    };
    let flushed = io.stdout.flush();
    match (exit, flushed) {
        (exit, Ok(())) => exit.code(),
        // Nobody reads on: `burnwatch explain x | head -1` is no failure.
        (exit, Err(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => exit.code(),
        (_, Err(_)) => Exit::Usage.code(),
    }
}

/// Help and version are results; anything else that clap says is wrong usage.
fn usage(error: &clap::Error, io: &mut Io<'_>) -> Exit {
    let (stream, colour, exit): (&mut dyn Write, Colour, Exit) = match error.use_stderr() {
        true => (io.stderr, io.stderr_colour, Exit::Usage),
        false => (io.stdout, io.stdout_colour, Exit::Clean),
    };
    let text = error.render();
    let _ = match colour {
        Colour::Styled => write!(stream, "{}", text.ansi()),
        Colour::Plain => write!(stream, "{text}"),
    };
    exit
}
