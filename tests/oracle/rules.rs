//! The rules under test: an SLO file is written, the burnwatch binary compiles it, and its output is read.
//!
//! This is the only place that knows how burnwatch is called.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::kit::tools::run;

/// A rules file of Prometheus.
#[derive(Debug, Deserialize, Serialize)]
pub struct RulesFile {
    pub groups: Vec<Group>,
}

/// One group of it.
#[derive(Debug, Deserialize, Serialize)]
pub struct Group {
    pub name: String,
    pub interval: Option<String>,
    pub rules: Vec<Rule>,
}

/// One rule: it has either a record or an alert.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Rule {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert: Option<String>,
    pub expr: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
}

impl RulesFile {
    /// All recording rules, in their order.
    pub fn records(&self) -> Vec<Rule> {
        let rules = self.groups.iter().flat_map(|group| &group.rules);
        rules
            .filter(|rule| rule.record.is_some())
            .cloned()
            .collect()
    }

    /// All alerts, in their order.
    pub fn alerts(&self) -> Vec<Rule> {
        let rules = self.groups.iter().flat_map(|group| &group.rules);
        rules.filter(|rule| rule.alert.is_some()).cloned().collect()
    }
}

/// The SLO that every scenario is judged by: 99.9 % of the requests of the service, over 30 days.
pub fn slo_of(service: &str) -> String {
    format!(
        "apiVersion: burnwatch/v1\n\
         service: {service}\n\
         owner: shop\n\
         runbook: https://runbooks.example.com/{service}\n\
         slos:\n\
         - name: availability\n\
        \x20 description: Requests that are answered without a server error.\n\
        \x20 objective: 99.9\n\
        \x20 sli:\n\
        \x20   ratio:\n\
        \x20     events: http_requests_total{{job=\"{service}\"}}\n\
        \x20     errors_where: code=~\"5..\"\n"
    )
}

/// The smallest workspace that knows the owner of the SLOs.
const WORKSPACE: &str = "apiVersion: burnwatch/v1\n\
    slos: [\"slos/*.yaml\"]\n\
    teams:\n\
    \x20 shop:\n\
    \x20   notify: {page: [shop-pager], ticket: [shop-mail]}\n\
    receivers:\n\
    \x20 shop-pager: {pagerduty: {routing_key_file: /run/secrets/shop-pager}}\n\
    \x20 shop-mail: {email: {to: shop@example.com}}\n";

/// Compiles `slo` in `folder` and gives the path of the rules file, relative to `folder`.
///
/// `workspace_tail` is added to the workspace file.
///
/// # Panics
///
/// When burnwatch refuses the SLO or writes no rules file for `service`.
pub fn compile(folder: &Path, service: &str, workspace_tail: &str, slo: &str) -> String {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("the path has a folder"))
            .and_then(|()| std::fs::write(&path, text))
            .unwrap_or_else(|error| panic!("cannot write `{}`: {error}", path.display()));
    };
    write("burnwatch.yaml", &format!("{WORKSPACE}{workspace_tail}"));
    let slo_path = format!("slos/{service}.yaml");
    write(&slo_path, slo);
    run(
        Path::new(env!("CARGO_BIN_EXE_burnwatch")),
        folder,
        ["generate", &slo_path, "-o", "generated", "--only", "rules"],
    )
    .expect_success("burnwatch generate");
    format!("generated/prometheus/{service}.rules.yaml")
}

/// Reads a rules file.
///
/// # Panics
///
/// When it is not there or is no rules file.
pub fn read(path: &Path) -> RulesFile {
    let text = std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("cannot read `{}`: {error}", path.display()));
    serde_saphyr::from_str(&text)
        .unwrap_or_else(|error| panic!("`{}` is no rules file: {error}", path.display()))
}
