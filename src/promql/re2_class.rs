//! The part of RE2's syntax that stands for characters: escapes and classes.

use std::fmt::Write as _;

use super::lexer::is_word;
use super::re2::Rewriter;

/// The names in `[[:alpha:]]` and the like.
const NAMED_CLASSES: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct",
    "space", "upper", "word", "xdigit",
];

const UNCLOSED_CLASS: &str = "a `[` is never closed";
const NO_ESCAPE: &str = "an escape that does not exist";

impl Rewriter<'_> {
    pub(super) fn escape_outside(&mut self) -> Result<(), String> {
        match self.peek() {
            Some(c @ ('A' | 'z' | 'b' | 'B')) => {
                self.rest.next();
                self.out.push('\\');
                self.out.push(c);
                Ok(())
            }
            _ => match self.escape()? {
                Escape::Class(class) => {
                    self.out.push_str(&class);
                    Ok(())
                }
                Escape::Char(c) => {
                    self.literal(c);
                    Ok(())
                }
            },
        }
    }

    /// An escape that means the same inside and outside of classes, behind its backslash.
    fn escape(&mut self) -> Result<Escape, String> {
        let c = self
            .rest
            .next()
            .ok_or("a `\\` at the end escapes nothing")?;
        let class = |text: &str| Ok(Escape::Class(text.to_string()));
        let code = match c {
            'd' => return class("[0-9]"),
            'D' => return class("[^0-9]"),
            's' => return class(r"[\t\n\f\r ]"),
            'S' => return class(r"[^\t\n\f\r ]"),
            'w' => return class("[0-9A-Za-z_]"),
            'W' => return class("[^0-9A-Za-z_]"),
            'p' | 'P' => return self.unicode_class(c),
            'a' => 0x07,
            'f' => 0x0C,
            'n' => 0x0A,
            'r' => 0x0D,
            't' => 0x09,
            'v' => 0x0B,
            'x' => self.hex()?,
            '0'..='7' => self.octal(c)?,
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => u32::from(c),
            _ => return Err(NO_ESCAPE.to_string()),
        };
        match char::from_u32(code) {
            Some(c) => Ok(Escape::Char(c)),
            None => Err("an escape that names no character".to_string()),
        }
    }

    fn unicode_class(&mut self, kind: char) -> Result<Escape, String> {
        let (name, rest) = match self.rest.as_str().strip_prefix('{') {
            Some(ahead) => ahead.split_once('}').ok_or(NO_ESCAPE)?,
            None => {
                let ahead = self.rest.as_str();
                let len = ahead.chars().next().ok_or(NO_ESCAPE)?.len_utf8();
                ahead.split_at(len)
            }
        };
        let (negated, name) = match name.strip_prefix('^') {
            Some(name) => (kind == 'p', name),
            None => (kind == 'P', name),
        };
        if name.is_empty() || !name.bytes().all(is_word) {
            return Err("a Unicode class that does not exist".to_string());
        }
        self.rest = rest.chars();
        let sign = if negated { 'P' } else { 'p' };
        Ok(Escape::Class(format!("\\{sign}{{{name}}}")))
    }

    fn hex(&mut self) -> Result<u32, String> {
        let ahead = self.rest.as_str();
        let (digits, rest) = match ahead.strip_prefix('{') {
            Some(ahead) => ahead.split_once('}').ok_or(NO_ESCAPE)?,
            None => ahead.split_at_checked(2).ok_or(NO_ESCAPE)?,
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(NO_ESCAPE.to_string());
        }
        self.rest = rest.chars();
        u32::from_str_radix(digits, 16).map_err(|_| NO_ESCAPE.to_string())
    }

    fn octal(&mut self, first: char) -> Result<u32, String> {
        let ahead = self.rest.as_str();
        let more = ahead
            .bytes()
            .take(2)
            .take_while(|b| (b'0'..=b'7').contains(b))
            .count();
        if first != '0' && more == 0 {
            return Err("a backreference".to_string());
        }
        self.rest = ahead[more..].chars();
        let digits = format!("{first}{}", &ahead[..more]);
        u32::from_str_radix(&digits, 8).map_err(|_| NO_ESCAPE.to_string())
    }

    /// A class, behind its `[`.
    pub(super) fn class(&mut self) -> Result<(), String> {
        self.out.push('[');
        if self.accept('^') {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let c = self.rest.next().ok_or(UNCLOSED_CLASS)?;
            match c {
                ']' if !first => break,
                '[' if self.rest.as_str().starts_with(':') && self.named_class()? => {}
                _ => self.class_item(c)?,
            }
            first = false;
        }
        self.out.push(']');
        Ok(())
    }

    /// `[:alpha:]`, behind its `[`; a bracket without `:]` ahead is a literal.
    fn named_class(&mut self) -> Result<bool, String> {
        let ahead = &self.rest.as_str()[1..];
        let Some((name, rest)) = ahead.split_once(":]") else {
            return Ok(false);
        };
        let letters = name.strip_prefix('^').unwrap_or(name);
        if !NAMED_CLASSES.contains(&letters) {
            return Err(format!("a class `[:{name}:]` does not exist"));
        }
        let _ = write!(self.out, "[:{name}:]");
        self.rest = rest.chars();
        Ok(true)
    }

    fn class_item(&mut self, c: char) -> Result<(), String> {
        let low = match self.class_char(c)? {
            Escape::Class(class) => {
                self.out.push_str(&class);
                return Ok(());
            }
            Escape::Char(low) => low,
        };
        self.literal(low);
        let mut ahead = self.rest.clone();
        let (dash, behind) = (ahead.next(), ahead.next());
        if dash != Some('-') || behind.is_none_or(|c| c == ']') {
            return Ok(());
        }
        self.rest.next();
        let c = self.rest.next().ok_or(UNCLOSED_CLASS)?;
        match self.class_char(c)? {
            Escape::Char(high) if low <= high => {
                self.out.push('-');
                self.literal(high);
                Ok(())
            }
            _ => Err("a range in a class that ends before it starts".to_string()),
        }
    }

    fn class_char(&mut self, c: char) -> Result<Escape, String> {
        match c {
            '\\' => self.escape(),
            c => Ok(Escape::Char(c)),
        }
    }
}

/// What an escape stands for.
enum Escape {
    Char(char),
    Class(String),
}
