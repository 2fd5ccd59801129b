//! Files that were made to hurt: a clear error, in little time and memory.
//!
//! Time and memory themselves are measured on the binary, in `docs/performance.md`; here a guard catches what never ends.

use burnwatch::lint::suppression::SUPPRESSIONS_MAX;
use burnwatch::spec::check::UNKNOWN_MAX;

use super::case::{Case, FINE, WORKSPACE, slo};

/// A finding of this code, and no success.
fn check(text: &[u8], code: &str) {
    let outcome = Case::new().bytes("slos/a.yaml", text).run(&["validate"]);
    assert_eq!(
        outcome.code,
        1,
        "{}",
        &outcome.stdout[..outcome.stdout.len().min(400)]
    );
    assert!(
        outcome.stdout.contains(code),
        "{}",
        &outcome.stdout[..outcome.stdout.len().min(400)]
    );
    assert!(
        outcome.stdout.len() < 100_000,
        "{} bytes of findings",
        outcome.stdout.len()
    );
}

#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    check(bomb.as_bytes(), "SP001");
    let mut long = format!("a: &a \"{}\"\nb:\n", "x".repeat(1_000_000));
    long.push_str(&"  - *a\n".repeat(10_000));
    check(long.as_bytes(), "SP001");
}

#[test]
fn deep_nesting_is_refused() {
    check("[".repeat(100_000).as_bytes(), "SP001");
    check("{a: ".repeat(50_000).as_bytes(), "SP001");
    check("- ".repeat(50_000).as_bytes(), "SP001");
    check("? ".repeat(50_000).as_bytes(), "SP001");
}

#[test]
fn a_huge_file_is_refused_before_it_is_read_whole() {
    let huge = vec![b'#'; burnwatch::yaml::limits::FILE_MAX_BYTES + 1];
    check(&huge, "SP001");
}

#[test]
fn bytes_that_are_no_text_are_named() {
    let mut bytes = slo(FINE).into_bytes();
    bytes.extend(b"# \xff\n");
    check(&bytes, "is not UTF-8: byte 0xff");
}

#[test]
fn many_duplicate_keys_do_not_drown_the_reader() {
    check("a: 1\n".repeat(200_000).as_bytes(), "SP005");
}

#[test]
fn deep_promql_is_refused() {
    let deep = format!("{}1{}", "(".repeat(20_000), ")".repeat(20_000));
    let fields = FINE.replace("events: requests_total", &format!("events: \"{deep}\""));
    check(slo(&fields).as_bytes(), "QL001");
    let long = vec!["1"; 20_000].join("+");
    let fields = FINE.replace("events: requests_total", &format!("events: \"{long}\""));
    check(slo(&fields).as_bytes(), "QL0");
}

/// What is just within the limits is still within them when burnwatch has put its own expression around it.
#[test]
fn promql_at_its_limits_is_compiled() {
    let matchers = |name: &str, count: usize| {
        let each: Vec<String> = (0..count).map(|n| format!("{name}{n}=\"b\"")).collect();
        each.join(",")
    };
    let nested =
        |inner: &str, levels: usize| format!("{}{inner}{}", "(".repeat(levels), ")".repeat(levels));
    let heavy = |name: &str| {
        let each: Vec<String> = (0..10)
            .map(|n| format!("{name}{n}=~\"(a|b{{300}}){{3}}[^x]{n}\""))
            .collect();
        each.join(",")
    };
    let long = format!("x{{a=\"{}\"}}", "b".repeat(65_520));
    for sli in [
        format!(
            "ratio: {{events: 'x{{{}}}', errors_where: '{}'}}",
            matchers("a", 1_000),
            matchers("b", 1_000)
        ),
        format!(
            "ratio: {{events: 'x{{{}}}', errors_where: '{}'}}",
            heavy("a"),
            heavy("b")
        ),
        format!("ratio: {{events: '{long}', good_where: 'b=\"c\"'}}"),
        format!("gauge: {{metric: 'x{{{}}}'}}", matchers("a", 1_000)),
        format!("latency: {{histogram: '{long}', threshold: 1s, native: true}}"),
        format!(
            "threshold: {{query: '{}', good_when: \"< 1\"}}",
            nested("x", 99)
        ),
        format!(
            "threshold: {{query: '{}x', good_when: \"< 1\"}}",
            "-".repeat(99)
        ),
        format!(
            "threshold: {{query: '{}', good_when: \"< 1\"}}",
            vec!["x"; 500].join("+")
        ),
        format!(
            "error_ratio: {{query: '{}', events: '{}'}}",
            nested("sum(rate(x[$window]))", 97),
            nested("sum(increase(x[$window]))", 97)
        ),
        format!(
            "error_ratio: {{query: '{}', events: '{}'}}",
            vec!["sum(rate(x[$window]))"; 497].join("+"),
            vec!["sum(increase(x[$window]))"; 497].join("+")
        ),
    ] {
        let fields = format!("objective: 99.9\nsli: {{{sli}}}\n");
        let outcome = Case::new()
            .file("slos/a.yaml", &slo(&fields))
            .run(&["generate", "-o", "-"]);
        assert_eq!(
            outcome.code,
            0,
            "{}",
            &outcome.stderr[..outcome.stderr.len().min(600)]
        );
    }
}

