//! Small configurations and alerts of tests.

use crate::base::{SourceId, Span};

use super::{Config, Labels, Route};

/// What a text says that nothing is wrong with.
pub fn config(text: &str) -> Config {
    let (documents, mut findings) = crate::yaml::read(SourceId(0), text);
    let config = Config::read(&documents[0].root, &mut findings);
    assert_eq!(findings, [], "{text}");
    config
}

/// A routing tree; its receivers and time intervals need no definition.
pub fn route(text: &str) -> Route {
    let (documents, _) = crate::yaml::read(SourceId(0), text);
    let mut findings = Vec::new();
    let mut reader = super::fields::Reader::new(&mut findings);
    let crate::yaml::Value::Mapping(mapping) = &documents[0].root.value else {
        panic!("{text}");
    };
    let route = reader.route(&documents[0].root, mapping).unwrap();
    assert_eq!(findings, [], "{text}");
    route
}

/// Labels such as `a=1,b=`.
pub fn labels(text: &str) -> Labels {
    text.split(',')
        .filter_map(|pair| pair.split_once('='))
        .map(|(label, value)| (label.to_string(), value.to_string()))
        .collect()
}

/// What stands at a place.
pub fn text_of(text: &str, span: Span) -> String {
    text[span.start as usize..span.end as usize].to_string()
}
