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
    yaml_syntax,
    unknown_field,
    missing_field,
    wrong_type,
    duplicate_key,
    unsupported_version,
    bad_value,
    conflicting_fields,
    unknown_reference,
    objective_out_of_range,
    objective_is_100,
    objective_looks_like_fraction,
    bad_name,
    owner_missing,
    not_in_effect,
    calendar_period,
    path_outside_workspace,
    no_slos,
    promql_syntax,
    window_placeholder_missing,
    ratio_label_mismatch,
    not_additive,
    second_parser_disagrees,
    threshold_not_a_bucket,
    tier_can_never_fire,
    short_window_not_shorter,
    window_longer_than_period,
    severity_unknown,
    window_unusable,
    duplicate_slo,
    receiver_undefined,
    suppression_unused,
    suppression_without_reason,
    suppression_expired,
    suppression_malformed,
    suppression_without_effect,
}
