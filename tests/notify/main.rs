//! One contract for all pagers: what they make of messages, and of replies.

#![allow(clippy::unwrap_used, reason = "a test may fail anywhere")]

mod alertmanager;
mod email;
mod identity;
mod injection;
#[path = "../kit/mod.rs"]
mod kit;
mod limits;
mod page;
mod part;
mod real_alertmanager;
mod rendered;
mod samples;
mod secrets;
mod slack;
mod statuses;
mod storms;
mod webhook;
