//! ON013: an SLI that reads very many samples in each evaluation.

use super::desk::Desk;
use super::presence::{is_whole, series};
use super::scene::{Scene, plain};
use super::scrapes;
use crate::base::Duration;
use crate::diagnostics::{Code, Finding, Findings, Level};
use crate::lint::check::{Ask, Check};
use crate::model::core::{Core, Errors, Slices};
use crate::plan::Window;
use crate::prometheus::{Question, Spent};
use crate::promql::Expr;
use crate::spec::scalar::COUNT;
use crate::spec::shape::{Object, Shape, optional};

pub(super) const ON013: Code = Code {
    id: "ON013",
    name: "query-cost",
    level: Level::Warning,
};

pub static CHECK: Check = Check {
    code: ON013,
    finds: "An SLI whose rules read more than five million samples in each evaluation, as the server counts them for one of \
            its windows and as its other windows are longer or shorter. `samples_max` sets another limit.",
    why: "Rules are evaluated once a minute, for ever. A server that reads millions of samples for one SLO falls behind \
          with all of them, and refuses a query that reads more than `--query.max-samples`.",
    example: r#"apiVersion: burnwatch/v1
service: edge
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    windows: raw
    sli: {ratio: {events: 'edge_requests_total{job="twenty-thousand-series"}', errors_where: 'code=~"5.."'}}
"#,
    instead: r#"apiVersion: burnwatch/v1
service: edge
owner: payments
runbook: https://runbooks.example.com/checkout
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'job:edge_requests:sum', errors_where: 'code=~"5.."'}}
"#,
    options: Some(&OPTIONS),
    ask: Ask::Server,
};

/// What the workspace can say about it.
pub static OPTIONS: Object = Object {
    name: "options of ON013",
    fields: &[optional(
        "samples_max",
        Shape::Scalar(&COUNT),
        "Samples that the rules of one SLO may read in one evaluation; 5000000 unless given.",
    )],
    one_of: &[],
};

/// Samples that the rules of one SLO may read in one evaluation, unless told otherwise: about half a second of a core.
pub const SAMPLES_MAX_DEFAULT: u64 = 5_000_000;
/// The window that is asked about; others are reckoned from it.
const WINDOW: Duration = Duration::hours(1);
/// The share of the limit from which on an estimate is worth a question.
const ESTIMATE_SHARE: f64 = 0.5;

pub(super) fn find(scenes: &[Scene<'_>], desk: &mut Desk, findings: &mut Findings) {
    for scene in scenes {
        if is_whole(scene, desk) != Some(true) {
            continue;
        }
        let options = scene.subject.options(ON013);
        let limit = options
            .and_then(|options| options.text("samples_max")?.value.parse().ok())
            .unwrap_or(SAMPLES_MAX_DEFAULT);
        if let Some((samples, seconds)) = spent(scene, limit, desk)
            && samples > limit as f64
        {
            findings.push(described(scene, samples, seconds, limit));
        }
    }
}

/// Samples and seconds of one evaluation; nothing while they are not known, and where they are surely few.
fn spent(scene: &Scene<'_>, limit: u64, desk: &mut Desk) -> Option<(f64, f64)> {
    let times = windows(scene);
    let exprs = exprs(&scene.subject.slo.core);
    if exprs.iter().all(|expr| plain(expr).is_some()) {
        let estimates: Vec<Option<f64>> = exprs
            .iter()
            .map(|expr| estimate(scene, expr, desk))
            .collect();
        let estimates: Vec<f64> = estimates.into_iter().collect::<Option<_>>()?;
        if estimates.iter().sum::<f64>() * times < limit as f64 * ESTIMATE_SHARE {
            return None;
        }
    }
    // Everything is looked up before anything is missed, so that it is asked at once.
    let costs: Vec<Option<Spent>> = exprs.iter().map(|expr| cost(expr, desk)).collect();
    let costs: Vec<Spent> = costs.into_iter().collect::<Option<_>>()?;
    let samples: u64 = costs.iter().map(|spent| spent.samples).sum();
    let seconds: f64 = costs.iter().map(|spent| spent.seconds).sum();
    Some((samples as f64 * times, seconds * times))
}

fn cost(expr: &Expr, desk: &mut Desk) -> Option<Spent> {
    let reply = desk.reply(&Question::costed(expr.text(Some(WINDOW))))?;
    if reply.spent.is_none() {
        desk.unsupported("the server does not count the samples that a query reads");
    }
    reply.spent
}

/// Samples in [`WINDOW`] of a plain selector, from its series and its scrapes.
fn estimate(scene: &Scene<'_>, expr: &Expr, desk: &mut Desk) -> Option<f64> {
    let selector = plain(expr)?;
    let want = scene.wants.iter().find(|want| want.selector == *selector)?;
    let series = series(want, desk)?;
    let declared = scene.subject.settings.scrape_interval;
    let interval = scrapes::interval(want, desk)?.unwrap_or(declared);
    Some(series * WINDOW.as_ms() as f64 / interval.as_ms().max(1) as f64)
}

fn exprs(core: &Core) -> Vec<&Expr> {
    match core {
        Core::Events { events, errors } => {
            let (Errors::Counted(part) | Errors::Remaining(part)) = errors;
            vec![events, part]
        }
        Core::Slices { source, .. } => match source {
            Slices::Samples { known, bad } => vec![known, bad],
            Slices::Ratio(expr) => vec![expr],
            // It is asked for an instant only.
            Slices::Condition(_) => Vec::new(),
        },
    }
}

/// How many times [`WINDOW`] the raw windows of one evaluation are, together.
fn windows(scene: &Scene<'_>) -> f64 {
    let raw = scene
        .subject
        .plan
        .windows
        .iter()
        .filter_map(|window| match window {
            Window::Raw(length) => Some(length.as_ms()),
            Window::Tiled(..) => None,
        });
    raw.sum::<u64>() as f64 / WINDOW.as_ms() as f64
}

fn described(scene: &Scene<'_>, samples: f64, seconds: f64, limit: u64) -> Finding {
    let slo = scene.subject.slo;
    let place = scene.subject.queries.first().map(|query| query.span());
    let title = format!(
        "the rules of this SLO read about {} samples in each evaluation",
        millions(samples)
    );
    let mut finding = Finding::new(ON013, place.unwrap_or(slo.places.name), title)
        .label(format!("more than {}", millions(limit as f64)));
    if seconds >= 0.01 {
        finding = finding.note(format!(
            "on this server that took about {seconds:.2} seconds"
        ));
    }
    match slo.windows {
        crate::model::slo::WindowMode::Raw => {
            finding.help("without `windows: raw` only windows up to an hour read the raw series")
        }
        crate::model::slo::WindowMode::Recorded => finding.help(
            "record a sum over fewer labels and build the SLO on that, or narrow the selector",
        ),
    }
}

fn millions(samples: f64) -> String {
    match samples {
        many if many >= 1e6 => format!("{:.1} million", many / 1e6),
        few => format!("{few:.0}"),
    }
}
