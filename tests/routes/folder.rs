//! A workspace in a folder of its own, and the `burnwatch` that people run in it.

use std::fs;
use std::path::{Path, PathBuf};

use burnwatch::alertmanager::Labels;
use serde_json::Value;
use tempfile::TempDir;

use crate::kit::tools::{Outcome, run};

/// Where the generated configuration is.
pub const GENERATED: &str = "generated/alertmanager/alertmanager.yaml";

/// A folder with files.
pub struct Folder(TempDir);

impl Folder {
    /// A folder with these files: paths and texts.
    pub fn with(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(TempDir::new().unwrap());
        for (path, text) in files {
            folder.write(path, text);
        }
        folder
    }

    /// Adds or replaces a file.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).unwrap()
    }

    /// Runs `burnwatch` with these arguments.
    pub fn burnwatch(&self, arguments: &[&str]) -> Outcome {
        run(
            Path::new(env!("CARGO_BIN_EXE_burnwatch")),
            self.path(),
            arguments,
        )
    }

    /// The labels of every alert that the generated rules send, `alertname` among them; a label that the rule's series
    /// are grouped by has a value of its own.
    pub fn alerts(&self) -> Vec<Labels> {
        let mut rule_files: Vec<PathBuf> = fs::read_dir(self.0.path().join("generated/prometheus"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.to_string_lossy().ends_with(".rules.yaml"))
            .collect();
        rule_files.sort();
        let mut alerts = Vec::new();
        for file in rule_files {
            let rules: Value = serde_saphyr::from_str(&fs::read_to_string(file).unwrap()).unwrap();
            let groups = rules["groups"].as_array().unwrap();
            let rules = groups
                .iter()
                .flat_map(|group| group["rules"].as_array().unwrap());
            alerts.extend(rules.filter_map(alert));
        }
        alerts
    }
}

fn alert(rule: &Value) -> Option<Labels> {
    let name = rule.get("alert")?.as_str()?;
    let written = rule["labels"].as_object().unwrap().iter();
    let mut labels: Labels = written
        .map(|(label, value)| (label.clone(), value.as_str().unwrap().to_string()))
        .collect();
    labels.insert("alertname".to_string(), name.to_string());
    Some(labels)
}
