//! Alertmanager's own tool: whether it takes a configuration, and what it makes of a message template.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::kit::tools::{Outcome, run, tool};

/// Between two definitions that are rendered at once.
const BETWEEN: char = '\u{1e}';

/// What amtool says of a configuration, with the message templates beside it.
pub fn check_config(text: &str) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alertmanager.yaml");
    fs::write(&path, text).unwrap();
    fs::copy(templates(), folder.path().join("burnwatch.tmpl")).unwrap();
    run(
        &tool("amtool"),
        folder.path(),
        ["check-config".as_ref(), path.as_os_str()],
    )
}

/// What these definitions make of the data of a message.
pub fn render<const N: usize>(kind: &str, definitions: [&str; N], data: &Value) -> [String; N] {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.json");
    fs::write(&path, data.to_string()).unwrap();
    let calls = definitions.map(|name| format!("{{{{ template \"burnwatch.{name}\" . }}}}"));
    let glob = templates();
    let arguments = [
        "template",
        "render",
        "--template.type",
        kind,
        "--template.glob",
        glob.to_str().unwrap(),
        "--template.data",
        path.to_str().unwrap(),
        "--template.text",
        &calls.join(&BETWEEN.to_string()),
    ];
    let said = run(&tool("amtool"), folder.path(), arguments).expect_success("amtool");
    let rendered: Vec<String> = said.split(BETWEEN).map(str::to_string).collect();
    rendered.try_into().expect("as many texts as definitions")
}

fn templates() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/alertmanager.tmpl")
}

/// Compares with a file of the repository; `UPDATE=1` writes it anew.
pub fn golden(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }
    let known = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        known == text,
        "{path} is out of date: run the tests with UPDATE=1 and look at the difference"
    );
}
