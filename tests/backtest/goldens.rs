//! What is printed, kept so that a change of it is seen in a review, and what no text of others may do to it.

use super::example::check_file;
use super::files::outage;
use super::history::{DAY, csv, route};
use super::workspace::workspace;

#[test]
fn every_format_is_as_it_was() {
    let mut routes = outage();
    routes[0].minutes[3_000..3_120].fill(None);
    let case = workspace().file("a.csv", &csv(&routes, 5, false));
    let outcome = case.run(&[
        "backtest",
        "availability",
        "--data",
        "a.csv",
        "--format",
        "human",
        "--format",
        "json=a.json",
        "--format",
        "html=a.html",
    ]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    check_file("tests/backtest/golden/outage.txt", &outcome.stdout);
    check_file(
        "tests/backtest/golden/outage.json",
        &case.read("a.json").unwrap(),
    );
    check_file(
        "tests/backtest/golden/outage.html",
        &case.read("a.html").unwrap(),
    );
}

#[test]
fn many_groups_are_shown_worst_first() {
    let routes = [
        route("/a", 6 * DAY, 600, (0, 0), 0),
        route("/b", 6 * DAY, 600, (3_000, 3_400), 3),
        route("/c", 6 * DAY, 600, (0, 6 * DAY), 1),
        route("/d", 6 * DAY, 600, (0, 0), 0),
        route("/e", 6 * DAY, 600, (0, 0), 0),
        route("/f", 6 * DAY, 600, (0, 0), 0),
        route("/g", 6 * DAY, 600, (8_000, 8_010), 50),
    ];
    let case = workspace().file("a.csv", &csv(&routes, 5, true));
    let outcome = case.run(&["backtest", "routes", "--data", "a.csv"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(
        outcome
            .stdout
            .lines()
            .all(|line| line.chars().count() <= 80),
        "{}",
        outcome.stdout
    );
    check_file("tests/backtest/golden/routes.txt", &outcome.stdout);
}

#[test]
fn thresholds_are_rounded_for_people_and_exact_for_tools() {
    let slos = "apiVersion: burnwatch/v1
service: checkout
owner: payments
slos:
  - name: weekly
    objective: 99.9
    period: 7d
    sli: {ratio: {events: 'http_requests_total{job=\"checkout\"}', errors_where: code=~\"5..\"}}
    alerting:
      tiers:
        - {name: fast, severity: page, burn_rate: 14.4, of: remaining, long: 1h, short: 5m}
        - {name: slow, severity: ticket, budget: 10%, long: 3d, short: 6h}
";
    let routes = [route("/a", 6 * DAY, 600, (3_000, 3_400), 3)];
    let case = workspace()
        .file("slos/checkout.yaml", slos)
        .file("a.csv", &csv(&routes, 5, false));
    let run = |format| {
        let outcome = case.run(&["backtest", "--data", "a.csv", "--format", format]);
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        outcome.stdout
    };
    let (human, html, json) = (run("human"), run("html"), run("json"));
    assert!(human.contains("  14.4x of what is left  "), "{human}");
    assert!(human.contains("  0.233x  "), "{human}");
    assert!(html.contains(">14.4× of what is left<") && html.contains(">0.233×<"));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let tiers = &json["slos"][0]["tiers"];
    assert_eq!(
        (&tiers[0]["of"], &tiers[1]["of"]),
        (&"remaining".into(), &"full".into())
    );
    assert_eq!(tiers[1]["burn_rate"], "0.233333333333333");
}

#[test]
fn lines_fit_into_a_terminal_however_long_names_are() {
    let long = "a-name-that-is-nearly-as-long-as-one-may-be-and-says-nothing";
    let slos = format!(
        "apiVersion: burnwatch/v1
service: {long}
owner: payments
slos:
  - name: {long}
    objective: 99.9
    group_by: [route]
    sli: {{ratio: {{events: 'http_requests_total{{job=\"checkout\"}}', errors_where: code=~\"5..\"}}}}
    alerting:
      tiers:
        - {{name: {long}, severity: page, burn_rate: 14.4, of: remaining, long: 1h, short: 5m}}
"
    );
    let label = "/wide".repeat(600);
    let routes = [route("/a", 6 * DAY, 600, (3_000, 3_400), 30)];
    let case = workspace()
        .file("slos/checkout.yaml", &slos)
        .file("a.csv", &csv(&routes, 5, true).replace("/a", &label));
    let run = |format| case.run(&["backtest", "--data", "a.csv", "--format", format]);
    let human = run("human");
    assert_eq!(human.code, 0, "{}", human.stderr);
    for line in human.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}\n{}", human.stdout);
    }
    assert!(human.stdout.contains("/wide/w…de/wide"), "{}", human.stdout);
    assert!(run("json").stdout.contains(&label) && run("html").stdout.contains(&label));
}

#[test]
fn labels_are_text_in_a_page_and_control_nothing_in_a_terminal() {
    let name = "</title><script>alert(1)</script>\u{1b}[31m\" onload=x";
    let routes = [route("/b", 2 * DAY, 600, (1_000, 1_100), 5)];
    let text = csv(&routes, 5, true).replace("/b", &format!("\"{}\"", name.replace('"', "\"\"")));
    let case = workspace().file("a.csv", &text);
    let outcome = case.run(&[
        "backtest",
        "routes",
        "--data",
        "a.csv",
        "--format",
        "human",
        "--format",
        "html=a.html",
    ]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(!outcome.stdout.contains('\u{1b}'), "{}", outcome.stdout);
    let page = case.read("a.html").unwrap();
    assert!(
        !page.contains("<script") && !page.contains('\u{1b}'),
        "{page}"
    );
    assert!(page.contains("&lt;script&gt;"), "{page}");
    for outside in [
        "http://", "https://", "src=", "url(", "@import", "<script", "<link",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
}

/// Each drawing of a page, as others read it.
fn drawings(page: &str) -> Vec<String> {
    let parts = page.split("<svg").skip(1);
    parts
        .map(|part| format!("<svg{}</svg>", part.split("</svg>").next().unwrap()))
        .collect()
}

#[test]
fn drawings_are_xml_with_a_band_for_each_episode_where_it_was() {
    let case = workspace().file("a.csv", &csv(&outage(), 1, false));
    let outcome = case.run(&[
        "backtest",
        "availability",
        "--data",
        "a.csv",
        "--format",
        "html",
    ]);
    let drawings = drawings(&outcome.stdout);
    assert_eq!(drawings.len(), 1);
    let drawing = roxmltree::Document::parse(&drawings[0]).unwrap();
    let named = |name: &'static str| {
        drawing
            .descendants()
            .filter(move |node| node.has_tag_name(name))
    };
    let number = |node: roxmltree::Node<'_, '_>, name: &str| -> f64 {
        node.attribute(name).unwrap().parse().unwrap()
    };
    let bands: Vec<_> = named("rect").collect();
    assert_eq!(bands.len(), 1);
    // The episode opens 7,009 minutes after the beginning of 14,400, and lasts for 50; the plot is 692 wide from 56 on.
    assert!((number(bands[0], "x") - (56.0 + 692.0 * 7_009.0 / 14_400.0)).abs() < 0.1);
    assert!((number(bands[0], "width") - 692.0 * 50.0 / 14_400.0).abs() < 0.1);
    assert_eq!(bands[0].attribute("class"), Some("s0"));
    let line = named("polyline")
        .next()
        .unwrap()
        .attribute("points")
        .unwrap();
    let heights: Vec<f64> = line
        .split(' ')
        .map(|point| point.split(',').nth(1).unwrap().parse().unwrap())
        .collect();
    // 1,800 errors where 25,920 are allowed in 30 days of this traffic, and the plot is 176 high from 10 on.
    assert_eq!(heights[0], 10.0);
    let last = heights.last().unwrap();
    assert!(
        (last - (10.0 + 176.0 * 1_800.0 / 25_920.0)).abs() < 0.15,
        "{last}"
    );
}
