//! Where reports go, and how a run ends.

use super::case::{Case, FINE, TERSE_WORKSPACE, slo};

fn faulty() -> Case {
    Case::bare()
        .file("burnwatch.yaml", TERSE_WORKSPACE)
        .file("slos/a.yaml", &slo(&FINE.replace("99.9", "101")))
}

/// A suppression that suppresses nothing: a warning.
fn suspicious() -> Case {
    let text = slo(FINE).replace(
        "    objective",
        "    # burnwatch: ignore[AL001] -- old\n    objective",
    );
    Case::bare()
        .file("burnwatch.yaml", TERSE_WORKSPACE)
        .file("slos/a.yaml", &text)
}

fn sound() -> Case {
    Case::bare()
        .file("burnwatch.yaml", TERSE_WORKSPACE)
        .file("slos/a.yaml", &slo(FINE))
}

#[test]
fn several_reports_are_written_in_one_run() {
    let case = faulty();
    let outcome = case.run(&[
        "validate",
        "--format",
        "github",
        "--format",
        "sarif=o.sarif",
        "--format=junit=j.xml",
    ]);
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.stdout.starts_with("::error title=burnwatch SP010"),
        "{outcome:?}"
    );
    assert!(
        case.read("o.sarif")
            .unwrap()
            .contains("\"ruleId\":\"SP010\"")
    );
    assert!(case.read("j.xml").unwrap().contains("<failure"));
}

#[test]
fn the_format_never_changes_how_a_run_ends() {
    for format in burnwatch::report::FORMATS {
        for (case, code) in [(faulty(), 1), (suspicious(), 0), (sound(), 0)] {
            let outcome = case.run(&["validate", "--format", format.name]);
            assert_eq!(outcome.code, code, "{}: {outcome:?}", format.name);
        }
    }
}

#[test]
fn the_level_that_fails_is_not_the_level_that_is_shown() {
    let case = suspicious();
    let run = |arguments: &[&str]| case.run(&[&["validate"], arguments].concat());
    assert_eq!(run(&[]).code, 0);
    assert_eq!(run(&["--fail-on", "warning"]).code, 1);
    let quiet = run(&["--min-level", "error"]);
    assert_eq!((quiet.code, &*quiet.stdout), (0, ""));
    let contrary = run(&["--min-level", "error", "--fail-on", "warning"]);
    assert_eq!((contrary.code, &*contrary.stdout), (2, ""));
}

/// The edge of what is reported of one run.
#[test]
fn findings_beyond_the_limit_are_counted_in_the_reports() {
    let unknown: String = (0..99).map(|at| format!("x{at}: 1\n")).collect();
    for more in [0, 1] {
        // 9,999 errors in 101 files, which are after the one with a warning, or two.
        let mut case = suspicious();
        for at in 0..101 {
            let text = slo(&FINE.replace("requests", &format!("requests_{at}")));
            let text = text.replace("checkout", &format!("shop-{at}"));
            case = case.file(&format!("slos/b{at}.yaml"), &(text + &unknown));
        }
        let again = "  # burnwatch: ignore[AL002] -- old\n".repeat(more);
        let text = case.read("slos/a.yaml").unwrap();
        let text = text.replace(
            "  - name: availability\n",
            &format!("{again}  - name: availability\n"),
        );
        let case = case.file("slos/a.yaml", &text);
        let outcome = case.run(&["validate", "--format", "json", "--format", "sarif=o.sarif"]);
        assert_eq!(outcome.code, 1);
        let json: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        let summary = &json["summary"];
        assert_eq!(
            (&summary["errors"], &summary["warnings"]),
            (&9_999.into(), &1.into())
        );
        assert_eq!(summary["left_out"], more);
        assert_eq!(json["findings"].as_array().unwrap().len(), 10_000);
        let sarif = case.read("o.sarif").unwrap();
        assert_eq!(sarif.matches("are left out").count(), more);
        let said = outcome.stderr.contains("1 more findings are not shown");
        assert_eq!(said, more == 1, "{}", outcome.stderr);
    }
}

