//! The steps of the GitHub Action, with files in place of GitHub's and a program in place of burnwatch that writes down how
//! it was called.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Writes its arguments, one a line, and what stands in `said` to the file of each report; exits as `code` says.
const STUB: &str = r#"#!/usr/bin/env bash
root=$(cd "$(dirname "$0")/.." && pwd)
printf '%s\n' "$PWD" "$@" >"$root/called"
for argument in "$@"; do
  case $argument in
    --format=*=* | --output=*) cat "$root/said" >"${argument##*=}" ;;
  esac
done
exit "$(cat "$root/code")"
"#;

struct Runner {
    folder: TempDir,
    inputs: Vec<(&'static str, &'static str)>,
}

impl Runner {
    fn new(code: u8, said: &str) -> Runner {
        let folder = TempDir::new().expect("a folder");
        let runner = Runner {
            folder,
            inputs: Vec::new(),
        };
        for part in ["built/bin", "repository/shop"] {
            fs::create_dir_all(runner.path(part)).expect("a folder");
        }
        let stub = runner.path("built/bin/burnwatch");
        fs::write(&stub, STUB).expect("a program");
        fs::set_permissions(&stub, fs::Permissions::from_mode(0o755)).expect("a mode");
        fs::write(runner.path("built/said"), said).expect("a text");
        fs::write(runner.path("built/code"), code.to_string()).expect("a code");
        runner
    }

    fn input(mut self, name: &'static str, value: &'static str) -> Runner {
        self.inputs.push((name, value));
        self
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_default()
    }

    /// The arguments that burnwatch was called with; the place of the temporary report is left out.
    fn called(&self) -> Vec<String> {
        let called = self.read("built/called");
        let arguments = called.lines().skip(1);
        arguments
            .map(|argument| {
                let temporary = ["--format=human=", "--output="];
                let option = temporary
                    .iter()
                    .find(|option| argument.starts_with(*option));
                match option {
                    Some(option) => format!("{option}..."),
                    None => argument.to_string(),
                }
            })
            .collect()
    }

    fn step(&self, step: &str) -> Option<i32> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut command = Command::new("bash");
        command
            .arg(source.join("ci/github"))
            .arg(step)
            .current_dir(self.path("repository"))
            .env("ACTION_PATH", source)
            .env("TOOLS", self.path("tools"))
            .env("ROOT", self.path("built"))
            .env("INPUT_PATHS", "")
            .env("INPUT_WORKING_DIRECTORY", ".")
            .env("INPUT_FAIL_ON", "error")
            .env("INPUT_MIN_LEVEL", "info")
            .env("INPUT_CHANGED_SINCE", "")
            .env("INPUT_PROMETHEUS", "")
            .env("INPUT_CHECK_LINKS", "false")
            .env("INPUT_ALLOW_PRIVATE_LINKS", "false")
            .env("INPUT_ONLINE", "required")
            .env("INPUT_SARIF_FILE", "burnwatch.sarif")
            .env("INPUT_PREVIEW_BASE", "0123abc")
            .env("INPUT_PREVIEW_FROM", "30d")
            .env("INPUT_PREVIEW_NAME", "")
            .env("RUNNER_TEMP", self.folder.path());
        for name in ["OUTPUT", "PATH", "STEP_SUMMARY"] {
            command.env(format!("GITHUB_{name}"), self.path(name));
        }
        command.envs(self.inputs.iter().copied());
        command.output().expect("bash").status.code()
    }
}

#[test]
fn without_inputs_the_whole_workspace_is_validated() {
    let runner = Runner::new(0, "");
    assert_eq!(runner.step("validate"), Some(0));
    assert_eq!(
        runner.called(),
        [
            "validate",
            "--format",
            "github",
            "--format=human=...",
            "--fail-on=error",
            "--min-level=info",
            "--format=sarif=burnwatch.sarif",
            "--",
        ]
    );
    assert_eq!(
        runner.read("OUTPUT"),
        "exit-code=0\nsarif-file=burnwatch.sarif\n"
    );
    assert_eq!(
        runner.read("STEP_SUMMARY"),
        "### burnwatch\n\nNo findings that fail the run.\n"
    );
    assert!(runner.read("PATH").ends_with("/built/bin\n"));
}

