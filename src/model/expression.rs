//! PromQL of users: parsed once, judged by a second parser once, faults shown at their true place.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::place::Written;
use super::repair;
use super::run::Run;
use super::sli::Context;
use crate::base::{LabelName, Standing};
use crate::diagnostics::code::{QL001, QL002, QL006, QL013, QL014};
use crate::diagnostics::{Code, Edit, Finding, Findings, Patch};
use crate::promql::{self, Expr, Fault, FaultKind, Labels, Matcher, Selector};
use crate::yaml::Scalar;

/// PromQL in which `[$window]` may stand.
pub(super) fn template(
    scalar: &Scalar,
    context: &Context<'_>,
    findings: &mut Findings,
) -> Option<Arc<Expr>> {
    judged(scalar, promql::parse_template, context, findings)
}

/// PromQL of an instant.
pub(super) fn instant(
    scalar: &Scalar,
    context: &Context<'_>,
    findings: &mut Findings,
) -> Option<Arc<Expr>> {
    judged(scalar, promql::parse, context, findings)
}

fn judged(
    scalar: &Scalar,
    parse: impl FnOnce(&str) -> Result<Expr, Vec<Fault>>,
    context: &Context<'_>,
    findings: &mut Findings,
) -> Option<Arc<Expr>> {
    let expr = parsed(scalar, parse, repair::closed, context.run, findings)?;
    let expr = Arc::new(second_opinion(scalar, expr, context.run, findings)?);
    context
        .parsed
        .keep(scalar.span, Written::Expr(Arc::clone(&expr)));
    Some(expr)
}

/// What `parse` makes of the text, unless the run has cost too much already and is about to end.
fn parsed<T>(
    scalar: &Scalar,
    parse: impl FnOnce(&str) -> Result<T, Vec<Fault>>,
    repair: impl FnOnce(&Scalar) -> Option<Patch>,
    run: &Run,
    findings: &mut Findings,
) -> Option<T> {
    if run.budget.spend(promql::work(&scalar.text)) == Standing::Exceeded {
        return None;
    }
    match parse(&scalar.text) {
        Ok(parsed) => Some(parsed),
        Err(faults) => {
            let from = findings.len();
            report(scalar, &faults, findings);
            let spent = run.budget.spend(promql::work(&scalar.text));
            if let ([only], Standing::Within) = (&mut findings[from..], spent) {
                only.patch = repair(scalar);
            }
            None
        }
    }
}

/// The expression, unless an independent parser refuses it.
fn second_opinion(scalar: &Scalar, expr: Expr, run: &Run, findings: &mut Findings) -> Option<Expr> {
    let Err(reason) = run.judge.second_opinion(&expr) else {
        return Some(expr);
    };
    let title = "a second parser refuses this expression";
    findings.push(Finding::new(QL014, scalar.span, title).label(reason).note(
        "two independent parsers must agree before an expression is put into a rule; please report this one",
    ));
    None
}

/// A plain selector, without range, offset or anything around it.
pub(super) fn selector(
    scalar: &Scalar,
    what: &str,
    context: &Context<'_>,
    findings: &mut Findings,
) -> Option<Selector> {
    let expr = template(scalar, context, findings)?;
    let selector = expr.as_selector().cloned();
    if selector.is_none() {
        let title = format!("`{what}` is not a plain selector");
        findings.push(
            Finding::new(QL001, scalar.span, title)
                .label("a metric and its matchers are expected, such as `up{job=\"api\"}`")
                .help("windows, `increase` and grouping are added when rules are made"),
        );
    }
    selector
}

/// Label matchers without braces.
pub(super) fn matchers(
    scalar: &Scalar,
    context: &Context<'_>,
    findings: &mut Findings,
) -> Option<Arc<[Matcher]>> {
    let run = context.run;
    let matchers = parsed(
        scalar,
        promql::parse_matchers,
        repair::unbraced,
        run,
        findings,
    )?;
    // Matchers alone are no expression; on a metric they are.
    let selector = Selector {
        name: Some("metric".to_string()),
        matchers: matchers.clone(),
        ..Selector::default()
    };
    second_opinion(scalar, written(&selector.to_string()), run, findings)?;
    let matchers: Arc<[Matcher]> = matchers.into();
    context
        .parsed
        .keep(scalar.span, Written::Matchers(Arc::clone(&matchers)));
    Some(matchers)
}

