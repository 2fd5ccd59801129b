//! Any HTTP endpoint. It gets Alertmanager's JSON with all labels and annotations, never cut.

use crate::model::roster::receiver::Endpoint;
use crate::yaml::print::Output;

use super::Fields;

pub(super) fn section(
    endpoint: &Endpoint,
    file: impl Fn(&str) -> Output,
) -> (&'static str, Fields) {
    let address = match endpoint {
        Endpoint::File(path) => ("url_file", file(path)),
        Endpoint::Url(url) => ("url", Output::text(&url.value)),
    };
    (
        "webhook_configs",
        vec![address, ("max_alerts", Output::plain(0))],
    )
}
