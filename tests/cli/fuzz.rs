//! A seeded smoke test of the readers: examples with pieces dropped, doubled and swapped never make the program fall over.

use std::fs;
use std::path::Path;

use super::case::Case;

/// How many broken files are tried.
const ROUNDS: u64 = 400;

/// A small generator of numbers that are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit.max(1) as u64) as usize
    }
}

/// What is put into the text now and then.
const JUNK: &[&str] = &[
    "[",
    "{",
    "}",
    "\"",
    "'",
    "|",
    ">",
    "&a ",
    "*a",
    "<<: ",
    "- ",
    ": ",
    "#",
    "\t",
    "\n",
    "\u{0}",
    "é",
    "$window",
    "$x",
    "%",
    "99999999999999999999",
    "-1",
    "0",
    "!!binary ",
    "---\n",
    "?",
    "[$window]",
    "5m",
    "((((",
    "offset -5m",
    "@ start()",
];

fn broken(text: &str, dice: &mut Dice) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(4) {
        let at = dice.below(chars.len());
        let length = dice.below(20).min(chars.len() - at);
        match dice.below(4) {
            0 => drop(chars.drain(at..at + length)),
            1 => {
                let piece: Vec<char> = chars[at..at + length].to_vec();
                let to = dice.below(chars.len());
                chars.splice(to..to, piece);
            }
            _ => {
                let junk = JUNK[dice.below(JUNK.len())];
                chars.splice(at..at + length.min(dice.below(3)), junk.chars());
            }
        }
    }
    chars.into_iter().collect()
}

#[test]
fn broken_examples_give_findings_and_never_a_fall() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let workspace = fs::read_to_string(root.join("burnwatch.yaml")).unwrap();
    let mut examples: Vec<_> = fs::read_dir(root.join("slos"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    examples.sort();
    let texts: Vec<String> = examples
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect();
    let mut dice = Dice(20_261_121);
    let mut wrong = 0;
    for round in 0..ROUNDS {
        let slo = &texts[dice.below(texts.len())];
        let case = match round % 4 {
            0 => Case::bare()
                .file("burnwatch.yaml", &broken(&workspace, &mut dice))
                .file("slos/a.yaml", slo),
            _ => Case::bare()
                .file("burnwatch.yaml", &workspace)
                .file("slos/a.yaml", &broken(slo, &mut dice)),
        };
        let outcome = case.run(&["generate", "-o", "-"]);
        assert!(outcome.code <= 2, "round {round}: {outcome:?}");
        // Something is always said: the rules, or why there are none.
        assert!(
            !(outcome.stdout.is_empty() && outcome.stderr.is_empty()),
            "round {round}: {outcome:?}"
        );
        wrong += u64::from(outcome.code == 1);
    }
    assert!(
        wrong > ROUNDS / 3,
        "only {wrong} of {ROUNDS} files were found to be broken"
    );
}
