//! The tags of a template, each held against the few forms that there are.

use std::ops::Range;

use super::fault::Fault;

/// Deepest nesting of blocks.
pub const DEPTH_MAX: usize = 16;
/// Longest tag that is no comment, braces included, in bytes.
pub const TAG_BYTES_MAX: usize = 256;
/// Most tags.
pub const TAGS_MAX: usize = 1_000;
/// Most faults that are told of one template.
const FAULTS_MAX: usize = 20;
/// The blocks.
const BLOCKS: &[&str] = &["if", "unless", "each", "with"];

/// The tags of `text`, in order.
///
/// # Errors
///
/// What is wrong with them; at least one fault.
pub(super) fn scan(text: &str) -> Result<Vec<Range<usize>>, Vec<Fault>> {
    let mut scan = Scan {
        text,
        tags: Vec::new(),
        open: Vec::new(),
        faults: Vec::new(),
    };
    let mut at = 0;
    while let Some(start) = next(text, &mut at) {
        at = scan.tag(start);
        if scan.tags.len() > TAGS_MAX {
            scan.fault(start..at, format!("more than {TAGS_MAX} tags"));
            break;
        }
        if scan.faults.len() >= FAULTS_MAX {
            break;
        }
    }
    if scan.faults.is_empty()
        && let Some(Open { name, range, .. }) = scan.open.pop()
    {
        let what = format!("`{{{{#{name}}}}}` is not closed");
        scan.faults
            .push(Fault::new(range, what).help(format!("write `{{{{/{name}}}}}` where it ends")));
    }
    match scan.faults.is_empty() {
        true => Ok(scan.tags),
        false => Err(scan.faults),
    }
}

/// Where the next tag begins, from `at` on; braces behind one backslash are text.
fn next(text: &str, at: &mut usize) -> Option<usize> {
    loop {
        let start = *at + text[*at..].find("{{")?;
        let backslashes = text[*at..start]
            .bytes()
            .rev()
            .take_while(|byte| *byte == b'\\')
            .count();
        if backslashes != 1 {
            return Some(start);
        }
        let rest = &text[start + 2..];
        *at = start + if rest.starts_with("{{") { 4 } else { 2 };
    }
}

/// A block that is open.
struct Open<'a> {
    name: &'a str,
    range: Range<usize>,
    /// Itself and its `else if`s, each of which the library nests in the one before.
    depth: usize,
}

struct Scan<'a> {
    text: &'a str,
    tags: Vec<Range<usize>>,
    open: Vec<Open<'a>>,
    faults: Vec<Fault>,
}

impl<'a> Scan<'a> {
    /// Reads the tag at `start` and gives where the text goes on.
    fn tag(&mut self, start: usize) -> usize {
        let rest = &self.text[start..];
        if rest.starts_with("{{!") {
            return self.comment(start);
        }
        let (open, close) = match () {
            () if rest.starts_with("{{{{") => {
                return self.fault(start..start + 4, "raw blocks are no part of a template");
            }
            () if rest.starts_with("{{{") => ("{{{", "}}}"),
            () => ("{{", "}}"),
        };
        let Some(length) = rest[open.len()..].find(close) else {
            return self.fault(
                start..start + open.len(),
                format!("`{open}` is not closed by `{close}`"),
            );
        };
        let end = start + open.len() + length + close.len();
        let range = start..end;
        let inner = &self.text[start + open.len()..end - close.len()];
        if range.len() > TAG_BYTES_MAX {
            let shown = start..start + open.len();
            return self.fault(
                shown,
                format!(
                    "a tag has at most {TAG_BYTES_MAX} bytes, and this one {}",
                    range.len()
                ),
            );
        }
        let inner = inner.strip_prefix('~').unwrap_or(inner);
        let inner = inner.strip_suffix('~').unwrap_or(inner);
        match open {
            "{{{" => self.value(inner.trim(), range.clone()),
            _ => self.form(inner, range.clone()),
        }
        self.tags.push(range);
        end
    }

