//! What tells that the daemon's configuration was changed on the disk: the workspace file, its SLO files, and the files that are
//! read when it is: credentials and certificates for its server, templates of webhooks.
//!
//! Secrets of receivers are not among them, since they are read for each message. Links are followed, so that a folder that is
//! replaced as a whole is another one.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::layout::Layout;
use crate::base::SourceId;
use crate::diagnostics::Findings;
use crate::files::find;
use crate::spec::Record;
use crate::yaml::{self, Node};

/// Any number that is another one when a file was changed, added or removed that the workspace around `folder` is read from.
pub(super) fn stamp(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    if let Some(file) = find::workspace_file(folder) {
        mark(&file, &mut hasher);
        let root = file.parent().unwrap_or(folder);
        named(&file, root, &mut hasher);
    }
    hasher.finish()
}

/// Marks all files that the workspace file names. Where it cannot be understood it is itself all that counts.
fn named(file: &Path, root: &Path, hasher: &mut DefaultHasher) {
    let Ok(text) = std::fs::read_to_string(file) else {
        return;
    };
    text.hash(hasher);
    let (documents, _) = yaml::read(SourceId(0), &text);
    let document = documents.first().map(|document| &document.root);
    let layout = Layout::of(document, &mut Findings::new());
    let skip = root.join(&layout.output);
    if let Ok(found) = find::files(&layout.slos, root, Some(&skip), root) {
        found.files.iter().for_each(|file| mark(file, hasher));
    }
    for path in document.map(beside).unwrap_or_default() {
        mark(&root.join(path), hasher);
    }
}

/// The files beside SLOs that are read with the workspace file, as it names them.
fn beside(document: &Node) -> Vec<&str> {
    let Some(root) = Record::of(document) else {
        return Vec::new();
    };
    let server = root.record("prometheus");
    let below = |name| server.as_ref().and_then(|server| server.record(name));
    let (basic, tls) = (below("basic_auth"), below("tls"));
    let of_server = [
        (&server, "bearer_token_file"),
        (&basic, "password_file"),
        (&tls, "ca_file"),
        (&tls, "cert_file"),
        (&tls, "key_file"),
    ];
    let of_server = of_server
        .into_iter()
        .filter_map(|(record, name)| record.as_ref()?.text(name));
    let bodies = root.map("receivers").into_iter().filter_map(|(_, node)| {
        let webhook = Record::of(node)?.record("webhook")?;
        webhook.text("body")
    });
    of_server.chain(bodies).map(|path| path.value).collect()
}

/// What tells that a file is another one, or has another content.
fn mark(file: &Path, hasher: &mut DefaultHasher) {
    file.hash(hasher);
    if let Ok(found) = std::fs::metadata(file) {
        let parts = (found.ino(), found.len(), found.mtime(), found.mtime_nsec());
        parts.hash(hasher);
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::PathBuf;

    use tempfile::TempDir;

    use super::*;

    const WORKSPACE: &str = "apiVersion: burnwatch/v1
slos: ['*.slo.yaml']
prometheus:
  url: https://127.0.0.1
  bearer_token_file: ../secret/token
  tls: {ca_file: ../secret/ca, cert_file: ../secret/cert, key_file: ../secret/key}
receivers:
  hook: {webhook: {url_file: ../secret/hook, body: body.hbs}}
";

    /// A workspace folder, and the folder of secrets beside it.
    fn folders() -> (TempDir, PathBuf, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let [workspace, secret] = ["workspace", "secret"].map(|name| folder.path().join(name));
        for path in [&workspace, &secret] {
            fs::create_dir(path).unwrap();
        }
        fs::write(workspace.join("burnwatch.yaml"), WORKSPACE).unwrap();
        for file in ["a.slo.yaml", "body.hbs"] {
            fs::write(workspace.join(file), "x").unwrap();
        }
        for file in ["token", "ca", "cert", "key", "hook"] {
            fs::write(secret.join(file), "x").unwrap();
        }
        (folder, workspace, secret)
    }

    #[test]
    fn every_file_that_is_read_with_the_workspace_counts_and_no_other() {
        let (_folder, workspace, secret) = folders();
        let mut before = stamp(&workspace);
        assert_eq!(stamp(&workspace), before);
        let of_workspace = ["burnwatch.yaml", "a.slo.yaml", "b.slo.yaml", "body.hbs"];
        let of_secret = ["token", "ca", "cert", "key"];
        let counts = of_workspace.map(|name| workspace.join(name)).into_iter();
        for path in counts.chain(of_secret.map(|name| secret.join(name))) {
            let more = fs::read_to_string(&path).unwrap_or_default() + "\n# more";
            fs::write(&path, more).unwrap();
            let now = stamp(&workspace);
            assert_ne!(now, before, "{}", path.display());
            before = now;
        }
        fs::write(secret.join("hook"), "another").unwrap();
        fs::write(workspace.join("other.txt"), "another").unwrap();
        assert_eq!(stamp(&workspace), before);
        fs::remove_file(secret.join("token")).unwrap();
        assert_ne!(stamp(&workspace), before);
    }

    #[test]
    fn a_folder_that_is_swapped_behind_a_link_is_another_one() {
        let (folder, workspace, _) = folders();
        let mount = folder.path().join("mount");
        fs::create_dir(&mount).unwrap();
        // As a kubelet lays a volume out: what is named leads through `..data`, which is replaced as a whole.
        fs::rename(&workspace, mount.join("..1")).unwrap();
        symlink("..1", mount.join("..data")).unwrap();
        for file in ["burnwatch.yaml", "a.slo.yaml", "body.hbs"] {
            symlink(Path::new("..data").join(file), mount.join(file)).unwrap();
        }
        let before = stamp(&mount);
        fs::create_dir(mount.join("..2")).unwrap();
        for file in ["burnwatch.yaml", "a.slo.yaml", "body.hbs"] {
            fs::copy(mount.join("..1").join(file), mount.join("..2").join(file)).unwrap();
        }
        symlink("..2", mount.join("..new")).unwrap();
        fs::rename(mount.join("..new"), mount.join("..data")).unwrap();
        assert_ne!(stamp(&mount), before);
    }
}