#[test]
fn what_cannot_be_asked_for_is_wrong_usage() {
    for (arguments, said) in [
        (&["nothing.yaml"][..], "no file matches `nothing.yaml`"),
        (&["--format", "jsn"], "`json` has a similar name"),
        (&["--format", "json", "--format", "sarif"], "stdout"),
        (&["--format", "json=a", "--format", "sarif=./a"], "`./a`"),
        (&["--format", "json=no/such/folder"], "could not write"),
        (&["--prometheus", "ftp://127.0.0.1"], "`--prometheus`"),
        (
            &["--prometheus", "http://me:secret@127.0.0.1"],
            "`--prometheus`",
        ),
        (
            &[
                "--prometheus",
                "http://127.0.0.1:1",
                "--prometheus-header",
                "x",
            ],
            "`--prometheus-header`",
        ),
    ] {
        let outcome = sound().run(&[&["validate"], arguments].concat());
        assert_eq!(
            (outcome.code, &*outcome.stdout),
            (2, ""),
            "{arguments:?}: {outcome:?}"
        );
        assert!(outcome.stderr.contains(said), "{arguments:?}: {outcome:?}");
        assert!(!outcome.stderr.contains("secret"), "{outcome:?}");
    }
}

#[test]
fn a_server_that_is_down_is_no_finding_and_no_success() {
    let run = |case: Case, more: &[&str]| {
        case.run(&[&["validate", "--prometheus", "http://127.0.0.1:1"], more].concat())
    };
    let required = run(sound(), &[]);
    assert_eq!(required.code, 3, "{required:?}");
    assert!(
        required
            .stdout
            .starts_with("could not check: the server cannot be reached"),
        "{required:?}"
    );
    let best = run(sound(), &["--online", "best-effort"]);
    assert_eq!((best.code, &best.stdout), (0, &required.stdout), "{best:?}");
    let both = run(faulty(), &[]);
    assert_eq!(both.code, 1, "{both:?}");
}

/// A branch that names a server of its own is asked nothing: only the command line says where to.
#[test]
fn a_server_that_the_workspace_names_is_not_asked() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let workspace = format!("{TERSE_WORKSPACE}prometheus: {{url: \"{url}\"}}\n");
    let case = sound().file("burnwatch.yaml", &workspace);
    assert_eq!(case.run(&["validate"]).code, 0);
    assert_eq!(
        case.run(&["validate", "--prometheus", "http://127.0.0.1:1"])
            .code,
        3
    );
    let kind = listener.accept().map(|_| ()).unwrap_err().kind();
    assert_eq!(kind, std::io::ErrorKind::WouldBlock, "somebody connected");
}

#[cfg(unix)]
#[test]
fn a_report_is_not_written_through_a_link() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::TempDir::new().unwrap();
    let secret = outside.path().join("secret");
    std::fs::write(&secret, "kept").unwrap();
    let case = sound();
    symlink(&secret, case.path().join("o.json")).unwrap();
    symlink(outside.path(), case.path().join("out")).unwrap();
    assert_eq!(case.run(&["validate", "--format", "json=o.json"]).code, 0);
    assert_eq!(std::fs::read_to_string(&secret).unwrap(), "kept");
    assert!(case.read("o.json").unwrap().starts_with('{'));
    let refused = case.run(&["validate", "--format", "json=out/o.json"]);
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(!outside.path().join("o.json").exists());
}

/// A workspace in a folder of a larger repository: what is shown in a diff must be found there.
#[test]
fn paths_for_services_are_those_of_the_repository() {
    let case = Case::bare()
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file("shop/team a/burnwatch.yaml", TERSE_WORKSPACE)
        .file(
            "shop/team a/slos/a.yaml",
            &slo(&FINE.replace("99.9", "101")),
        );
    let run = |format: &str| {
        case.run_in("shop/team a", &["validate", "--format", format])
            .stdout
    };
    assert!(run("sarif").contains("shop/team%20a/slos/a.yaml"));
    assert!(run("gitlab").contains("\"shop/team a/slos/a.yaml\""));
    assert!(run("concise").starts_with("slos/a.yaml:"));
}

#[test]
fn a_report_never_takes_the_place_of_what_was_read() {
    for file in ["slos/a.yaml", "./slos/../slos/a.yaml", "burnwatch.yaml"] {
        let case = faulty();
        let before = (case.read("slos/a.yaml"), case.read("burnwatch.yaml"));
        let outcome = case.run(&["validate", "--format", &format!("json={file}")]);
        assert_eq!(outcome.code, 2, "{file}: {outcome:?}");
        assert!(
            outcome.stderr.contains("not written by burnwatch"),
            "{outcome:?}"
        );
        assert_eq!(
            (case.read("slos/a.yaml"), case.read("burnwatch.yaml")),
            before
        );
    }
    // A report of an earlier run is written anew.
    let case = faulty();
    for _ in 0..2 {
        assert_eq!(case.run(&["validate", "--format", "json=a.json"]).code, 1);
    }
}
