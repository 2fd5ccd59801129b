//! How each pager is told: a message made into a request, and its reply judged. Pure.
//!
//! One file a pager, one line in `pagers`. When and how often a message is sent is decided by `outbox`; who sends it is
//! `transport`. Promise: no secret is in anything but the fields of a request that carry it.

mod access;
pub mod judged;
pub mod key;
pub mod limit;
pub mod message;
pub mod pager;
pub mod pagers;
pub mod reply;
pub mod request;
pub mod text;
mod verdict;
pub mod words;

pub use judged::{Judged, Reason, ReasonKind, Receipt};
pub use key::Key;
pub use limit::{Limit, Measure};
pub use message::{About, Links, Member, Message, News, Purpose, Repeat, Urgency};
pub use pager::{Address, Budget, Cadence, Identity, Pager, Size};
pub use reply::{Breakage, MailStage, Reply, Response};
pub use request::{HttpRequest, MailRequest, MailTls, Method, Request};
