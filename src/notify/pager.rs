//! What every pager can do, and what it is like.

use serde::{Deserialize, Serialize};

use crate::base::{Duration, Name, Secret};
use crate::model::roster;
use crate::template::Template;

use super::judged::{Judged, Reason};
use super::limit::Limit;
use super::message::Message;
use super::reply::Reply;
use super::request::Request;

/// A service that takes messages. Its two functions are pure: the same message makes the same request in every attempt.
pub trait Pager: Sync {
    /// What it is called in files, logs and metrics, such as `pagerduty`.
    fn kind(&self) -> &'static str;

    /// Whether a message twice is seen twice.
    fn identity(&self) -> Identity;

    /// How many messages it takes.
    fn budget(&self) -> Budget;

    /// How often it must be told that something goes on.
    fn cadence(&self) -> Cadence;

    /// What a receiver gets, for people who choose one: Markdown, whole sentences.
    fn doc(&self) -> &'static str;

    /// How long the parts of its requests may be.
    fn limits(&self) -> &'static [Limit];

    /// The request that brings `message` to `address`; nothing where the receiver need not know.
    ///
    /// # Errors
    ///
    /// Why none can be made. [`Size::Least`] may be possible where [`Size::Whole`] is not.
    fn render(
        &self,
        message: &Message,
        address: &Address<'_>,
        size: Size,
    ) -> Result<Option<Request>, Reason>;

    /// What `reply` means for `message`.
    fn judge(&self, message: &Message, reply: &Reply) -> Judged;
}

/// Where a message goes.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// The receiver's settings.
    pub pager: &'a roster::Pager,
    /// What the workspace calls the receiver.
    pub receiver: &'a Name,
    /// What its secret file holds ([`roster::Pager::secret_file`]), read when the message is sent; nothing where it has none.
    pub secret: Option<&'a Secret>,
    /// What the file holds that it logs in with beside that ([`roster::Pager::login_file`]).
    pub login: Option<&'a Secret>,
    /// The template of its body, where it has one of its own.
    pub body: Option<&'a Template>,
    /// What the receiver called the first message about the episode.
    pub handle: Option<&'a str>,
    /// The name of the daemon, where a pager shows one: its host, or what `daemon.namespace` says.
    pub sender: &'a str,
}

/// Whether a message twice is seen twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Identity {
    /// The receiver knows keys: a repeat changes nothing.
    Keyed,
    /// It does not: a repeat is seen, and marked.
    Unkeyed,
}

/// How many messages a receiver takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// So many at once.
    pub burst: u32,
    /// And one more in this time.
    pub refill: Duration,
}

/// How often a receiver must be told that something goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cadence {
    /// Once; it remembers.
    Once,
    /// Again and again, or it takes it for over.
    While {
        /// How often.
        every: Duration,
        /// For how long it is told that it is over.
        resolved: Duration,
    },
}

/// How much of a message is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Size {
    /// All of it, within the receiver's limits.
    Whole,
    /// What cannot be left out: title, times, runbook. For a receiver that said it is too large, or a text that it refused.
    Least,
}
