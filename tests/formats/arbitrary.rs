//! Sets of findings with arbitrary texts in arbitrary places.

use burnwatch::base::Span;
use burnwatch::diagnostics::code::CODES;
use burnwatch::diagnostics::{Edit, Finding};
use burnwatch::lint::Suppressed;
use burnwatch::report::ReportedSlo;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::set::Set;

/// Pieces that mean something to one format or another.
const PIECES: &[&str] = &[
    "::",
    "%",
    "%0A",
    "%25",
    "\n",
    "\r\n",
    "\r",
    "]]>",
    "<",
    ">",
    "&",
    "\"",
    "'",
    ",",
    "=",
    ":",
    "\0",
    "\u{1b}[31m",
    "\u{85}",
    "\u{2028}",
    "\u{feff}",
    "\u{fffe}",
    "日",
    "é",
    "😀",
    "\t",
    "{0}",
    "](x)",
    "##[error]",
    " ",
    "a",
    "/",
    "\\",
];

/// The same cases in every run, unless the environment names another seed.
pub fn config() -> ProptestConfig {
    let mut config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(1);
    }
    config
}

pub fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(PIECES).prop_map(str::to_string),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// A finding before its source is known: code, level as a number, place, texts.
type Raw = (usize, usize, (usize, usize), Vec<String>, bool);

fn raw() -> impl Strategy<Value = Raw> {
    (
        0..CODES.len(),
        0..3_usize,
        (0..40_usize, 0..40_usize),
        prop::collection::vec(text(), 6),
        any::<bool>(),
    )
}

/// A place between two characters of a text.
fn place(text: &str, at: usize) -> usize {
    let places: Vec<usize> = text
        .char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect();
    places[at % places.len()]
}

fn finding(set: &Set, source: burnwatch::base::SourceId, raw: &Raw) -> Finding {
    let (code, level, (from, to), texts, patched) = raw;
    let text = &set.sources.get(source).text;
    let (from, to) = (place(text, *from), place(text, *to));
    let span = Span::new(source, from.min(to), from.max(to));
    let mut finding = Finding::new(CODES[*code], span, &texts[0])
        .label(&texts[1])
        .also(span, &texts[2])
        .note(&texts[3])
        .help(&texts[4]);
    finding.level = [
        burnwatch::diagnostics::Level::Info,
        burnwatch::diagnostics::Level::Warning,
        burnwatch::diagnostics::Level::Error,
    ][*level];
    if *patched {
        let edit = Edit {
            span,
            text: texts[5].clone(),
        };
        finding = finding.fix(&texts[0], vec![edit]);
    }
    finding
}

pub fn set() -> impl Strategy<Value = Set> {
    let sources = prop::collection::vec((text(), text(), prop::collection::vec(raw(), 0..8)), 0..4);
    (sources, prop::collection::vec(text(), 0..3)).prop_map(|(sources, unchecked)| {
        let mut set = Set {
            unchecked,
            ..Set::default()
        };
        for (name, text, raws) in sources {
            let source = set.sources.add(name.clone(), text.clone());
            set.slos.push(ReportedSlo {
                id: name,
                span: Span::new(source, place(&text, 3), text.len()),
            });
            for (at, raw) in raws.iter().enumerate() {
                let finding = finding(&set, source, raw);
                match at % 5 {
                    4 => set.suppressed.push(Suppressed {
                        finding,
                        reason: raw.4.then(|| raw.3[0].clone()),
                    }),
                    _ => set.findings.push(finding),
                }
            }
        }
        set.findings.sort_by_key(|finding| finding.primary.span);
        set
    })
}
