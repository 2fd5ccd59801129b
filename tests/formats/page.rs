//! `docs/formats.md` shows what the formats say. `UPDATE=1` writes its samples anew.
//!
//! A sample is the fenced block after a line `<!-- sample: FORMAT -->`.

use std::fs;
use std::path::Path;

use burnwatch::report::FORMATS;

use crate::render;
use crate::set::Set;

/// The report of a set as a page shows it: SARIF is indented, and one of its rules stands for all.
fn sample(format: &str) -> String {
    let text = render(format, &Set::real().report());
    if format != "sarif" {
        return text;
    }
    let mut log: serde_json::Value = serde_json::from_str(&text).unwrap();
    log["runs"][0]["tool"]["driver"]["semanticVersion"] = "0.0.0".into();
    let results = log["runs"][0]["results"].as_array_mut().unwrap();
    results.truncate(1);
    let code = results[0]["ruleId"].clone();
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array_mut()
        .unwrap();
    rules.retain(|rule| rule["id"] == code);
    log["runs"][0]["results"][0]["ruleIndex"] = 0.into();
    format!("{log:#}\n")
}

/// The page with each sample replaced by what the format says now.
fn with_samples(page: &str) -> String {
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let format = line
            .strip_prefix("<!-- sample: ")
            .and_then(|rest| rest.strip_suffix(" -->"));
        if let Some(format) = format {
            let fence = lines.next().expect("a fence follows a sample's mark");
            assert!(fence.starts_with("```"), "{fence}");
            assert!(
                lines.by_ref().any(|line| line == "```"),
                "the sample of {format} ends"
            );
            out.push_str(&format!("{fence}\n{}```\n", sample(format)));
        }
    }
    out
}

#[test]
fn the_samples_of_the_page_are_what_the_formats_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md");
    let page = fs::read_to_string(&path).unwrap();
    let expected = with_samples(&page);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &expected).unwrap();
    } else {
        assert!(
            page == expected,
            "docs/formats.md is out of date: run the tests with UPDATE=1"
        );
    }
}

#[test]
fn every_format_has_a_section_with_a_sample() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md");
    let page = fs::read_to_string(path).unwrap();
    for format in FORMATS {
        assert!(
            page.contains(&format!("\n## `{}`\n", format.name)),
            "{}",
            format.name
        );
        assert!(
            page.contains(&format!("\n<!-- sample: {} -->\n", format.name)),
            "{}",
            format.name
        );
        assert!(page.contains(format.doc), "{}: {}", format.name, format.doc);
    }
}
