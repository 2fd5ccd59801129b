//! The expressions of a generated rule file.

use std::fs;
use std::path::Path;

use burnwatch::base::SourceId;
use burnwatch::spec::Record;
use burnwatch::yaml;

use crate::kit::measured;

/// The SLO whose rules are looked at, with the built-in policy.
pub const SLO: &str = "shop/availability";

const SLO_FILE: &str = r#"apiVersion: burnwatch/v1
service: shop
owner: platform
runbook: https://runbooks.example.com/shop
slos:
  - name: availability
    objective: 99.9
    sli:
      ratio:
        events: http_requests_total{job="shop"}
        errors_where: code=~"5.."
"#;

/// What a rule evaluates, and what it makes.
pub struct Expression {
    /// Its PromQL.
    pub text: String,
    /// What it makes.
    pub makes: Makes,
}

/// What a rule makes.
pub enum Makes {
    /// A series of this name.
    Series(String),
    /// An alert with this label `slo_tier`.
    Alert(String),
}

impl Expression {
    /// Whether it is an alert's condition.
    pub fn is_alert(&self) -> bool {
        matches!(self.makes, Makes::Alert(_))
    }
}

/// Compiles [`SLO`] in `folder` and reads what was made of it, in order.
pub fn generate(program: &Path, folder: &Path) -> Vec<Expression> {
    let slos = folder.join("slos");
    fs::create_dir(&slos).expect("a folder of ours is writable");
    fs::write(slos.join("shop.yaml"), SLO_FILE).expect("a folder of ours is writable");
    let workspace =
        "apiVersion: burnwatch/v1\nteams: {platform: {contacts: {chat: \"#platform\"}}}\n";
    fs::write(folder.join("burnwatch.yaml"), workspace).expect("a folder of ours is writable");
    measured::run(program, folder, &["generate", "--only", "rules"]);
    let path = folder.join("generated/prometheus/shop.rules.yaml");
    let text = fs::read_to_string(&path).expect("the rules of `shop` were generated");
    expressions(&text)
}

fn expressions(text: &str) -> Vec<Expression> {
    let (documents, findings) = yaml::read(SourceId(0), text);
    assert!(findings.is_empty(), "a rule file is YAML");
    let file = Record::of(&documents[0].root).expect("a rule file is a mapping");
    let groups = file.list("groups").iter().filter_map(Record::of);
    groups
        .flat_map(|group| group.list("rules"))
        .filter_map(Record::of)
        .map(|rule| expression(&rule))
        .collect()
}

fn expression(rule: &Record<'_>) -> Expression {
    let text = |record: &Record<'_>, name: &str| record.text(name).map(|t| t.value.to_string());
    let tier = || text(&rule.record("labels")?, "slo_tier");
    Expression {
        text: text(rule, "expr").expect("a rule has an expression"),
        makes: match text(rule, "record") {
            Some(name) => Makes::Series(name),
            None => Makes::Alert(tier().expect("an alert of ours names its tier")),
        },
    }
}
