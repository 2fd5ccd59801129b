//! How sharp `validate` is: every key and every token of PromQL of our own SLOs and of the examples is changed, one at a
//! time, and what is said of the change is judged.
//!
//! Found is what brings an error or a warning that was not there before; a finding that only informs does not count as
//! found, and counts as a diagnostic. A change that is not found is a miss, unless a rule of `of_keys` or `of_tokens`,
//! which do not ask `validate`, says why the file is still valid. The first finding must begin at an exact place, as those
//! two files define it. The figures are in `docs/mutations.md`; `UPDATE=1` writes it anew, and `MUTATIONS=1` prints all
//! that fell short.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]
#![allow(clippy::print_stderr, reason = "figures are printed")]

mod corpus;
#[path = "../kit/dice.rs"]
mod dice;
mod keys;
mod mutation;
mod of_keys;
mod of_tokens;
mod page;
mod tally;

use corpus::Workspace;
use dice::Dice;
use mutation::Mutation;
use of_keys::Mentions;
use tally::{Tally, Verdict};

/// What misspellings are chosen with.
const SEED: u64 = 20_261_121;
/// Least share of the invalid files that are found, in percent.
const FOUND_MIN: usize = 98;
/// Least share of those found that bring one diagnostic, in percent.
const ONE_MIN: usize = 95;
/// Most diagnostics of one change.
const DIAGNOSTICS_MAX: usize = 2;
/// Least share of those found whose first diagnostic is at the exact token, in percent.
const EXACT_MIN: usize = 90;

/// How often each name stands in a workspace.
fn mentions(workspace: &Workspace) -> Mentions {
    let mut mentions = Mentions::new();
    for file in &workspace.files {
        for entry in keys::of(file).0 {
            if matches!(entry.owner, keys::Owner::User) {
                *mentions.entry(entry.name.clone()).or_default() += 1;
            }
            let value = file.text[entry.value.clone()].to_string();
            let texts = match entry.found {
                keys::Found::Scalar => vec![value],
                keys::Found::List => entry.inside,
                keys::Found::Mapping => Vec::new(),
            };
            for text in texts {
                *mentions.entry(text).or_default() += 1;
            }
        }
    }
    mentions
}

fn mutations(workspace: &Workspace, file: &corpus::File, dice: &mut Dice) -> Vec<Mutation> {
    let mentions = mentions(workspace);
    let (entries, queries) = keys::of(file);
    let mut all: Vec<Mutation> = entries
        .iter()
        .flat_map(|entry| of_keys::all(&file.text, entry, &mentions, dice))
        .collect();
    all.extend(
        queries
            .iter()
            .flat_map(|query| of_tokens::all(&file.text, query)),
    );
    all
}

#[test]
fn nearly_every_change_is_found_once_and_at_its_place() {
    let mut dice = Dice(SEED);
    let mut tally = Tally::default();
    for folder in ["", "examples"] {
        let workspace = Workspace::of(folder);
        for (at, file) in workspace.files.iter().enumerate() {
            for mutation in mutations(&workspace, file, &mut dice) {
                let said = workspace.said_of(at, &mutation.text);
                let verdict = Verdict::of(&workspace, at, &mutation, &said);
                let name = format!(
                    "{folder}/{} {}: {}",
                    file.path, mutation.kind, mutation.what
                );
                tally.add(name, &mutation, verdict, &said);
            }
        }
    }
    eprint!("{}", tally.table());
    if std::env::var_os("MUTATIONS").is_some() {
        eprint!("{}", tally.short);
    }
    page::check(&tally);
    let all = tally.sum();
    let share = |part: usize, least: usize| part * 100 >= all.found * least;
    assert!(
        all.found * 100 >= (all.found + all.missed) * FOUND_MIN,
        "{}",
        tally.short
    );
    assert!(share(all.one, ONE_MIN), "{}", tally.short);
    assert!(share(all.exact, EXACT_MIN), "{}", tally.short);
    assert!(tally.most <= DIAGNOSTICS_MAX, "{}", tally.short);
}
