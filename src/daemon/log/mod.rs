//! What the daemon says of its work, line by line on stderr: JSON for machines, text for a person at a terminal.
//!
//! Only events of this crate are written: nobody judged what others put into theirs. Promise: a line is one line, whatever
//! texts from elsewhere hold; a reader that does not read holds up nothing, and is told how many lines it missed.

mod layer;
mod line;
mod writer;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry;

use crate::base::Trace;
use layer::Lines;
pub use writer::LINES_MAX;
use writer::Pipe;

/// The environment variable with the level.
pub const LEVEL_VARIABLE: &str = "BURNWATCH_LOG";

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogStyle {
    /// One JSON object a line.
    Json,
    /// Time, level, words, and fields as `name=value`.
    Text,
}

/// Which lines are written: these and worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// What somebody should do something about.
    Error,
    /// What goes on with less.
    Warn,
    /// What happens.
    Info,
    /// What is looked at when something is searched for.
    Debug,
    /// All of it.
    Trace,
}

/// A word that names no style or no level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogWord {
    known: &'static str,
}

impl fmt::Display for LogWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {} is expected", self.known)
    }
}

impl std::error::Error for LogWord {}

impl LogStyle {
    /// Text for a terminal, JSON for everything else.
    pub fn for_terminal(is_terminal: bool) -> LogStyle {
        match is_terminal {
            true => LogStyle::Text,
            false => LogStyle::Json,
        }
    }
}

impl FromStr for LogStyle {
    type Err = LogWord;

    fn from_str(word: &str) -> Result<LogStyle, LogWord> {
        match word {
            "json" => Ok(LogStyle::Json),
            "text" => Ok(LogStyle::Text),
            _ => Err(LogWord {
                known: "`json`, `text`",
            }),
        }
    }
}

impl FromStr for LogLevel {
    type Err = LogWord;

    fn from_str(word: &str) -> Result<LogLevel, LogWord> {
        match word {
            "error" => Ok(LogLevel::Error),
            "warn" => Ok(LogLevel::Warn),
            "info" => Ok(LogLevel::Info),
            "debug" => Ok(LogLevel::Debug),
            "trace" => Ok(LogLevel::Trace),
            _ => Err(LogWord {
                known: "`error`, `warn`, `info`, `debug`, `trace`",
            }),
        }
    }
}

impl LogLevel {
    fn filter(self) -> LevelFilter {
        match self {
            LogLevel::Error => LevelFilter::ERROR,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Info => LevelFilter::INFO,
            LogLevel::Debug => LevelFilter::DEBUG,
            LogLevel::Trace => LevelFilter::TRACE,
        }
    }
}

/// The log of the process.
#[derive(Debug)]
pub struct Log {
    pipe: Pipe,
}

/// Another log was begun in this process.
#[derive(Debug)]
pub struct LogBegun;

impl Log {
    /// From now on events of this process are written to stderr.
    ///
    /// # Errors
    ///
    /// Where it was called before.
    pub fn begin(style: LogStyle, level: LogLevel) -> Result<Log, LogBegun> {
        let pipe = Pipe::to(Box::new(std::io::stderr()), style);
        let subscriber = subscriber(&pipe, style, level);
        tracing::subscriber::set_global_default(subscriber).map_err(|_| LogBegun)?;
        Ok(Log { pipe })
    }

    /// Waits until all lines so far are written, at most so long; whether they are. A process that ends without it loses its
    /// last words.
    pub fn flush(&self, at_most: Duration) -> bool {
        self.pipe.flush(at_most)
    }
}

/// What an event of this crate goes through.
fn subscriber(pipe: &Pipe, style: LogStyle, level: LogLevel) -> impl tracing::Subscriber + use<> {
    let own = Targets::new().with_target("burnwatch", level.filter());
    let lines = Lines::new(style, pipe.clone(), crate::clock::now_ms);
    registry().with(lines.with_filter(own))
}

