//! PromQL: read with spans and types, printed, judged, and lowered to counts.
//!
//! [`parse_template`] also knows `$window`, the placeholder for the window that a rule is made for.
//! Nothing here knows files, SLOs or rules.

pub mod additive;
pub mod expr;
pub mod fault;
pub mod functions;
pub mod labels;
pub mod matchers;
pub mod op;
pub mod parse;
pub mod print;
pub mod re2;
pub mod search;
pub mod second;
pub mod types;
pub mod window;
pub mod work;

mod lexer;
mod number;
mod parse_binary;
mod parse_range;
mod parse_series;
mod parts;
mod re2_class;
mod reasons;
mod shown;
mod text;
mod token;

pub use additive::lower;
pub use expr::{Expr, Node, Place};
pub use fault::{Fault, FaultKind};
pub use labels::{Labels, output_labels};
pub use matchers::{MatchOp, Matcher, Selector};
pub use parse::{parse, parse_matchers, parse_template, parse_written};
pub use print::print;
pub use search::{Search, SearchFault};
pub use second::{Judge, second_opinion};
pub use text::said;
pub use window::uses_window;
pub use work::work;
