//! The past of SLOs from a file.

use super::Refused;
use super::times::Times;
use crate::archive::{self, DATA_MAX_BYTES, Form, Recording, Refusal};
use crate::cli::report::printable;
use crate::cli::{Exit, Io};
use crate::diagnostics::shown;
use crate::evaluate::Resolution;
use crate::files::read;
use crate::model::Slo;
use crate::model::slo::WindowMode;
use crate::plan::{Plan, Settings, plan};
use crate::replay::{Past, Replayer, Span};
use crate::show::{Outcome, Tested};

/// What a file that is none of them should be.
const FORMS: &str = "CSV with the header `time,events,errors`, or OpenMetrics, is expected";

/// Goes through what `file` holds of each SLO.
pub(super) fn read<'a>(
    file: &str,
    times: Times,
    slos: &'a [Slo],
    settings: &Settings,
    io: &mut Io<'_>,
) -> Result<Vec<Tested<'a>>, Refused> {
    let because = |reason: String| Refused::Because(format!("{}: {reason}", shown(file)));
    let bytes = read::at_most(&io.folder.join(file), DATA_MAX_BYTES);
    let bytes = bytes.map_err(|error| Refused::Because(error.to_string()))?;
    if bytes.len() > DATA_MAX_BYTES {
        return Err(because(format!(
            "it is longer than {} MiB",
            DATA_MAX_BYTES >> 20
        )));
    }
    let form = archive::form(file, &bytes).ok_or_else(|| because(FORMS.to_string()))?;
    if let (Form::Csv, [first, second, ..]) = (form, slos) {
        return Err(because(format!(
            "a CSV holds the counts of one SLO, and {} are chosen; name one, such as `{}` or `{}`",
            slos.len(),
            first.id,
            second.id
        )));
    }
    let mut tested = Vec::with_capacity(slos.len());
    for slo in slos {
        let plan = plan(slo, WindowMode::Recorded);
        let resolution = Resolution::of(&plan, settings);
        let span = Span {
            from_ms: io.now_ms,
            to_ms: io.now_ms,
        };
        tested.push(match archive::read(&bytes, form, &plan, resolution) {
            Ok(recording) => {
                let span = times
                    .within(recording.begin_ms, recording.end_ms)
                    .map_err(because)?;
                Tested {
                    slo,
                    span,
                    outcome: Outcome::Past(past(&plan, settings, span, &recording)),
                    notes: recording.notes,
                }
            }
            Err(Refusal::Whole(reason)) if slos.len() > 1 => Tested {
                slo,
                span,
                outcome: Outcome::Unanswered(format!("{}: {reason}", shown(file))),
                notes: Vec::new(),
            },
            Err(Refusal::Whole(reason)) => return Err(because(reason)),
            Err(Refusal::Faults(faults)) => {
                for fault in faults {
                    let place = format!("{file}:{}", fault.line);
                    let _ = writeln!(
                        io.stderr,
                        "error: {}: {}",
                        printable(&place),
                        printable(&fault.message)
                    );
                }
                return Err(Refused::Said(Exit::Usage));
            }
        });
    }
    Ok(tested)
}

fn past(plan: &Plan<'_>, settings: &Settings, span: Span, recording: &Recording) -> Past {
    let resolution = Resolution::of(plan, settings);
    let replayer = Replayer::new(plan, settings, resolution, recording.begin_ms, span);
    let mut replayer = replayer.in_steps(recording.step_ms);
    for counts in recording.pieces(span.to_ms) {
        replayer.go(&counts);
    }
    replayer.finish()
}
