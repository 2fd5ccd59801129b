//! Events of the parser become documents.
//!
//! Composing keeps its own stack, so that nesting costs no call depth, and stops at the limits. It
//! knows nothing of syntax errors: `read` reports them and abandons the document.

use std::collections::HashMap;

use granit_parser::{Event, Options, ScalarStyle, StructureStyle, Tag};

use crate::base::{SourceId, Span};
use crate::diagnostics::{Finding, SHOWN_MAX_CHARS, code, shown};

use super::limits::{COPIED_MAX_BYTES, DEPTH_MAX, Limit, NODES_MAX, SCALAR_MAX_BYTES};
use super::mapping::{Draft, Key, Merge, key, merged};
use super::report::Report;
use super::tags::{self, Kind, Tagged};
use super::{Document, Entry, Node, Scalar, Style, Value};

/// Reading goes no further; a finding says why.
pub(super) struct Stop;

pub(super) struct Composer<'t> {
    source: SourceId,
    text: &'t str,
    pub(super) report: Report,
    pub(super) documents: Vec<Document>,
    root: Option<Node>,
    stack: Vec<Frame>,
    anchors: HashMap<usize, Built>,
    nodes: usize,
    copied: usize,
    /// Where the last event ended: the place that a syntax error comes after.
    pub(super) last: LastEvent,
}

/// The event before a syntax error.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LastEvent {
    pub start: usize,
    pub end: usize,
    pub plain: bool,
}

/// A list or mapping that is open.
struct Frame {
    start: usize,
    end: usize,
    flow: bool,
    anchor: usize,
    weight: usize,
    height: usize,
    content: Content,
}

enum Content {
    Sequence(Vec<Node>),
    Mapping(Draft),
}

/// A finished node, what a copy of it costs in bytes, and how deep it nests.
#[derive(Clone)]
struct Built {
    node: Node,
    weight: usize,
    height: usize,
}

/// The parser's options: its own caps stand at ours.
pub(super) fn options() -> Options {
    granit_parser::options! {
        emit_unresolved_aliases: true,
        flow_nesting_limit: DEPTH_MAX,
        block_nesting_limit: DEPTH_MAX,
    }
}

