//! Regular expressions as Prometheus reads them: the syntax of RE2.
//!
//! A pattern is rewritten into the dialect of the `regex` crate, which then judges what both share. What
//! only one of them knows is decided here: `\Q..\E`, octal escapes, literal braces, brackets in classes,
//! ASCII-only `\d`, `\s` and `\w`, and the upper limit of repetitions.

use std::fmt::Write as _;

/// The most repetitions that RE2 takes, nested ones multiplied.
pub const REPETITIONS_MAX: u32 = 1_000;
/// The deepest nesting of groups that is read.
pub const NESTING_MAX: u32 = 200;
/// The largest compiled pattern, in bytes.
pub const COMPILED_BYTES_MAX: usize = 2 << 20;
/// Patterns up to this weight compile to less than [`COMPILED_BYTES_MAX`], so they need not be compiled
/// to be judged.
pub(super) const LIGHT_MAX: usize = 8 << 10;
/// How many times more than a character a Unicode class weighs.
pub(super) const UNICODE_CLASS_WEIGHT: usize = 100;

/// What it takes to judge a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// A look at its text.
    Light,
    /// It had to be compiled.
    Heavy,
}

/// Judges `pattern`; `Err` says what is wrong with it.
pub(super) fn check(pattern: &str) -> Result<Weight, String> {
    if pattern.len() <= LIGHT_MAX && is_spelt_out(pattern) {
        return Ok(Weight::Light);
    }
    let (rewritten, repetitions) = rewrite(pattern)?;
    parse(&rewritten)?;
    let unicode = match pattern.contains("\\p") || pattern.contains("\\P") {
        true => UNICODE_CLASS_WEIGHT,
        false => 1,
    };
    if pattern.len() * repetitions as usize * unicode <= LIGHT_MAX {
        return Ok(Weight::Light);
    }
    match compile(&rewritten) {
        Ok(_) => Ok(Weight::Heavy),
        Err(_) => Err("it is too large".to_string()),
    }
}

/// Whether all of `value` matches `pattern`, which [`check`] has accepted.
pub(super) fn matches(pattern: &str, value: &str) -> bool {
    if is_spelt_out(pattern) {
        return pattern.split('|').any(|text| is_spelt(text, value));
    }
    compiled(pattern).is_match(value)
}

fn compiled(pattern: &str) -> regex::Regex {
    rewrite(pattern)
        .ok()
        .and_then(|(rewritten, _)| compile(&rewritten).ok())
        .expect("the pattern has been checked")
}

/// Whether a pattern is nothing but alternatives of text and `.`, as in `5..|429`. To compile it would take longer than
/// all else that is done with it.
fn is_spelt_out(pattern: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'/' | b'.' | b'|');
    pattern.bytes().all(plain)
}

/// Whether `value` is `text`, in which `.` is any character.
fn is_spelt(text: &str, value: &str) -> bool {
    let mut wanted = text.chars();
    value
        .chars()
        .all(|c| wanted.next().is_some_and(|w| w == '.' || w == c))
        && wanted.next().is_none()
}

/// Whether `pattern`, which [`check`] has accepted, matches the empty text: [`matches`] with an empty
/// value, without compiling where the shape of the pattern tells.
pub(super) fn matches_empty(pattern: &str) -> bool {
    let parsed = rewrite(pattern).and_then(|(rewritten, _)| parse(&rewritten));
    let hir = parsed.expect("the pattern has been checked");
    let properties = hir.properties();
    match properties.minimum_len() {
        // In an empty text every anchor holds; word boundaries are left to the engine.
        Some(0) if !properties.look_set().contains_word() => true,
        Some(0) => matches(pattern, ""),
        _ => false,
    }
}

pub(super) fn parse(rewritten: &str) -> Result<regex_syntax::hir::Hir, String> {
    regex_syntax::ParserBuilder::new()
        .nest_limit(NESTING_MAX)
        .dot_matches_new_line(true)
        .build()
        .parse(rewritten)
        .map_err(|error| match error {
            regex_syntax::Error::Parse(error) => error.kind().to_string(),
            regex_syntax::Error::Translate(error) => error.kind().to_string(),
            _ => "it is no regular expression".to_string(),
        })
}

