//! A repository of git in a folder of its own, with a workspace in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Two policies of which each is for some SLOs, a template and a team.
pub const WORKSPACE: &str = "\
apiVersion: burnwatch/v1
teams: {payments: {}}
policies:
  calm:
    tiers: [{name: slow, severity: ticket, burn_rate: 1, long: 3d}]
  loud:
    tiers: [{name: fast, severity: page, burn_rate: 10, long: 1h}]
sli_templates:
  http:
    params: [job]
    ratio: {events: 'requests_total{job=\"$job\"}', errors_where: 'code=~\"5..\"'}
";

/// A repository.
pub struct Repository {
    _temporary: TempDir,
    /// Its folder.
    pub root: PathBuf,
    /// The folder of the workspace, at first the same.
    pub folder: PathBuf,
}

impl Repository {
    /// A repository without commits, its workspace in `below`.
    pub fn below(below: &str) -> Repository {
        let temporary = TempDir::new().expect("a folder");
        let root = temporary
            .path()
            .canonicalize()
            .expect("a folder has a path")
            .join("repository");
        let folder = root.join(below);
        fs::create_dir_all(&folder).expect("a temporary folder can be written and read");
        let repository = Repository {
            _temporary: temporary,
            root,
            folder,
        };
        repository.git(&["init", "-q", "-b", "main"]);
        repository.configure(&repository.root);
        repository
    }

    /// A name to commit by, in the repository's own settings.
    pub fn configure(&self, root: &Path) {
        for (name, value) in [("user.name", "t"), ("user.email", "t@example.com")] {
            git_in(root, &["config", name, value]);
        }
    }

    /// A workspace of `slos/a.yaml` with `one` and `two`, and `slos/b.yaml` with `three`, committed on `main`; then `work` is
    /// the branch.
    pub fn new() -> Repository {
        Repository::started("")
    }

    /// The same, its workspace in `below`.
    pub fn started(below: &str) -> Repository {
        let repository = Repository::below(below)
            .file("burnwatch.yaml", WORKSPACE)
            .file(
                "slos/a.yaml",
                &file("shop", &[slo("one", "calm"), slo("two", "loud")]),
            )
            .file("slos/b.yaml", &file("till", &[slo("three", "loud")]));
        repository.commit();
        repository.git(&["checkout", "-q", "-b", "work"]);
        repository
    }

    /// Adds or replaces a file of the workspace.
    pub fn file(self, path: &str, text: &str) -> Repository {
        self.write(path, text);
        self
    }

    /// Writes a file of the workspace.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder"))
            .expect("a temporary folder can be written and read");
        fs::write(path, text).expect("a temporary folder can be written and read");
    }

    /// A file with one text in place of another, which must be there.
    pub fn replace(&self, path: &str, old: &str, new: &str) {
        let text = self.read(path);
        assert!(text.contains(old), "{path} has no {old}");
        self.write(path, &text.replacen(old, new, 1));
    }

    /// The text of a file of the workspace.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path))
            .expect("a temporary folder can be written and read")
    }

    /// Moves a file of the workspace.
    pub fn rename(&self, from: &str, to: &str) {
        fs::create_dir_all(
            self.folder
                .join(to)
                .parent()
                .expect("a file is in a folder"),
        )
        .expect("a temporary folder can be written and read");
        fs::rename(self.folder.join(from), self.folder.join(to))
            .expect("a temporary folder can be written and read");
    }

    /// Removes a file of the workspace.
    pub fn remove(&self, path: &str) {
        fs::remove_file(self.folder.join(path))
            .expect("a temporary folder can be written and read");
    }

    /// Commits everything.
    pub fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--no-verify", "-m", "x"]);
    }

    /// Runs `git` in it.
    pub fn git(&self, arguments: &[&str]) -> String {
        git_in(&self.root, arguments)
    }
}

/// Runs `git` in `folder`, with no settings but the repository's own.
pub fn git_in(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env_remove("GIT_DIR")
        .output()
        .expect("`git` is there");
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout)
        .expect("`git` prints text")
        .trim()
        .to_string()
}

/// An SLO file.
pub fn file(service: &str, slos: &[String]) -> String {
    format!(
        "apiVersion: burnwatch/v1\nservice: {service}\nowner: payments\nrunbook: https://runbooks.example.com/{service}\nslos:\n{}",
        slos.concat()
    )
}

/// An SLO.
pub fn slo(name: &str, policy: &str) -> String {
    format!(
        "  - name: {name}\n    objective: 99.9\n    sli: {{ratio: {{events: {name}_total, errors_where: code=~\"5..\"}}}}\n    alerting: {{policy: {policy}}}\n"
    )
}
