//! Requests on their way to receivers that fail in every way they can, all of them on 127.0.0.1.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "helpers of tests are tests, and a fake server has a pace"
)]

#[path = "../kit/certificates.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod certificates;
mod faults;
mod hangs;
mod hidden;
#[path = "../kit/mod.rs"]
mod kit;
mod machine;
mod mail;
mod mail_tls;
mod peer;
mod plain;
mod secrets;
mod sender;
mod smtp;
