//! Files that are broken by a seed: pieces of examples and cases, cut, spliced, repeated and disturbed, and files that were
//! made to hurt.

use std::fs;
use std::path::Path;

use super::dice::Dice;

/// What is put into the text now and then.
const JUNK: &[&str] = &[
    "[",
    "{",
    "}",
    "]",
    "\"",
    "'",
    "|",
    ">",
    "|-\n",
    ">+2\n",
    "&a ",
    "*a",
    "<<: ",
    "<<: *a\n",
    "- ",
    ": ",
    ", ",
    "#",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\u{0}",
    "\u{85}",
    "\u{feff}",
    "é",
    "𐍈",
    "\u{1b}[2J",
    "$window",
    "$x",
    "${x}",
    "%",
    "%YAML 3\n",
    "99999999999999999999",
    "-1",
    "0",
    "1e308",
    "0x1",
    ".inf",
    "~",
    "null",
    "yes",
    "!!binary ",
    "!x ",
    "---\n",
    "...\n",
    "?",
    "? ",
    "[$window]",
    "5m",
    "1ms",
    "99y",
    "((((",
    "))",
    " offset -5m",
    " @ start()",
    "{{slo}}",
    "{{",
    "=~\"(\"",
    "=~\"(a|b{500}){9}\"",
    "# burnwatch: ignore[QL009] -- x\n",
    "# burnwatch: ignore[\n",
    "name: availability\n",
];

/// What means something in YAML or PromQL, byte by byte.
const PUNCTUATION: &[u8] = b" \n\t-:{}[]()\"'#&*!|>%@`$=~,.0aZ";

/// Files of which pieces are taken.
pub struct Corpus {
    /// Workspace files.
    pub workspaces: Vec<Vec<u8>>,
    /// SLO files.
    pub slos: Vec<Vec<u8>>,
}

impl Corpus {
    /// The examples, our own files, the templates of `init` and all cases.
    pub fn read() -> Corpus {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut corpus = Corpus {
            workspaces: Vec::new(),
            slos: Vec::new(),
        };
        for folder in ["", "examples", "templates/init"] {
            corpus
                .workspaces
                .push(fs::read(root.join(folder).join("burnwatch.yaml")).unwrap());
            corpus.take(&root.join(folder).join("slos"));
        }
        corpus.take(&root.join("tests/cases"));
        corpus
    }

    fn take(&mut self, folder: &Path) {
        let mut paths: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
        paths.retain(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        });
        paths.sort();
        for path in paths {
            let text = fs::read_to_string(path).unwrap();
            match text.starts_with("=== ") {
                false => self.slos.push(text.into_bytes()),
                true => {
                    for part in text.split("=== ").skip(1) {
                        let (path, body) = part.split_once('\n').unwrap();
                        let of_workspace = path.trim() == "burnwatch.yaml";
                        let files = if of_workspace {
                            &mut self.workspaces
                        } else {
                            &mut self.slos
                        };
                        files.push(body.as_bytes().to_vec());
                    }
                }
            }
        }
    }
}

/// A file made of `files`, of at most `bytes_max`.
pub fn file(files: &[Vec<u8>], bytes_max: usize, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = match dice.below(16) {
        0 => random(dice),
        1 => hostile(bytes_max, dice),
        _ => files[dice.below(files.len())].clone(),
    };
    for _ in 0..dice.below(5) {
        disturb(&mut bytes, files, bytes_max, dice);
    }
    bytes.truncate(bytes_max);
    bytes
}

fn random(dice: &mut Dice) -> Vec<u8> {
    let printable = dice.below(2) == 0;
    (0..dice.below(2_000))
        .map(|_| match printable {
            true => PUNCTUATION[dice.below(PUNCTUATION.len())],
            false => dice.below(256) as u8,
        })
        .collect()
}

