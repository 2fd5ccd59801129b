//! Words that everybody uses. This module imports nothing of the crate.

pub mod address;
mod base64;
pub mod budget;
pub mod duration;
mod grouped;
pub mod header;
pub mod name;
pub mod naming;
mod phase;
pub mod ratio;
pub mod retry_after;
pub mod secret;
pub mod span;
mod spoken;
pub mod trace;
pub mod url_template;
mod wide;
pub mod zone;

pub use base64::{base64, base64_url, from_base64_url};
pub use budget::{Budget, Standing};
pub use duration::Duration;
pub use grouped::grouped;
pub use name::{LabelName, Name};
pub use phase::phase;
pub use ratio::Ratio;
pub use retry_after::{http_date, retry_after};
pub use secret::Secret;
pub use span::{SourceId, Span, Spanned};
pub use spoken::spoken;
pub use trace::Trace;
pub use url_template::{UrlTemplate, UrlTemplateError};
