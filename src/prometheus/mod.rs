//! The HTTP API of Prometheus as values: questions, what is answered, and what goes wrong.
//!
//! Reads answers from JSON and knows what the API's status codes mean. Who connects, waits and gives up is `source`.
//! Nothing here touches the world, so that those who ask and judge can be tested with answers made up.

pub mod answer;
pub mod clock;
pub mod fault;
pub mod matrix;
pub mod memory;
mod partial;
pub mod pause;
pub mod question;
pub mod range;
mod read;
pub mod server;

pub use answer::{Answer, Labels, Reply, Sample, SampleValue, Spent, Track};
pub use fault::{Failure, Fault, Retry};
pub use memory::{Memory, Remembered};
pub use partial::Partial;
pub use question::{Question, Stats};
pub use read::read;
pub use server::Server;
