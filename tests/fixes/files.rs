//! Which files are written, and how.

use std::fs;

use super::case::{Case, FINE, WORKSPACE, slo};

fn wrong() -> String {
    slo(&FINE.replace("objective", "objetive"))
}

#[test]
fn what_remains_is_reported_and_how_many_were_fixed() {
    let case = Case::new().file("slos/a.yaml", &wrong()).file(
        "slos/b.yaml",
        &wrong()
            .replace("checkout", "b")
            .replace("99.9", "99.9\n    colour: red"),
    );
    let outcome = case.run(&["validate", "--fix"]);
    assert_eq!(outcome.code, 1);
    assert_eq!(outcome.stderr, "fixed 2 findings in 2 files\n");
    assert!(
        outcome.stdout.contains("1 error in 3 files"),
        "{}",
        outcome.stdout
    );
    assert!(outcome.stdout.contains("`colour`"), "{}", outcome.stdout);
}

#[test]
fn nothing_to_fix_is_clean() {
    let case = Case::new().file("slos/a.yaml", &slo(FINE));
    let outcome = case.run(&["validate", "--fix"]);
    assert_eq!((outcome.code, &*outcome.stdout), (0, ""));
    assert_eq!(
        outcome.stderr,
        "fixed 0 findings in 0 files\n1 SLO in 1 file: no errors\n"
    );
    let outcome = case.run(&["validate", "--diff"]);
    assert_eq!(
        (outcome.code, &*outcome.stdout, &*outcome.stderr),
        (0, "", "")
    );
}

#[test]
fn a_difference_is_shown_and_nothing_written() {
    let case = Case::new().file("slos/a.yaml", &wrong());
    let outcome = case.run(&["validate", "--diff"]);
    assert_eq!(outcome.code, 1);
    assert_eq!(case.read("slos/a.yaml").unwrap(), wrong());
    assert_eq!(
        outcome.stdout,
        "--- a/slos/a.yaml\n+++ b/slos/a.yaml\n@@ -3,5 +3,5 @@\n owner: payments\n slos:\n   - name: availability\n-    objetive: 99.9\n+    objective: 99.9\n     sli: {ratio: {events: requests_total, errors_where: code=~\"5..\"}}\n"
    );
    assert_eq!(
        outcome.stderr,
        "1 finding in 1 file can be fixed: run `burnwatch validate --fix`\n"
    );
}

#[test]
fn a_fault_that_cannot_be_fixed_is_still_one_for_diff() {
    let case = Case::new().file("slos/a.yaml", &slo("objective: 100\n"));
    let outcome = case.run(&["validate", "--diff"]);
    assert_eq!((outcome.code, &*outcome.stdout), (1, ""));
    assert!(outcome.stderr.contains("[SP011]"), "{outcome:?}");
}

#[test]
fn stdin_is_not_fixed() {
    let case = Case::new().stdin(&wrong());
    for flag in ["--fix", "--diff"] {
        let outcome = case.run(&["validate", flag, "-"]);
        assert_eq!((outcome.code, &*outcome.stdout), (2, ""));
        assert_eq!(
            outcome.stderr,
            "error: `-` is no file that could be fixed\n"
        );
    }
}

#[test]
fn only_files_that_are_named_are_written() {
    let workspace = WORKSPACE.replace("teams:", "temas:");
    let case = Case::bare()
        .file("burnwatch.yaml", &workspace)
        .file("slos/a.yaml", &wrong())
        .file("slos/b.yaml", &wrong());
    case.run(&["validate", "--fix", "slos/a.yaml"]);
    assert_ne!(case.read("slos/a.yaml").unwrap(), wrong());
    assert_eq!(case.read("slos/b.yaml").unwrap(), wrong());
    assert_eq!(case.read("burnwatch.yaml").unwrap(), workspace);
    case.run(&["validate", "--fix"]);
    assert_eq!(case.read("burnwatch.yaml").unwrap(), WORKSPACE);
}

#[test]
fn a_file_outside_of_the_workspace_is_not_written() {
    let outside = tempfile::TempDir::new().unwrap();
    let path = outside.path().join("a.yaml");
    fs::write(&path, wrong()).unwrap();
    let outcome = Case::new().run(&["validate", "--fix", path.to_str().unwrap()]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.stderr.starts_with("fixed 0 findings"),
        "{outcome:?}"
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), wrong());
}

#[test]
fn a_file_that_is_no_utf_8_is_not_written() {
    let mut bytes = wrong().into_bytes();
    bytes.extend(b"# \xff\n");
    let case = Case::new().bytes("slos/a.yaml", &bytes);
    let outcome = case.run(&["validate", "--fix"]);
    assert_eq!(outcome.code, 1);
    assert_eq!(fs::read(case.path().join("slos/a.yaml")).unwrap(), bytes);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn permissions_stay_and_nothing_is_left_beside() {
        let case = Case::new().file("slos/a.yaml", &wrong());
        let path = case.path().join("slos/a.yaml");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let outcome = case.run(&["validate", "--fix"]);
        assert_eq!(outcome.code, 0, "{outcome:?}");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o640
        );
        assert_eq!(fs::read_dir(case.path().join("slos")).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_may_not_be_written_is_said() {
        let case = Case::new().file("slos/a.yaml", &wrong());
        let path = case.path().join("slos/a.yaml");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o440)).unwrap();
        let outcome = case.run(&["validate", "--fix"]);
        assert_eq!(outcome.code, 2);
        assert!(outcome.stderr.contains("could not rewrite"), "{outcome:?}");
        assert_eq!(case.read("slos/a.yaml").unwrap(), wrong());
    }

    #[test]
    fn a_link_within_the_workspace_stays_one() {
        let case = Case::new().file("shared/a.yaml", &wrong());
        fs::create_dir(case.path().join("slos")).unwrap();
        symlink("../shared/a.yaml", case.path().join("slos/a.yaml")).unwrap();
        let outcome = case.run(&["validate", "--fix"]);
        assert_eq!(outcome.code, 0, "{outcome:?}");
        assert!(case.path().join("slos/a.yaml").is_symlink());
        assert_eq!(case.read("shared/a.yaml").unwrap(), slo(FINE));
    }

    #[test]
    fn a_link_out_of_the_workspace_is_refused() {
        let outside = tempfile::TempDir::new().unwrap();
        let path = outside.path().join("a.yaml");
        fs::write(&path, wrong()).unwrap();
        let case = Case::new().file("slos/b.yaml", &wrong());
        symlink(&path, case.path().join("slos/a.yaml")).unwrap();
        let outcome = case.run(&["validate", "--fix"]);
        assert_eq!(outcome.code, 2);
        assert_eq!(fs::read_to_string(&path).unwrap(), wrong());
        assert_eq!(case.read("slos/b.yaml").unwrap(), wrong());
    }

    #[test]
    fn what_lies_in_the_way_of_the_new_text_is_not_written_through() {
        let outside = tempfile::TempDir::new().unwrap();
        let secret = outside.path().join("secret");
        fs::write(&secret, "kept").unwrap();
        let case = Case::new().file("slos/a.yaml", &wrong());
        symlink(&secret, case.path().join("slos/.a.yaml.burnwatch.tmp")).unwrap();
        let outcome = case.run(&["validate", "--fix"]);
        assert_eq!(outcome.code, 0, "{outcome:?}");
        assert_eq!(fs::read_to_string(&secret).unwrap(), "kept");
        assert!(!case.path().join("slos/a.yaml").is_symlink());
    }
}
