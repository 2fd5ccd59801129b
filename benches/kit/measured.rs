//! A child process that is run to its end: how long it took, and how much memory it held at most.
//!
//! The kernel counts both (`wait4`). A process is born with the peak of its parent, so a benchmark keeps itself small:
//! see [`floor`].

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use burnwatch::clock::Watch;
use wait4::Wait4;

/// What one run cost.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// From its start to its end, in milliseconds.
    pub wall_ms: f64,
    /// Time on all cores, in programs and kernel, in milliseconds.
    pub cpu_ms: f64,
    /// Most memory that was resident, in MiB.
    pub peak_mib: f64,
}

/// Runs `program` in `folder`; what it prints is thrown away.
///
/// # Panics
///
/// When it cannot be run, or does not exit with 0.
pub fn run<S: AsRef<OsStr>>(program: &Path, folder: &Path, arguments: &[S]) -> Run {
    let mut command = Command::new(program);
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let watch = Watch::start();
    let used = command.spawn().and_then(Wait4::wait4);
    let wall_ms = milliseconds(watch.elapsed());
    let used = used.unwrap_or_else(|error| panic!("cannot run `{}`: {error}", program.display()));
    assert!(used.status.success(), "{command:?}: {}", used.status);
    Run {
        wall_ms,
        cpu_ms: milliseconds(used.rusage.utime + used.rusage.stime),
        peak_mib: used.rusage.maxrss as f64 / f64::from(1 << 20),
    }
}

/// The least that [`run`] can report as peak here: what a process takes that does nothing.
pub fn floor(program: &Path) -> Run {
    run(program, Path::new("."), &["--version"])
}

fn milliseconds(duration: std::time::Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
