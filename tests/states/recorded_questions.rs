//! What is asked about all SLOs at once.

use std::fmt::Write as _;
use std::sync::Arc;

use burnwatch::engine::{Look, Sight};
use burnwatch::prometheus::Question;
use burnwatch::recorded::{BATCHES_MAX, NAMES_MAX_BYTES, Reading, Survey};

use crate::recorded::{AT_MS, WORKSPACE};
use crate::slos;

/// So many SLOs of a service, each with the alerting that `alerting` says.
fn survey(count: usize, rules: &str, alerting: impl Fn(usize) -> String) -> Survey {
    let mut file = "apiVersion: burnwatch/v1\nservice: shop.eu\nowner: t\nrunbook: https://r.example.com/x\nslos:\n".to_string();
    for at in 0..count {
        writeln!(
            file,
            "- name: slo-{at:05}\n  description: Answered.\n  objective: 99\n  alerting: {}\n  sli: {{ratio: {{events: \
             'http_requests_total{{job=\"{at}\"}}', errors_where: 'code=~\"5..\"'}}}}",
            alerting(at)
        )
        .unwrap();
    }
    let workspace = format!("{WORKSPACE}{rules}");
    let (slos, settings) = slos::read(&workspace, &file);
    let slos: Vec<_> = slos.into_iter().map(Arc::new).collect();
    Survey::of(&slos, &settings)
}

fn queries(survey: &Survey) -> Vec<String> {
    let queries = survey.batches().iter().map(|batch| match &batch.question {
        Question::Instant { query, .. } => query.clone(),
        other => panic!("{other:?} is no instant query"),
    });
    queries.collect()
}

fn usual(_: usize) -> String {
    "{policy: google-sre}".to_string()
}

#[test]
fn one_slo_is_asked_for_by_name() {
    let name = r#"slo=~"shop\\.eu/slo-00000""#;
    let window = |w: &str| {
        format!(r#"{{__name__=~"slo:errors:increase{w}|slo:events:increase{w}", {name}}}"#)
    };
    let newest = |selector: String| format!("last_over_time({selector}[2m]) and {selector}");
    let objective = format!("slo:objective:ratio{{{name}}}");
    let expected = [
        format!("count_over_time({objective}[2m]) or 0 * last_over_time({objective}[1h])"),
        newest(window("5m")),
        newest(window("1h")),
        newest(format!("slo:error_budget_remaining:ratio30d{{{name}}}")),
    ];
    let survey = survey(1, "", |_| "{policy: one}".to_string());
    assert_eq!(queries(&survey), expected);
}

#[test]
fn a_thousand_slos_are_eleven_questions_an_interval() {
    let one = queries(&survey(1, "", usual)).len();
    let thousand = queries(&survey(1_000, "", usual));
    assert_eq!((one, thousand.len()), (11, 11), "{thousand:#?}");
    let longest = thousand.iter().map(String::len).max().unwrap();
    assert!(longest < 250, "{longest}: {thousand:#?}");
}

#[test]
fn names_stand_in_questions_as_long_as_they_are_short() {
    // `shop\\.eu/slo-00000|` has 20 bytes.
    let fitting = (NAMES_MAX_BYTES + 1) / 20;
    for (count, is_named) in [(fitting, true), (fitting + 1, false)] {
        let queries = queries(&survey(count, "", |_| "{policy: one}".to_string()));
        let matcher = if is_named { "slo=~\"shop" } else { "slo!=\"\"" };
        for query in queries {
            assert!(query.contains(matcher), "{count}: {query:.100}");
            assert!(query.len() < 2 * NAMES_MAX_BYTES + 200, "{}", query.len());
        }
    }
}

#[test]
fn rules_that_run_seldom_are_looked_for_further_back_than_instant_queries_do() {
    let all = |rules: &str| queries(&survey(1, rules, |_| "{policy: one}".to_string())).join("\n");
    let often = all("rules: {interval: 4m}\n");
    assert_eq!(often.matches("[8m]) and ").count(), 3, "{often}");
    let seldom = all("rules: {interval: 5m}\n");
    assert_eq!(seldom.matches("[10m])").count(), 4, "{seldom}");
    assert!(!seldom.contains(" and "), "{seldom}");
}

#[test]
fn every_question_parses() {
    for rules in ["", "rules: {interval: 5m}\n"] {
        for query in queries(&survey(40, rules, usual)) {
            burnwatch::promql::parse(&query).unwrap_or_else(|e| panic!("{query}: {e:?}"));
        }
    }
}

#[test]
fn more_windows_than_can_be_asked_for_are_not_known() {
    // Each SLO brings a long window of its own; the two questions beside them are about rules and budgets.
    let own = |at: usize| {
        format!(
            "{{min_errors: 10, tiers: [{{name: fast, severity: page, burn_rate: 10, long: {}m, short: 5m}}]}}",
            10 + 5 * at
        )
    };
    // Rules, the short window and the budget are beside them; the budget is the last, and nobody needs it.
    for (windows, blind) in [
        (BATCHES_MAX - 3, 0),
        (BATCHES_MAX - 2, 0),
        (BATCHES_MAX - 1, 1),
    ] {
        let survey = Arc::new(survey(windows, "", own));
        assert_eq!(survey.batches().len(), BATCHES_MAX);
        let looks = Reading::of(survey).looks(AT_MS);
        let is_refused = |look: &&Look| {
            let why = "what rules have recorded: a run asks at most 200 questions";
            matches!(&look.sight, Sight::Failed { why: said, .. } if said == why)
        };
        assert_eq!(looks.iter().filter(is_refused).count(), blind, "{windows}");
    }
}
