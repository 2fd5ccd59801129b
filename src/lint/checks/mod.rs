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
    budget_below_resolution,
    fixed_range_beside_placeholder,
    error_equals_total,
    rate_of_aggregate,
    error_not_subset_of_total,
    unscoped_selector,
    latency_without_le,
    quantile_as_sli,
    name_suggests_non_counter,
    selector_matches_nothing,
    needless_regex,
    missing_data_filled,
    range_holds_too_few_samples,
    good_and_bad_swapped,
    threshold_unit_mismatch,
    pattern_matches_no_status,
    second_sign,
    selector_without_metric,
    sides_never_match,
    tier_can_never_fire,
    tier_needs_near_outage,
    factor_window_budget_mismatch,
    no_page_tier,
    template_in_text,
    traffic_too_low,
    burn_rate_below_one,
    slow_burn_silent,
    hold_exceeds_short_window,
    tier_adds_nothing,
    duplicate_output,
    same_promise_twice,
    suppression_unused,
    suppression_without_reason,
    suppression_expired,
    suppression_malformed,
    suppression_without_effect,
}
