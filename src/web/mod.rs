//! Links of the web as values: what may be asked, what an answer means, what could not be told.
//!
//! Pure. Who asks is `source`; what is made of it is `lint`.

pub mod step;
pub mod verdict;
pub mod web_url;

pub use step::{Method, Step, step};
pub use verdict::{Death, Doubt, Reach, Verdict, Web};
pub use web_url::{WebUrl, WebUrlError};
