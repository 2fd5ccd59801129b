//! What a check sees of one SLO: what was written, what it means, what is planned for it.

use crate::base::{Ratio, Span};
use crate::diagnostics::Code;
use crate::model::Slo;
use crate::model::place::{Part, Role};
use crate::model::slo::WindowMode;
use crate::plan::{self, Plan, Settings};
use crate::promql::{self, Expr, Matcher};
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
    pub written: Written,
}

/// What a piece of PromQL is.
pub enum Written {
    /// An expression; a selector in most cases.
    Expr(Expr),
    /// Matchers that are added to another field's selector.
    Matchers(Vec<Matcher>),
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
        match &self.written {
            Written::Expr(expr) => Some(expr),
            Written::Matchers(_) => None,
        }
    }

    /// Where all of it stands.
    pub fn span(&self) -> Span {
        self.scalar.span
    }
}

fn query(part: &Part) -> Option<Query<'_>> {
    let written = match part.role {
        Role::Expression => Written::Expr(promql::parse_template(&part.scalar.text).ok()?),
        Role::Matchers => Written::Matchers(promql::parse_matchers(&part.scalar.text).ok()?),
        Role::Other => return None,
    };
    Some(Query {
        field: part.field,
        scalar: &part.scalar,
        written,
    })
}
