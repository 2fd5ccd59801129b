//! Files of traces: what is read, and what is refused where.

use std::fs;

use tempfile::TempDir;

use super::trace::{FILE_BYTES_MAX, HEAD, ROWS_MAX, TraceError, parse, read};

/// The failing times of a trace in seconds and percent.
fn check(rows: &str, expected: &[(i64, i64, i64)]) {
    let trace = parse("t", &format!("{HEAD}\n{rows}")).unwrap();
    let found: Vec<(i64, i64, i64)> = trace
        .failing
        .iter()
        .map(|f| {
            (
                f.from_ms / 1_000,
                f.to_ms / 1_000,
                (f.ratio * 100.0).round() as i64,
            )
        })
        .collect();
    assert_eq!(found, expected, "{rows}");
}

fn refused(text: &str, said: &str) {
    match parse("t", text) {
        Ok(trace) => panic!("{text}: {trace:?}"),
        Err(error) => assert_eq!(error.to_string(), said, "{text}"),
    }
}

#[test]
fn rows_become_times_that_fail() {
    check(
        "0.0,1200.0,0.31,Mail\n22800,24000.0,1.0,Mail, or not\r\n\n",
        &[(0, 1_200, 31), (22_800, 24_000, 100)],
    );
}

#[test]
fn where_rows_overlap_the_worse_one_counts() {
    check(
        "0,100,0.2,a\n50,80,0.5,a\n",
        &[(0, 50, 20), (50, 80, 50), (80, 100, 20)],
    );
    check(
        "0,100,0.5,a\n50,150,0.2,a\n",
        &[(0, 100, 50), (100, 150, 20)],
    );
    check("0,100,0.5,a\n100,150,0.5,a\n", &[(0, 150, 50)]);
    check(
        "200,300,0.5,a\n0,100,0.5,a\n",
        &[(0, 100, 50), (200, 300, 50)],
    );
}

#[test]
fn rows_without_failure_are_nothing() {
    check("0,100,0.0,a\n", &[]);
}

#[test]
fn a_bad_line_is_named() {
    let row = |row: &str| format!("{HEAD}\n0,1,0.5,a\n{row}\n");
    refused("", "t:1: `start_time,end_time,status,service` is expected");
    refused(
        "a,b\n",
        "t:1: `start_time,end_time,status,service` is expected",
    );
    refused(&row("0,1,0.5"), "t:3: four fields are expected");
    refused(&row("x,1,0.5,a"), "t:3: a start in seconds is expected");
    refused(&row("0,,0.5,a"), "t:3: an end in seconds is expected");
    refused(&row("0,1,NaN,a"), "t:3: a status from 0 to 1 is expected");
    refused(&row("0,1,1.01,a"), "t:3: a status from 0 to 1 is expected");
    refused(&row("0,1,-0.01,a"), "t:3: a status from 0 to 1 is expected");
    refused(&row("5,5,0.5,a"), "t:3: an incident ends after it begins");
    refused(
        &row("-1,5,0.5,a"),
        "t:3: times are from 0 to a hundred years",
    );
    refused(
        &row("0,3153600001,0.5,a"),
        "t:3: times are from 0 to a hundred years",
    );
    refused(&row("0,inf,0.5,a"), "t:3: an end in seconds is expected");
}

#[test]
fn a_trace_has_so_many_rows_and_not_one_more() {
    let rows = |count: usize| format!("{HEAD}\n{}", "0,1,0.5,a\n".repeat(count));
    assert_eq!(parse("t", &rows(ROWS_MAX)).unwrap().rows, ROWS_MAX);
    refused(
        &rows(ROWS_MAX + 1),
        &format!("t:{}: a trace has at most 100000 rows", ROWS_MAX + 2),
    );
}

#[test]
fn a_file_may_be_too_large() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.csv");
    let text = format!(
        "{HEAD}\n{}",
        "\n".repeat(FILE_BYTES_MAX as usize - HEAD.len() - 1)
    );
    fs::write(&path, &text).unwrap();
    assert_eq!(read(&path).unwrap()[0].rows, 0);
    fs::write(&path, format!("{text}\n")).unwrap();
    assert!(matches!(read(&path), Err(TraceError::TooLarge(_))));
}

#[test]
fn a_folder_is_read_by_name_and_must_have_something() {
    let folder = TempDir::new().unwrap();
    assert!(matches!(read(folder.path()), Err(TraceError::None(_))));
    let missing = folder.path().join("missing");
    assert!(matches!(read(&missing), Err(TraceError::Io(..))));
    for name in ["b.csv", "a.csv", "c.txt"] {
        fs::write(folder.path().join(name), format!("{HEAD}\n0,1,1,a\n")).unwrap();
    }
    let traces = read(folder.path()).unwrap();
    let names: Vec<&str> = traces.iter().map(|trace| trace.name.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
}
