//! The functions of PromQL, as data: the set of Prometheus 3.14, experimental ones included.

/// The type of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// One number.
    Scalar,
    /// One value for each series.
    Vector,
    /// Samples over a range for each series.
    Matrix,
    /// Text.
    String,
}

impl Type {
    /// What people call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Type::Scalar => "scalar",
            Type::Vector => "instant vector",
            Type::Matrix => "range vector",
            Type::String => "string",
        }
    }
}

/// How often the last argument may occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Last {
    /// Once.
    Once,
    /// At most this often; it may be left out.
    UpTo(usize),
    /// Any number of times; it may be left out.
    Any,
}

/// A function.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The types of its arguments.
    pub args: &'static [Type],
    /// How often the last one may occur.
    pub last: Last,
    /// The type of its result.
    pub returns: Type,
}

impl Function {
    /// The fewest and the most arguments; `None` where there is no most.
    pub fn arity(&self) -> (usize, Option<usize>) {
        let all = self.args.len();
        match self.last {
            Last::Once => (all, Some(all)),
            Last::UpTo(count) => (all - 1, Some(all - 1 + count)),
            Last::Any => (all - 1, None),
        }
    }

    /// The type of the argument at `index`, if there may be one.
    pub fn arg(&self, index: usize) -> Option<Type> {
        match self.last {
            Last::Once => self.args.get(index).copied(),
            Last::UpTo(_) | Last::Any => self.args.get(index).or(self.args.last()).copied(),
        }
    }
}

/// The function called `name`.
pub fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS
        .binary_search_by(|function| function.name.cmp(name))
        .ok()
        .map(|at| &FUNCTIONS[at])
}

/// The function whose name is nearest to `name`, if one is near.
pub fn nearest(name: &str) -> Option<&'static str> {
    const EDITS_MAX: usize = 2;
    const NAME_BYTES_MAX: usize = 64;
    if name.len() > NAME_BYTES_MAX {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    FUNCTIONS
        .iter()
        .map(|function| (strsim::osa_distance(&lower, function.name), function.name))
        .min()
        .filter(|(edits, near)| *edits <= EDITS_MAX && *edits < near.len())
        .map(|(_, near)| near)
}

/// Stands for a function that does not exist while the rest of a text is read.
pub(super) static UNKNOWN: Function = Function {
    name: "",
    args: &[],
    last: Last::Once,
    returns: Type::Vector,
};

const fn function(
    name: &'static str,
    args: &'static [Type],
    last: Last,
    returns: Type,
) -> Function {
    Function {
        name,
        args,
        last,
        returns,
    }
}

const S: Type = Type::Scalar;
const V: Type = Type::Vector;
const M: Type = Type::Matrix;
const T: Type = Type::String;

use Last::{Any, Once, UpTo};

