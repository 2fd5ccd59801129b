//! What a check sees of one SLO: what was written, what it means, what is planned for it.

use crate::base::{Ratio, Span};
use crate::diagnostics::{Code, Finding};
use crate::model::Slo;
use crate::model::place::{Part, Written};
use crate::model::slo::WindowMode;
use crate::plan::{self, Plan, Settings};
use crate::promql::expr::Selection;
use crate::promql::{Expr, Matcher, Place, Selector};
use crate::spec::Record;
use crate::yaml::Scalar;

use super::options::Options;

/// One SLO, as checks see it.
pub struct Subject<'a> {
    /// What it means.
    pub slo: &'a Slo,
    /// What is to be computed for it.
    pub plan: Plan<'a>,
    /// How rules are made.
    pub settings: &'a Settings,
    /// The PromQL that the user wrote for it, in the order of the SLI kind's fields.
    pub queries: Vec<Query<'a>>,
    options: &'a Options<'a>,
}

/// PromQL of the user's.
pub struct Query<'a> {
    /// The field that it stands in.
    pub field: &'static str,
    /// Its text; a range of bytes in it has a place in the file.
    pub scalar: &'a Scalar,
    /// What it says.
    pub written: &'a Written,
}

impl<'a> Subject<'a> {
    /// The subject that `slo` makes.
    pub fn new(slo: &'a Slo, settings: &'a Settings, options: &'a Options<'a>) -> Subject<'a> {
        Subject {
            slo,
            plan: plan::plan(slo, WindowMode::Recorded),
            settings,
            queries: slo.parts.iter().filter_map(query).collect(),
            options,
        }
    }

    /// The query in a field.
    pub fn query(&self, field: &str) -> Option<&Query<'a>> {
        self.queries.iter().find(|query| query.field == field)
    }

    /// Whether something stands in the SLO's own file, and not in a policy or template that others use, too.
    pub fn owns(&self, span: Span) -> bool {
        span.source == self.slo.places.name.source
    }

    /// A finding about a part of some PromQL; where that is a template's, the place where the SLO uses it is shown, too.
    pub fn about(
        &self,
        code: Code,
        query: &Query<'_>,
        place: Place,
        title: impl Into<String>,
    ) -> Finding {
        let finding = Finding::new(code, query.at(place), title);
        match self.slo.places.sli {
            Some(sli) if !self.owns(query.span()) => finding.also(sli, "the template is used here"),
            _ => finding,
        }
    }

    /// The options of a check, where the workspace gives any.
    pub fn options(&self, code: Code) -> Option<&Record<'a>> {
        self.options.of(code)
    }

    /// Events that are expected in a time of `hours`, where the SLO says how many.
    pub fn expected(&self, hours: Ratio) -> Option<Ratio> {
        self.slo.expected_per_hour.map(|rate| rate * hours)
    }
}

impl Query<'_> {
    /// The expression, where it is one.
    pub fn expr(&self) -> Option<&Expr> {
        match self.written {
            Written::Expr(expr) => Some(expr),
            Written::Matchers(_) => None,
        }
    }

    /// The matchers, where it is some that are added to another field's selector.
    pub fn matchers(&self) -> Option<&[Matcher]> {
        match self.written {
            Written::Matchers(matchers) => Some(matchers),
            Written::Expr(_) => None,
        }
    }

    /// The selector, where it is a plain one.
    pub fn selector(&self) -> Option<&Selector> {
        self.expr()?.as_selector()
    }

    /// Every selection in it, in the order of the text.
    pub fn selections(&self) -> Vec<&Selection> {
        self.expr().map(Expr::selections).unwrap_or_default()
    }

    /// The matchers in it, those of each selector together, in the order of the text.
    pub fn matcher_lists(&self) -> Vec<&[Matcher]> {
        match self.written {
            Written::Matchers(matchers) => vec![matchers],
            Written::Expr(expr) => {
                let selections = expr.selections().into_iter();
                selections
                    .map(|selection| &selection.selector.matchers[..])
                    .collect()
            }
        }
    }

    /// The place of all of it, where it is an expression.
    pub fn whole(&self) -> Place {
        self.expr().map_or(Place::default(), |expr| expr.place)
    }

    /// Where a part of it stands.
    pub fn at(&self, place: Place) -> Span {
        self.scalar.span_of(place.range())
    }

    /// Its text there.
    pub fn text(&self, place: Place) -> &str {
        self.scalar.text.get(place.range()).unwrap_or_default()
    }

    /// Where all of it stands.
    pub fn span(&self) -> Span {
        self.scalar.span
    }
}

fn query(part: &Part) -> Option<Query<'_>> {
    Some(Query {
        field: part.field,
        scalar: &part.scalar,
        written: part.written.as_ref()?,
    })
}
