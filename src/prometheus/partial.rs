//! What becomes of answers that are not whole.

/// What becomes of an answer of which the server says that it may lack series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Partial {
    /// It is none: [`Fault::Partial`](super::Fault::Partial).
    #[default]
    Refused,
    /// It is one.
    Allowed,
}
