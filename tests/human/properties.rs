//! Findings anywhere in any text can be shown.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::Text;
use burnwatch::base::Span;
use burnwatch::diagnostics::{Edit, Finding, code};

type Range = (usize, usize);

/// A finding whose places are anywhere, inside characters and beyond the text included.
fn finding(text: &Text, primary: Range, secondary: &[Range], edits: &[Range]) -> Finding {
    let span = |(start, len): Range| -> Span { text.span(start, start + len) };
    let mut finding = Finding::new(code::SP001, span(primary), "title").label("label");
    for range in secondary {
        finding = finding.also(span(*range), "also");
    }
    let edits = edits.iter().map(|range| Edit {
        span: span(*range),
        text: "x\ny".to_string(),
    });
    finding.patch("help", edits.collect())
}

/// The same cases in every run, unless the environment names another seed.
fn config() -> ProptestConfig {
    let mut config = ProptestConfig::default();
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(1);
    }
    config
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_finding_is_shown(
        text in "[a-c é日\t\r\n\u{301}\u{1b}]{0,60}",
        primary in (0usize..80, 0usize..80),
        secondary in prop::collection::vec((0usize..80, 0usize..20), 0..4),
        edits in prop::collection::vec((0usize..80, 0usize..20), 0..4),
    ) {
        let text = Text::new(&text);
        let shown = text.show(finding(&text, primary, &secondary, &edits));
        prop_assert!(shown.starts_with("error[SP001]: title\n"));
        prop_assert!(shown.contains("label"));
    }

    #[test]
    fn any_finding_in_long_lines_is_shown_in_a_few(
        parts in prop::collection::vec(("[a日\t]", 0usize..2_000), 1..5),
        primary in (0usize..9_000, 0usize..9_000),
        secondary in prop::collection::vec((0usize..9_000, 0usize..9_000), 0..3),
    ) {
        let lines: Vec<_> = parts.iter().map(|(part, times)| part.repeat(*times)).collect();
        let text = Text::new(&lines.join("\n"));
        let shown = text.show(finding(&text, primary, &secondary, &[]));
        prop_assert!(shown.lines().all(|line| line.chars().count() < 2_000), "{}", shown);
    }
}