/// PromQL that counts over `[$window]`, grouped and in a form that adds up over time.
pub(super) fn counts(
    scalar: &Scalar,
    expr: &Expr,
    group_by: &[LabelName],
    findings: &mut Findings,
) -> Option<Expr> {
    match promql::additive::lower(expr, group_by) {
        Ok(lowered) => Some(lowered),
        Err(faults) => {
            report(scalar, &faults, findings);
            None
        }
    }
}

/// Findings for the faults of an expression, each at its own place.
pub(super) fn report(scalar: &Scalar, faults: &[Fault], findings: &mut Findings) {
    for fault in faults {
        let mut finding = Finding::new(
            code(fault.kind),
            scalar.span_of(fault.place()),
            fault.message.clone(),
        )
        .label(fault.label.clone());
        if let Some((range, text)) = &fault.related {
            finding = finding.also(scalar.span_of(range.clone()), text.clone());
        }
        if let Some(help) = &fault.help {
            finding = finding.help(help.clone());
        }
        if fault.kind == FaultKind::FixedRange
            && let Some(span) = scalar.verbatim_span_of(fault.range.clone())
        {
            // A range that is meant to be fixed is possible, and then the query is another one.
            finding.help.clear();
            let text = "$window".to_string();
            finding = finding.patch("write `[$window]`", vec![Edit { span, text }]);
        }
        if fault.kind == FaultKind::NotAdditive {
            finding = finding
                .note("with `windows: raw` on the SLO any query over `[$window]` is taken, and every window reads the raw series");
        }
        findings.push(finding);
    }
}

fn code(kind: FaultKind) -> Code {
    match kind {
        FaultKind::Syntax | FaultKind::Type | FaultKind::Limit => QL001,
        FaultKind::MissingWindow | FaultKind::FixedRange => QL002,
        FaultKind::NotAdditive => QL013,
        FaultKind::Labels => QL006,
    }
}

/// An expression that burnwatch wrote itself, around parts that parsed.
pub(super) fn written(text: &str) -> Expr {
    match promql::parse_written(text) {
        Ok(expr) => expr,
        Err(faults) => unreachable!("an expression of our own does not parse: {text}: {faults:?}"),
    }
}

/// An expression whose labels are known to be exactly those of `group_by`; a finding where they are known not to be.
pub(super) fn grouped(
    scalar: &Scalar,
    expr: &Expr,
    group_by: &[LabelName],
    findings: &mut Findings,
) -> Option<Expr> {
    let wanted: BTreeSet<&str> = group_by.iter().map(|l| l.as_str()).collect();
    match promql::output_labels(expr) {
        Labels::Exactly(labels)
            if labels.iter().map(|l| &**l).collect::<BTreeSet<&str>>() == wanted =>
        {
            Some(expr.clone())
        }
        labels => {
            let found = match labels {
                Labels::Exactly(labels) if labels.is_empty() => "this has no labels".to_string(),
                Labels::Exactly(labels) => {
                    let names: Vec<&str> = labels.iter().map(|l| &**l).collect();
                    format!("this has the labels {}", names.join(", "))
                }
                Labels::Unknown => "the labels of this are those of its series".to_string(),
            };
            let help = match group_by.is_empty() {
                true => "aggregate to one series, such as `sum(...) / sum(...)`".to_string(),
                false => {
                    let names: Vec<&str> = group_by.iter().map(|l| l.as_str()).collect();
                    format!("aggregate every part with `by ({})`", names.join(", "))
                }
            };
            let title = match group_by.is_empty() {
                true => "the SLO has one budget, and this may give several series",
                false => "the labels of this are not those of `group_by`",
            };
            findings.push(
                Finding::new(QL006, scalar.span, title)
                    .label(found)
                    .help(help),
            );
            None
        }
    }
}

/// A finding where an expression is known to lack a label of `group_by`.
pub(super) fn check_labels(
    scalar: &Scalar,
    expr: &Expr,
    group_by: &[LabelName],
    findings: &mut Findings,
) -> Option<()> {
    let Labels::Exactly(labels) = promql::output_labels(expr) else {
        return Some(());
    };
    match group_by
        .iter()
        .find(|wanted| !labels.iter().any(|l| &**l == wanted.as_str()))
    {
        None => Some(()),
        Some(missing) => {
            findings.push(
                Finding::new(
                    QL006,
                    scalar.span,
                    format!("the result has no label `{missing}`"),
                )
                .label("`group_by` asks for it")
                .help(format!("keep it, such as with `by ({missing})`")),
            );
            None
        }
    }
}