impl<'t> Composer<'t> {
    pub(super) fn new(source: SourceId, text: &'t str) -> Composer<'t> {
        Composer {
            source,
            text,
            report: Report::default(),
            documents: Vec::new(),
            root: None,
            stack: Vec::new(),
            anchors: HashMap::new(),
            nodes: 0,
            copied: 0,
            last: LastEvent::default(),
        }
    }

    /// A syntax error ended the document: what was read of it counts for nothing.
    pub(super) fn abandon(&mut self) {
        self.root = None;
        self.stack.clear();
        self.anchors.clear();
    }

    /// The innermost `[` or `{` that is open.
    pub(super) fn open_bracket(&self) -> Option<usize> {
        let top = self.stack.last()?;
        top.flow.then_some(top.start)
    }

    pub(super) fn event(
        &mut self,
        event: Event<'_>,
        place: granit_parser::Span,
    ) -> Result<(), Stop> {
        let range = place.byte_range().unwrap_or(0..0);
        let (start, end) = (range.start, range.end);
        let tag_place = place.tag_span().and_then(|tag| tag.byte_range());
        let tag_place = tag_place.map(|range| self.span(range.start, range.end));
        self.last = LastEvent {
            start,
            end,
            plain: matches!(event, Event::Scalar(_, ScalarStyle::Plain, ..)) && start < end,
        };
        match event {
            Event::DocumentStart(..) => self.abandon(),
            Event::DocumentEnd => self.end_document(),
            Event::Scalar(text, style, anchor, tag) => {
                let tagged = self.tag(tag.as_deref(), tag_place, Kind::Text);
                self.scalar(&text, style, tagged, anchor, start, end)?;
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.tag(tag.as_deref(), tag_place, Kind::List);
                self.open(Content::Sequence(Vec::new()), style, anchor, start, end)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                self.tag(tag.as_deref(), tag_place, Kind::Mapping);
                let draft = Content::Mapping(Draft::default());
                self.open(draft, style, anchor, start, end)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(end)?,
            Event::Alias(id) => self.alias(id, self.span(start, end))?,
            Event::UnresolvedAlias(name) => {
                let span = self.span(start, end);
                self.count(start)?;
                let alias = &self.text[start..end];
                self.report.add(|| {
                    let alias = shown(alias);
                    let title = format!("alias {alias} of an anchor that does not exist");
                    Finding::new(code::SP009, span, title)
                        .label("no anchor of this name before this place")
                        .help(format!("define it before its use with `&{}`", cut(&name)))
                });
                self.unreadable(span);
            }
            _ => {}
        }
        Ok(())
    }

    fn end_document(&mut self) {
        if let Some(root) = self.root.take()
            && !matches!(root.value, Value::Null | Value::Unreadable)
        {
            self.documents.push(Document { root });
        }
        self.abandon();
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end.max(start))
    }

    fn stop(&mut self, limit: Limit, start: usize) -> Stop {
        let len = self.text[start..].chars().next().map_or(0, char::len_utf8);
        let place = self.span(start, start + len);
        self.report.add_always(limit.finding(place));
        self.abandon();
        Stop
    }

    fn count(&mut self, start: usize) -> Result<(), Stop> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err(self.stop(Limit::Nodes, start));
        }
        Ok(())
    }

    fn tag(&mut self, tag: Option<&Tag>, place: Option<Span>, kind: Kind) -> Tagged {
        let (Some(tag), Some(place)) = (tag, place) else {
            return Tagged::No;
        };
        let tagged = tags::judge(tag, kind);
        if tagged == Tagged::Misfit {
            let written = &self.text[place.start as usize..place.end as usize];
            self.report.add(|| tags::misfit(tag, written, place, kind));
        }
        tagged
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        tagged: Tagged,
        anchor: usize,
        start: usize,
        end: usize,
    ) -> Result<(), Stop> {
        self.count(start)?;
        if text.len() > SCALAR_MAX_BYTES {
            return Err(self.stop(Limit::ScalarBytes, start));
        }
        let mut scalar = Scalar::parsed(self.source, self.text, start..end, text, style);
        if tagged == Tagged::Text && scalar.style == Style::Plain {
            scalar.style = Style::Tagged;
        }
        let weight = size_of::<Entry>() + scalar.text.len() + scalar.places.weight();
        let (span, end) = (scalar.span, scalar.span.end as usize);
        let null = scalar.is_null();
        let is_key = self.expects_key();
        if is_key && scalar.style == Style::Plain && &*scalar.text == "<<" {
            self.take_key(Key::Merge(span), end);
            return Ok(());
        }
        if is_key && scalar.text.is_empty() && null {
            self.report.add(|| {
                Finding::new(code::SP004, span, "a value without a key")
                    .label("a key is missing here")
            });
            self.take_key(Key::Refused, end);
            return Ok(());
        }
        let value = if null && !is_key {
            Value::Null
        } else {
            Value::Scalar(scalar)
        };
        let built = Built {
            node: Node::new(span, value),
            weight,
            height: 0,
        };
        self.finish_node(built, anchor)
    }

    fn open(
        &mut self,
        content: Content,
        style: StructureStyle,
        anchor: usize,
        start: usize,
        end: usize,
    ) -> Result<(), Stop> {
        self.count(start)?;
        if self.stack.len() == DEPTH_MAX {
            return Err(self.stop(Limit::Depth, start));
        }
        self.stack.push(Frame {
            start,
            end,
            flow: style == StructureStyle::Flow,
            anchor,
            weight: size_of::<Entry>(),
            height: 1,
            content,
        });
        Ok(())
    }

    fn close(&mut self, end: usize) -> Result<(), Stop> {
        let frame = self.stack.pop().expect("the parser closes what it opened");
        // The end of a block is where the next token begins; its last child knows better.
        let end = if frame.flow { end } else { frame.end };
        let value = match frame.content {
            Content::Sequence(items) => Value::Sequence(items),
            Content::Mapping(draft) => Value::Mapping(draft.finish(&mut self.report)),
        };
        let built = Built {
            node: Node::new(self.span(frame.start, end), value),
            weight: frame.weight,
            height: frame.height,
        };
        self.finish_node(built, frame.anchor)
    }

    fn finish_node(&mut self, built: Built, anchor: usize) -> Result<(), Stop> {
        if anchor != 0 {
            self.charge(built.weight, built.node.span)?;
            self.anchors.insert(anchor, built.clone());
        }
        self.add(built);
        Ok(())
    }

    fn charge(&mut self, weight: usize, place: Span) -> Result<(), Stop> {
        self.copied = self.copied.saturating_add(weight);
        if self.copied > COPIED_MAX_BYTES {
            return Err(self.stop(Limit::CopiedBytes, place.start as usize));
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, place: Span) -> Result<(), Stop> {
        self.count(place.start as usize)?;
        let Some(target) = self.anchors.get(&id) else {
            let open = self.stack.iter().find(|frame| frame.anchor == id);
            let around = open.map(|frame| self.span(frame.start, frame.start));
            self.report.add(|| {
                let finding = Finding::new(code::SP001, place, "an alias inside its own anchor")
                    .label("a value cannot hold itself");
                match around {
                    Some(around) => finding.also(around, "the anchored value begins here"),
                    None => finding,
                }
            });
            self.unreadable(place);
            return Ok(());
        };
        let (weight, height) = (target.weight, target.height);
        self.charge(weight, place)?;
        if self.stack.len() + height > DEPTH_MAX {
            return Err(self.stop(Limit::Depth, place.start as usize));
        }
        let Some(target) = self.anchors.get(&id) else {
            return Ok(());
        };
        let node = target.node.clone().aliased(place);
        self.add(Built {
            node,
            weight,
            height,
        });
        Ok(())
    }

    fn unreadable(&mut self, place: Span) {
        self.add(Built {
            node: Node::new(place, Value::Unreadable),
            weight: size_of::<Entry>(),
            height: 0,
        });
    }

    fn expects_key(&self) -> bool {
        let top = self.stack.last().map(|frame| &frame.content);
        matches!(top, Some(Content::Mapping(draft)) if matches!(draft.key, Key::Expected))
    }

    fn take_key(&mut self, key: Key, end: usize) {
        if let Some(frame) = self.stack.last_mut()
            && let Content::Mapping(draft) = &mut frame.content
        {
            frame.end = frame.end.max(end);
            draft.key = key;
        }
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, built: Built) {
        let node = built.node;
        if self.expects_key() {
            let end = node.span.end as usize;
            let key = key(node, &mut self.report);
            if let Some(top) = self.stack.last_mut() {
                top.weight += built.weight;
            }
            return self.take_key(key, end);
        }
        let Some(top) = self.stack.last_mut() else {
            self.root = Some(node);
            return;
        };
        top.end = top.end.max(node.span.end as usize);
        top.weight += built.weight;
        // What is merged does not nest: its entries become those of this mapping.
        let merges =
            matches!(&top.content, Content::Mapping(draft) if matches!(draft.key, Key::Merge(_)));
        let nests = match (&node.value, merges) {
            (_, false) => built.height + 1,
            (Value::Sequence(_), true) => built.height.saturating_sub(1),
            (_, true) => built.height,
        };
        top.height = top.height.max(nests);
        match &mut top.content {
            Content::Sequence(items) => items.push(node),
            Content::Mapping(draft) => match std::mem::take(&mut draft.key) {
                Key::Read(key) => draft.entries.push(Entry::new(key, node)),
                Key::Merge(place) => {
                    let from = merged(node, &mut self.report);
                    draft.merges.push(Merge {
                        at: draft.entries.len(),
                        key: place,
                        from,
                    });
                }
                Key::Expected | Key::Refused => {}
            },
        }
    }
}

fn cut(name: &str) -> &str {
    name.char_indices()
        .nth(SHOWN_MAX_CHARS)
        .map_or(name, |(at, _)| &name[..at])
}
