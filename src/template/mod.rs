//! Texts with places to fill in: the part of handlebars that cannot run away.
//!
//! A template has values (`{{slo.id}}`, `{{{confirm}}}`), `if`, `unless`, `each` and `with`, comments, and `\{{` for two braces
//! that stay. It has no partials, no decorators, no helpers of users, and nothing is escaped, since what is written is
//! Markdown. Every tag is read here before the library sees it, so that faults have our words and their place.
//!
//! Promise: parsing and rendering end, within the limits below, for any text and any values; what is missing is a fault, never
//! an empty place.

mod blocks;
mod bounded;
mod fault;
mod scan;

pub use bounded::{OUTPUT_BYTES_MAX, STEPS_MAX};
pub use fault::Fault;
pub use scan::{DEPTH_MAX, TAG_BYTES_MAX, TAGS_MAX};

use std::fmt;
use std::ops::Range;

use handlebars::{Context, Handlebars, RenderContext, RenderErrorReason, Renderable};
use serde_json::Value;

use bounded::Bounded;
use scan::scan;

/// Longest template, in bytes.
pub const TEMPLATE_BYTES_MAX: usize = 256 << 10;

/// A template that was read.
pub struct Template {
    registry: Handlebars<'static>,
    compiled: handlebars::Template,
    /// Its tags, in order, as bytes of the text that was parsed.
    tags: Vec<Range<usize>>,
    text: String,
    /// Bytes of the text that was parsed before `text` begins: those of a byte-order mark.
    skipped: usize,
}

/// A byte-order mark, which no output repeats.
const MARK: &str = "\u{feff}";

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Template");
        shown.field("text", &self.text).finish_non_exhaustive()
    }
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// Every fault of its tags, in order; at least one.
    pub fn parse(text: &str) -> Result<Template, Vec<Fault>> {
        if text.len() > TEMPLATE_BYTES_MAX {
            let what = format!("a template has at most {TEMPLATE_BYTES_MAX} bytes");
            return Err(vec![Fault::new(0..0, what)]);
        }
        let rest = text.strip_prefix(MARK).unwrap_or(text);
        let skipped = text.len() - rest.len();
        let later = |fault: Fault| fault.later(skipped);
        let tags =
            scan(rest).map_err(|faults| faults.into_iter().map(later).collect::<Vec<Fault>>())?;
        let compiled = handlebars::Template::compile(rest).map_err(|error| {
            let place = error.pos().map(|(line, column)| byte(rest, line, column));
            let at = skipped + place.unwrap_or_default();
            vec![Fault::new(
                at..at,
                "the template cannot be read from here on",
            )]
        })?;
        Ok(Template {
            registry: blocks::registry(),
            compiled,
            tags,
            text: rest.to_string(),
            skipped,
        })
    }

    /// Whether it is its own rendering: there are no braces in it.
    pub fn is_plain(&self) -> bool {
        !self.text.contains("{{")
    }

    /// Whether a value is filled in somewhere, by the name that it has outside of every block.
    pub fn uses(&self, value: &str) -> bool {
        let mut tags = self.tags.iter().map(|tag| &self.text[tag.clone()]);
        tags.any(|tag| tag.trim_matches(['{', '}', '~', ' ']) == value)
    }

    /// The text with `values` filled in; its lines end in line feeds.
    ///
    /// # Errors
    ///
    /// Where a value is missing or of another kind than its block takes, or the text grows beyond [`OUTPUT_BYTES_MAX`] or
    /// takes more than [`STEPS_MAX`] steps.
    pub fn render(&self, values: &Value) -> Result<String, Fault> {
        let context = Context::wraps(values).expect("a JSON value is one");
        let mut state = RenderContext::new(None);
        let mut out = Bounded::default();
        let rendered = self
            .compiled
            .render(&self.registry, &context, &mut state, &mut out);
        let error = match rendered {
            Ok(()) => return Ok(out.into_text().replace("\r\n", "\n")),
            Err(error) => error,
        };
        let range = self.tag(error.line_no.unwrap_or(1), error.column_no.unwrap_or(1));
        let tag = &self.text[range.clone()];
        let fault = match (out.exceeded(), error.reason()) {
            (Some(limit), _) => Fault::new(range, limit.to_string()),
            (None, RenderErrorReason::MissingVariable(name)) => {
                let shown = name.as_deref().unwrap_or(tag);
                Fault::new(range, format!("`{shown}` is no value here")).braces(tag)
            }
            (None, reason) => Fault::new(range, reason.to_string()).braces(tag),
        };
        Err(fault.later(self.skipped))
    }

    /// The tag at a line and column, both from 1, or the place alone.
    fn tag(&self, line: usize, column: usize) -> Range<usize> {
        let at = byte(&self.text, line, column);
        let tag = self.tags.iter().find(|tag| tag.contains(&at));
        tag.cloned().unwrap_or(at..at)
    }
}

