//! Where alerts go.

pub mod support;
