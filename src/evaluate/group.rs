//! One value of the labels that an SLO is grouped by.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::LabelName;

/// The values of `group_by`, in its order; none where an SLO is not grouped.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Group(Vec<String>);

impl Group {
    /// The group of a series. A label that a series lacks is empty, as in PromQL.
    pub fn of<'a>(labels: &[LabelName], value: impl Fn(&str) -> Option<&'a str>) -> Group {
        let value = |label: &LabelName| value(label.as_str()).unwrap_or("").to_string();
        Group(labels.iter().map(value).collect())
    }

    /// The group of these values, one for each label.
    pub fn of_values(values: Vec<String>) -> Group {
        Group(values)
    }

    /// The values.
    pub fn values(&self) -> &[String] {
        &self.0
    }

    /// The values with the names of their labels, for people: `route="/pay", method="GET"`.
    pub fn show<'a>(&'a self, labels: &'a [LabelName]) -> impl fmt::Display + 'a {
        Shown(self, labels)
    }
}

struct Shown<'a>(&'a Group, &'a [LabelName]);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (label, value)) in self.1.iter().zip(&self.0.0).enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{label}={value:?}")?;
        }
        Ok(())
    }
}
