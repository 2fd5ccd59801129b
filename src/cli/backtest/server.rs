//! The past of SLOs from a server.

use super::Refused;
use super::times::{Times, fits};
use crate::cli::Io;
use crate::cli::progress::Progress;
use crate::cli::server::ServerArguments;
use crate::evaluate::Resolution;
use crate::model::Slo;
use crate::model::slo::WindowMode;
use crate::plan::{Settings, plan};
use crate::prometheus::{Failure, Fault};
use crate::replay::{self, Depth};
use crate::show::{Outcome, Tested};

/// After so many SLOs in a row for which the server could not be reached, it is not asked for the others.
const UNREACHED_MAX: usize = 3;
/// What is said where nobody can be asked.
const NO_SERVER: &str = "nobody to ask: name a server with `--prometheus URL` or in BURNWATCH_PROMETHEUS_URL, or a file with `--data FILE`";

/// Asks the server, SLO by SLO: what it cannot say of one stops no other.
pub(super) fn ask<'a>(
    server: &ServerArguments,
    times: Times,
    slos: &'a [Slo],
    settings: &Settings,
    io: &mut Io<'_>,
) -> Result<Vec<Tested<'a>>, Refused> {
    let span = times.until_now(io.now_ms).map_err(Refused::Because)?;
    let mut progress = Progress::new(io);
    let mut tested = Vec::with_capacity(slos.len());
    let mut unreached = 0;
    for (at, slo) in slos.iter().enumerate() {
        // Each SLO has a run of its own, with all the time and answers of one.
        let source = server.source(io).map_err(Refused::Because)?;
        let mut source = source.ok_or_else(|| Refused::Because(NO_SERVER.to_string()))?;
        let plan = plan(slo, WindowMode::Recorded);
        fits(span, Resolution::of(&plan, settings)).map_err(Refused::Because)?;
        progress.says(
            io,
            &format!("asking for {} ({} of {})", slo.id, at + 1, slos.len()),
        );
        let outcome = match unreached >= UNREACHED_MAX {
            true => Outcome::Unanswered(format!(
                "not asked: the server could not be reached for {UNREACHED_MAX} others"
            )),
            false => match replay::ask(&plan, settings, span, Depth::Period, &mut source) {
                Ok(past) => {
                    unreached = 0;
                    Outcome::Past(past)
                }
                Err(failure) => {
                    unreached = if is_unreached(&failure) {
                        unreached + 1
                    } else {
                        0
                    };
                    Outcome::Unanswered(failure.to_string())
                }
            },
        };
        tested.push(Tested {
            slo,
            span,
            outcome,
            notes: Vec::new(),
        });
    }
    progress.ends(io);
    Ok(tested)
}

fn is_unreached(failure: &Failure) -> bool {
    matches!(
        failure.fault,
        Fault::Unreachable(_) | Fault::TooSlow(_) | Fault::RunOver(_)
    )
}
