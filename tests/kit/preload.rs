//! Libraries that are preloaded below a process, each built from one file of C.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The library of `tests/NAME/shim.c`, built by the compiler that also builds SQLite.
///
/// # Panics
///
/// When it does not compile.
pub fn library(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let library = folder.join(format!("burnwatch-test-{name}.so"));
    let new = folder.join(format!("burnwatch-test-{name}.{}", std::process::id()));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/{name}/shim.c"));
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-o"])
        .args([&new, &source])
        .args(["-ldl", "-lpthread"])
        .status()
        .expect("a C compiler is there, since SQLite was built");
    assert!(built.success(), "the library does not compile");
    fs::rename(new, &library).expect("a file can be moved within its folder");
    library
}
