//! Broken files from a seed, end to end: `validate` and `generate` never fall over, always say something, and stay within
//! bounds of time and memory.
//!
//! `BURNWATCH_FUZZ_ROUNDS` sets how many workspaces are tried in the test's own process; the real binary gets an eighth of
//! them, under limits that the kernel keeps. `BURNWATCH_FUZZ_SEED` begins elsewhere. A failure names the seed of its round,
//! which alone makes it again with one round.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use burnwatch::clock::Watch;

use super::broken::{Corpus, file};
use super::case::Case;
use super::dice::Dice;

/// How many workspaces are tried, unless the environment says otherwise.
const ROUNDS: u64 = 2_400;
/// The seed of the first round, unless the environment says otherwise; the others follow it.
const SEED: u64 = 20_261_121;
/// The largest file of a round in the test's own process.
const BYTES_MAX: usize = 32 << 10;
/// The longest that a round may take there, in a build without optimisation.
const TIME_MAX: Duration = Duration::from_secs(20);

fn from_environment(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap(),
        Err(_) => default,
    }
}

/// Seeds of so many rounds.
fn seeds(rounds: u64) -> std::ops::Range<u64> {
    let first = from_environment("BURNWATCH_FUZZ_SEED", SEED);
    first..first + rounds
}

/// A workspace file and an SLO file of which one or both are broken.
fn workspace(corpus: &Corpus, bytes_max: usize, seed: u64) -> [Vec<u8>; 2] {
    let mut dice = Dice(seed);
    let whole = |files: &[Vec<u8>], dice: &mut Dice| files[dice.below(files.len())].clone();
    match dice.below(8) {
        0 => [
            file(&corpus.workspaces, bytes_max, &mut dice),
            file(&corpus.slos, bytes_max, &mut dice),
        ],
        1 | 2 => [
            file(&corpus.workspaces, bytes_max, &mut dice),
            whole(&corpus.slos, &mut dice),
        ],
        _ => [
            whole(&corpus.workspaces, &mut dice),
            file(&corpus.slos, bytes_max, &mut dice),
        ],
    }
}

fn case([workspace, slos]: &[Vec<u8>; 2]) -> Case {
    Case::bare()
        .bytes("burnwatch.yaml", workspace)
        .bytes("slos/a.yaml", slos)
}

/// What to print of a round that failed.
fn shown(seed: u64, [workspace, slos]: &[Vec<u8>; 2]) -> String {
    let head =
        |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(4_000)]).into_owned();
    format!(
        "BURNWATCH_FUZZ_SEED={seed} BURNWATCH_FUZZ_ROUNDS=1\n--- burnwatch.yaml\n{}\n--- slos/a.yaml\n{}",
        head(workspace),
        head(slos)
    )
}

#[test]
fn broken_files_give_findings_and_never_a_fall() {
    let corpus = Corpus::read();
    let rounds = from_environment("BURNWATCH_FUZZ_ROUNDS", ROUNDS);
    let mut found = 0;
    for seed in seeds(rounds) {
        let files = workspace(&corpus, BYTES_MAX, seed);
        let case = case(&files);
        let command: &[&str] = match seed % 4 {
            0 => &["generate", "-o", "-"],
            _ => &["validate"],
        };
        let watch = Watch::start();
        let outcome = catch_unwind(AssertUnwindSafe(|| case.run(command)));
        let Ok(outcome) = outcome else {
            panic!("{command:?} fell over: {}", shown(seed, &files));
        };
        assert!(outcome.code <= 2, "{outcome:?}: {}", shown(seed, &files));
        assert!(
            watch.elapsed() < TIME_MAX,
            "{:?}: {}",
            watch.elapsed(),
            shown(seed, &files)
        );
        // Something is always said: rules, findings, or that there are none.
        let silent = outcome.stdout.is_empty() && outcome.stderr.is_empty();
        assert!(!silent, "{command:?} is silent: {}", shown(seed, &files));
        let finding =
            outcome.code == 1 && !(outcome.stdout.is_empty() && outcome.stderr.is_empty());
        found += u64::from(finding);
    }
    assert!(
        rounds < 100 || found > rounds / 2,
        "only {found} of {rounds} workspaces were found to be broken"
    );
}

#[cfg(unix)]
mod bounded {
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    use super::*;

    /// Address space of one run, in KiB: code, stacks of threads and all memory.
    const SPACE_MAX_KIB: usize = 768 << 10;
    /// Processor time of one run, in seconds, in a build without optimisation.
    const PROCESSOR_TIME_MAX_S: u64 = 10;
    /// The largest file of a run.
    const BYTES_MAX: usize = 256 << 10;

    /// Runs the binary under limits that the kernel keeps; it ends by itself.
    fn run_limited(case: &Case) -> Result<(), String> {
        let limits = format!(
            "ulimit -v {SPACE_MAX_KIB} && ulimit -t {PROCESSOR_TIME_MAX_S} && exec \"$0\" validate"
        );
        let output = Command::new("sh")
            .args(["-c", &limits, env!("CARGO_BIN_EXE_burnwatch")])
            .current_dir(case.path())
            // So that what is reserved is about what is used, on a machine of many cores too.
            .env("MALLOC_ARENA_MAX", "1")
            .output()
            .unwrap();
        match (output.status.code(), output.status.signal()) {
            (Some(0..=2), None) => Ok(()),
            status => Err(format!(
                "ended with {status:?}: {:.2000}",
                String::from_utf8_lossy(&output.stderr)
            )),
        }
    }

    #[test]
    fn broken_files_are_validated_within_bounds_of_time_and_memory() {
        let corpus = Corpus::read();
        for seed in seeds(from_environment("BURNWATCH_FUZZ_ROUNDS", ROUNDS).div_ceil(8)) {
            let files = workspace(&corpus, BYTES_MAX, seed);
            if let Err(why) = run_limited(&case(&files)) {
                panic!("{why}\n{}", shown(seed, &files));
            }
        }
    }
}
