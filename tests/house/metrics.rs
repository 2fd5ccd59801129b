//! The list of metrics, as a page, from what the daemon says of itself.

use std::collections::{BTreeMap, BTreeSet};

use burnwatch::daemon::Metrics;

/// One family.
#[derive(Default)]
struct Row {
    help: String,
    kind: String,
    labels: BTreeMap<String, BTreeSet<String>>,
}

/// The page.
pub fn page() -> String {
    let metrics = Metrics::new("VERSION");
    metrics.set_receivers(["RECEIVER"]);
    let text = metrics.text();
    let mut page = String::from(include_str!("metrics_head.md"));
    page.push_str("| metric | kind | what it is | labels |\n|---|---|---|---|\n");
    for (name, row) in rows(&text) {
        let labels = row
            .labels
            .iter()
            .map(|(label, values)| shown(label, values));
        let labels: Vec<String> = labels.collect();
        let (help, kind) = (row.help.trim_end_matches('.'), &row.kind);
        page.push_str(&format!(
            "| `{name}` | {kind} | {help} | {} |\n",
            labels.join("; ")
        ));
    }
    page
}

fn shown(label: &str, values: &BTreeSet<String>) -> String {
    let is_open = values
        .iter()
        .any(|value| ["VERSION", "RECEIVER"].contains(&value.as_str()));
    match is_open {
        true => format!("`{label}`"),
        false => {
            let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
            format!("`{label}`: {}", values.join(", "))
        }
    }
}

/// By the names of the samples, without those of the parts of a histogram.
fn rows(text: &str) -> BTreeMap<String, Row> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut family = (String::new(), String::new(), String::new());
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect("a help has words");
            family = (name.to_owned(), help.to_owned(), String::new());
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            family.2 = rest
                .rsplit(' ')
                .next()
                .expect("a type has a word")
                .to_owned();
        } else if !line.starts_with('#') {
            let end = line.find(['{', ' ']).expect("a sample has a value");
            let name = match family.2.as_str() {
                "histogram" => &family.0,
                _ => &line[..end],
            };
            let row = rows.entry(name.to_owned()).or_default();
            (row.help, row.kind) = (family.1.clone(), family.2.clone());
            let labels = line[end..]
                .strip_prefix('{')
                .and_then(|rest| rest.split_once('}'));
            for label in labels.into_iter().flat_map(|(labels, _)| labels.split(',')) {
                let (label, value) = label.split_once('=').expect("a label has a value");
                if label != "le" {
                    let values = row.labels.entry(label.to_owned()).or_default();
                    values.insert(value.trim_matches('"').to_owned());
                }
            }
        }
    }
    rows
}
