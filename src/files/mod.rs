//! Files: found, read and written. The only part that touches the file system.

mod error;
pub mod find;
pub mod manifest;
pub mod output;
pub mod read;

pub use error::FilesError;
