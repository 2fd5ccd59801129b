//! The series of a file that an SLI counts, with their samples.

use std::collections::{BTreeMap, HashMap};

use super::counters::Counters;
use super::fault::{Faults, Refusal};
use super::lines::{lines, text};
use super::openmetrics::{labels, sample, split};
use super::{Form, GROUPS_READ_MAX, ROWS_MAX, SERIES_MAX};
use crate::base::LabelName;
use crate::evaluate::Group;
use crate::promql::Selector;
use crate::promql::matchers::METRIC_NAME;

/// What ends a file of OpenMetrics.
const END: &[u8] = b"# EOF";

/// One series that is counted.
#[derive(Debug)]
pub(super) struct Series {
    /// Its group, by its place.
    pub group: u32,
    /// Whether it holds events.
    pub is_events: bool,
    /// Whether it decides how many are bad.
    pub is_part: bool,
    /// Times in Unix milliseconds and values, ascending, no time twice.
    pub samples: Vec<(i64, f64)>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    pub series: Vec<Series>,
    pub groups: Vec<Group>,
}

/// Reads the series of `counters`; lines of other metrics are passed over.
pub(super) fn read(
    bytes: &[u8],
    form: Form,
    counters: &Counters,
    group_by: &[LabelName],
) -> Result<Shelf, Refusal> {
    let mut reader = Reader {
        counters,
        group_by,
        names: [&counters.events, &counters.part]
            .map(|selector| selector.metric_name().unwrap_or("")),
        places: BTreeMap::new(),
        known: HashMap::new(),
        shelf: Shelf::default(),
        samples: 0,
    };
    let mut faults = Faults::default();
    let mut end = None;
    for (number, line) in lines(bytes) {
        if faults.is_full() {
            break;
        }
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        if let Some(end) = end {
            faults.add(
                number,
                format!("there is something behind the `# EOF` of line {end}"),
            );
            break;
        }
        if line == END {
            end = Some(number);
        } else if !line.starts_with(b"#")
            && reader.concerns(line)
            && let Some(line) = text(number, line, &mut faults)
            && let Err(message) = reader.take(line, form)
        {
            faults.add(number, message);
        }
    }
    faults.refusal()?;
    if form == Form::OpenMetrics && end.is_none() {
        return Err(Refusal::Whole(
            "it does not end with `# EOF`: some of it may be missing".to_string(),
        ));
    }
    reader.shelf.sorted()
}

struct Reader<'a> {
    counters: &'a Counters,
    group_by: &'a [LabelName],
    names: [&'a str; 2],
    places: BTreeMap<Group, u32>,
    /// Series as they are written, and their places where they are counted.
    known: HashMap<String, Option<usize>>,
    shelf: Shelf,
    samples: usize,
}

impl Reader<'_> {
    /// Whether a line may be of a metric that is counted; such as begin with a brace have the name inside.
    fn concerns(&self, line: &[u8]) -> bool {
        let is_end = |byte: &u8| matches!(byte, b'{' | b' ' | b'\t');
        let name = line.split(is_end).next().unwrap_or_default();
        name.is_empty() || self.names.iter().any(|wanted| wanted.as_bytes() == name)
    }

    fn take(&mut self, line: &str, form: Form) -> Result<(), String> {
        let (series, rest) = split(line)?;
        let place = match self.known.get(series) {
            Some(place) => *place,
            None => {
                if self.known.len() == SERIES_MAX {
                    return Err(format!("at most {SERIES_MAX} series of a metric are read"));
                }
                let place = self.place(series)?;
                self.known.insert(series.to_string(), place);
                place
            }
        };
        let Some(place) = place else {
            return Ok(());
        };
        let sample = sample(rest, form)?;
        if self.samples == ROWS_MAX {
            return Err(format!("at most {ROWS_MAX} samples are read"));
        }
        if let Some(value) = sample.value {
            self.samples += 1;
            self.shelf.series[place].samples.push((sample.at_ms, value));
        }
        Ok(())
    }

    /// Where a series goes that was not there before; nowhere where it is not counted.
    fn place(&mut self, series: &str) -> Result<Option<usize>, String> {
        let labels = labels(series)?;
        let [is_events, is_part] =
            [&self.counters.events, &self.counters.part].map(|selector| selects(selector, &labels));
        if !is_events && !is_part {
            return Ok(None);
        }
        let group = Group::of(self.group_by, |label| labels.get(label).map(String::as_str));
        let next = self.shelf.groups.len();
        let group = match self.places.get(&group) {
            Some(place) => *place,
            None if next == GROUPS_READ_MAX => {
                return Err(format!("at most {GROUPS_READ_MAX} groups are read"));
            }
            None => {
                self.shelf.groups.push(group.clone());
                self.places.insert(group, next as u32);
                next as u32
            }
        };
        self.shelf.series.push(Series {
            group,
            is_events,
            is_part,
            samples: Vec::new(),
        });
        Ok(Some(self.shelf.series.len() - 1))
    }
}

fn selects(selector: &Selector, labels: &BTreeMap<String, String>) -> bool {
    let value = |label: &str| labels.get(label).map_or("", String::as_str);
    let is_named = selector
        .name
        .as_deref()
        .is_none_or(|name| value(METRIC_NAME) == name);
    is_named
        && selector
            .matchers
            .iter()
            .all(|matcher| matcher.matches(value(&matcher.name)))
}

impl Shelf {
    fn sorted(mut self) -> Result<Shelf, Refusal> {
        for series in &mut self.series {
            series.samples.sort_by_key(|(at_ms, _)| *at_ms);
            series.samples.dedup();
            let twice = series
                .samples
                .windows(2)
                .find(|pair| pair[0].0 == pair[1].0);
            if let Some([(at_ms, _), _]) = twice {
                return Err(Refusal::Whole(format!(
                    "a series has two values at the Unix time {} s",
                    *at_ms as f64 / 1_000.0
                )));
            }
        }
        Ok(self)
    }
}
