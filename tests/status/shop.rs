//! The SLOs of the shop.

use crate::case::Case;

const WORKSPACE: &str = "apiVersion: burnwatch/v1\nrules: {scrape_interval: 1m}\nteams: {payments: {}}\n\
    checks: {levels: {QL009: off, XF004: off, RB001: off}}\n";

/// A workspace with an SLO for each of these jobs.
pub fn of(jobs: &[&str]) -> Case {
    let mut text = "apiVersion: burnwatch/v1\nservice: shop\nowner: payments\nslos:\n".to_string();
    for job in jobs {
        let more = match *job {
            "routes" | WIDE => ", group_by: [route]",
            "fine" => ", alerting: {mode: observe, reason: it is new}",
            _ => "",
        };
        text.push_str(&format!(
            "  - {{name: {job}, objective: 99.9{more}, sli: {{ratio: {{events: 'requests_total{{job=\"{job}\"}}', errors_where: 'code=~\"5..\"'}}}}}}\n"
        ));
    }
    Case::bare()
        .file("burnwatch.yaml", WORKSPACE)
        .file("slos/shop.yaml", &text)
}

/// A job with a long name and a route with a longer one.
pub const WIDE: &str = "a-rather-long-name-of-something-that-nobody-would-type-twice";

/// Every other job that there is, and one that there is not.
pub const ALL: [&str; 8] = [
    "burning", "fine", "gone", "never", "quiet", "routes", "spent", "young",
];