#[test]
fn inputs_are_words_and_never_script() {
    let runner = Runner::new(0, "")
        .input(
            "INPUT_PATHS",
            "slos/a b.yaml\n\n$(touch broken); `touch broken`\n--help\n",
        )
        .input("INPUT_CHANGED_SINCE", "main; touch broken")
        .input("INPUT_PROMETHEUS", "http://127.0.0.1:9090")
        .input("INPUT_SARIF_FILE", "");
    assert_eq!(runner.step("validate"), Some(0));
    assert_eq!(
        runner.called()[6..],
        [
            "--changed-since=main; touch broken",
            "--prometheus=http://127.0.0.1:9090",
            "--online=required",
            "--",
            "slos/a b.yaml",
            "$(touch broken); `touch broken`",
            "--help",
        ]
    );
    assert!(!runner.path("repository/broken").exists());
    assert_eq!(runner.read("OUTPUT"), "exit-code=0\n");
}

#[test]
fn links_are_asked_where_an_input_says_so() {
    let asked = |links, private_links| {
        let runner = Runner::new(0, "")
            .input("INPUT_CHECK_LINKS", links)
            .input("INPUT_ALLOW_PRIVATE_LINKS", private_links)
            .input("INPUT_ONLINE", "best-effort");
        let code = runner.step("validate");
        (code, runner.called().get(7..).unwrap_or_default().join(" "))
    };
    let all = "--check-links --allow-private-links --online=best-effort --";
    assert_eq!(asked("true", "true"), (Some(0), all.to_string()));
    let public = "--check-links --online=best-effort --";
    assert_eq!(asked("true", "false"), (Some(0), public.to_string()));
    assert_eq!(asked("false", "true"), (Some(0), "--".to_string()));
    assert_eq!(asked("yes", "false"), (Some(2), String::new()));
    assert_eq!(asked("true", "1"), (Some(2), String::new()));
}

#[test]
fn findings_fail_the_step_and_stand_in_the_summary_as_text() {
    let runner = Runner::new(1, "error[SP002]: </pre><img src=x> & ``` \n");
    assert_eq!(runner.step("validate"), Some(1));
    assert_eq!(
        runner.read("STEP_SUMMARY"),
        "### burnwatch\n\nThere are findings.\n\n<pre>\nerror[SP002]: &lt;/pre&gt;&lt;img src=x&gt; &amp; ``` \n</pre>\n"
    );
    assert!(runner.read("OUTPUT").starts_with("exit-code=1\n"));
}

#[test]
fn a_long_report_is_cut_to_what_a_summary_takes() {
    let runner = Runner::new(1, &"error & so on\n".repeat(200_000));
    assert_eq!(runner.step("validate"), Some(1));
    let summary = runner.read("STEP_SUMMARY");
    assert!(
        (900_000..1 << 20).contains(&summary.len()),
        "{}",
        summary.len()
    );
    assert!(summary.ends_with("</pre>\n"));
}

#[test]
fn a_workspace_in_a_folder_is_validated_there() {
    let runner = Runner::new(3, "").input("INPUT_WORKING_DIRECTORY", "shop");
    assert_eq!(runner.step("validate"), Some(3));
    let called = runner.read("built/called");
    assert!(
        called
            .lines()
            .next()
            .is_some_and(|folder| folder.ends_with("/repository/shop"))
    );
    assert_eq!(
        runner.read("OUTPUT"),
        "exit-code=3\nsarif-file=shop/burnwatch.sarif\n"
    );
}