fn compile(rewritten: &str) -> Result<regex::Regex, regex::Error> {
    regex::RegexBuilder::new(&format!("^(?s:{rewritten})$"))
        .nest_limit(NESTING_MAX + 2)
        .size_limit(COMPILED_BYTES_MAX)
        .build()
}

/// What stands before the next character, for repetitions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Nothing,
    /// Something that may be repeated, and how often it already repeats what is in it.
    Atom(u32),
    Repetition(u32),
}

pub(super) struct Rewriter<'a> {
    pub(super) rest: std::str::Chars<'a>,
    pub(super) out: String,
    last: Last,
    /// For each open group, the most repetitions in it.
    groups: Vec<u32>,
}

/// `pattern` in the dialect of the `regex` crate, and the most repetitions in it, nested ones multiplied.
pub(super) fn rewrite(pattern: &str) -> Result<(String, u32), String> {
    let mut rewriter = Rewriter {
        rest: pattern.chars(),
        out: String::with_capacity(pattern.len() + 8),
        last: Last::Nothing,
        groups: vec![1],
    };
    while let Some(c) = rewriter.rest.next() {
        rewriter.step(c)?;
    }
    let repetitions = rewriter.close_repetitions();
    Ok((rewriter.out, repetitions))
}

impl Rewriter<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    pub(super) fn accept(&mut self, c: char) -> bool {
        let accepted = self.peek() == Some(c);
        if accepted {
            self.rest.next();
        }
        accepted
    }

    fn step(&mut self, c: char) -> Result<(), String> {
        let mut last = Last::Atom(1);
        match c {
            '(' => {
                self.group()?;
                last = Last::Nothing;
            }
            ')' => {
                let inside = self.close_repetitions();
                self.groups.pop();
                if self.groups.is_empty() {
                    return Err("a `)` closes nothing".to_string());
                }
                self.out.push(')');
                self.last = Last::Atom(inside);
                return Ok(());
            }
            '|' => {
                self.out.push('|');
                last = Last::Nothing;
            }
            '^' | '$' | '.' => self.out.push(c),
            '[' => self.class()?,
            '*' | '+' | '?' => return self.repeat(&c.to_string(), 1),
            '{' => match self.counts() {
                Some((text, count)) => return self.repeat(&text, count),
                None => self.out.push_str("\\{"),
            },
            '\\' => {
                if self.quoted() {
                    return Ok(());
                }
                self.escape_outside()?;
            }
            literal => self.literal(literal),
        }
        self.close_repetitions();
        self.last = last;
        Ok(())
    }

    /// Notes the repetitions of what was read last; gives the most of the open group.
    fn close_repetitions(&mut self) -> u32 {
        let repetitions = match self.last {
            Last::Nothing => 1,
            Last::Atom(count) | Last::Repetition(count) => count,
        };
        let most = self
            .groups
            .last_mut()
            .expect("closing stops at the last group");
        *most = (*most).max(repetitions);
        *most
    }

    pub(super) fn literal(&mut self, c: char) {
        if regex_syntax::is_meta_character(c) {
            self.out.push('\\');
        }
        self.out.push(c);
    }

    fn repeat(&mut self, text: &str, count: u32) -> Result<(), String> {
        let inside = match self.last {
            Last::Nothing => return Err(format!("`{text}` repeats nothing")),
            Last::Repetition(_) => return Err(format!("`{text}` repeats a repetition")),
            Last::Atom(inside) => inside,
        };
        let repetitions = inside.saturating_mul(count.max(1));
        if repetitions > REPETITIONS_MAX {
            return Err(format!("more than {REPETITIONS_MAX} repetitions"));
        }
        self.out.push_str(text);
        if self.accept('?') {
            self.out.push('?');
        }
        self.last = Last::Repetition(repetitions);
        Ok(())
    }

    /// The rest of `{n}`, `{n,}` or `{n,m}`; anything else leaves the brace a literal.
    fn counts(&mut self) -> Option<(String, u32)> {
        let ahead = self.rest.as_str();
        let inside = &ahead[..ahead.find('}')?];
        let number = |digits: &str| {
            let fits = !digits.is_empty()
                && digits.bytes().all(|b| b.is_ascii_digit())
                && (digits.len() == 1 || !digits.starts_with('0'));
            // A number that overflows is above every limit all the same.
            fits.then(|| digits.parse().unwrap_or(u32::MAX))
        };
        let (least, most) = match inside.split_once(',') {
            None => (number(inside)?, number(inside)?),
            Some((least, "")) => (number(least)?, number(least)?),
            Some((least, most)) => (number(least)?, number(most)?),
        };
        let text = format!("{{{inside}}}");
        self.rest = ahead[inside.len() + 1..].chars();
        // A falling range is left to the shared syntax.
        Some((text, least.max(most)))
    }

    fn group(&mut self) -> Result<(), String> {
        self.close_repetitions();
        if self.groups.len() > NESTING_MAX as usize {
            return Err(format!("groups nest deeper than {NESTING_MAX}"));
        }
        if !self.accept('?') {
            self.out.push_str("(?:");
            self.groups.push(1);
            return Ok(());
        }
        if self.accept('P') && self.peek() != Some('<') {
            return Err("`(?P` begins a name in angle brackets".to_string());
        }
        if self.accept('<') {
            let ahead = self.rest.as_str();
            let name = ahead.split('>').next().unwrap_or(ahead);
            let fits = !name.is_empty() && name.bytes().all(super::lexer::is_word);
            if !fits || name.len() == ahead.len() {
                return Err("a group has no proper name".to_string());
            }
            self.rest = ahead[name.len() + 1..].chars();
            // Names may begin with a digit in RE2; a prefix keeps them apart all the same.
            let _ = write!(self.out, "(?P<n{name}>");
            self.groups.push(1);
            return Ok(());
        }
        self.flags()
    }

    fn flags(&mut self) -> Result<(), String> {
        let mut flags = String::new();
        loop {
            match self.rest.next() {
                Some(c @ ('i' | 'm' | 's' | 'U' | '-')) => flags.push(c),
                Some(':') => {
                    let _ = write!(self.out, "(?{flags}:");
                    self.groups.push(1);
                    return Ok(());
                }
                Some(')') => {
                    if !flags.is_empty() {
                        let _ = write!(self.out, "(?{flags})");
                    }
                    return Ok(());
                }
                _ => return Err("`(?` begins a flag or a group that does not exist".to_string()),
            }
        }
    }

    /// `\Q..\E`, behind its backslash.
    fn quoted(&mut self) -> bool {
        let Some(ahead) = self.rest.as_str().strip_prefix('Q') else {
            return false;
        };
        let (quoted, rest) = ahead.split_once("\\E").unwrap_or((ahead, ""));
        for c in quoted.chars() {
            self.close_repetitions();
            self.literal(c);
            self.last = Last::Atom(1);
        }
        self.rest = rest.chars();
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(pattern: &str, yes: &[&str], no: &[&str]) {
        assert!(check(pattern).is_ok(), "{pattern}: {:?}", check(pattern));
        assert_eq!(matches_empty(pattern), matches(pattern, ""), "{pattern}");
        for value in yes {
            assert!(matches(pattern, value), "{pattern} on {value}");
        }
        for value in no {
            assert!(!matches(pattern, value), "{pattern} on {value}");
        }
    }

    #[test]
    fn what_is_spelt_out_matches_what_it_matches_compiled() {
        let letters = ["", "a", "5", ".", "|"];
        let values = [
            "", "a", "5", "a5", "5a", "aa", "\n", "\u{e9}", "a\u{e9}", "a5a",
        ];
        for at in 0..letters.len().pow(3) {
            let letter = |place: u32| letters[at / letters.len().pow(place) % letters.len()];
            let pattern = [letter(0), letter(1), letter(2)].concat();
            assert!(is_spelt_out(&pattern), "{pattern}");
            let compiled = compiled(&pattern);
            for value in values {
                let expected = compiled.is_match(value);
                assert_eq!(matches(&pattern, value), expected, "{pattern} on {value:?}");
            }
        }
    }

    #[test]
    fn patterns_mean_what_they_mean_in_re2() {
        accepts("5..", &["503"], &["50", "5030"]);
        accepts("", &[""], &["a"]);
        accepts("^(a|$)", &["", "a"], &["b"]);
        accepts(r"\B", &[""], &["a"]);
        accepts(r"\b", &[], &["", "a"]);
        accepts("a|b", &["a", "b"], &["ab"]);
        accepts(".+", &["a\nb"], &[""]);
        accepts(r"\Qa.b\E+", &["a.b", "a.bbb"], &["axb"]);
        accepts(r"\Qa|b", &["a|b"], &["a"]);
        accepts(r"\d+", &["12"], &["٣"]);
        accepts(r"[\w-]+", &["a-b_1"], &["é"]);
        accepts(r"[^\s]", &["x"], &[" "]);
        accepts(r"\101\x42\x{43}", &["ABC"], &["ABc"]);
        accepts("a{,5}", &["a{,5}"], &["aaa"]);
        accepts("a{2,3}?", &["aa", "aaa"], &["a"]);
        accepts("[[a&&b]+", &["[a&b"], &["c"]);
        accepts("[]a]", &["]", "a"], &["b"]);
        accepts("[a-]", &["a", "-"], &["b"]);
        accepts("[[:digit:]]", &["7"], &["d"]);
        accepts(r"\pL{2}", &["éa"], &["1a"]);
        accepts(r"(?i:ok)(?P<rest>.*)", &["OKAY"], &["no"]);
        accepts(r"(?<1a>x)(?i)Y", &["xy"], &["Xy"]);
        accepts(r"\<\-\_", &["<-_"], &["x"]);
    }

    #[test]
    fn what_re2_refuses_is_refused() {
        for pattern in [
            "(",
            ")",
            "[",
            "[a",
            "*",
            "a**",
            "a{2}{3}",
            "a{2}*",
            "(*)",
            "|+",
            "a{1001}",
            "a{3,2}",
            "(a{100}){11}",
            "(?=a)",
            "(?!a)",
            "(?x)a",
            "(?P=n)",
            "(?P<n",
            r"\1",
            r"\E",
            r"\u0041",
            r"\Z",
            r"\",
            r"\C",
            "[z-a]",
            r"[a-\d]",
            r"\p{Nope}",
            r"\xz",
            "[[:nope:]]",
            r"\é",
            "(?<a>x)(?<a>y)",
        ] {
            assert!(check(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn repetitions_nesting_and_size_have_edges() {
        assert_eq!(check("a{1000}"), Ok(Weight::Light));
        assert_eq!(check("(a{100}){10}"), Ok(Weight::Heavy));
        assert_eq!(check("(a{100}|b){10}"), Ok(Weight::Heavy));
        assert!(check("((a{100})x){11}").is_err());
        let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
        assert_eq!(check(&nested(100)), Ok(Weight::Light));
        assert!(check(&nested(NESTING_MAX as usize + 1)).is_err());
        assert!(check(&nested(20_000)).is_err());
        assert_eq!(
            check(r"\pL{1000}").map_err(|e| e.contains("large")),
            Err(true)
        );
        let long = "[^a]".repeat(LIGHT_MAX / 4);
        assert_eq!(check(&long), Ok(Weight::Light));
        assert!(matches(&long, &"b".repeat(LIGHT_MAX / 4)));
        assert_eq!(check(&format!("{long}c")), Ok(Weight::Heavy));
        for heaviest in [".{1000}c", r"\pL{9}", r"(?i:[^k]{500})"] {
            assert_eq!(check(heaviest), Ok(Weight::Light), "{heaviest}");
            assert!(!matches(heaviest, ""), "{heaviest}");
        }
    }
}
