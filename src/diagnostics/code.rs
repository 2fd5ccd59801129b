//! The stable codes of findings. A code is never reused; its name says the fault.

use std::fmt;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing; nothing is wrong.
    Info,
    /// Probably not what was meant.
    Warning,
    /// Wrong: nothing is generated.
    Error,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::Info => "info",
            Level::Warning => "warning",
            Level::Error => "error",
        })
    }
}

/// One kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// Two letters and three digits, such as `SP002`.
    pub id: &'static str,
    /// The fault in words, such as `unknown-field`.
    pub name: &'static str,
    /// Its level unless configured otherwise.
    pub level: Level,
}

macro_rules! codes {
    ($($id:ident $name:literal $level:ident $doc:literal;)*) => {
        $(
            #[doc = $doc]
            pub const $id: Code = Code { id: stringify!($id), name: $name, level: Level::$level };
        )*
        /// Every code, in order.
        pub const CODES: &[Code] = &[$($id),*];
    };
}

codes! {
    SP001 "yaml-syntax" Error "The text is no YAML, or more of it than is read.";
    SP002 "unknown-field" Error "A field that does not exist.";
    SP003 "missing-field" Error "A field that must be there is not.";
    SP004 "wrong-type" Error "A value of another kind than the field takes.";
    SP005 "duplicate-key" Error "The same key twice in one mapping.";
    SP006 "unsupported-version" Error "An `apiVersion` that is not read.";
    SP007 "bad-value" Error "A value of the right kind that means nothing here.";
    SP008 "conflicting-fields" Error "Fields that exclude each other, or none of a group of which one is needed.";
    SP009 "unknown-reference" Error "A name that nothing bears.";
    SP010 "objective-out-of-range" Error "An objective that is not between 0 and 100 percent.";
    SP011 "objective-is-100" Error "An objective that leaves no error budget.";
    SP012 "objective-looks-like-fraction" Error "An objective below 1 percent, where a fraction was probably meant.";
    SP014 "bad-name" Error "A name that is not label-safe, or a reserved label.";
    SP015 "owner-missing" Error "An SLO that wakes somebody, and no team that answers for it.";
    SP016 "not-in-effect" Info "A field that is read and checked, and does nothing where it stands.";
    SP017 "calendar-period" Error "Rules for a period that follows the calendar.";
    SP018 "path-outside-workspace" Error "A path that leads out of the workspace.";
    SP019 "no-slos" Warning "A file without any SLO.";
    QL001 "promql-syntax" Error "PromQL that does not parse.";
    QL002 "window-placeholder-missing" Error "PromQL without `[$window]` where the window must go.";
    QL006 "ratio-label-mismatch" Error "PromQL whose labels are not those of `group_by`.";
    QL013 "not-additive" Error "PromQL whose counts do not add up over time.";
    QL014 "second-parser-disagrees" Error "PromQL that a second, independent parser refuses.";
    QL015 "threshold-not-a-bucket" Error "A latency threshold that is no bucket bound of its histogram.";
    AL003 "short-window-not-shorter" Error "A short window that is not shorter than the long one.";
    AL005 "window-longer-than-period" Error "A window longer than the period.";
    AL007 "severity-unknown" Error "A severity that the workspace does not define.";
    AL010 "window-unusable" Error "A window in which samples are too few, or that cannot be put together from recorded ones.";
    XF001 "duplicate-slo" Error "Two SLOs of the same service and name.";
    RB007 "template-broken" Error "A template of runbooks that cannot be filled in.";
    RT001 "receiver-undefined" Error "A receiver that the workspace does not define.";
    RT008 "alertmanager-base-unusable" Error "An Alertmanager configuration that Alertmanager refuses, or in which no alert can be routed.";
    RT012 "message-template-unusable" Error "Message templates that Alertmanager cannot use.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_their_names_are_unique() {
        for (at, code) in CODES.iter().enumerate() {
            for other in &CODES[..at] {
                assert!(
                    code.id != other.id && code.name != other.name,
                    "{code:?} and {other:?}"
                );
            }
        }
    }
}