/// Numbers with all the digits that are read: no overflow, neither a panic nor, in a release build, a wrong threshold.
#[test]
fn numbers_with_many_digits_do_not_overflow() {
    let sli = "sli: {ratio: {events: x, errors_where: code=~\"5..\"}}";
    for (objective, period, rate, tier, confidence) in [
        (
            "99.123456789",
            "30d",
            "1/s",
            "burn_rate: 1.123456789, long: 1h",
            "99%",
        ),
        (
            "99.999999999",
            "30d",
            "0.000000001/d",
            "burn_rate: 0.000000001, long: 1h",
            "99%",
        ),
        (
            "99.123456789",
            "99y5m",
            "999999999.123456789/s",
            "budget: 1.123456789%, long: 333d5m",
            "99.123%",
        ),
        (
            "99.123456789",
            "99y5m",
            "1.123456789/m",
            "budget: 0.000123457%, long: 59m59s7ms, short: 30s1ms, of: remaining",
            "50%",
        ),
        (
            "1.000000001",
            "100y",
            "1/h",
            "exhausts_in: 1ms, long: 1h",
            "99.9999%",
        ),
    ] {
        let fields = format!(
            "objective: {objective}\nperiod: {period}\nexpected_rate: {rate}\n{sli}\nalerting: {{confidence: {confidence}, tiers: [{{name: a, severity: page, {tier}}}]}}\n"
        );
        // Thresholds beyond anything that can happen are findings; the numbers are computed all the same.
        let workspace = format!("{WORKSPACE}checks: {{levels: {{AL001: off, RB001: off}}}}\n");
        let case = Case::new()
            .file("burnwatch.yaml", &workspace)
            .file("slos/a.yaml", &slo(&fields));
        assert_eq!(case.run(&["generate", "-o", "-"]).code, 0, "{fields}");
        assert_eq!(case.run(&["explain", "availability"]).code, 0, "{fields}");
    }
}

#[test]
fn escapes_in_a_file_do_not_reach_the_terminal() {
    let outcome = Case::new()
        .file("slos/a.yaml", "\"\\e[2J\u{1b}[31m\": 1\n")
        .run(&["validate"]);
    assert_eq!(outcome.code, 1);
    assert!(!outcome.stdout.contains('\u{1b}'), "{outcome:?}");
}

#[test]
fn suppressions_are_read_up_to_their_limit() {
    let file = |lines: usize| {
        let comment = "    # burnwatch: ignore[AL001] -- again\n";
        slo(FINE).replace(
            "    objective",
            &format!("{}    objective", comment.repeat(lines)),
        )
    };
    let at_limit = Case::new()
        .file("slos/a.yaml", &file(SUPPRESSIONS_MAX))
        .run(&["validate"]);
    assert!(
        at_limit.stdout.ends_with("1000 warnings in 2 files\n"),
        "{at_limit:?}"
    );
    assert!(!at_limit.stdout.contains("too many suppressions"));
    let beyond = Case::new()
        .file("slos/a.yaml", &file(SUPPRESSIONS_MAX + 5))
        .run(&["validate"]);
    assert!(
        beyond.stdout.ends_with("1001 warnings in 2 files\n"),
        "{beyond:?}"
    );
    assert!(
        beyond
            .stdout
            .contains("the file has too many suppressions before this one")
    );
}

