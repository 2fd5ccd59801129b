//! Words that everybody uses. This module imports nothing of the crate.

pub mod address;
pub mod budget;
pub mod duration;
mod grouped;
pub mod name;
pub mod naming;
pub mod ratio;
pub mod secret;
pub mod span;
mod spoken;
pub mod url_template;
mod wide;

pub use budget::{Budget, Standing};
pub use duration::Duration;
pub use grouped::grouped;
pub use name::{LabelName, Name};
pub use ratio::Ratio;
pub use secret::Secret;
pub use span::{SourceId, Span, Spanned};
pub use spoken::spoken;
pub use url_template::{UrlTemplate, UrlTemplateError};
