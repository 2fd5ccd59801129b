//! Parts of requests, by the paths of limits.

use burnwatch::notify::{Limit, Measure, Request};
use serde_json::Value;

/// The body of a request over HTTP.
pub fn body(request: &Request) -> Value {
    let Request::Http(http) = request else {
        panic!("a mail has no JSON")
    };
    serde_json::from_str(&http.body).unwrap_or_else(|error| panic!("{error}: {}", http.body))
}

/// Every part of `request` that `limit` is about, by how long it is and as a text.
pub fn parts(request: &Request, limit: &Limit) -> Vec<(usize, String)> {
    let mail = match request {
        Request::Mail(mail) => mail,
        Request::Http(http) if limit.part.is_empty() => {
            return vec![(limit.measure.of(&http.body), http.body.clone())];
        }
        Request::Http(_) => {
            let root = body(request);
            let found = walk(&root, limit.part);
            let measured = found.into_iter().map(|value| length(value, limit.measure));
            return measured.collect();
        }
    };
    let text = match limit.part {
        "subject" => &mail.subject,
        "text" => &mail.text,
        "html" => &mail.html,
        part => panic!("a mail has no `{part}`"),
    };
    vec![(limit.measure.of(text), text.clone())]
}

fn walk<'a>(root: &'a Value, path: &str) -> Vec<&'a Value> {
    let mut found = vec![root];
    for step in path.split('.') {
        found = found
            .into_iter()
            .flat_map(|value| match (step, value) {
                ("*", Value::Array(items)) => items.iter().collect(),
                ("*", Value::Object(fields)) => fields.values().collect::<Vec<_>>(),
                (name, value) => value.get(name).into_iter().collect(),
            })
            .collect();
    }
    found
}

fn length(value: &Value, measure: Measure) -> (usize, String) {
    match (value, measure) {
        (Value::String(text), _) => (measure.of(text), text.clone()),
        (Value::Array(items), Measure::Items) => (items.len(), String::new()),
        (Value::Object(fields), Measure::Items) => (fields.len(), String::new()),
        (Value::Object(fields), _) => {
            let text = |(name, value): (&String, &Value)| {
                measure.of(name) + measure.of(value.as_str().unwrap_or_default())
            };
            (fields.iter().map(text).sum(), String::new())
        }
        (value, _) => panic!("{value} has no length"),
    }
}