    fn comment(&mut self, start: usize) -> usize {
        let rest = &self.text[start..];
        let close = match rest.starts_with("{{!--") {
            true => "--}}",
            false => "}}",
        };
        match rest[3..].find(close) {
            Some(length) => {
                let end = start + 3 + length + close.len();
                self.tags.push(start..end);
                end
            }
            None => self.fault(start..start + 3, "a comment is not closed"),
        }
    }

    /// What stands between two braces and two.
    fn form(&mut self, inner: &'a str, range: Range<usize>) {
        if let Some(block) = inner.strip_prefix('#') {
            return self.block(block, range);
        }
        if let Some(name) = inner.strip_prefix('/') {
            return self.end(name.trim(), range);
        }
        let trimmed = inner.trim();
        if trimmed == "else" {
            return self.otherwise(range);
        }
        if let Some(condition) = trimmed.strip_prefix("else ") {
            self.otherwise(range.clone());
            if let Some(open) = self.open.last_mut() {
                open.depth += 1;
            }
            self.check_depth(range.clone());
            return match condition.trim().split_once(' ') {
                Some((name, path)) if BLOCKS.contains(&name) => self.value(path.trim(), range),
                _ => drop(self.fault(range, "`else` goes on with `if` and a value")),
            };
        }
        match trimmed.chars().next() {
            Some('>') => drop(self.fault(range, "partials are no part of a template")),
            Some('*') => drop(self.fault(range, "decorators are no part of a template")),
            Some('^' | '&') => drop(self.fault(range, format!("`{{{{{trimmed}}}}}` is no tag"))),
            _ => self.value(trimmed, range),
        }
    }

    fn block(&mut self, block: &'a str, range: Range<usize>) {
        let (name, path) = match block.trim().split_once(char::is_whitespace) {
            Some((name, path)) => (name, path.trim()),
            None => (block.trim(), ""),
        };
        if !BLOCKS.contains(&name) {
            let what = match block.trim_start().chars().next() {
                Some('>') => "partials are no part of a template".to_string(),
                Some('*') => "decorators are no part of a template".to_string(),
                _ => format!("`{name}` is no block"),
            };
            let fault =
                Fault::new(range, what).help("blocks are `if`, `unless`, `each` and `with`");
            self.faults.push(fault);
            return;
        }
        self.value(path, range.clone());
        self.open.push(Open {
            name,
            range: range.clone(),
            depth: 1,
        });
        self.check_depth(range);
    }

    fn check_depth(&mut self, range: Range<usize>) {
        let depth: usize = self.open.iter().map(|open| open.depth).sum();
        if depth > DEPTH_MAX {
            self.fault(
                range,
                format!("more than {DEPTH_MAX} blocks in one another"),
            );
        }
    }

    fn end(&mut self, name: &str, range: Range<usize>) {
        match self.open.pop() {
            Some(open) if open.name == name => {}
            Some(open) => {
                let what = format!("`{{{{/{name}}}}}` closes `{{{{#{}}}}}`", open.name);
                self.fault(range, what);
            }
            None => drop(self.fault(range, format!("`{{{{/{name}}}}}` closes nothing"))),
        }
    }

    fn otherwise(&mut self, range: Range<usize>) {
        if self.open.is_empty() {
            self.fault(range, "`else` stands in no block");
        }
    }

    /// The path of a value.
    fn value(&mut self, path: &str, range: Range<usize>) {
        if is_path(path) {
            return;
        }
        let what = match path.is_empty() {
            true => "a value is missing here".to_string(),
            false => format!("`{}` is no value of a template", path.escape_debug()),
        };
        self.faults.push(Fault::new(range, what).braces(path));
    }

    /// Notes a fault and gives where the text goes on.
    fn fault(&mut self, range: Range<usize>, what: impl Into<String>) -> usize {
        let end = range.end;
        self.faults.push(Fault::new(range, what));
        end
    }
}

/// Whether a text is the path of a value, such as `slo.id`, `../name`, `@index` or `this`.
fn is_path(path: &str) -> bool {
    let mut rest = path;
    while let Some(up) = rest.strip_prefix("../") {
        rest = up;
    }
    let rest = rest.strip_prefix('@').unwrap_or(rest);
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    };
    !rest.is_empty() && rest.split('.').all(is_part) && !BLOCKS.contains(&rest) && rest != "else"
}
