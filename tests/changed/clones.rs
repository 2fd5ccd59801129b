//! Clones as CI makes them: shallow, partial, in a folder of a larger repository; and what is said where they do not suffice.

use std::path::Path;

use super::repository::{Repository, Validated, file, first, git_in, slo, validate_in};

/// `validate --changed-since` in `folder` is refused with these texts.
fn refused(folder: &Path, reference: &str, texts: &[&str]) {
    let outcome = validate_in(folder, &["--changed-since", reference]);
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (2, ""),
        "{outcome:?}"
    );
    for text in texts {
        assert!(outcome.stderr.contains(text), "{text}: {}", outcome.stderr);
    }
}

/// A clone of the branch `work`, which is one commit ahead of `main`.
fn clone(arguments: &[&str]) -> (Repository, std::path::PathBuf) {
    let repository = Repository::new();
    repository.replace("slos/b.yaml", "99.9", "99.5");
    repository.commit();
    repository.git(&["checkout", "-q", "main"]);
    repository.write("slos/later.yaml", &file("later", &[slo("five", "calm")]));
    repository.commit();
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", repository.root.display());
    let to = repository.root.parent().unwrap().join("clone");
    let fixed = ["clone", "-q", "--branch", "work"];
    let last = [url.as_str(), to.to_str().unwrap()];
    git_in(
        repository.root.parent().unwrap(),
        &[&fixed[..], arguments, &last].concat(),
    );
    (repository, to)
}

#[test]
fn a_whole_clone_is_compared_with_a_branch_of_its_origin() {
    let (_repository, clone) = clone(&[]);
    let outcome = validate_in(&clone, &["--changed-since", "origin/main"]);
    assert_eq!(first(&outcome), "1 of 3 SLOs changed since origin/main");
}

#[test]
fn a_shallow_clone_that_lacks_the_branch_says_what_to_fetch() {
    let (_repository, clone) = clone(&["--depth", "1"]);
    let fetch = "git fetch --unshallow origin main:refs/remotes/origin/main";
    refused(
        &clone,
        "origin/main",
        &[
            "error: this clone has no revision `origin/main`",
            fetch,
            "`fetch-depth: 0`",
            "`GIT_DEPTH: 0`",
        ],
    );
    git_in(&clone, &fetch.split(' ').skip(1).collect::<Vec<_>>());
    let outcome = validate_in(&clone, &["--changed-since", "origin/main"]);
    assert_eq!(first(&outcome), "1 of 3 SLOs changed since origin/main");
}

#[test]
fn a_shallow_clone_that_ends_too_early_says_what_to_fetch() {
    let (_repository, clone) = clone(&["--depth", "1", "--no-single-branch"]);
    refused(
        &clone,
        "origin/main",
        &[
            "error: this clone is shallow, and ends before the branch left `origin/main`",
            "`git fetch --unshallow`",
            "`git fetch --deepen=100`",
            "`fetch-depth: 0`",
        ],
    );
    git_in(&clone, &["fetch", "-q", "--deepen=100"]);
    let outcome = validate_in(&clone, &["--changed-since", "origin/main"]);
    assert_eq!(first(&outcome), "1 of 3 SLOs changed since origin/main");
}

#[test]
fn a_partial_clone_fetches_nothing_by_itself() {
    // The clone has the files of its own branch; that of `b.yaml` before the change is missing.
    let (_repository, clone) = clone(&["--filter=blob:none"]);
    let missing = "this clone has not all of the older state: `slos/b.yaml` is missing";
    refused(
        &clone,
        "origin/main",
        &[
            missing,
            "`git fetch --refetch --filter=blob:limit=1g origin`",
        ],
    );
    git_in(
        &clone,
        &[
            "fetch",
            "-q",
            "--refetch",
            "--filter=blob:limit=1g",
            "origin",
        ],
    );
    let outcome = validate_in(&clone, &["--changed-since", "origin/main"]);
    assert_eq!(first(&outcome), "1 of 3 SLOs changed since origin/main");
}

#[test]
fn an_unknown_revision_is_named() {
    let repository = Repository::new();
    refused(
        &repository.folder,
        "origin/missing",
        &[
            "this clone has no revision `origin/missing`",
            "help: fetch it: `git fetch origin missing:refs/remotes/origin/missing`",
        ],
    );
    refused(&repository.folder, "main:slos/a.yaml", &["no revision"]);
}

#[test]
fn a_folder_that_is_in_no_repository_is_said() {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("slos")).unwrap();
    std::fs::write(
        folder.path().join("slos/a.yaml"),
        file("x", &[]).replace("slos:\n", "slos: []\n"),
    )
    .unwrap();
    refused(folder.path(), "main", &["is not in a git repository"]);
}

#[test]
fn branches_with_nothing_in_common_are_said() {
    let repository = Repository::new();
    repository.git(&["checkout", "-q", "--orphan", "other"]);
    repository.replace("slos/a.yaml", "99.9", "99.5");
    repository.commit();
    refused(
        &repository.folder,
        "main",
        &["`main` and `HEAD` have no common history"],
    );
}

#[test]
fn a_workspace_in_a_folder_of_its_repository_is_compared_with_that_folder() {
    let repository = Repository::started("services/slo");
    assert_eq!(repository.since_main(), "0 of 3 SLOs changed since main");
    repository.replace("slos/a.yaml", "99.9", "99.5");
    assert_eq!(repository.since_main(), "1 of 3 SLOs changed since main");
    let inside = repository.folder.join("slos");
    let outcome = validate_in(
        &inside,
        &["--changed-since", "main", "./b.yaml", "../slos/a.yaml"],
    );
    assert_eq!(first(&outcome), "1 of 3 SLOs changed since main");
}

#[test]
fn a_workspace_that_moved_as_a_whole_is_new() {
    let repository = Repository::new();
    let folder = repository.root.join("moved");
    std::fs::create_dir(&folder).unwrap();
    for name in ["burnwatch.yaml", "slos"] {
        std::fs::rename(repository.root.join(name), folder.join(name)).unwrap();
    }
    let outcome = validate_in(&folder, &["--changed-since", "main"]);
    assert_eq!(first(&outcome), "3 of 3 SLOs changed since main, 3 new");
}

#[test]
fn earlier_commits_and_ids_are_revisions_too() {
    let repository = Repository::new();
    repository.replace("slos/a.yaml", "99.9", "99.5");
    repository.commit();
    let id = repository.git(&["rev-parse", "main"]);
    for reference in ["HEAD~1", "HEAD", &id[..12], "refs/heads/main", "@"] {
        let outcome = repository.validate(&["--changed-since", reference]);
        let changed = usize::from(!["HEAD", "@"].contains(&reference));
        let expected = format!("{changed} of 3 SLOs changed since {reference}");
        assert_eq!(first(&outcome), expected);
    }
}
