//! The checks, one file each.
//!
//! Adding one is a file here and its line in [`CHECKS`].

use super::check::Check;

macro_rules! checks {
    ($($module:ident),* $(,)?) => {
        $(pub(super) mod $module;)*
        /// Every check, by its code.
        pub static CHECKS: &[&Check] = &[$(&$module::CHECK),*];
    };
}

checks! {
    unknown_field,
    tier_can_never_fire,
    suppression_unused,
    suppression_without_reason,
    suppression_expired,
    suppression_malformed,
    suppression_without_effect,
}
