//! Whether Alertmanager's own tool takes a configuration of files, and where it says that an alert lands.

use std::path::Path;

use burnwatch::alertmanager::Labels;

use crate::kit::tools::{run, tool};

/// Fails the test unless `amtool check-config` takes the file.
pub fn check_config(folder: &Path, file: &str) {
    run(&tool("amtool"), folder, ["check-config", file])
        .expect_success(&format!("amtool check-config {file}"));
}

/// The receivers of an alert, joined by commas.
pub fn receivers(folder: &Path, file: &str, alert: &Labels) -> String {
    let mut arguments = vec!["config".to_string(), "routes".into(), "test".into()];
    arguments.push(format!("--config.file={file}"));
    arguments.extend(alert.iter().map(|(label, value)| {
        let value = value.replace('\\', "\\\\").replace('"', "\\\"");
        format!("{label}=\"{value}\"")
    }));
    let said = run(&tool("amtool"), folder, &arguments).expect_success("amtool config routes test");
    said.strip_suffix('\n').unwrap_or(&said).to_string()
}
