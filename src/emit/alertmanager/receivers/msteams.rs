//! Microsoft Teams, a workflow.

use crate::yaml::print::Output;

use super::{Fields, message};

pub(super) fn section(file: Output) -> (&'static str, Fields) {
    let fields = vec![
        ("webhook_url_file", file),
        ("title", message("burnwatch.markdown.title")),
        ("text", message("burnwatch.markdown.text")),
    ];
    ("msteamsv2_configs", fields)
}
