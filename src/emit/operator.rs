//! The same groups as a `PrometheusRule`, for the Prometheus operator.

use super::prometheus::{HEADER, group};
use super::rules::Group;
use crate::base::Name;
use crate::base::naming::object_name;
use crate::yaml::write;

/// The text of a `PrometheusRule` for the SLOs of `service`.
pub fn prometheus_rule<'a>(service: &Name, groups: impl IntoIterator<Item = &'a Group>) -> String {
    let mut out = String::from(HEADER);
    out.push_str("apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: ");
    write::scalar(&mut out, &object_name(service));
    out.push_str("\n  labels:\n    app.kubernetes.io/managed-by: burnwatch\nspec:\n  groups:\n");
    for item in groups {
        group(&mut out, 2, item);
    }
    out
}
