//! Names: each is defined once, and each that a route uses is defined.

use std::collections::BTreeMap;

use crate::base::{Span, Spanned};
use crate::diagnostics::code::RT008;
use crate::diagnostics::{Finding, shown};

use super::fields::Reader;
use super::route::Route;

/// How alike two names must be for the one to be suggested for the other, by Jaro and Winkler.
const LIKENESS_MIN: f64 = 0.85;

/// Names of one kind, each with the place where it is first defined.
pub(super) type Names<'a> = BTreeMap<&'a str, Span>;

impl Reader<'_> {
    /// The names of one kind; a name that is given twice is told.
    pub fn names<'n>(
        &mut self,
        kind: &str,
        defined: impl Iterator<Item = &'n Spanned<String>>,
    ) -> Names<'n> {
        let mut names = Names::new();
        for name in defined {
            let Some(first) = names.get(name.value.as_str()) else {
                names.insert(&name.value, name.span);
                continue;
            };
            let title = format!("two {kind}s are called {}", shown(&name.value));
            self.say(
                Finding::new(RT008, name.span, title)
                    .label("again here")
                    .also(*first, "first here")
                    .help("give one of them another name, and use it in the routes that mean it"),
            );
        }
        names
    }

    /// Tells of names that routes use and nothing defines.
    pub fn judge_references(&mut self, root: &Route, receivers: &Names, intervals: &Names) {
        let mut waiting = vec![root];
        while let Some(route) = waiting.pop() {
            if let Some(receiver) = &route.receiver {
                self.defined("receiver", "receivers", receiver, receivers);
            }
            for interval in route.mute.iter().chain(&route.active) {
                self.defined("time interval", "time_intervals", interval, intervals);
            }
            waiting.extend(route.routes.iter().rev());
        }
    }

    fn defined(&mut self, kind: &str, field: &str, used: &Spanned<String>, names: &Names) {
        if names.contains_key(used.value.as_str()) {
            return;
        }
        let title = format!("no {kind} is called {}", shown(&used.value));
        let mut finding =
            Finding::new(RT008, used.span, title).label(format!("not in `{field}` of this file"));
        let likeness = |name: &str| strsim::jaro_winkler(name, &used.value);
        let similar = names
            .iter()
            .map(|(name, place)| (likeness(name), *name, *place))
            .filter(|(likeness, ..)| *likeness >= LIKENESS_MIN)
            .max_by(|one, other| one.0.total_cmp(&other.0));
        finding = match similar {
            Some((_, name, place)) => finding
                .also(place, "similar")
                .help(format!("{} is similar", shown(name))),
            None => finding.help(format!("define it in `{field}`, or name another {kind}")),
        };
        self.say(finding);
    }
}
