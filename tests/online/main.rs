//! The checks against a server: real ones with each fault provoked, and fake ones that misbehave.

mod data;
mod faults;
#[path = "../kit/mod.rs"]
mod kit;
mod pure;
mod scraped;
mod servers;
mod slos;