/// The byte at a line and column, both from 1; columns are characters.
fn byte(text: &str, line: usize, column: usize) -> usize {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines.by_ref().take(line - 1).map(str::len).sum();
    let line = lines.next().unwrap_or_default();
    let within = line.char_indices().nth(column - 1).map(|(at, _)| at);
    before + within.unwrap_or(line.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn values() -> Value {
        json!({"slo": {"id": "a/b", "none": null}, "tiers": [{"name": "x"}, {"name": "y"}], "empty": [], "raw": "<&\">"})
    }

    fn rendered(text: &str) -> Result<String, Fault> {
        Template::parse(text)
            .map_err(|faults| faults[0].clone())?
            .render(&values())
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(rendered(text).as_deref(), Ok(expected), "{text}");
    }

    /// The bytes that a fault shows, and what it says.
    fn fault(text: &str, shown: &str, what: &str) {
        let fault = rendered(text).unwrap_err();
        assert_eq!(
            (&text[fault.range.clone()], fault.what.as_str()),
            (shown, what),
            "{text}"
        );
    }

    #[test]
    fn values_and_blocks_are_filled_in_and_nothing_is_escaped() {
        check("{{slo.id}} {{{raw}}} {{raw}}", "a/b <&\"> <&\">");
        check(
            "{{#each tiers}}{{name}}{{#unless @last}}, {{/unless}}{{/each}}",
            "x, y",
        );
        check("{{#each empty}}x{{else}}none{{/each}}", "none");
        check("{{#with slo}}{{id}}{{../raw}}{{/with}}", "a/b<&\">");
        check("{{#if slo.none}}a{{else if raw}}b{{else}}c{{/if}}", "b");
        check(
            "{{! a }}{{!-- {{b}} --}}{{#each tiers}}{{@index}}{{/each}}",
            "01",
        );
        check(
            "{{#each tiers}}{{#each ../tiers}}{{name}}{{/each}}{{/each}}",
            "xyxy",
        );
    }

    #[test]
    fn the_values_of_a_template_are_known() {
        let template = Template::parse("{{{ confirm }}} {{#if escalate}}{{/if}}")
            .ok()
            .unwrap();
        assert_eq!(
            ["confirm", "escalate", "if"].map(|name| template.uses(name)),
            [true, false, false]
        );
    }

    #[test]
    fn braces_behind_a_backslash_stay() {
        check(
            "\\{{ $labels.x }} \\{{{confirm}}}",
            "{{ $labels.x }} {{{confirm}}}",
        );
    }

    #[test]
    fn lines_end_in_line_feeds_and_a_mark_is_dropped() {
        check("\u{feff}a\r\n{{slo.id}}\r\n", "a\na/b\n");
        let fault = rendered("\u{feff}é\n{{nope}}").unwrap_err();
        assert_eq!(fault.range, 6..14);
    }

    #[test]
    fn what_is_missing_is_a_fault_at_its_tag() {
        fault(
            "a\n é{{ slo.nope }} b",
            "{{ slo.nope }}",
            "`slo.nope` is no value here",
        );
        fault(
            "{{#if nope}}x{{/if}}",
            "{{#if nope}}",
            "`nope` is no value here",
        );
        fault(
            "{{#each nope}}x{{/each}}",
            "{{#each nope}}",
            "`nope` is no value here",
        );
        fault(
            "{{#each tiers}}\n{{other}}{{/each}}",
            "{{other}}",
            "`other` is no value here",
        );
        fault(
            "{{#each raw}}x{{/each}}",
            "{{#each raw}}",
            "`<&\">` is no list",
        );
    }

    #[test]
    fn what_is_no_part_of_a_template_is_refused() {
        for text in ["{{> x}}", "{{#> x}}{{/x}}", "{{>(lookup . \"x\")}}"] {
            let what = rendered(text).unwrap_err().what;
            assert_eq!(what, "partials are no part of a template", "{text}");
        }
        for text in ["{{* inline \"x\"}}", "{{#*inline \"x\"}}{{/inline}}"] {
            let what = rendered(text).unwrap_err().what;
            assert_eq!(what, "decorators are no part of a template", "{text}");
        }
        fault(
            "{{{{raw}}}}x{{{{/raw}}}}",
            "{{{{",
            "raw blocks are no part of a template",
        );
        fault(
            "{{lookup slo id}}",
            "{{lookup slo id}}",
            "`lookup slo id` is no value of a template",
        );
        fault("{{log}}", "{{log}}", "`log` is no value here");
        fault("{{#log raw}}x{{/log}}", "{{#log raw}}", "`log` is no block");
        fault("{{#if raw}}x", "{{#if raw}}", "`{{#if}}` is not closed");
        fault(
            "{{#if raw}}x{{/each}}",
            "{{/each}}",
            "`{{/each}}` closes `{{#if}}`",
        );
        fault("x{{/if}}", "{{/if}}", "`{{/if}}` closes nothing");
        fault("x{{else}}", "{{else}}", "`else` stands in no block");
        fault("a {{b", "{{", "`{{` is not closed by `}}`");
        fault("a {{!-- b }}", "{{!", "a comment is not closed");
        fault("{{}}", "{{}}", "a value is missing here");
    }

    #[test]
    fn braces_of_prometheus_are_named_as_such() {
        for text in [
            "{{ $labels.x }}",
            "{{ $value | humanize }}",
            "{{ printf \"%s\" .x }}",
        ] {
            let fault = rendered(text).unwrap_err();
            assert_eq!(&text[fault.range.clone()], text);
            assert!(fault.help.unwrap().contains("write `\\{{`"), "{text}");
        }
    }

    #[test]
    fn a_template_has_a_longest_length() {
        let longest = "x".repeat(TEMPLATE_BYTES_MAX);
        check(&longest, &longest);
        let faults = Template::parse(&format!("{longest}x")).err().unwrap();
        assert_eq!(faults[0].what, "a template has at most 262144 bytes");
    }

    #[test]
    fn blocks_have_a_deepest_nesting() {
        let nested = |depth: usize| "{{#if raw}}".repeat(depth) + &"{{/if}}".repeat(depth);
        check(&nested(DEPTH_MAX), "");
        fault(
            &nested(DEPTH_MAX + 1),
            "{{#if raw}}",
            "more than 16 blocks in one another",
        );
        let chained = |length: usize| {
            format!(
                "{{{{#if empty}}}}{}{{{{/if}}}}",
                "{{else if empty}}".repeat(length)
            )
        };
        check(&chained(DEPTH_MAX - 1), "");
        fault(
            &chained(DEPTH_MAX),
            "{{else if empty}}",
            "more than 16 blocks in one another",
        );
    }

    #[test]
    fn there_are_only_so_many_tags() {
        let tags =
            |tags: usize| "{{#if empty}}{{/if}}".repeat(tags / 2) + &"{{!}}".repeat(tags % 2);
        check(&tags(TAGS_MAX), "");
        fault(&tags(TAGS_MAX + 1), "{{!}}", "more than 1000 tags");
        let line = "x".repeat((TEMPLATE_BYTES_MAX - TAGS_MAX * 13) / TAGS_MAX);
        let text = format!("{line}\n{{{{slo.id}}}}\n").repeat(TAGS_MAX);
        assert!(rendered(&text).is_ok());
    }

    #[test]
    fn a_tag_has_a_longest_length() {
        let tag = |bytes: usize| format!("{{{{#if raw{}}}}}x{{{{/if}}}}", " ".repeat(bytes - 11));
        check(&tag(TAG_BYTES_MAX), "x");
        fault(
            &tag(TAG_BYTES_MAX + 1),
            "{{",
            "a tag has at most 256 bytes, and this one 257",
        );
    }

    #[test]
    fn a_text_grows_to_its_limit_and_no_further() {
        let filled = |bytes: usize| {
            let template = Template::parse("{{#each parts}}{{this}}{{/each}}")
                .ok()
                .unwrap();
            let part = "x".repeat(1 << 20);
            let rest = "y".repeat(bytes - (3 << 20));
            template.render(&json!({"parts": [part, part, part, rest]}))
        };
        assert_eq!(
            filled(OUTPUT_BYTES_MAX).map(|text| text.len()),
            Ok(OUTPUT_BYTES_MAX)
        );
        let fault = filled(OUTPUT_BYTES_MAX + 1).unwrap_err();
        assert_eq!(fault.what, "the text grows beyond 4194304 bytes here");
    }

    #[test]
    fn nested_loops_end_though_they_write_nothing() {
        let items = json!({"items": vec![0; 1_000]});
        let nested =
            "{{#each items}}{{#each ../items}}{{#each ../../items}}{{/each}}{{/each}}{{/each}}";
        let fault = Template::parse(nested)
            .ok()
            .unwrap()
            .render(&items)
            .unwrap_err();
        assert_eq!(fault.what, "filling in takes more than 100000 steps");
        let once = "{{#each items}}{{#if this}}{{/if}}{{/each}}";
        assert_eq!(
            Template::parse(once)
                .ok()
                .unwrap()
                .render(&items)
                .as_deref(),
            Ok("")
        );
    }

    #[test]
    fn a_step_more_than_there_are_ends_it() {
        let turns = |turns: usize| {
            // A turn costs one for itself and one for the text in it, which is written.
            let template = Template::parse("{{#each items}}x{{/each}}").ok().unwrap();
            template.render(&json!({"items": vec![0; turns]}))
        };
        assert!(turns(STEPS_MAX / 3).is_ok());
        assert!(turns(STEPS_MAX / 3 + 1).is_err());
    }

    #[test]
    fn deep_and_long_texts_do_not_take_long() {
        let deep = [
            "{{#if a}}".repeat(20_000),
            "{{(".repeat(20_000),
            "{{a (".repeat(20_000),
            format!("{{{{a {}", "[".repeat(100_000)),
            "{".repeat(200_000),
            "{{".repeat(100_000),
            "\\{{".repeat(80_000),
        ];
        for text in deep {
            let _ = rendered(&text);
        }
    }
}
