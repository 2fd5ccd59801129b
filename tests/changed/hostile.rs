//! A repository that somebody else wrote runs nothing and shows nothing from outside of the workspace.

use std::fs;

use super::repository::{Repository, Validated, file, git_in, slo, validate_in};

#[test]
fn a_revision_that_looks_like_an_option_is_refused() {
    let repository = Repository::new();
    let touched = repository.root.join("touched");
    let upload = format!("--upload-pack=touch {}", touched.display());
    for reference in [upload.as_str(), "-x", "--output=x", "", "a\nb"] {
        let argument = format!("--changed-since={reference}");
        let outcome = repository.validate(&[&argument]);
        assert_eq!(outcome.code, 2, "{outcome:?}");
        assert!(
            outcome.stderr.contains("not the name of a revision"),
            "{outcome:?}"
        );
    }
    assert!(!touched.exists());
    let long = "x".repeat(burnwatch::files::git::REFERENCE_BYTES_MAX);
    for (reference, said) in [(long.clone(), "no revision"), (long + "x", "not the name")] {
        let outcome = repository.validate(&["--changed-since", &reference]);
        assert!(outcome.stderr.contains(said), "{outcome:?}");
    }
}

#[test]
fn no_escape_of_a_revision_reaches_the_terminal() {
    let repository = Repository::new();
    let outcome = repository.validate(&["--changed-since", "x\u{1b}[31m"]);
    assert_eq!(outcome.code, 2);
    assert!(!outcome.stderr.contains('\u{1b}'), "{outcome:?}");
}

#[cfg(unix)]
#[test]
fn programs_that_the_repository_names_are_not_run() {
    use std::os::unix::fs::PermissionsExt;
    let repository = Repository::new();
    let touched = repository.root.join("touched");
    let program = repository.root.join("program");
    fs::write(
        &program,
        format!("#!/bin/sh\ntouch '{}'\n", touched.display()),
    )
    .unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let program = program.to_str().unwrap();
    for name in [
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "core.sshCommand",
        "filter.x.smudge",
        "filter.x.clean",
        "diff.x.textconv",
    ] {
        repository.git(&["config", name, program]);
    }
    repository.write(".gitattributes", "* filter=x diff=x\n");
    let outcome = repository.validate(&["--changed-since", "main"]);
    assert_eq!(outcome.code, 0, "{outcome:?}");
    assert!(!touched.exists());
}

#[test]
fn a_bare_repository_in_the_tree_is_not_taken_for_the_clone() {
    let repository = Repository::started("inner");
    let folder = &repository.folder;
    git_in(folder, &["init", "-q", "--bare", "."]);
    let outcome = repository.validate(&["--changed-since", "main"]);
    assert_eq!(outcome.code, 2, "{outcome:?}");
    assert!(outcome.stderr.contains("bare repository"), "{outcome:?}");
}

#[cfg(unix)]
#[test]
fn links_in_the_older_state_lead_to_what_they_led_to() {
    use std::os::unix::fs::symlink;
    let repository = Repository::new();
    repository.git(&["checkout", "-q", "main"]);
    repository.rename("slos/b.yaml", "shared/deep/b.yaml");
    symlink("../shared/deep", repository.folder.join("slos/linked")).unwrap();
    repository.write("shared/c.yaml", &file("more", &[slo("four", "calm")]));
    symlink("../shared/c.yaml", repository.folder.join("slos/c.yaml")).unwrap();
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    assert_eq!(repository.since_main(), "0 of 4 SLOs changed since main");
    repository.replace("shared/deep/b.yaml", "99.9", "99.5");
    assert_eq!(repository.since_main(), "1 of 4 SLOs changed since main");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_older_state_is_not_followed() {
    use std::os::unix::fs::symlink;
    let repository = Repository::new();
    let outside = repository.root.parent().unwrap().join("secret.yaml");
    fs::write(&outside, file("secret", &[slo("one", "calm")])).unwrap();
    repository.git(&["checkout", "-q", "main"]);
    symlink(&outside, repository.folder.join("slos/c.yaml")).unwrap();
    symlink("../../secret.yaml", repository.folder.join("slos/d.yaml")).unwrap();
    symlink("..", repository.folder.join("slos/circle")).unwrap();
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    for name in ["c.yaml", "d.yaml", "circle"] {
        fs::remove_file(repository.folder.join("slos").join(name)).unwrap();
    }
    assert_eq!(repository.since_main(), "0 of 3 SLOs changed since main");
}

#[test]
fn the_files_of_a_submodule_count_as_new() {
    let (repository, inner) = (Repository::new(), Repository::new());
    let url = inner.root.to_str().unwrap();
    repository.git(&["checkout", "-q", "main"]);
    repository.git(&["submodule", "--quiet", "add", url, "slos/inner"]);
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    repository.write(
        "slos/inner/slos/a.yaml",
        &file("inner", &[slo("one", "calm")]),
    );
    fs::remove_file(repository.folder.join("slos/inner/slos/b.yaml")).unwrap();
    assert_eq!(
        repository.since_main(),
        "1 of 4 SLOs changed since main, 1 new"
    );
}

#[test]
fn a_file_that_is_too_large_is_said() {
    let repository = Repository::new();
    repository.git(&["checkout", "-q", "main"]);
    let large = burnwatch::yaml::limits::FILE_MAX_BYTES + 1;
    repository.write("slos/large.yaml", &"#".repeat(large));
    repository.commit();
    repository.git(&["checkout", "-q", "-B", "work"]);
    repository.write("slos/large.yaml", &file("large", &[slo("one", "calm")]));
    let outcome = validate_in(&repository.folder, &["--changed-since", "main"]);
    assert!(
        outcome
            .stderr
            .contains("1 file could not be read as a whole"),
        "{outcome:?}"
    );
    assert!(outcome.stderr.starts_with("1 of 4 SLOs"), "{outcome:?}");
}
