//! Label values that a selector lets through, and ones that it does not.
//!
//! Candidates are guessed from the matchers and then held against them: what is returned is let through, and where nothing
//! is found, that is an answer.

use std::collections::{BTreeMap, HashMap};

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::promql::matchers::METRIC_NAME;
use crate::promql::{MatchOp, Matcher};

/// A series by its labels, the metric's name among them; labels that are absent are not listed.
pub type Labels = BTreeMap<String, String>;

/// Values that are tried for any label.
const DEFAULTS: [&str; 11] = [
    "a", "b", "x1", "200", "404", "503", "0", "1", "GET", "/", "",
];
/// Most texts that are tried from one regular expression.
const WAYS_MAX: usize = 16;
/// The longest text that is tried, in bytes.
const LENGTH_MAX: usize = 200;
/// The deepest nesting of a regular expression that is followed.
const DEPTH_MAX: usize = 20;
/// Characters that classes are tried with, besides their first ones.
const CHARACTERS: &str = "0a5-_ZA~";

/// Matchers, each answer remembered: compiling a regular expression is most of the work.
#[derive(Default)]
pub struct Matching {
    known: HashMap<String, HashMap<String, bool>>,
}

impl Matching {
    fn holds(&mut self, matcher: &Matcher, value: &str) -> bool {
        let negated = match matcher.op {
            MatchOp::Equal | MatchOp::NotEqual => return matcher.matches(value),
            MatchOp::Regex => false,
            MatchOp::NotRegex => true,
        };
        let answers = match self.known.get_mut(&matcher.value) {
            Some(answers) => answers,
            None => self.known.entry(matcher.value.clone()).or_default(),
        };
        let hit = match answers.get(value) {
            Some(hit) => *hit,
            None => {
                let hit = matcher.matches(value) != negated;
                answers.insert(value.to_string(), hit);
                hit
            }
        };
        hit != negated
    }

    /// Whether a selector sees a series; plain comparisons are asked first.
    pub fn sees(&mut self, selector: &[Matcher], series: &Labels) -> bool {
        let value = |matcher: &Matcher| series.get(&matcher.name).map_or("", String::as_str);
        let plain = |m: &&Matcher| matches!(m.op, MatchOp::Equal | MatchOp::NotEqual);
        selector.iter().filter(plain).all(|m| m.matches(value(m)))
            && selector
                .iter()
                .filter(|m| !plain(m))
                .all(|m| self.holds(m, value(m)))
    }

    /// Up to `count` values, none of them empty, that every matcher on one label lets through.
    pub fn values(&mut self, matchers: &[&Matcher], count: usize) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for value in candidates(matchers, &[]) {
            if found.len() == count {
                break;
            }
            if !value.is_empty()
                && !found.contains(&value)
                && matchers.iter().all(|m| self.holds(m, &value))
            {
                found.push(value);
            }
        }
        found
    }

    /// A value that all of `matchers` let through, and one of `unlike` does not, where there are any.
    fn value(&mut self, matchers: &[&Matcher], unlike: &[&Matcher]) -> Option<String> {
        candidates(matchers, unlike).into_iter().find(|value| {
            matchers.iter().all(|m| self.holds(m, value))
                && (unlike.is_empty() || !unlike.iter().all(|m| self.holds(m, value)))
        })
    }

    /// A series that `selector` sees, with `fixed` labels, and that `selector` with `unlike` does not, where that is given.
    pub fn series(
        &mut self,
        selector: &[Matcher],
        fixed: &Labels,
        unlike: Option<&[Matcher]>,
    ) -> Option<Labels> {
        let on = by_label(selector);
        let mut series = fixed.clone();
        for (label, matchers) in &on {
            let value = match fixed.get(*label) {
                Some(value) => value.clone(),
                None => self.value(matchers, &[])?,
            };
            series.insert(label.to_string(), value);
        }
        if let Some(unlike) = unlike {
            let told = by_label(unlike).into_iter().find_map(|(label, others)| {
                if fixed.contains_key(label) || label == METRIC_NAME {
                    return None;
                }
                let own = on.get(label).map_or(&[][..], Vec::as_slice);
                Some((label, self.value(own, &others)?))
            });
            // One label is enough to tell them apart.
            let (label, value) = told?;
            series.insert(label.to_string(), value);
        }
        series.retain(|_, value| !value.is_empty());
        series
            .entry(METRIC_NAME.to_string())
            .or_insert_with(|| "metric".to_string());
        self.sees(selector, &series).then_some(series)
    }
}

fn by_label(matchers: &[Matcher]) -> BTreeMap<&str, Vec<&Matcher>> {
    let mut on: BTreeMap<&str, Vec<&Matcher>> = BTreeMap::new();
    for matcher in matchers {
        on.entry(&matcher.name).or_default().push(matcher);
    }
    on
}

/// Texts to try: what the matchers name, plain ones, and near misses of what must not match.
fn candidates(matchers: &[&Matcher], unlike: &[&Matcher]) -> Vec<String> {
    let all = || matchers.iter().chain(unlike);
    let mut found: Vec<String> = all()
        .filter(|m| m.op == MatchOp::Equal)
        .map(|m| m.value.clone())
        .collect();
    for matcher in all().filter(|m| m.op == MatchOp::Regex) {
        found.extend(texts(&matcher.value));
    }
    // A status that people know, where the label is one.
    let codes = all().any(|m| m.name.contains("code") || m.name.contains("status"));
    found.extend(codes.then(|| "200".to_string()));
    found.extend(DEFAULTS.map(str::to_string));
    for matcher in all() {
        let named = match matcher.op {
            MatchOp::NotEqual => vec![matcher.value.clone()],
            MatchOp::NotRegex => texts(&matcher.value).into_iter().take(4).collect(),
            MatchOp::Equal | MatchOp::Regex => continue,
        };
        for text in named {
            let other = format!("{text}x");
            found.extend([text, other]);
        }
    }
    found
}