#[test]
fn a_link_in_the_place_of_the_report_is_not_followed() {
    let runner = Runner::new(0, "report");
    fs::write(runner.path("outside"), "mine").expect("a file");
    std::os::unix::fs::symlink(
        runner.path("outside"),
        runner.path("repository/burnwatch.sarif"),
    )
    .expect("a link");
    assert_eq!(runner.step("validate"), Some(0));
    assert_eq!(runner.read("outside"), "mine");
    assert_eq!(runner.read("repository/burnwatch.sarif"), "report");
}

#[test]
fn an_output_of_several_lines_is_refused() {
    let runner = Runner::new(0, "").input("INPUT_SARIF_FILE", "a\nb");
    assert_ne!(runner.step("validate"), Some(0));
    assert!(!runner.read("OUTPUT").contains("sarif-file"));
}

#[test]
fn what_is_built_is_known_by_its_sources() {
    let runner = Runner::new(0, "");
    assert_eq!(runner.step("source"), Some(0));
    let first = runner.read("OUTPUT");
    assert_eq!(runner.step("source"), Some(0));
    assert_eq!(runner.read("OUTPUT"), first.repeat(2));
    let hash = first
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("hash="));
    let hash = hash.expect("a hash");
    assert_eq!(hash.len(), 40);
    assert!(
        first.ends_with(&format!("/tools/burnwatch-{hash}\n")),
        "{first}"
    );
}

/// The outputs of a preview; the name of its file is left out.
fn outputs(runner: &Runner) -> Vec<String> {
    let outputs = runner.read("OUTPUT");
    let names = outputs.lines().map(|line| match line.split_once("=/") {
        Some((name, _)) => format!("{name}=..."),
        None => line.to_string(),
    });
    names.collect()
}

#[test]
fn a_preview_stands_in_the_summary_and_in_a_file() {
    for (code, exit, changed) in [(0, 0, false), (1, 0, true), (3, 3, true)] {
        let runner = Runner::new(code, "<!-- burnwatch-preview -->\n### SLO preview\n");
        assert_eq!(runner.step("preview"), Some(exit));
        assert_eq!(
            runner.called(),
            ["preview", "--base=0123abc", "--exit-code", "--output=..."]
        );
        assert_eq!(
            runner.read("STEP_SUMMARY"),
            "<!-- burnwatch-preview -->\n### SLO preview\n"
        );
        assert_eq!(
            outputs(&runner),
            [
                "preview-file=...".to_string(),
                format!("preview-changed={changed}")
            ]
        );
        let output = runner.read("OUTPUT");
        let file = output.lines().next().and_then(|line| line.split_once('='));
        let text = fs::read_to_string(file.expect("an output").1).expect("a file");
        assert_eq!(text, runner.read("STEP_SUMMARY"));
    }
}

#[test]
fn a_preview_that_failed_has_no_file() {
    let runner = Runner::new(2, "");
    assert_eq!(runner.step("preview"), Some(2));
    assert_eq!(runner.read("OUTPUT"), "");
}

#[test]
fn a_preview_asks_the_server_that_is_named() {
    let runner = Runner::new(0, "")
        .input("INPUT_PROMETHEUS", "http://127.0.0.1:9090")
        .input("INPUT_ONLINE", "best-effort")
        .input("INPUT_PREVIEW_NAME", "shop")
        .input("INPUT_WORKING_DIRECTORY", "shop");
    assert_eq!(runner.step("preview"), Some(0));
    assert_eq!(
        runner.called()[4..],
        [
            "--name=shop",
            "--prometheus=http://127.0.0.1:9090",
            "--online=best-effort",
            "--from=30d"
        ]
    );
    let called = runner.read("built/called");
    let folder = called.lines().next();
    assert!(folder.is_some_and(|folder| folder.ends_with("/repository/shop")));
}

#[test]
fn an_unknown_step_is_an_error() {
    assert_eq!(Runner::new(0, "").step("valdate"), Some(2));
}
