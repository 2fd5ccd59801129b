//! The user's own configuration and ours in one.
//!
//! Everything of the user's stays where it is and means what it meant. Our routes come behind those at the beginning
//! that pass alerts on, so that whatever sees all alerts sees ours too, and before the first that keeps what it takes.
//! They take alerts of our teams only.

use crate::yaml::Node;
use crate::yaml::print::Output;

use super::config::{Ours, TEMPLATE_FILE};

/// The user's own configuration.
#[derive(Clone, Copy)]
pub struct Base<'a> {
    /// Its root.
    pub node: &'a Node,
    /// How many routes at the beginning of its root pass on what they take.
    pub leading: usize,
}

/// `base` with `ours` in it. A name that both define is a clash, which a check finds.
pub fn merge(base: Base<'_>, ours: Ours) -> Output {
    let mut file = match Output::from(base.node) {
        Output::Map(entries) => entries,
        // A file that is no mapping has its finding, and nothing is generated.
        _ => Vec::new(),
    };
    insert_routes(&mut file, ours.routes, base.leading);
    append(&mut file, "receivers", ours.receivers);
    append(&mut file, "inhibit_rules", ours.inhibit_rules);
    append(&mut file, "time_intervals", ours.time_intervals);
    let template = Output::text(TEMPLATE_FILE);
    let has_template = |(name, value): &(String, Output)| {
        name == "templates" && matches!(value, Output::List(items) if items.iter().any(names_ours))
    };
    if !file.iter().any(has_template) {
        append(&mut file, "templates", vec![template]);
    }
    Output::Map(file)
}

fn names_ours(item: &Output) -> bool {
    matches!(item, Output::Text(text) | Output::Plain(text) if text == TEMPLATE_FILE)
}

fn insert_routes(file: &mut [(String, Output)], ours: Vec<Output>, leading: usize) {
    let root = file.iter_mut().find(|(name, _)| name == "route");
    let Some((_, Output::Map(root))) = root else {
        return;
    };
    let routes = list_of(root, "routes");
    let at = leading.min(routes.len());
    routes.splice(at..at, ours);
}

fn append(file: &mut Vec<(String, Output)>, name: &str, mut items: Vec<Output>) {
    if !items.is_empty() {
        list_of(file, name).append(&mut items);
    }
}

/// The list of this name; an empty one where there is none.
fn list_of<'a>(fields: &'a mut Vec<(String, Output)>, name: &str) -> &'a mut Vec<Output> {
    let at = match fields.iter().position(|(each, _)| each == name) {
        Some(at) => at,
        None => {
            fields.push((name.to_string(), Output::List(Vec::new())));
            fields.len() - 1
        }
    };
    let value = &mut fields[at].1;
    if !matches!(value, Output::List(_)) {
        *value = Output::List(Vec::new());
    }
    match value {
        Output::List(items) => items,
        _ => unreachable!("it is a list by now"),
    }
}
