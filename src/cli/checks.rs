//! `checks`: every check, in a list.

use serde_json::{Value, json};

use super::{Exit, Io};
use crate::lint::page::brief;
use crate::lint::{CHECKS, Check};

/// Version of the JSON.
const JSON_VERSION: u32 = 1;

/// Arguments of `checks`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// How to print them
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Format {
    /// One line a check
    Human,
    /// One object with everything that is said of each, for tools
    Json,
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let text = match arguments.format {
        Format::Human => lines(CHECKS),
        Format::Json => format!("{:#}\n", tool(CHECKS)),
    };
    let _ = io.stdout.write_all(text.as_bytes());
    Exit::Clean
}

fn lines(checks: &[&Check]) -> String {
    let widest = checks.iter().map(|check| check.code.name.len()).max();
    let width = widest.unwrap_or(0);
    let line = |check: &&Check| {
        let code = check.code;
        format!(
            "{}  {:<7}  {:<width$}  {}\n",
            code.id,
            code.level.to_string(),
            code.name,
            brief(check)
        )
    };
    checks.iter().map(line).collect()
}

fn tool(checks: &[&Check]) -> Value {
    let text = |text: &str| match text {
        "" => Value::Null,
        text => Value::from(text),
    };
    let object = |check: &&Check| {
        json!({
            "code": check.code.id,
            "name": check.code.name,
            "level": check.code.level.to_string(),
            "fixed": check.is_fixed(),
            "finds": check.finds,
            "why": check.why,
            "example": text(check.example),
            "instead": text(check.instead),
        })
    };
    let checks: Vec<Value> = checks.iter().map(object).collect();
    json!({ "version": JSON_VERSION, "checks": checks })
}
