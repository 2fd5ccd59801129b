//! What everybody shares who connects to somebody: where hosts are, what errors say, what must not be shown.

mod cause;
pub mod lookup;
pub mod mask;

pub use cause::{innermost, tls_fault};
pub use lookup::{Lookup, LookupFault, SystemLookup};
pub use mask::Mask;
