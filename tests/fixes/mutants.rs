//! Faults put into the examples: a fix leaves fewer findings, loses no SLO, and a second one changes nothing.

use std::fs;
use std::path::Path;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::case::Case;

/// Files of the examples by their paths.
fn examples() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut files = vec![(
        "burnwatch.yaml".to_string(),
        fs::read_to_string(root.join("burnwatch.yaml")).unwrap(),
    )];
    for entry in fs::read_dir(root.join("slos")).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("slos/{}", path.file_name().unwrap().to_string_lossy());
        files.push((name, fs::read_to_string(path).unwrap()));
    }
    files.sort();
    files
}

/// How many faults are tried, one at a time.
const FAULTS: usize = 300;

/// One fault in one line; the same text where the line offers no place for it.
fn mutate(text: &str, line: usize, kind: usize, at: usize) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_string).collect();
    let index = line % lines.len();
    let line = lines[index].clone();
    let start = line.len() - line.trim_start_matches([' ', '-']).len();
    let key_end = line[start..].find(':').map_or(start, |colon| start + colon);
    let key = &line[start..key_end];
    let value = line[key_end..].trim_start_matches(':').trim().to_string();
    let place = start + at % key.len().max(1);
    lines[index] = match kind {
        // Two letters of a key in the wrong order; one missing; one twice; another case.
        0 if key.is_ascii() && place + 1 < key_end => {
            let (a, b) = (&line[place..=place], &line[place + 1..place + 2]);
            format!("{}{b}{a}{}", &line[..place], &line[place + 2..])
        }
        1 if key.is_ascii() && key.len() > 1 => format!("{}{}", &line[..place], &line[place + 1..]),
        2 if key.is_ascii() && !key.is_empty() => {
            format!(
                "{}{}{}",
                &line[..=place],
                &line[place..=place],
                &line[place + 1..]
            )
        }
        3 => line.replacen(key, &key.to_ascii_uppercase(), 1),
        // A line twice.
        4 => format!("{line}{line}"),
        // Another spelling of the value.
        5 if value.ends_with('d') => line.replacen(&value, &value.replace('d', " days"), 1),
        5 if value.ends_with('h') => line.replacen(&value, &value.replace('h', " hours"), 1),
        6 if value.contains('.') => line.replacen(&value, &value.replacen('.', ",", 1), 1),
        7 => line
            .replacen("_total", "_bucket", 1)
            .replacen("_seconds", "_seconds_bucket", 1),
        8 if value.bytes().all(|b| b.is_ascii_alphanumeric()) && !value.is_empty() => {
            line.replacen(&value, &value.to_uppercase(), 1)
        }
        9 if !value.is_empty() => line.replacen(&value, &value.replace(['"', '\''], ""), 1),
        10 if !value.is_empty() => line.replacen(&value, &format!("@{value}"), 1),
        11 if !value.is_empty() => line.replacen(&value, "on", 1),
        _ => line,
    };
    lines.concat()
}

/// How many findings there are.
/// Errors, then all findings: of what can be read again, checks may have more to say, but never an error.
fn findings(case: &Case) -> (usize, usize) {
    let outcome = case.run(&["validate"]);
    let count = |level: &str| {
        let lines = outcome.stdout.lines();
        lines.filter(|line| line.starts_with(level)).count()
    };
    let errors = count("error[");
    (errors, errors + count("warning[") + count("info["))
}

/// A workspace with these files, and the runbooks and the base of the examples.
fn case(files: &[(String, String)]) -> Case {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let base = fs::read_to_string(examples.join("alertmanager.base.yaml")).unwrap();
    let bare = Case::bare().file("alertmanager.base.yaml", &base);
    let runbooks = fs::read_dir(examples.join("runbooks"))
        .unwrap()
        .fold(bare, |case, entry| {
            let path = entry.unwrap().path();
            let name = format!("runbooks/{}", path.file_name().unwrap().to_string_lossy());
            case.file(&name, &fs::read_to_string(path).unwrap())
        });
    files
        .iter()
        .fold(runbooks, |case, (name, text)| case.file(name, text))
}

fn texts(case: &Case, files: &[(String, String)]) -> Vec<String> {
    files
        .iter()
        .map(|(name, _)| case.read(name).unwrap())
        .collect()
}

/// The workspace file and one of the other examples.
fn pair(examples: &[(String, String)], at: usize) -> Vec<(String, String)> {
    let (workspace, slos) = examples.split_first().unwrap();
    vec![workspace.clone(), slos[at % slos.len()].clone()]
}

#[test]
fn a_fault_in_an_example_is_mended_or_left() {
    let examples = examples();
    let mut runner = TestRunner::deterministic();
    let (mut fixed, mut restored) = (0, 0);
    let fault = (0..100_usize, 0..200_usize, 0..12_usize, 0..20_usize);
    for _ in 0..FAULTS {
        let (file, line, kind, at) = fault.new_tree(&mut runner).unwrap().current();
        let sound = pair(&examples, file);
        let mut files = sound.clone();
        let wrong = file % 2;
        files[wrong].1 = mutate(&files[wrong].1, line, kind, at);
        let case = case(&files);
        let before = findings(&case);
        let said = case.run(&["validate"]);
        if said.code == 2 {
            // The fault is in where files are.
            continue;
        }
        // Of a file that is no YAML nothing else is known, nor of a value of another type what its text means.
        let hidden = ["[SP001]", "[SP004]"];
        let hidden = usize::from(hidden.iter().any(|code| said.stdout.contains(code)));
        let outcome = case.run(&["validate", "--fix"]);
        assert!(outcome.code < 2, "{outcome:?}");
        let after = texts(&case, &files);
        let is_changed = files.iter().zip(&after).any(|((_, old), new)| old != new);
        let now = findings(&case);
        let told = format!("{}: line {line}, fault {kind} at {at}", files[wrong].0);
        if !is_changed {
            assert_eq!(now, before, "{told}");
            continue;
        }
        fixed += 1;
        assert!(
            now < (before.0 + hidden, before.1),
            "{told}: {before:?} findings became {now:?}\n{outcome:?}"
        );
        case.run(&["validate", "--fix"]);
        assert_eq!(texts(&case, &files), after, "{told}");
        if outcome.code == 0 {
            restored += 1;
            // As many SLOs as there were, in as many files.
            let said = self::case(&sound).run(&["validate"]).stderr;
            assert!(
                outcome.stderr.ends_with(&said),
                "{told}: {said} and {outcome:?}"
            );
        }
    }
    assert!(
        fixed > FAULTS / 10 && restored > FAULTS / 10,
        "{fixed} fixed, {restored} restored"
    );
}

#[test]
fn several_faults_at_once_come_to_rest() {
    let examples = examples();
    let mut runner = TestRunner::deterministic();
    let fault = (0..examples.len(), 0..200_usize, 0..12_usize, 0..20_usize);
    let faults = proptest::collection::vec(fault, 2..6);
    for round in 0..40 {
        let mut files = pair(&examples, round);
        for (file, line, kind, at) in faults.new_tree(&mut runner).unwrap().current() {
            let wrong = file % 2;
            files[wrong].1 = mutate(&files[wrong].1, line, kind, at);
        }
        let case = case(&files);
        case.run(&["validate", "--fix"]);
        let after = texts(&case, &files);
        let outcome = case.run(&["validate", "--fix"]);
        assert!(
            outcome.stderr.starts_with("fixed 0 findings in 0 files"),
            "{outcome:?}"
        );
        assert_eq!(texts(&case, &files), after);
    }
}
