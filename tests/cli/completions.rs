//! Completions for shells.

use std::io::Write;
use std::process::{Command, Stdio};

use super::case::Case;

const COMMANDS: [&str; 9] = [
    "init",
    "generate",
    "validate",
    "backtest",
    "explain",
    "checks",
    "schema",
    "completions",
    "--only",
];

#[test]
fn every_shell_is_told_of_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let outcome = Case::bare().run(&["completions", shell]);
        assert_eq!(outcome.code, 0, "{shell}");
        for command in COMMANDS {
            // fish writes `-l only`.
            let word = command.trim_start_matches('-');
            assert!(outcome.stdout.contains(word), "{shell} lacks {command}");
        }
    }
}

#[test]
fn an_unknown_shell_is_wrong_usage() {
    let outcome = Case::bare().run(&["completions", "tcsh"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (2, ""));
}

/// A script on the standard input of bash, and what it prints.
fn bash(script: &str, arguments: &[&str]) -> (bool, String) {
    let mut bash = Command::new("bash")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = bash.stdin.take().unwrap();
    stdin.write_all(script.as_bytes()).unwrap();
    drop(stdin);
    let output = bash.wait_with_output().unwrap();
    (
        output.status.success(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn bash_completes_what_was_begun() {
    let script = Case::bare().run(&["completions", "bash"]).stdout;
    assert!(bash(&script, &["-n"]).0);
    let asked = format!(
        "{script}\nCOMP_WORDS=(burnwatch val) COMP_CWORD=1\n_burnwatch burnwatch val burnwatch\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
    );
    assert_eq!(
        bash(&asked, &["--norc", "-s"]),
        (true, "validate\n".to_string())
    );
}