fn disturb(bytes: &mut Vec<u8>, files: &[Vec<u8>], bytes_max: usize, dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let length = dice.below(40).min(bytes.len() - at);
    match dice.below(9) {
        0 => drop(bytes.drain(at..at + length)),
        1 => {
            let piece = bytes[at..at + length].to_vec();
            let to = dice.below(bytes.len() + 1);
            bytes.splice(to..to, piece);
        }
        2 => bytes.truncate(at),
        3 => {
            // The head of one file and the tail of another.
            let other = &files[dice.below(files.len())];
            bytes.truncate(at);
            bytes.extend(&other[dice.below(other.len() + 1)..]);
        }
        4 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        5 => {
            let mut lines: Vec<Vec<u8>> = bytes
                .split_inclusive(|byte| *byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect();
            let (one, other) = (dice.below(lines.len()), dice.below(lines.len()));
            if !lines.is_empty() {
                lines.swap(one, other);
            }
            *bytes = lines.concat();
        }
        6 => {
            let piece = bytes[at..at + length].to_vec();
            let times = dice.below(200).min(bytes_max / (piece.len() + 1));
            bytes.splice(at..at, piece.repeat(times));
        }
        _ => {
            let junk = dice.pick(JUNK);
            bytes.splice(at..at + length.min(dice.below(3)), junk.bytes());
        }
    }
}

/// A file that was made to hurt, or the beginning of one.
fn hostile(bytes_max: usize, dice: &mut Dice) -> Vec<u8> {
    let many = |piece: &str| piece.repeat(bytes_max / 2 / piece.len());
    let head = "apiVersion: burnwatch/v1\nservice: a\nowner: payments\nslos:\n";
    let query = |query: &str| {
        format!(
            "{head}  - name: b\n    objective: 99\n    sli: {{error_ratio: {{query: '{query}'}}}}\n"
        )
    };
    let slo = "  - {name: b, objective: 99, sli: {ratio: {events: x, errors_where: 'a=\"b\"'}}}\n";
    let text = match dice.below(14) {
        0 => many(dice.pick(&["[", "{", "- ", "? ", "{a: ", "[[]", "&a [", "\"", "|\n"])),
        1 => query(&many(dice.pick(&[
            "(",
            "-",
            "x+",
            "x[",
            "{",
            "sum(",
            "1^",
            "a=~\"(\",",
        ]))),
        2 => query(&format!(
            "x{{a=~\"{}\"}}",
            many(dice.pick(&["(", "a|", "(a|b)?", "[", "a{9}", "\\\\"]))
        )),
        3 => query(&format!(
            "sum(rate(x[$window])) / sum(rate({}[$window]))",
            many("x")
        )),
        4 => format!("{head}  - name: {}\n", many("x")),
        5 => format!("{head}{}", many(slo)),
        6 => bomb(),
        7 => format!("a: &a \"{}\"\nb:\n{}", many("x"), "  - *a\n".repeat(500)),
        8 => format!(
            "a: &a {{{}}}\n{}",
            (0..50).map(|n| format!("k{n}: v,")).collect::<String>(),
            many("b: {<<: *a}\n")
        ),
        9 => format!(
            "apiVersion: burnwatch/v1\nteams:\n{}",
            many("  a: {notify: {page: [b]}}\n")
        ),
        10 => format!(
            "apiVersion: burnwatch/v1\npolicies: {{p: {{tiers: [{}]}}}}\n",
            many("{name: a, severity: page, long: 1h, burn_rate: 2},")
        ),
        11 => format!(
            "apiVersion: burnwatch/v1\nsli_templates:\n  t: {{params: [a], ratio: {{events: '{}', errors_where: 'a=\"b\"'}}}}\n",
            many("$a")
        ),
        12 => format!("{head}{}", many("# burnwatch: ignore[QL009] -- x\n")),
        _ => many("---\na: 1\n"),
    };
    text.into_bytes()
}

/// Aliases of aliases.
fn bomb() -> String {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    bomb
}
