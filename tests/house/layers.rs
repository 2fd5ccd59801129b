//! Who may use whom, and what pure modules may not touch. The table is that of `docs/architecture.md`.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules by row. A module may use those of rows before its own, and itself.
const ROWS: &[&[&str]] = &[
    &["base"],
    &["diagnostics"],
    &["yaml", "promql", "prometheus", "web", "template", "runbook"],
    &["spec", "alertmanager"],
    &["model"],
    &["plan"],
    &["routing"],
    &["evaluate"],
    &["alert", "archive", "notify"],
    &["replay", "outbox"],
    &["show", "status", "engine"],
    &["gate", "follow", "recorded"],
    &["emit", "lint", "diff"],
    &["report", "preview"],
    &["net"],
    &["clock", "files", "source", "store", "transport", "serve"],
    &["daemon"],
    &["cli"],
];

/// The first row that may touch the world.
const FIRST_IMPURE: usize = 14;

/// What pure modules may not touch.
const WORLD: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "::now()",
    "println!",
    "rand::",
];

fn row(module: &str) -> usize {
    ROWS.iter()
        .position(|row| row.contains(&module))
        .unwrap_or_else(|| panic!("`{module}` has no row in tests/house/layers.rs"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src is a folder") {
        let path = entry.expect("an entry of src").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// Every file below `src` with the module that it belongs to and its text without tests.
pub fn files() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    sources(&root.join("src"), &mut paths);
    paths.sort();
    let file = |path: PathBuf| {
        let name = path
            .strip_prefix(root)
            .expect("below the root")
            .display()
            .to_string();
        let module = name
            .trim_start_matches("src/")
            .trim_end_matches(".rs")
            .split('/')
            .next();
        let text = fs::read_to_string(&path).expect("a source file is text");
        let code = text
            .split("#[cfg(test)]\nmod tests")
            .next()
            .unwrap_or("")
            .to_string();
        (name.clone(), module.unwrap_or("").to_string(), code)
    };
    paths.into_iter().map(file).collect()
}

/// Faults of one file, as a reader of the test's output would want them.
fn faults(name: &str, module: &str, code: &str) -> Vec<String> {
    let own = row(module);
    let mut faults = Vec::new();
    for (at, line) in code.lines().enumerate() {
        for part in line.split("crate::").skip(1) {
            let used: String = part
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect();
            let known = ROWS.iter().any(|row| row.contains(&used.as_str()));
            if known && used != module && row(&used) >= own {
                faults.push(format!("{name}:{}: {module} may not use {used}", at + 1));
            }
        }
        let comment = line.trim_start().starts_with("//");
        if own < FIRST_IMPURE && !comment {
            for word in WORLD.iter().filter(|word| line.contains(**word)) {
                faults.push(format!(
                    "{name}:{}: {module} is pure and may not use `{word}`",
                    at + 1
                ));
            }
        }
    }
    faults
}

#[test]
fn every_module_uses_only_those_before_it() {
    let mut all = Vec::new();
    for (name, module, code) in files() {
        if !["main", "lib"].contains(&module.as_str()) {
            all.extend(faults(&name, &module, &code));
        }
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

#[test]
fn an_arrow_that_points_up_is_named() {
    let found = faults(
        "src/spec/x.rs",
        "spec",
        "use crate::base::Span;\nuse crate::model::Slo;\n",
    );
    assert_eq!(found, ["src/spec/x.rs:2: spec may not use model"]);
    let found = faults("src/plan/x.rs", "plan", "let t = Instant::now();\n");
    assert_eq!(
        found,
        ["src/plan/x.rs:1: plan is pure and may not use `::now()`"]
    );
    assert!(
        faults(
            "src/cli/x.rs",
            "cli",
            "use crate::emit;\nstd::fs::read(x);\n"
        )
        .is_empty()
    );
}
