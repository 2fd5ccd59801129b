//! Expressions as text of their own.

use super::expr::Expr;
use super::print::print;
use crate::base::Duration;

impl Expr {
    /// The expression as PromQL on one line, with `window` in the place of `$window`, or `$window` itself.
    pub fn text(&self, window: Option<Duration>) -> String {
        let mut out = String::new();
        print(&mut out, self, window);
        out
    }
}
