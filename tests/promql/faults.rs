//! What a text is told: the kind of fault, its place, its words.

use burnwatch::promql::{Fault, FaultKind, parse, parse_matchers, parse_template};

/// Each fault is the part of the text it is about, and its message.
fn check(faults: Result<(), Vec<Fault>>, text: &str, expected: &[(&str, &str)]) {
    let faults = faults.expect_err(text);
    let found: Vec<(&str, &str)> = faults
        .iter()
        .map(|fault| (&text[fault.range.clone()], fault.message.as_str()))
        .collect();
    assert_eq!(found, expected, "{text}");
}

fn plain(text: &str, expected: &[(&str, &str)]) {
    check(parse(text).map(drop), text, expected);
}

fn template(text: &str, expected: &[(&str, &str)]) {
    check(parse_template(text).map(drop), text, expected);
}

#[test]
fn a_fault_of_grammar_is_told_once_at_the_token() {
    plain("sum(rate(x[5m]) by", &[("by", "unexpected `by`")]);
    plain("x{a=b}", &[("b", "unexpected `b`")]);
    plain("x +", &[("", "the query ends too early")]);
    plain("", &[("", "the query is empty")]);
    plain("sum(x", &[("", "a `(` is never closed")]);
    plain("x{a=\"b\"", &[("", "a `{` is never closed")]);
    plain("x[5m", &[("", "a `[` is never closed")]);
    plain(
        "x[5x]",
        &[("5x", "`5x` is neither a number nor a duration")],
    );
    plain("x[5m1h]", &[("5m1h", "`5m1h` is no duration")]);
    plain("x[0m]", &[("0m", "the duration must be longer than zero")]);
    plain(
        "x =~ y",
        &[(
            "=~",
            "`=~` belongs inside braces, between a label and a text",
        )],
    );
    plain("x ä", &[("ä", "unexpected character `ä`")]);
    plain(
        "x[5m+1m]",
        &[(
            "+",
            "arithmetic on durations is experimental in Prometheus and is not supported",
        )],
    );
    plain(
        "x{a=\"1\" or b=\"2\"}",
        &[("or", "Prometheus knows no `or` between matchers")],
    );
}

/// Where a reader should look, beside where Prometheus gives up.
fn looked_at(text: &str, place: std::ops::Range<usize>) {
    let faults = parse(text).expect_err(text);
    assert_eq!(faults[0].place(), place, "{text}");
}

#[test]
fn a_bracket_without_a_partner_is_shown_itself() {
    looked_at("sum(rate(x[5m])", 3..4);
    looked_at("sum(x)) / y", 6..7);
    looked_at("x)", 1..2);
    looked_at("x[5m", 1..2);
    looked_at("x[", 1..2);
    looked_at("sum(x{a=\"b\"", 5..6);
    looked_at("(x", 0..1);
    looked_at("((x)", 0..1);
}

#[test]
fn independent_faults_of_types_are_told_together() {
    plain(
        "rate(x) + sum(1) + foo(y[5m])",
        &[("foo", "there is no function `foo`")],
    );
    plain(
        "rate(x) + sum(1) + abs()",
        &[
            ("x", "`rate` takes a range vector, not an instant vector"),
            ("1", "`sum` takes an instant vector, not a scalar"),
            ("abs()", "`abs` takes 1 argument, not 0"),
        ],
    );
    plain(
        "x{a=~\"(\"} + increse(y)",
        &[
            (
                "a=~\"(\"",
                "the regular expression of `a` does not read: unclosed group",
            ),
            ("increse", "there is no function `increse`"),
        ],
    );
    plain(
        "1 == 1",
        &[("==", "a comparison of two scalars needs `bool`")],
    );
    plain(
        "1 and x",
        &[("1 and x", "`and` works on instant vectors, not on scalars")],
    );
    plain(
        "x and on (a) group_left (b) y",
        &[(
            "x and on (a) group_left (b) y",
            "`group_left` and `group_right` have no meaning behind `and`",
        )],
    );
    plain(
        "{a=\"\"}",
        &[("{a=\"\"}", "the selector would select every series")],
    );
    plain(
        "rate(x[5m])[5m]",
        &[("[5m]", "only a selector has a range")],
    );
    plain(
        "sum(x) offset 5m",
        &[("sum(x)", "`offset` comes behind a selector or a subquery")],
    );
    plain(
        "x offset 5m offset 6m",
        &[("x offset 5m", "a second `offset`")],
    );
}

