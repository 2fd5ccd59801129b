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

pub use alertmanager_clash::RT011 as CLASH;
pub use generated_drift::XF003 as GENERATED_DRIFT;
pub use inline_secret::RT010 as INLINE_SECRET;
pub use runbook_section_missing::asked as asked_sections;

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
    budget_below_resolution,
    bad_name,
    owner_missing,
    not_in_effect,
    calendar_period,
    path_outside_workspace,
    no_slos,
    promql_syntax,
    window_placeholder_missing,
    fixed_range_beside_placeholder,
    error_equals_total,
    rate_of_aggregate,
    ratio_label_mismatch,
    error_not_subset_of_total,
    unscoped_selector,
    latency_without_le,
    quantile_as_sli,
    name_suggests_non_counter,
    not_additive,
    second_parser_disagrees,
    threshold_not_a_bucket,
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
    short_window_not_shorter,
    factor_window_budget_mismatch,
    window_longer_than_period,
    no_page_tier,
    severity_unknown,
    template_in_text,
    window_unusable,
    traffic_too_low,
    burn_rate_below_one,
    slow_burn_silent,
    hold_exceeds_short_window,
    tier_adds_nothing,
    duplicate_slo,
    duplicate_output,
    generated_drift,
    same_promise_twice,
    dependency_ring,
    runbook_missing,
    runbook_file_not_found,
    runbook_section_missing,
    runbook_url_relative,
    runbook_link_broken,
    template_broken,
    receiver_undefined,
    page_falls_to_default,
    route_shadowed,
    inhibition_never_matches,
    expected_receiver,
    receiver_unused,
    receiver_unsupported,
    inhibition_crosses_slos,
    inline_secret,
    alertmanager_clash,
    no_severity_wakes,
    alertmanager_base_unusable,
    message_template_unusable,
    webhook_body_unusable,
    suppression_unused,
    suppression_without_reason,
    suppression_expired,
    suppression_malformed,
    suppression_without_effect,
}
