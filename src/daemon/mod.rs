//! The daemon's engine and store together: what is decided is kept before anything of it is sent.
//!
//! Thin: decisions are `engine`, the disk is `store`. Promise: a message leaves only after the batch that it belongs to was
//! kept, or after the store said that it can keep nothing, which is then itself told.

pub mod acks;
pub mod bodies;
pub mod courier;
mod keeper;
pub mod keyring;

pub use acks::Acks;
pub use bodies::{Bodies, BodyFault};
pub use courier::{Courier, CourierSettings, Delivery, DeliveryResult};
pub use keeper::{Keeper, KeeperError, Opened};