/// Every function, by name.
#[rustfmt::skip]
pub static FUNCTIONS: &[Function] = &[
    function("abs", &[V], Once, V),
    function("absent", &[V], Once, V),
    function("absent_over_time", &[M], Once, V),
    function("acos", &[V], Once, V),
    function("acosh", &[V], Once, V),
    function("asin", &[V], Once, V),
    function("asinh", &[V], Once, V),
    function("atan", &[V], Once, V),
    function("atanh", &[V], Once, V),
    function("avg_over_time", &[M], Once, V),
    function("ceil", &[V], Once, V),
    function("changes", &[M], Once, V),
    function("clamp", &[V, S, S], Once, V),
    function("clamp_max", &[V, S], Once, V),
    function("clamp_min", &[V, S], Once, V),
    function("cos", &[V], Once, V),
    function("cosh", &[V], Once, V),
    function("count_over_time", &[M], Once, V),
    function("day_of_month", &[V], UpTo(1), V),
    function("day_of_week", &[V], UpTo(1), V),
    function("day_of_year", &[V], UpTo(1), V),
    function("days_in_month", &[V], UpTo(1), V),
    function("deg", &[V], Once, V),
    function("delta", &[M], Once, V),
    function("deriv", &[M], Once, V),
    function("double_exponential_smoothing", &[M, S, S], Once, V),
    function("end", &[], Once, S),
    function("exp", &[V], Once, V),
    function("first_over_time", &[M], Once, V),
    function("floor", &[V], Once, V),
    function("histogram_avg", &[V], Once, V),
    function("histogram_count", &[V], Once, V),
    function("histogram_fraction", &[S, S, V], Once, V),
    function("histogram_quantile", &[S, V], Once, V),
    function("histogram_quantiles", &[V, T, S, S], UpTo(9), V),
    function("histogram_stddev", &[V], Once, V),
    function("histogram_stdvar", &[V], Once, V),
    function("histogram_sum", &[V], Once, V),
    function("hour", &[V], UpTo(1), V),
    function("idelta", &[M], Once, V),
    function("increase", &[M], Once, V),
    function("info", &[V, V], UpTo(1), V),
    function("irate", &[M], Once, V),
    function("label_join", &[V, T, T, T], Any, V),
    function("label_replace", &[V, T, T, T, T], Once, V),
    function("last_over_time", &[M], Once, V),
    function("ln", &[V], Once, V),
    function("log10", &[V], Once, V),
    function("log2", &[V], Once, V),
    function("mad_over_time", &[M], Once, V),
    function("max_of", &[S, S], Once, S),
    function("max_over_time", &[M], Once, V),
    function("min_of", &[S, S], Once, S),
    function("min_over_time", &[M], Once, V),
    function("minute", &[V], UpTo(1), V),
    function("month", &[V], UpTo(1), V),
    function("pi", &[], Once, S),
    function("predict_linear", &[M, S], Once, V),
    function("present_over_time", &[M], Once, V),
    function("quantile_over_time", &[S, M], Once, V),
    function("rad", &[V], Once, V),
    function("range", &[], Once, S),
    function("rate", &[M], Once, V),
    function("resets", &[M], Once, V),
    function("round", &[V, S], UpTo(1), V),
    function("scalar", &[V], Once, S),
    function("sgn", &[V], Once, V),
    function("sin", &[V], Once, V),
    function("sinh", &[V], Once, V),
    function("sort", &[V], Once, V),
    function("sort_by_label", &[V, T], Any, V),
    function("sort_by_label_desc", &[V, T], Any, V),
    function("sort_desc", &[V], Once, V),
    function("sqrt", &[V], Once, V),
    function("start", &[], Once, S),
    function("start_timestamp", &[V], Once, V),
    function("stddev_over_time", &[M], Once, V),
    function("stdvar_over_time", &[M], Once, V),
    function("step", &[], Once, S),
    function("sum_over_time", &[M], Once, V),
    function("tan", &[V], Once, V),
    function("tanh", &[V], Once, V),
    function("time", &[], Once, S),
    function("timestamp", &[V], Once, V),
    function("ts_of_first_over_time", &[M], Once, V),
    function("ts_of_last_over_time", &[M], Once, V),
    function("ts_of_max_over_time", &[M], Once, V),
    function("ts_of_min_over_time", &[M], Once, V),
    function("vector", &[S], Once, V),
    function("year", &[V], UpTo(1), V),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_sorted_so_that_each_is_found() {
        for pair in FUNCTIONS.windows(2) {
            assert!(
                pair[0].name < pair[1].name,
                "{} {}",
                pair[0].name,
                pair[1].name
            );
        }
        for function in FUNCTIONS {
            assert_eq!(find(function.name), Some(function));
        }
        assert_eq!(find("rat"), None);
    }

    #[test]
    fn a_name_that_is_nearly_right_is_recognised() {
        assert_eq!(nearest("increse"), Some("increase"));
        assert_eq!(nearest("Rate"), Some("rate"));
        assert_eq!(nearest("prediction_of_the_future"), None);
    }

    #[test]
    fn the_last_argument_may_be_optional_or_repeat() {
        let arity = |name| find(name).map(Function::arity);
        assert_eq!(arity("rate"), Some((1, Some(1))));
        assert_eq!(arity("round"), Some((1, Some(2))));
        assert_eq!(arity("hour"), Some((0, Some(1))));
        assert_eq!(arity("label_join"), Some((3, None)));
        assert_eq!(arity("time"), Some((0, Some(0))));
    }
}
