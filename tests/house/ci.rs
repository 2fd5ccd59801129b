//! What is offered for pull requests and editors: it can be read, it names what is there, and the steps of the GitHub Action
//! do what its page says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use burnwatch::base::SourceId;
use burnwatch::yaml;
use serde_json::Value;

use super::case::Case;
use super::examples::blocks;

const FILES: [&str; 3] = ["action.yml", "ci/gitlab.yml", ".pre-commit-hooks.yaml"];

fn text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

/// The first document of a YAML file, as another reader sees it.
fn value(path: &str) -> Value {
    serde_saphyr::from_str(&text(path)).expect(path)
}

fn keys(object: &Value) -> BTreeSet<String> {
    let object = object.as_object().expect("a mapping");
    object.keys().cloned().collect()
}

/// Names after `prefix` in a text, such as those of inputs.
fn named<'a>(text: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let rest = text.split(prefix).skip(1);
    rest.map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
        &rest[..end.unwrap_or(rest.len())]
    })
    .collect()
}

#[test]
fn everything_for_ci_is_yaml() {
    let mut texts: Vec<(String, String)> = FILES
        .iter()
        .map(|path| (path.to_string(), text(path)))
        .collect();
    for page in ["docs/ci.md", "docs/editors.md", "docs/gate.md"] {
        let shown = blocks(&text(page), "yaml");
        assert!(!shown.is_empty(), "{page} shows no YAML");
        texts.extend(shown.into_iter().map(|block| (page.to_string(), block)));
    }
    for (path, text) in texts {
        let (_, findings) = yaml::read(SourceId(0), &text);
        assert!(findings.is_empty(), "{path}: {findings:#?}\n{text}");
    }
}

/// Commands of burnwatch in a text with the options that follow them on their line.
fn options(text: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for line in text.lines() {
        for call in line.split("burnwatch ").skip(1) {
            let mut words = call.split([' ', '=', '`', '"', ')', ',', ';']);
            let Some(command) = words.next() else {
                continue;
            };
            let options = words.filter(|word| word.starts_with("--") && word.len() > 2);
            found.extend(options.map(|option| (command, option)));
        }
    }
    found
}

#[test]
fn every_option_that_is_shown_exists() {
    let case = Case::bare();
    let commands = [
        "init",
        "generate",
        "validate",
        "preview",
        "explain",
        "checks",
        "schema",
        "completions",
        "status",
        "gate",
    ];
    let mut seen = BTreeSet::new();
    let mut check = |place: &str, command: &str, option: &str| {
        if !commands.contains(&command) {
            return;
        }
        let help = case.run(&[command, "--help"]).stdout;
        let known = named(&help, "--");
        assert!(
            known.contains(option.trim_start_matches('-')),
            "{place}: `burnwatch {command}` has no option `{option}`"
        );
        seen.insert(option.to_string());
    };
    for path in FILES.iter().chain(&[
        "docs/ci.md",
        "docs/editors.md",
        "docs/gate.md",
        "docs/status.md",
        "README.md",
    ]) {
        for (command, option) in options(&text(path)) {
            check(path, command, option);
        }
    }
    let script = text("ci/github");
    let mut command = "";
    for line in script.lines().map(str::trim_start) {
        if !line.starts_with("arguments") {
            continue;
        }
        // `arguments=(COMMAND ...)` begins the list of a command.
        if let Some(list) = line.strip_prefix("arguments=(") {
            command = list.split([' ', ')']).next().unwrap_or("");
        }
        for option in named(line, "--").iter().filter(|name| !name.is_empty()) {
            check("ci/github", command, &format!("--{option}"));
        }
    }
    for option in [
        "--format",
        "--fail-on",
        "--check",
        "--changed-since",
        "--base",
    ] {
        assert!(seen.contains(option), "nothing shows {option}: {seen:?}");
    }
}

#[test]
fn the_action_uses_every_input_and_no_other() {
    let action = value("action.yml");
    let declared = keys(&action["inputs"]);
    let source = text("action.yml");
    let used: BTreeSet<String> = named(&source, "inputs.")
        .iter()
        .map(|name| name.to_string())
        .collect();
    assert_eq!(declared, used);
    let script = text("ci/github");
    for name in &declared {
        let variable = format!("INPUT_{}", name.to_uppercase().replace('-', "_"));
        assert!(
            script.contains(&variable),
            "ci/github does not read {variable}"
        );
    }
    let page = text("docs/ci.md");
    for name in &declared {
        assert!(
            page.contains(&format!("| `{name}` |")),
            "docs/ci.md does not say {name}"
        );
    }
}

#[test]
fn steps_of_the_action_are_sound() {
    let action = value("action.yml");
    let steps = action["runs"]["steps"].as_array().expect("steps");
    let ids: BTreeSet<&str> = steps
        .iter()
        .filter_map(|step| step["id"].as_str())
        .collect();
    for id in named(&text("action.yml"), "steps.") {
        assert!(ids.contains(id) || id.is_empty(), "no step is called {id}");
    }
    for step in steps {
        let Some(run) = step["run"].as_str() else {
            assert!(step["uses"].is_string(), "{step}");
            continue;
        };
        // An expression in a script would let an input write the script.
        assert!(!run.contains("${{"), "{run}");
        assert_eq!(step["shell"], "bash", "{run}");
    }
    for output in action["outputs"].as_object().expect("outputs").values() {
        assert!(
            output["value"]
                .as_str()
                .is_some_and(|value| value.starts_with("${{ steps."))
        );
    }
}

#[test]
fn scripts_of_the_gitlab_template_take_inputs_by_variables() {
    let template = text("ci/gitlab.yml");
    let (head, job) = template.split_once("---\n").expect("two documents");
    let declared = named(head.split_once("inputs:").expect("inputs").1, "\n    ");
    let declared: BTreeSet<&str> = declared
        .into_iter()
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(declared, named(job, "inputs."));
    let job: Value = serde_saphyr::from_str(job).expect("a job");
    for (name, part) in [
        (".burnwatch", "before_script"),
        ("burnwatch", "script"),
        ("burnwatch-preview", "script"),
    ] {
        for line in job[name][part].as_array().expect(part) {
            assert!(!line.as_str().expect("a line").contains("$[["), "{line}");
        }
    }
}

#[test]
fn hooks_look_at_the_whole_workspace() {
    let hooks = value(".pre-commit-hooks.yaml");
    let hooks = hooks.as_array().expect("hooks");
    let page = text("docs/ci.md");
    for hook in hooks {
        let id = hook["id"].as_str().expect("an id");
        assert!(page.contains(id), "docs/ci.md does not name {id}");
        assert_eq!(hook["pass_filenames"], false, "{id}");
        assert_eq!(
            id.ends_with("-system"),
            hook["language"] == "system",
            "{id}"
        );
    }
}

#[test]
fn settings_of_editors_name_the_schemas_that_init_writes() {
    let case = Case::bare();
    case.run(&["init"]);
    let page = text("docs/editors.md");
    let settings: Vec<Value> = blocks(&page, "json")
        .iter()
        .map(|block| serde_json::from_str(block).expect("JSON"))
        .collect();
    let schemas = keys(&settings[0]["yaml.schemas"]);
    assert_eq!(schemas.len(), 2);
    for schema in schemas {
        assert!(case.read(&schema).is_some(), "{schema}");
        for kind in ["lua", "xml"] {
            assert!(
                blocks(&page, kind)[0].contains(&schema),
                "{kind} lacks {schema}"
            );
        }
    }
}