#[test]
fn a_near_miss_gets_a_hint() {
    let help = |text: &str| parse_template(text).unwrap_err()[0].help.clone();
    assert_eq!(
        help("increse(x[5m])").as_deref(),
        Some("did you mean `increase`")
    );
    assert_eq!(
        help("rate(x[{{.window}}])").as_deref(),
        Some("the window is written `$window`, as in `[$window]`")
    );
    assert_eq!(
        help("rate(x[$__rate_interval])").as_deref(),
        Some("the window is written `$window`, as in `[$window]`")
    );
    assert_eq!(
        help("rate(x)").as_deref(),
        Some("add a range, such as `[5m]`")
    );
}

#[test]
fn the_window_stands_only_for_durations() {
    for text in [
        "rate(x[$window])",
        "max_over_time(x[$window:30s])",
        "max_over_time(x[1h:$window])",
        "x offset $window",
        "x offset -$window",
        "rate(x[ $window ])",
    ] {
        assert!(parse_template(text).is_ok(), "{text}");
        let faults = parse(text).unwrap_err();
        assert_eq!(faults[0].message, "`$window` has no meaning here", "{text}");
        assert_eq!(faults.len(), 1, "{text}");
    }
    template(
        "sum($window)",
        &[("$window", "`$window` stands where no duration can")],
    );
    template(
        "x @ $window",
        &[("$window", "`$window` stands where no duration can")],
    );
    template(
        "rate(x[-$window])",
        &[("-$window", "the duration must be longer than zero")],
    );
    template(
        "rate(x[$windows])",
        &[("$windows", "`$windows` is no PromQL")],
    );
    template(
        "rate(x[$window+5m])",
        &[(
            "+",
            "arithmetic on durations is experimental in Prometheus and is not supported",
        )],
    );
}

#[test]
fn a_list_of_matchers_has_no_braces_and_is_not_empty() {
    let list = |text: &str, expected: &[(&str, &str)]| {
        check(parse_matchers(text).map(drop), text, expected);
    };
    let matchers = parse_matchers(" code=~\"5..\" , method!=\"GET\", ").unwrap();
    assert_eq!(matchers.len(), 2);
    assert_eq!(matchers[0].name_place.range(), 1..5);
    assert_eq!(matchers[0].value_place.range(), 7..12);
    list("", &[("", "the list of matchers is empty")]);
    list(
        "{code=\"5\"}",
        &[("{", "unexpected `{` in a list of matchers")],
    );
    list("code", &[("", "the query ends too early")]);
    list("\"code\"", &[("", "the query ends too early")]);
    list(
        "code=\"5\" method=\"x\"",
        &[("method", "unexpected `method`")],
    );
    list(
        "code=5",
        &[("5", "unexpected character `5` in a list of matchers")],
    );
    list(
        "code=\"5\"}",
        &[("}", "unexpected character `}` in a list of matchers")],
    );
    list(
        "code=~\"[\"",
        &[(
            "code=~\"[\"",
            "the regular expression of `code` does not read: a `[` is never closed",
        )],
    );
}

#[test]
fn parts_keep_the_places_where_they_were_written() {
    let text = "sum by (a) ( rate(x{b=\"c\"}[5m] offset 1h) ) / y";
    let expr = parse(text).unwrap();
    let mut places = Vec::new();
    expr.walk(&mut |each| places.push(&text[each.place.range()]));
    assert_eq!(
        places,
        [
            text,
            "sum by (a) ( rate(x{b=\"c\"}[5m] offset 1h) )",
            "rate(x{b=\"c\"}[5m] offset 1h)",
            "x{b=\"c\"}[5m] offset 1h",
            "y",
        ]
    );
}

#[test]
fn only_a_selector_at_the_time_of_evaluation_is_one() {
    let name = |text: &str| {
        let expr = parse(text).unwrap();
        expr.as_selector()
            .map(|s| s.metric_name().map(str::to_string))
    };
    assert_eq!(name("x{a=\"b\"}"), Some(Some("x".to_string())));
    assert_eq!(
        name("({\"my.metric\"})"),
        Some(Some("my.metric".to_string()))
    );
    assert_eq!(name("{a=\"b\"}"), Some(None));
    for text in [
        "x offset 5m",
        "x @ 5",
        "x[5m]",
        "x anchored",
        "sum(x)",
        "-x",
    ] {
        assert_eq!(name(text), None, "{text}");
    }
}

#[test]
fn kinds_tell_grammar_types_and_limits_apart() {
    let kind = |text: &str| parse(text).unwrap_err()[0].kind;
    assert_eq!(kind("x y"), FaultKind::Syntax);
    assert_eq!(kind("rate(x)"), FaultKind::Type);
    assert_eq!(kind(&"(".repeat(200)), FaultKind::Limit);
}
