//! From when to when a backtest goes.

use crate::base::Duration;
use crate::cli::moment::Moment;
use crate::evaluate::Resolution;
use crate::replay::Span;
use crate::show::when;

/// How far back, unless told otherwise.
const BACK_DEFAULT: Duration = Duration::days(30);
/// Most steps of a backtest: two years of minutes.
const STEPS_MAX: i64 = 1_100_000;

/// What the command line says of times.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// `--from`.
    pub from: Option<Moment>,
    /// `--to`.
    pub to: Option<Moment>,
}

impl Times {
    /// For whoever knows the past up to now.
    pub fn until_now(self, now_ms: i64) -> Result<Span, String> {
        let to_ms = self.to.map_or(now_ms, |to| to.at_ms(now_ms));
        if to_ms > now_ms {
            return Err("`--to` lies in the future".to_string());
        }
        let from = self.from.unwrap_or(Moment::Back(BACK_DEFAULT));
        ordered(from.at_ms(to_ms), to_ms)
    }

    /// For data from one time to another, which is all that there is.
    pub fn within(self, begin_ms: i64, end_ms: i64) -> Result<Span, String> {
        let to_ms = self.to.map_or(end_ms, |to| to.at_ms(end_ms));
        let from_ms = self.from.map_or(begin_ms, |from| from.at_ms(to_ms));
        if from_ms >= end_ms || to_ms <= begin_ms {
            return Err(format!(
                "the file holds {} to {} UTC, and nothing of that is asked for",
                when::minute(begin_ms),
                when::minute(end_ms)
            ));
        }
        ordered(from_ms, to_ms.min(end_ms))
    }
}

fn ordered(from_ms: i64, to_ms: i64) -> Result<Span, String> {
    if from_ms >= to_ms {
        return Err("`--from` does not lie before `--to`".to_string());
    }
    if from_ms < 0 {
        return Err("`--from` lies before 1970".to_string());
    }
    Ok(Span { from_ms, to_ms })
}

/// Whether a span has few enough steps.
pub(super) fn fits(span: Span, resolution: Resolution) -> Result<(), String> {
    let step_ms = resolution.step_ms();
    if (span.to_ms - span.from_ms) / step_ms <= STEPS_MAX {
        return Ok(());
    }
    let [step, most] = [step_ms, STEPS_MAX * step_ms].map(|ms| Duration::from_ms(ms as u64));
    let days = Duration::days(most.as_secs() / 86_400);
    Err(format!(
        "`--from` lies too far back: in steps of {step} a backtest covers at most {days}"
    ))
}
