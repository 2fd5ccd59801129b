//! Files: found, read and written. The only part that touches the file system.

pub mod create;
mod error;
pub mod find;
pub mod git;
mod git_call;
mod git_error;
pub mod manifest;
pub mod output;
pub mod path;
pub mod read;
mod replace;
pub mod report;
pub mod rewrite;
mod side_by_side;

pub use error::FilesError;
pub use side_by_side::side_by_side;
