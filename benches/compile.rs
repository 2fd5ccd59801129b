//! Time and memory of the compiler for 100, 1,000 and 10,000 SLOs, each time in a new process.
//!
//! `cargo bench --bench compile`, or with other numbers of SLOs: `cargo bench --bench compile -- 500 5000`.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]

mod kit;

use std::fs;
use std::path::Path;

use kit::corpus::{self, SLOS_PER_FILE};
use kit::measured::{self, Run};
use kit::spread::Spread;
use kit::table::{self, thousands};

/// How often everything is run; the middle counts.
const ROUNDS: usize = 5;
/// The file that changed, in a run for it alone.
const ONE_FILE: &str = "slos/service-0000.yaml";
/// SLOs, unless the command line names others.
const SIZES: [usize; 3] = [100, 1_000, 10_000];

/// What is measured, in this order within a round.
const COMMANDS: [(&str, &[&str]); 5] = [
    ("validate", &["validate"]),
    ("validate, one file named", &["validate", ONE_FILE]),
    ("generate --only rules", &["generate", "--only", "rules"]),
    ("generate", &["generate"]),
    ("generate, unchanged", &["generate"]),
];

fn main() {
    let program = Path::new(env!("CARGO_BIN_EXE_burnwatch"));
    let asked: Vec<usize> = std::env::args()
        .filter_map(|word| word.parse().ok())
        .collect();
    let sizes = if asked.is_empty() { &SIZES[..] } else { &asked };
    let mut rows = Vec::new();
    for size in sizes {
        let folder = tempfile::tempdir().expect("the folder for temporary files is writable");
        corpus::write(folder.path(), size.div_ceil(SLOS_PER_FILE));
        let mut runs = vec![Vec::new(); COMMANDS.len()];
        for _ in 0..ROUNDS {
            for ((name, arguments), runs) in COMMANDS.iter().zip(&mut runs) {
                if !name.ends_with("unchanged") {
                    clear(folder.path());
                }
                runs.push(measured::run(program, folder.path(), arguments));
            }
        }
        for ((name, _), runs) in COMMANDS.iter().zip(&runs) {
            rows.push(row(*size, name, runs));
        }
    }
    let floor = measured::floor(program).peak_mib;
    println!(
        "{ROUNDS} rounds, medians (least-most); a process that does nothing peaks at {floor:.1} MiB\n"
    );
    let head = [
        "SLOs and command",
        "wall ms",
        "CPU ms",
        "peak MiB",
        "CPU us/SLO",
    ];
    table::print(&head, &rows);
}

/// Removes what an earlier run generated.
fn clear(folder: &Path) {
    let generated = folder.join("generated");
    if generated.exists() {
        fs::remove_dir_all(generated).expect("a folder of ours can be removed");
    }
}

fn row(size: usize, name: &str, runs: &[Run]) -> Vec<String> {
    let wall = Spread::of(runs.iter().map(|run| run.wall_ms));
    let cpu = Spread::of(runs.iter().map(|run| run.cpu_ms));
    let each = cpu.median * 1e3 / size as f64;
    vec![
        format!("{} `{name}`", thousands(size as u64)),
        wall.to_string(),
        cpu.to_string(),
        Spread::of(runs.iter().map(|run| run.peak_mib)).to_string(),
        format!("{each:.0}"),
    ]
}