/// Events within it bear the names of the trace and the span. It is there at every level.
pub fn span(trace: Trace) -> tracing::Span {
    tracing::error_span!(
        "work",
        trace_id = trace.trace_id(),
        span_id = trace.span_id()
    )
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::num::{NonZeroU64, NonZeroU128};
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::base::Secret;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is written of what `work` says.
    fn written(style: LogStyle, level: LogLevel, work: impl FnOnce()) -> String {
        let kept = Kept::default();
        let pipe = Pipe::to(Box::new(kept.clone()), style);
        tracing::subscriber::with_default(subscriber(&pipe, style, level), work);
        assert!(pipe.flush(Duration::from_secs(60)), "the lines are written");
        let bytes = kept.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    fn trace() -> Trace {
        Trace::new(NonZeroU128::new(7).unwrap(), NonZeroU64::new(9).unwrap())
    }

    #[test]
    fn a_line_of_json_has_its_trace() {
        let line = written(LogStyle::Json, LogLevel::Info, || {
            let _within = span(trace()).entered();
            tracing::info!(
                slo = "checkout/availability",
                took_ms = 12,
                is_new = true,
                "evaluated"
            );
        });
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["level"], "info");
        assert_eq!(read["message"], "evaluated");
        assert_eq!(read["slo"], "checkout/availability");
        assert_eq!(read["took_ms"], 12);
        assert_eq!(read["is_new"], true);
        assert_eq!(read["trace_id"], trace().trace_id());
        assert_eq!(read["span_id"], trace().span_id());
        assert!(read["time"].as_str().unwrap().ends_with('Z'));
    }

    #[test]
    fn an_inner_span_hides_the_outer_one() {
        let line = written(LogStyle::Text, LogLevel::Error, || {
            let _outer = span(trace()).entered();
            let _inner = span(trace().with_span(NonZeroU64::MIN)).entered();
            tracing::error!("lost");
        });
        assert_eq!(line.matches("span_id=").count(), 1, "{line}");
        assert!(line.contains("span_id=0000000000000001"), "{line}");
        assert!(line.contains(&trace().trace_id()), "{line}");
    }

    #[test]
    fn texts_from_elsewhere_break_no_line_and_no_terminal() {
        let hostile = "a\nb\u{1b}[31m\u{9b}31m\u{202e}\u{2028}\"\r\0";
        for style in [LogStyle::Json, LogStyle::Text] {
            let line = written(style, LogLevel::Info, || {
                tracing::warn!(why = hostile, shown = %hostile, "{hostile}");
            });
            assert_eq!(line.lines().count(), 1, "{line:?}");
            let line = line.strip_suffix('\n').unwrap();
            let is_plain = |c: char| !c.is_control() && !['\u{202e}', '\u{2028}'].contains(&c);
            assert!(line.chars().all(is_plain), "{line:?}");
            if style == LogStyle::Json {
                let read: serde_json::Value = serde_json::from_str(line).unwrap();
                assert_eq!(read["why"], hostile);
                assert_eq!(read["message"], hostile);
            }
        }
    }

    #[test]
    fn p1_a_secret_is_in_no_line() {
        let secret = Secret::new("c4nary");
        for style in [LogStyle::Json, LogStyle::Text] {
            let line = written(style, LogLevel::Trace, || {
                tracing::trace!(?secret, "about {secret:?}");
                tracing::trace!(target: "hyper", "GET /hook/c4nary");
            });
            assert!(
                line.contains("Secret(..)") && !line.contains("c4nary"),
                "{line}"
            );
        }
    }

    #[test]
    fn what_is_below_the_level_is_not_written() {
        let say = || {
            tracing::debug!("quiet");
            tracing::info!("loud");
        };
        let lines = written(LogStyle::Text, LogLevel::Info, say);
        assert!(
            lines.contains("loud") && !lines.contains("quiet"),
            "{lines}"
        );
        assert_eq!(
            "loud".parse::<LogLevel>().unwrap_err().to_string(),
            "one of `error`, `warn`, `info`, `debug`, `trace` is expected"
        );
        assert_eq!("debug".parse(), Ok(LogLevel::Debug));
        assert_eq!("text".parse(), Ok(LogStyle::Text));
        assert!("".parse::<LogStyle>().is_err());
    }
}
