//! A text of a test, read.

use burnwatch::alertmanager::{Config, Labels};
use burnwatch::base::SourceId;
use burnwatch::diagnostics::Findings;

/// What a configuration says, and what is wrong with it.
pub fn read(text: &str) -> (Config, Findings) {
    let (documents, mut findings) = burnwatch::yaml::read(SourceId(0), text);
    let config = match documents.first() {
        Some(document) => Config::read(&document.root, &mut findings),
        None => Config::default(),
    };
    (config, findings)
}

/// Labels from pairs.
pub fn labels(pairs: &[(String, String)]) -> Labels {
    pairs.iter().cloned().collect()
}
