//! QL014: PromQL that a second, independent parser refuses.

use crate::diagnostics::code::QL014;
use crate::lint::check::{Ask, Check};

pub static CHECK: Check = Check {
    code: QL014,
    finds: "PromQL that burnwatch's own parser takes and a second one, written by others, refuses. No such expression \
            is known, so there is no example; please report one.",
    why: "One of the two is wrong, and only Prometheus would tell which. Until that is known the expression is kept \
          out of the rule file, since Prometheus refuses the whole file for one expression.",
    example: "",
    instead: "",
    options: None,
    ask: Ask::Readers,
};
