//! Metrics in the older text format, from those in OpenMetrics.

/// Content type of OpenMetrics.
pub const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Content type of the older text format.
pub const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The text format 0.0.4 of a text in OpenMetrics 1.0: there the name of a counter ends with `_total` in its comments too, types
/// are fewer, and neither units nor examples nor an end are said.
pub fn text(open_metrics: &str) -> String {
    let mut text = String::with_capacity(open_metrics.len());
    // Help stands before the type that its name depends on.
    let mut help: Option<&str> = None;
    for line in open_metrics.lines() {
        if line == "# EOF" || line.starts_with("# UNIT ") {
            continue;
        }
        if let Some(rest) = line.strip_prefix("# HELP ") {
            help = Some(rest);
            continue;
        }
        let (comments, sample) = match line.strip_prefix("# TYPE ") {
            Some(rest) => (typed(rest, help.take()), None),
            None => (String::new(), Some(without_example(line))),
        };
        text.push_str(&comments);
        if let Some(sample) = sample {
            text.push_str(sample);
            text.push('\n');
        }
    }
    text
}

/// The comments of a family.
fn typed(rest: &str, help: Option<&str>) -> String {
    let (name, kind) = rest.split_once(' ').unwrap_or((rest, "unknown"));
    let (suffix, kind) = match kind {
        "counter" => ("_total", "counter"),
        "info" => ("_info", "gauge"),
        "gauge" | "stateset" => ("", "gauge"),
        "histogram" => ("", "histogram"),
        "summary" => ("", "summary"),
        _ => ("", "untyped"),
    };
    let about = help.and_then(|help| help.split_once(' '));
    let about = match about.filter(|(of, _)| *of == name) {
        // Quotes are escaped in OpenMetrics alone.
        Some((_, words)) => format!("# HELP {name}{suffix} {}\n", words.replace("\\\"", "\"")),
        None => String::new(),
    };
    format!("{about}# TYPE {name}{suffix} {kind}\n")
}

/// A sample without the example behind it; a `#` within a label is none.
fn without_example(line: &str) -> &str {
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b'#' if !is_quoted && at > 0 => return line[..at].trim_end(),
            _ => {}
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_bear_their_suffix_in_comments_too() {
        let open = "# HELP a_seen What \\\"it\\\" saw.\n# TYPE a_seen counter\n# UNIT a_seen x\n\
                    a_seen_total{l=\"# \\\" #\"} 7 # {t=\"1\"} 1\n# TYPE b gauge\nb 1\n\
                    # HELP c Info.\n# TYPE c info\nc_info{v=\"1\"} 1\n# TYPE d unknown\nd 2\n# EOF\n";
        let expected = "# HELP a_seen_total What \"it\" saw.\n# TYPE a_seen_total counter\n\
                        a_seen_total{l=\"# \\\" #\"} 7\n# TYPE b gauge\nb 1\n\
                        # HELP c_info Info.\n# TYPE c_info gauge\nc_info{v=\"1\"} 1\n# TYPE d untyped\nd 2\n";
        assert_eq!(text(open), expected);
    }
}