/// 300 KB of files whose templates would be filled in to gigabytes.
#[test]
fn a_template_is_not_filled_in_beyond_what_is_read() {
    let template = |places: usize| {
        let query = "$p ".repeat(places);
        format!(
            "{WORKSPACE}sli_templates:\n  t: {{params: [p], ratio: {{events: '{query}', errors_where: a=\"b\"}}}}\n"
        )
    };
    let slos = slo(&format!(
        "objective: 99\nsli: {{use: t, with: {{p: '{}'}}}}\n",
        "x".repeat(1_023)
    ));
    let run = |places| {
        let case = Case::new()
            .file("burnwatch.yaml", &template(places))
            .file("slos/a.yaml", &slos);
        case.run(&["validate"]).stdout
    };
    assert!(
        !run(64).contains("filled in, this is longer"),
        "{}",
        run(64)
    );
    assert!(
        run(65).contains("error[SP007]: filled in, this is longer than 64 KiB"),
        "{}",
        run(65)
    );
}

/// Small files whose labels, patterns or numbers of SLOs would cost a machine minutes and gigabytes.
#[test]
fn a_run_that_costs_too_much_ends_with_the_reason() {
    let text = "x".repeat(16_000);
    let labels: String = (0..100).map(|at| format!("  l{at}: {text}\n")).collect();
    let slos: String = (0..200)
        .map(|at| format!("  - {{name: s{at}, objective: 99, sli: {{gauge: {{metric: up}}}}}}\n"))
        .collect();
    let copies = format!(
        "apiVersion: burnwatch/v1\nservice: a\nowner: payments\nlabels:\n{labels}slos:\n{slos}"
    );
    let patterns: String = (0..10)
        .map(|at| format!("l{at}=~\"[a-z]{{1,900}}\","))
        .collect();
    let slos: String = (0..2_000)
        .map(|at| format!("  - {{name: s{at}, objective: 99, sli: {{gauge: {{metric: 'up{{{patterns}}}'}}}}}}\n"))
        .collect();
    let heavy = format!("apiVersion: burnwatch/v1\nservice: a\nowner: payments\nslos:\n{slos}");
    for hostile in [copies, heavy] {
        let outcome = Case::new().file("slos/a.yaml", &hostile).run(&["validate"]);
        assert_eq!(
            outcome.code,
            2,
            "{}",
            &outcome.stdout[..outcome.stdout.len().min(2_000)]
        );
        assert!(
            outcome.stderr.contains("more than one run may cost"),
            "{}",
            outcome.stderr
        );
    }
}

/// Each unknown field is held against all others, so that a hundred thousand would take minutes.
#[test]
fn unknown_fields_are_told_one_by_one_up_to_their_limit() {
    let run = |count: usize| {
        let unknown: String = (0..count).map(|at| format!("k{at}: 1\n")).collect();
        let outcome = Case::new()
            .file("slos/a.yaml", &format!("{}{unknown}", slo(FINE)))
            .run(&["validate", "--format", "concise"]);
        let lines: Vec<String> = outcome.stdout.lines().map(str::to_string).collect();
        (
            lines.iter().filter(|line| line.contains("SP002")).count(),
            lines,
        )
    };
    assert_eq!(run(UNKNOWN_MAX).0, UNKNOWN_MAX);
    for beyond in [UNKNOWN_MAX + 1, 100_000] {
        let (told, lines) = run(beyond);
        assert_eq!(told, UNKNOWN_MAX + 1);
        let last = format!("{beyond} unknown fields in an SLO file");
        assert!(lines.iter().any(|line| line.ends_with(&last)), "{lines:?}");
    }
}
