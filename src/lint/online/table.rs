//! The series of a metric by some of their labels, and which of them matchers let through.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::prometheus::{Sample, SampleValue};
use crate::promql::{MatchOp, Matcher};

/// Most groups that are asked for at once. Above, each selector is asked for on its own.
pub const GROUPS_MAX: usize = 20_000;

/// Which values of a label a matcher lets through, by the number of the value.
type Passed = Rc<Vec<bool>>;

/// Groups of series with a number each.
pub struct Table {
    columns: BTreeMap<String, Column>,
    numbers: Vec<f64>,
    passed: RefCell<BTreeMap<String, Passed>>,
}

/// One label of all groups.
#[derive(Default)]
struct Column {
    /// Each value once, the empty one for series without the label.
    values: BTreeMap<String, usize>,
    /// The number of the value of each group.
    cells: Vec<usize>,
    /// The groups of each value.
    rows: Vec<Vec<usize>>,
}

impl Table {
    /// The groups that a query `by` these labels gave.
    pub fn new<'l>(samples: &[Sample], labels: impl Iterator<Item = &'l str>) -> Table {
        let column = |label: &str| {
            let mut column = Column::default();
            for (row, sample) in samples.iter().enumerate() {
                let value = sample.labels.get(label).cloned().unwrap_or_default();
                let next = column.values.len();
                let number = *column.values.entry(value).or_insert(next);
                if number == column.rows.len() {
                    column.rows.push(Vec::new());
                }
                column.rows[number].push(row);
                column.cells.push(number);
            }
            column
        };
        let number = |sample: &Sample| match sample.value {
            SampleValue::Float(number) => number,
            SampleValue::Histogram => f64::NAN,
        };
        Table {
            columns: labels
                .map(|label| (label.to_string(), column(label)))
                .collect(),
            numbers: samples.iter().map(number).collect(),
            passed: RefCell::default(),
        }
    }

    /// The groups that all matchers let through. A label that the table does not have counts as absent.
    pub fn rows(&self, matchers: &[Matcher]) -> Vec<usize> {
        let mut rows: Vec<usize> = match self.shortest(matchers) {
            Some(rows) => rows.to_vec(),
            None => (0..self.numbers.len()).collect(),
        };
        for matcher in matchers {
            match self.columns.get(&matcher.name) {
                Some(column) => {
                    let passed = self.passed(matcher, column);
                    rows.retain(|row| passed[column.cells[*row]]);
                }
                None if matcher.matches_absent() => {}
                None => rows.clear(),
            }
        }
        rows
    }

    /// The groups of the rarest value that a matcher wants.
    fn shortest(&self, matchers: &[Matcher]) -> Option<&[usize]> {
        let groups = matchers
            .iter()
            .filter(|m| m.op == MatchOp::Equal)
            .filter_map(|matcher| {
                let column = self.columns.get(&matcher.name)?;
                let number = column.values.get(&matcher.value);
                Some(number.map_or(&[][..], |number| &column.rows[*number]))
            });
        groups.min_by_key(|rows| rows.len())
    }

    fn passed(&self, matcher: &Matcher, column: &Column) -> Passed {
        let key = matcher.to_string();
        if let Some(passed) = self.passed.borrow().get(&key) {
            return passed.clone();
        }
        let mut passed = vec![false; column.values.len()];
        for (value, number) in &column.values {
            passed[*number] = matcher.matches(value);
        }
        let passed = Rc::new(passed);
        self.passed.borrow_mut().insert(key, passed.clone());
        passed
    }

    /// The numbers of groups.
    pub fn numbers(&self, rows: &[usize]) -> impl Iterator<Item = f64> {
        rows.iter().map(|row| self.numbers[*row])
    }

    /// The sum of the numbers of groups.
    pub fn sum(&self, rows: &[usize]) -> f64 {
        self.numbers(rows).sum()
    }

    /// The values that a label has among groups, in order, without the empty one.
    pub fn values(&self, label: &str, rows: &[usize]) -> Vec<String> {
        let Some(column) = self.columns.get(label) else {
            return Vec::new();
        };
        let mut among = vec![false; column.values.len()];
        rows.iter().for_each(|row| among[column.cells[*row]] = true);
        let values = column
            .values
            .iter()
            .filter(|(value, n)| among[**n] && !value.is_empty());
        values.map(|(value, _)| value.clone()).collect()
    }

    /// The value of a label of one group, empty where it has none.
    pub fn value(&self, label: &str, row: usize) -> &str {
        let find = |column: &'_ Column| column.cells[row];
        self.columns.get(label).map_or("", |column| {
            let number = find(column);
            let mut named = column.values.iter().filter(|(_, n)| **n == number);
            named.next().map_or("", |(value, _)| value)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let sample = |(job, code, number): &(&str, &str, f64)| Sample {
            labels: [("job", job), ("code", code)]
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(label, value)| (label.to_string(), value.to_string()))
                .collect(),
            value: SampleValue::Float(*number),
        };
        let samples: Vec<Sample> = [
            ("a", "200", 1.0),
            ("a", "500", 2.0),
            ("b", "200", 4.0),
            ("b", "", 8.0),
        ]
        .iter()
        .map(sample)
        .collect();
        Table::new(&samples, ["job", "code"].into_iter())
    }

    fn check(matchers: &[(&str, MatchOp, &str)], expected: f64) {
        let matchers: Vec<Matcher> = matchers
            .iter()
            .map(|(name, op, value)| Matcher::new(*name, *op, *value))
            .collect();
        let table = table();
        assert_eq!(table.sum(&table.rows(&matchers)), expected, "{matchers:?}");
    }

    #[test]
    fn matchers_let_through_what_prometheus_lets_through() {
        use MatchOp::{Equal, NotEqual, NotRegex, Regex};
        check(&[], 15.0);
        check(&[("job", Equal, "a")], 3.0);
        check(&[("job", Equal, "c")], 0.0);
        check(&[("job", Equal, "a"), ("code", Regex, "5..")], 2.0);
        check(&[("code", NotEqual, "200")], 10.0);
        check(&[("code", Equal, "")], 8.0);
        check(&[("code", NotRegex, "[0-9]+")], 8.0);
        check(&[("zone", NotEqual, "x")], 15.0);
        check(&[("zone", Equal, "x")], 0.0);
    }

    #[test]
    fn values_are_those_of_the_groups_that_are_left() {
        let table = table();
        let rows = table.rows(&[Matcher::new("job", MatchOp::Equal, "b")]);
        assert_eq!(table.values("code", &rows), ["200"]);
        assert_eq!(table.values("job", &rows), ["b"]);
        assert_eq!(table.value("job", rows[0]), "b");
    }
}