/// A few texts that a regular expression may match.
fn texts(pattern: &str) -> Vec<String> {
    let parsed = regex_syntax::ParserBuilder::new()
        .dot_matches_new_line(true)
        .build()
        .parse(pattern);
    match parsed {
        Ok(hir) => ways(&hir, 0),
        Err(_) => Vec::new(),
    }
}

fn ways(hir: &Hir, depth: usize) -> Vec<String> {
    if depth > DEPTH_MAX {
        return vec![String::new()];
    }
    let mut found: Vec<String> = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => vec![String::from_utf8_lossy(&literal.0).into_owned()],
        HirKind::Class(class) => characters(class),
        HirKind::Capture(capture) => ways(&capture.sub, depth + 1),
        HirKind::Alternation(parts) => parts
            .iter()
            .flat_map(|part| ways(part, depth + 1).into_iter().take(4))
            .collect(),
        HirKind::Concat(parts) => parts.iter().fold(vec![String::new()], |heads, part| {
            let tails = ways(part, depth + 1);
            let both = heads
                .iter()
                .flat_map(|head| tails.iter().map(move |tail| format!("{head}{tail}")));
            both.take(WAYS_MAX).collect()
        }),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            let some = repetition.min.max(1).min(most) as usize;
            let least = repetition.min as usize;
            let one = ways(&repetition.sub, depth + 1);
            let mut counts = vec![some, least];
            counts.dedup();
            counts
                .into_iter()
                .flat_map(|count| one.iter().take(3).map(move |text| (text, count)))
                .filter(|(text, count)| text.len() * count <= LENGTH_MAX)
                .map(|(text, count)| text.repeat(count))
                .collect()
        }
    };
    found.retain(|text| text.len() <= LENGTH_MAX);
    found.truncate(WAYS_MAX);
    found
}

/// A few characters of a class that everybody can read.
fn characters(class: &Class) -> Vec<String> {
    let Class::Unicode(class) = class else {
        return Vec::new();
    };
    let inside = |c: &char| {
        class
            .ranges()
            .iter()
            .any(|range| range.start() <= *c && *c <= range.end())
    };
    let firsts = class.ranges().iter().map(|range| range.start());
    let mut found: Vec<String> = Vec::new();
    let readable = firsts.filter(|c| c.is_ascii_graphic());
    for c in readable.chain(CHARACTERS.chars().filter(inside)) {
        let text = c.to_string();
        if !found.contains(&text) {
            found.push(text);
        }
        if found.len() == 3 {
            break;
        }
    }
    found.extend(
        found
            .is_empty()
            .then(|| class.ranges().first().map(|r| r.start().to_string()))
            .flatten(),
    );
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::parse_matchers;

    fn check(selector: &str, unlike: Option<&str>, expected: Option<&str>) {
        let selector_matchers = match selector {
            "" => Vec::new(),
            text => parse_matchers(text).unwrap(),
        };
        let unlike_matchers = unlike.map(|text| parse_matchers(text).unwrap());
        let mut matching = Matching::default();
        let found = matching.series(
            &selector_matchers,
            &Labels::new(),
            unlike_matchers.as_deref(),
        );
        let shown = found.as_ref().map(|series| {
            let labels: Vec<String> = series
                .iter()
                .filter(|(name, _)| *name != METRIC_NAME)
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            labels.join(" ")
        });
        assert_eq!(shown.as_deref(), expected, "{selector} unlike {unlike:?}");
        if let (Some(series), Some(unlike)) = (&found, &unlike_matchers) {
            assert!(!matching.sees(unlike, series));
        }
    }

    #[test]
    fn a_value_is_found_for_what_people_write() {
        check(r#"code=~"5..""#, None, Some("code=500"));
        check(r#"code=~"[45]\\d\\d""#, None, Some("code=400"));
        check(r#"route!="/healthz""#, None, Some("route=a"));
        check(r#"job=~".+",job!="a""#, None, Some("job=0"));
        check(r#"m=~"(?i)get|POST""#, None, Some("m=GET"));
        check(
            r#"h=~"api\\.example\\.com:\\d+""#,
            None,
            Some("h=api.example.com:0"),
        );
        check(r#"x!="""#, None, Some("x=a"));
        check(r#"code="""#, None, Some(""));
    }

    #[test]
    fn a_contradiction_has_no_series() {
        check(r#"a="x",a!="x""#, None, None);
        check(r#"code=~"5..""#, Some(r#"code=~"5..""#), None);
    }

    #[test]
    fn a_series_that_is_no_error_is_found() {
        check("", Some(r#"code=~"5..""#), Some("code=200"));
        check(
            r#"code=~"5..""#,
            Some(r#"code=~"50[0-3]""#),
            Some("code=50a"),
        );
        check("", Some(r#"code!="OK",grpc!~"A|B""#), Some("code=OK"));
        check(
            r#"job="x""#,
            Some(r#"job="x",code!~"2..""#),
            Some("code=200 job=x"),
        );
    }
}
