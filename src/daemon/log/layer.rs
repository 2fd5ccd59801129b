//! Events and the spans around them made into lines.

use std::fmt;

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::LogStyle;
use super::line::Line;
use super::writer::Pipe;

/// Makes lines of events and gives them to a pipe.
pub(super) struct Lines {
    style: LogStyle,
    pipe: Pipe,
    now_ms: fn() -> i64,
}

impl Lines {
    pub(super) fn new(style: LogStyle, pipe: Pipe, now_ms: fn() -> i64) -> Lines {
        Lines {
            style,
            pipe,
            now_ms,
        }
    }
}

/// The fields of an event or of a span; `message` is one of them until it is looked for.
#[derive(Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn put(&mut self, field: &Field, value: Value) {
        self.0.push((field.name(), value));
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }
}

impl<S: Subscriber + for<'l> LookupSpan<'l>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut said = Fields::default();
        event.record(&mut said);
        let mut line = Line {
            at_ms: (self.now_ms)(),
            level: level(*event.metadata().level()),
            ..Line::default()
        };
        for (name, value) in said.0 {
            match value {
                Value::String(text) if name == "message" => line.message = text,
                value => line.fields.push((name, value)),
            }
        }
        // From the innermost on: what is nearer counts.
        for span in context.event_scope(event).into_iter().flatten() {
            let extensions = span.extensions();
            let Some(Fields(around)) = extensions.get::<Fields>() else {
                continue;
            };
            for (name, value) in around {
                if line.fields.iter().all(|(other, _)| other != name) {
                    line.fields.push((name, value.clone()));
                }
            }
        }
        self.pipe.put(line.text(self.style));
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::ERROR => "error",
        Level::WARN => "warn",
        Level::INFO => "info",
        Level::DEBUG => "debug",
        Level::TRACE => "trace",
    }
}
