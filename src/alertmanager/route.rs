//! A node of the routing tree, as written: nothing is inherited yet.

use crate::base::{Duration, Span, Spanned};

use super::matcher::Matcher;

/// A node of the routing tree.
#[derive(Clone, Debug)]
pub struct Route {
    /// Where it is written.
    pub span: Span,
    /// Who is told.
    pub receiver: Option<Spanned<String>>,
    /// What an alert must be: those of `match`, of `match_re` and of `matchers`.
    pub matchers: Vec<Matcher>,
    /// Whether an alert that it takes is also offered to the siblings after it.
    pub continues: Continue,
    /// The labels whose values make a group. An empty list is ignored up to Alertmanager 0.30, and one group of all
    /// alerts since 0.31.
    pub group_by: Option<GroupBy>,
    /// How long the first message of a group waits; may be zero.
    pub group_wait: Option<Duration>,
    /// How long a message about a changed group waits.
    pub group_interval: Option<Duration>,
    /// After what time an unchanged group is told of again.
    pub repeat_interval: Option<Duration>,
    /// The time intervals in which nothing is sent.
    pub mute: Vec<Spanned<String>>,
    /// The time intervals in which alone something is sent; with none always.
    pub active: Vec<Spanned<String>>,
    /// Its children, in the order in which an alert is offered to them.
    pub routes: Vec<Route>,
}

/// Whether an alert that a route takes is also offered to the siblings after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Continue {
    /// It is not.
    Stop,
    /// It is.
    GoOn,
}

/// What makes a group of alerts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupBy {
    /// All labels: each alert is a group of its own.
    All,
    /// Equal values of these labels.
    Labels(Vec<String>),
}
