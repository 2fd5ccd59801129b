//! burnwatch and slokit on the same 100 files of 10 SLOs, in turn.
//!
//! `SLOKIT=target/slokit/bin/slokit cargo bench --bench side_by_side`

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod kit;

use std::fs;
use std::path::{Path, PathBuf};

use kit::measured::{self, Run};
use kit::spread::Spread;
use kit::table::{self, thousands};
use kit::twins;

/// Files of ten SLOs.
const FILES: usize = 100;
/// How often each is run.
const ROUNDS: usize = 10;
/// How often all are run before it counts, so that files and programs are in memory.
const WARM_UPS: usize = 1;

/// A program with its arguments, the folder that it runs in and where its rules are then.
struct Contender {
    name: &'static str,
    program: PathBuf,
    folder: PathBuf,
    arguments: Vec<&'static str>,
    rules: PathBuf,
}

fn main() {
    let Some(slokit) = std::env::var_os("SLOKIT").map(PathBuf::from) else {
        println!(
            "skipped: `SLOKIT` names no program. To compare:\n  \
             cargo install slokit --version 1.9.0 --root target/slokit\n  \
             SLOKIT=target/slokit/bin/slokit cargo bench --bench side_by_side"
        );
        return;
    };
    let slokit = fs::canonicalize(&slokit)
        .unwrap_or_else(|error| panic!("`SLOKIT`: {}: {error}", slokit.display()));
    let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
    twins::write(folder.path(), FILES);
    let contenders = contenders(folder.path(), slokit);
    let mut runs = vec![Vec::new(); contenders.len()];
    for round in 0..WARM_UPS + ROUNDS {
        for (contender, runs) in contenders.iter().zip(&mut runs) {
            let run = contender.run();
            if round >= WARM_UPS {
                runs.push(run);
            }
        }
    }
    report(&contenders, &runs);
}

/// slokit first; the others are compared with it.
fn contenders(folder: &Path, slokit: PathBuf) -> Vec<Contender> {
    let program = Path::new(env!("CARGO_BIN_EXE_burnwatch"));
    let ours = |name, arguments: &[&'static str]| Contender {
        name,
        program: program.to_owned(),
        folder: folder.join("burnwatch"),
        arguments: arguments.to_vec(),
        rules: folder.join("burnwatch/generated"),
    };
    let theirs = folder.join("slokit.rules");
    vec![
        Contender {
            name: "slokit generate",
            program: slokit,
            folder: folder.to_owned(),
            arguments: vec!["generate", "-i", "slokit", "-o", "slokit.rules/all.yaml"],
            rules: theirs,
        },
        ours(
            "burnwatch generate --only rules",
            &["generate", "--only", "rules"],
        ),
        ours("burnwatch generate", &["generate"]),
    ]
}

impl Contender {
    /// Into an empty place each time.
    fn run(&self) -> Run {
        if self.rules.exists() {
            fs::remove_dir_all(&self.rules).expect("a folder of ours can be removed");
        }
        fs::create_dir_all(&self.rules).expect("a folder of ours is writable");
        measured::run(&self.program, &self.folder, &self.arguments)
    }

    /// Once more, for what it writes: rules, and bytes of all files.
    fn written(&self) -> (u64, u64) {
        self.run();
        let mut counted = (0, 0);
        count(&self.rules, &mut counted);
        counted
    }
}

fn count(folder: &Path, counted: &mut (u64, u64)) {
    for entry in fs::read_dir(folder).expect("a folder of ours can be read") {
        let path = entry.expect("a folder of ours can be read").path();
        if path.is_dir() {
            count(&path, counted);
            continue;
        }
        let text = fs::read_to_string(&path).expect("generated files are text");
        counted.1 += text.len() as u64;
        if !path.to_string_lossy().ends_with(".test.yaml") {
            let rule = |line: &&str| {
                let line = line.trim_start().trim_start_matches("- ");
                line.starts_with("record: ") || line.starts_with("alert: ")
            };
            counted.0 += text.lines().filter(rule).count() as u64;
        }
    }
}

fn report(contenders: &[Contender], runs: &[Vec<Run>]) {
    let wall = |runs: &[Run]| Spread::of(runs.iter().map(|run| run.wall_ms));
    let base = wall(&runs[0]).median;
    let row = |(contender, runs): (&Contender, &Vec<Run>)| {
        let (rules, bytes) = contender.written();
        vec![
            contender.name.to_string(),
            wall(runs).to_string(),
            Spread::of(runs.iter().map(|run| run.cpu_ms)).to_string(),
            Spread::of(runs.iter().map(|run| run.peak_mib)).to_string(),
            thousands(rules),
            format!("{:.1}", bytes as f64 / 1e6),
            format!("{:.1}", base / wall(runs).median),
        ]
    };
    let rows: Vec<Vec<String>> = contenders.iter().zip(runs).map(row).collect();
    println!("{FILES} files of 10 SLOs, {ROUNDS} rounds in turn, medians (least-most)\n");
    let head = [
        "command",
        "wall ms",
        "CPU ms",
        "peak MiB",
        "rules",
        "MB written",
        "times faster",
    ];
    table::print(&head, &rows);
}
