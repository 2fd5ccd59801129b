//! What became of each mutation, counted by kind.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::corpus::{Said, Workspace, line_column};
use super::mutation::{Kind, Mutation};

/// What became of one mutation.
pub enum Verdict {
    /// Something is said of it.
    Found {
        /// Whether the first finding is at an exact place.
        exact: bool,
    },
    /// Nothing is, and a rule says why not.
    StillValid(String),
    /// Nothing is.
    Missed,
}

impl Verdict {
    pub fn of(workspace: &Workspace, file: usize, mutation: &Mutation, said: &[Said]) -> Verdict {
        let first = said.iter().find(|said| said.level != "info");
        match (first, &mutation.still_valid) {
            (Some(first), _) => Verdict::Found {
                exact: exact(workspace, file, mutation, first),
            },
            (None, Some(reason)) => Verdict::StillValid(reason.clone()),
            (None, None) => Verdict::Missed,
        }
    }
}

fn exact(workspace: &Workspace, file: usize, mutation: &Mutation, said: &Said) -> bool {
    let (path, place) = said.place.split_once(':').unwrap();
    let own = path == workspace.files[file].path;
    let at_place = || {
        let mut places = mutation.places.iter().cloned().flatten();
        places.any(|at| line_column(&mutation.text, at) == place)
    };
    if own && at_place() {
        return true;
    }
    let other = workspace
        .files
        .iter()
        .find(|file| file.path == path)
        .unwrap();
    let text = if own { &mutation.text } else { &other.text };
    let (line, column) = place.split_once(':').unwrap();
    let line = text
        .lines()
        .nth(line.parse::<usize>().unwrap() - 1)
        .unwrap_or_default();
    let rest: String = line
        .chars()
        .skip(column.parse::<usize>().unwrap() - 1)
        .collect();
    let rest = rest.trim_start_matches('$');
    mutation.names.iter().any(|name| {
        rest.strip_prefix(name.as_str()).is_some_and(|rest| {
            !rest.starts_with(|c: char| c.is_alphanumeric() || "-_.".contains(c))
        })
    })
}

/// Numbers of mutations.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub all: usize,
    pub still_valid: usize,
    pub missed: usize,
    pub found: usize,
    pub one: usize,
    pub exact: usize,
}

/// All counts.
#[derive(Default)]
pub struct Tally {
    pub by_kind: BTreeMap<Kind, Counts>,
    /// How many changes left the file valid for a reason, and the first of them.
    pub still_valid: BTreeMap<String, (usize, String)>,
    /// The most diagnostics of one change.
    pub most: usize,
    /// All that fell short, a paragraph each.
    pub short: String,
}

impl Tally {
    pub fn add(&mut self, name: String, mutation: &Mutation, verdict: Verdict, said: &[Said]) {
        let counts = self.by_kind.entry(mutation.kind).or_default();
        counts.all += 1;
        self.most = self.most.max(said.len());
        let mut faults = Vec::new();
        match verdict {
            Verdict::Missed => {
                counts.missed += 1;
                faults.push("missed");
            }
            Verdict::StillValid(reason) => {
                counts.still_valid += 1;
                let of_reason = self.still_valid.entry(reason).or_insert((0, name.clone()));
                of_reason.0 += 1;
                faults.push("still valid");
            }
            Verdict::Found { exact } => {
                counts.found += 1;
                counts.exact += usize::from(exact);
                counts.one += usize::from(said.len() == 1);
                if !exact {
                    faults.push("elsewhere");
                }
                if said.len() > 1 {
                    faults.push("several");
                }
            }
        }
        if !faults.is_empty() {
            let _ = writeln!(self.short, "\n{}: {name}", faults.join(", "));
            for said in said {
                let Said {
                    level,
                    code,
                    title,
                    place,
                } = said;
                let _ = writeln!(self.short, "    {place} {level}[{code}] {title}");
            }
        }
    }

    /// All kinds together.
    pub fn sum(&self) -> Counts {
        self.by_kind
            .values()
            .fold(Counts::default(), |sum, one| Counts {
                all: sum.all + one.all,
                still_valid: sum.still_valid + one.still_valid,
                missed: sum.missed + one.missed,
                found: sum.found + one.found,
                one: sum.one + one.one,
                exact: sum.exact + one.exact,
            })
    }

    /// The counts by kind, as a table of Markdown.
    pub fn table(&self) -> String {
        let mut table = String::from(
            "| change | tried | still valid | missed | found | share | one diagnostic | at the exact token |\n|---|---|---|---|---|---|---|---|\n",
        );
        let rows = Kind::ALL.iter().map(|kind| {
            (
                kind.to_string(),
                self.by_kind.get(kind).copied().unwrap_or_default(),
            )
        });
        for (name, c) in rows.chain([("all".to_string(), self.sum())]) {
            let share =
                |part: usize, of: usize| format!("{:.1} %", part as f64 * 100.0 / of.max(1) as f64);
            let _ = writeln!(
                table,
                "| {name} | {} | {} | {} | {} | {} | {} | {} |",
                c.all,
                c.still_valid,
                c.missed,
                c.found,
                share(c.found, c.found + c.missed),
                share(c.one, c.found),
                share(c.exact, c.found),
            );
        }
        table
    }
}
