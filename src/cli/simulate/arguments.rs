//! What is to be simulated.

use crate::base::{Duration, Ratio};
use crate::spec::scalar::parse_rate;

/// Most incidents of a kind, and most periods without any.
const RUNS_MAX: u32 = 100_000;
/// The most traffic in an hour: beyond it nothing is left to chance.
const TRAFFIC_MAX: Ratio = Ratio::whole(1_000_000_000);
/// The longest incident.
const LASTING_MAX: Duration = Duration::days(90);
/// Most values of one option.
const VALUES_MAX: usize = 20;
/// The highest burn rate of times without incidents.
const BURN_MAX: Ratio = Ratio::whole(1_000);

/// Arguments of `simulate`.
#[derive(clap::Args)]
pub(in crate::cli) struct Arguments {
    /// SLOs, as `service/name`, or the name alone where only one service has it. Without any: all
    #[arg(value_name = "SLO")]
    pub(super) slos: Vec<String>,
    /// Try this policy of the workspace on them; several times to compare. Without any: what each SLO has
    #[arg(long, value_name = "NAME")]
    pub(super) policy: Vec<String>,
    /// Events, such as `300/h`; several times for several. Without any: the `expected_rate`, else 10/h to 100000/h
    #[arg(long, value_name = "RATE")]
    traffic: Vec<String>,
    /// How far traffic rises above its average by day and falls below it by night
    #[arg(long, value_name = "PERCENT", default_value = "50%")]
    swing: String,
    /// The burn rate of times without incidents, for false alerts
    #[arg(long, value_name = "BURN_RATE", default_value = "1")]
    burn: String,
    /// The burn rate beside incidents
    #[arg(long, value_name = "BURN_RATE", default_value = "0")]
    background: String,
    /// The error ratio of an incident; several times for several
    #[arg(long, value_name = "PERCENT", default_values = ["100%", "15%", "5%", "2%", "1%"])]
    errors: Vec<String>,
    /// How long an incident lasts; several times for several. Without any: until it spent 20 % of the budget
    #[arg(long, value_name = "DURATION")]
    lasting: Vec<String>,
    /// Incidents of each kind
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=i64::from(RUNS_MAX)))]
    runs: u32,
    /// Times of 30 days without incidents; 0 for incidents alone
    #[arg(long, value_name = "NUMBER", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=i64::from(RUNS_MAX)))]
    months: u32,
    /// What chance begins with: the same seed gives the same figures
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// How to print them
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(super) format: Format,
}

/// How figures are printed.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(super) enum Format {
    /// Tables
    Human,
    /// One object, for tools
    Json,
}

/// Arguments that make sense.
#[derive(Clone, Debug)]
pub(super) struct Options {
    /// Policies to try; none for what each SLO has.
    pub policies: Vec<String>,
    /// Events an hour; none for what the SLO says.
    pub traffic: Vec<Ratio>,
    /// As a share of the average.
    pub swing: Ratio,
    /// Without incidents.
    pub burn: Ratio,
    /// Beside incidents.
    pub background: Ratio,
    /// Error ratios of incidents.
    pub errors: Vec<Ratio>,
    /// How long they last; none for until a share of the budget is spent.
    pub lasting: Vec<Duration>,
    /// Incidents of each kind.
    pub runs: usize,
    /// Times without any.
    pub months: usize,
    /// The seed.
    pub seed: u64,
    /// How often the workspace evaluates.
    pub interval: Duration,
}

impl Arguments {
    /// What they say in a workspace that evaluates so often, or what is wrong with one of them.
    pub(super) fn options(&self, interval: Duration) -> Result<Options, String> {
        Ok(Options {
            policies: few("--policy", &self.policy)?.to_vec(),
            traffic: all("--traffic", &self.traffic, traffic)?,
            swing: percent("--swing", &self.swing)?,
            burn: burn("--burn", &self.burn)?,
            background: burn("--background", &self.background)?,
            errors: all("--errors", &self.errors, |text| {
                let ratio = percent("--errors", text)?;
                match ratio > Ratio::ZERO {
                    true => Ok(ratio),
                    false => Err("`--errors` is above 0 %".to_string()),
                }
            })?,
            lasting: all("--lasting", &self.lasting, |text| {
                match text.parse::<Duration>() {
                    Ok(duration) if duration <= LASTING_MAX => Ok(duration),
                    Ok(_) => Err(format!(
                        "`--lasting {text}`: at most {LASTING_MAX} is expected"
                    )),
                    Err(error) => Err(format!("`--lasting {text}`: {error}")),
                }
            })?,
            runs: self.runs as usize,
            months: self.months as usize,
            seed: self.seed,
            interval,
        })
    }
}

fn few<'a>(option: &str, texts: &'a [String]) -> Result<&'a [String], String> {
    match texts.len() <= VALUES_MAX {
        true => Ok(texts),
        false => Err(format!("`{option}` is given at most {VALUES_MAX} times")),
    }
}

fn all<T>(
    option: &str,
    texts: &[String],
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    few(option, texts)?.iter().map(|text| read(text)).collect()
}

fn traffic(text: &str) -> Result<Ratio, String> {
    let rate = parse_rate(text).filter(|rate| *rate <= TRAFFIC_MAX);
    rate.ok_or_else(|| {
        format!(
            "`--traffic {text}`: a number per `s`, `m`, `h` or `d`, such as `300/h`, and at most {TRAFFIC_MAX}/h is expected"
        )
    })
}

fn percent(option: &str, text: &str) -> Result<Ratio, String> {
    let number: Option<Ratio> = text.strip_suffix('%').unwrap_or(text).trim().parse().ok();
    let range = Ratio::ZERO..=Ratio::whole(100);
    let number = number.filter(|number| range.contains(number));
    let number = number.map(|number| number / Ratio::whole(100));
    number.ok_or_else(|| format!("`{option} {text}`: from 0% to 100% is expected, such as `15%`"))
}

fn burn(option: &str, text: &str) -> Result<Ratio, String> {
    let number: Option<Ratio> = text.parse().ok();
    let number = number.filter(|number| (Ratio::ZERO..=BURN_MAX).contains(number));
    number.ok_or_else(|| {
        format!("`{option} {text}`: a burn rate from 0 to {BURN_MAX} is expected, such as `1`")
    })
}
