//! Rule files of everything that the repository shows, made by the binary.

use std::path::{Path, PathBuf};

use crate::kit::tools::run;

/// Workspaces whose SLOs are compiled: our own, and the examples.
pub const WORKSPACES: &[&str] = &["", "examples"];

/// Compiles a workspace into `into` and gives the files that were written, in order.
pub fn generate(workspace: &str, into: &Path, arguments: &[&str]) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(workspace);
    let output = into.to_str().unwrap();
    let all = ["generate", "-o", output]
        .into_iter()
        .chain(arguments.iter().copied());
    run(Path::new(env!("CARGO_BIN_EXE_burnwatch")), &folder, all).expect_success("generate");
    let mut files: Vec<PathBuf> = std::fs::read_dir(into.join("prometheus"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// The files whose names end so.
pub fn ending<'a>(files: &'a [PathBuf], end: &str) -> Vec<&'a PathBuf> {
    files
        .iter()
        .filter(|file| file.to_string_lossy().ends_with(end))
        .collect()
}
