//! The daemon with its workspace laid out as a kubelet mounts a ConfigMap: files are links through `..data`, which is replaced
//! as a whole. With the real program, and real signals.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Long enough for whatever comes.
const PATIENCE: Duration = Duration::from_secs(60);
const FILES: [&str; 2] = ["burnwatch.yaml", "checkout.slo.yaml"];

/// A daemon over a mounted workspace.
struct Mounted {
    folder: TempDir,
    daemon: Child,
}

impl Mounted {
    /// The workspace of `deploy/kubernetes`, with its state in `folder`, on any port, and with nobody to ask.
    fn start() -> Mounted {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mount = folder.path().join("mount");
        fs::create_dir(&mount).expect("a folder can be made");
        put(folder.path(), "..1", |text| text);
        symlink("..1", mount.join("..data")).expect("a link can be made");
        for file in FILES {
            let through = Path::new("..data").join(file);
            symlink(through, mount.join(file)).expect("a link can be made");
        }
        let log = fs::File::create(folder.path().join("log")).expect("a file can be made");
        let daemon = Command::new(env!("CARGO_BIN_EXE_burnwatch"))
            .args(["run", "--log", "json"])
            .current_dir(&mount)
            .stdin(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("it starts");
        Mounted { folder, daemon }
    }

    fn mount(&self) -> PathBuf {
        self.folder.path().join("mount")
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).expect("a log")
    }

    #[allow(clippy::disallowed_methods, reason = "a test waits with a deadline")]
    fn wait_until_said(&self, words: &str) {
        let start = Instant::now();
        while !self.log().contains(words) {
            assert!(start.elapsed() < PATIENCE, "{words}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Replaces all files at once, as a kubelet does.
    fn replace(&self, folder: &str, change: impl Fn(String) -> String) {
        put(self.folder.path(), folder, change);
        let (new, data) = (self.mount().join("..new"), self.mount().join("..data"));
        symlink(folder, &new).expect("a link can be made");
        fs::rename(new, data).expect("a link can be replaced");
    }

    fn probe(&self, arguments: &[&str]) -> Option<i32> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_burnwatch"));
        command.arg("probe").args(arguments);
        command.current_dir(self.mount());
        command.output().expect("it starts").status.code()
    }

    fn signal(&self, name: &str) {
        super::kit::signal::send(self.daemon.id(), name);
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

/// Lays the files of the workspace into a folder of the mount; `change` changes that of SLOs.
fn put(folder: &Path, name: &str, change: impl Fn(String) -> String) {
    let into = folder.join("mount").join(name);
    fs::create_dir(&into).expect("a folder can be made");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/kubernetes/workspace");
    let [workspace, slo] = FILES.map(|file| fs::read_to_string(from.join(file)).expect(file));
    let state = folder.join("burnwatch.db");
    let workspace = workspace
        .replace("0.0.0.0:9464", "127.0.0.1:0")
        .replace(
            "http://prometheus-operated.monitoring.svc:9090",
            "http://127.0.0.1:1",
        )
        .replace(
            "/var/lib/burnwatch/burnwatch.db",
            state.to_str().expect("text"),
        );
    let texts = [workspace, change(slo)];
    for (file, text) in FILES.into_iter().zip(texts) {
        fs::write(into.join(file), text).expect("a file can be written");
    }
}

#[test]
fn a_mounted_workspace_is_found_and_read_again_when_it_is_replaced() {
    let mut mounted = Mounted::start();
    mounted.wait_until_said("\"burnwatch runs\"");
    assert_eq!(mounted.probe(&[]), Some(0), "{}", mounted.log());
    assert_eq!(mounted.probe(&["--ready"]), Some(1), "{}", mounted.log());
    mounted.replace("..2", |slo| slo.replace("objective: 99.9", "objective: x"));
    mounted.wait_until_said("the one before is in effect");
    mounted.replace("..3", |slo| slo.replace("objective: 99.9", "objective: 99"));
    mounted.wait_until_said("read again since files changed");
    mounted.signal("HUP");
    mounted.wait_until_said("read again by a signal");
    assert_eq!(mounted.probe(&[]), Some(0), "{}", mounted.log());
    mounted.signal("TERM");
    let status = mounted.daemon.wait().expect("it ends");
    assert_eq!(status.code(), Some(0), "{}", mounted.log());
    assert_eq!(mounted.probe(&[]), Some(1), "{}", mounted.log());
}
