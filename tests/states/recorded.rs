//! What is seen of SLOs by what rules have recorded of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use burnwatch::base::Duration;
use burnwatch::engine::{Look, Scope, Sight};
use burnwatch::prometheus::{Answer, Failure, Fault, Reply, Sample, SampleValue};
use burnwatch::recorded::{Part, Reading, SERIES_MAX, Survey};

use crate::slos;

pub const AT_MS: i64 = 1_767_571_200_000;

pub const WORKSPACE: &str = "
apiVersion: burnwatch/v1
severities: {page: {wakes: true}, ticket: {}}
teams: {t: {notify: {page: [r], ticket: [r]}}}
receivers: {r: {slack: {url_file: /run/secrets/r}}}
policies:
  one:
    min_errors: 10
    tiers:
      - {name: fast, severity: page, burn_rate: 10, long: 1h, short: 5m}
  two:
    min_errors: 10
    tiers:
      - {name: fast, severity: page, burn_rate: 10, long: 1h, short: 5m}
      - {name: slow, severity: ticket, burn_rate: 2, long: 1d, short: 2h}
  raw:
    min_errors: 10
    tiers:
      - {name: fast, severity: page, burn_rate: 10, long: 30m, short: 5m}
      - {name: slow, severity: ticket, burn_rate: 2, long: 1d, short: 2h}
  tickets:
    min_errors: 10
    tiers:
      - {name: slow, severity: ticket, burn_rate: 2, long: 1d, short: 30m}
  left:
    min_errors: 10
    tiers:
      - {name: fast, severity: page, burn_rate: 10, long: 1h, short: 5m, of: remaining}
";

/// The SLO `shop/NAME` at 99 % with this policy and further fields.
fn slo(name: &str, policy: &str, more: &str) -> String {
    format!(
        "- name: {name}\n  description: Answered.\n  objective: 99\n  alerting: {{policy: {policy}}}\n{more}  sli: \
         {{ratio: {{events: 'http_requests_total{{job=\"{name}\"}}', errors_where: 'code=~\"5..\"'}}}}\n"
    )
}

fn survey(slos: &[String]) -> Arc<Survey> {
    let file = format!(
        "apiVersion: burnwatch/v1\nservice: shop\nowner: t\nrunbook: https://r.example.com/x\nslos:\n{}",
        slos.concat()
    );
    let (slos, settings) = slos::read(WORKSPACE, &file);
    let slos: Vec<_> = slos.into_iter().map(Arc::new).collect();
    Arc::new(Survey::of(&slos, &settings))
}

fn sample(name: &str, slo: &str, route: &str, value: f64) -> Sample {
    let labels = [("__name__", name), ("slo", slo), ("route", route)];
    let labels = labels.into_iter().filter(|(_, value)| !value.is_empty());
    Sample {
        labels: labels
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect(),
        value: SampleValue::Float(value),
    }
}

/// What a server has recorded: lines such as `orders runs`, `orders runs-until-lately`, `orders 5m EVENTS ERRORS`,
/// `orders/ROUTE 5m EVENTS ERRORS`, `orders left SHARE` and `orders history 1h`. `-` for a number is no series.
fn answers(recorded: &str) -> BTreeMap<Part, Vec<Sample>> {
    let mut answers: BTreeMap<Part, Vec<Sample>> = BTreeMap::new();
    for line in recorded.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (name, route) = words[0].split_once('/').unwrap_or((words[0], ""));
        let slo = format!("shop/{name}");
        let mut add = |part: Part, name: &str, text: &str| {
            if text != "-" {
                let one = sample(name, &slo, route, text.parse().unwrap());
                answers.entry(part).or_default().push(one);
            }
        };
        let length = |text: &str| text.parse::<Duration>().unwrap();
        match words[1] {
            "runs" => add(Part::Runs, "", "2"),
            "runs-until-lately" => add(Part::Runs, "", "0"),
            "left" => add(Part::Budget(length("30d")), "", words[2]),
            "history" => add(Part::History(length(words[2])), "", "1"),
            window => {
                let part = Part::Window(length(window));
                add(part, &format!("slo:events:increase{window}"), words[2]);
                add(part, &format!("slo:errors:increase{window}"), words[3]);
            }
        }
    }
    answers
}

fn reply(samples: Vec<Sample>) -> Reply {
    Reply {
        answer: Answer::Vector(samples),
        warnings: Vec::new(),
        infos: Vec::new(),
        spent: None,
    }
}

fn looks(slos: &[String], recorded: &str, failing: &dyn Fn(Part) -> Option<Fault>) -> Vec<Look> {
    let survey = survey(slos);
    let mut answers = answers(recorded);
    let mut reading = Reading::of(survey.clone());
    for batch in survey.batches() {
        let answer = answers.remove(&batch.part).unwrap_or_default();
        match failing(batch.part) {
            Some(fault) => {
                let asked = format!("{:?}", batch.part);
                reading.take(batch, Err(&Failure { asked, fault }));
            }
            None => reading.take(batch, Ok(&reply(answer))),
        }
    }
    assert!(answers.is_empty(), "nobody asks for {answers:?}");
    reading.looks(AT_MS)
}

/// One line for each SLO, and one for each group of it that is seen.
fn said(looks: &[Look]) -> String {
    let mut lines = Vec::new();
    for Look { slo, at_ms, sight } in looks {
        assert_eq!(*at_ms, AT_MS);
        match sight {
            Sight::Nothing => lines.push(format!("{} nothing", slo.name)),
            Sight::Unrecorded { why } => lines.push(format!("{} unrecorded: {why}", slo.name)),
            Sight::Failed { why, scope } => lines.push(format!("{} {scope:?}: {why}", slo.name)),
            Sight::Seen(groups) => lines.extend(groups.iter().map(|group| {
                let tiers = group.verdict.as_ref().map(|verdict| {
                    let tiers = verdict.tiers.iter();
                    let tiers = tiers.map(|tier| format!("{:?}", tier.judgement.decision));
                    tiers.collect::<Vec<_>>().join(" ")
                });
                let route = group.group.values().concat();
                let tiers = tiers.unwrap_or_else(|| "blind".to_string());
                let left = group.left.map(|left| format!(", {left} left"));
                let left = left.unwrap_or_default();
                format!("{} {route}{tiers}{left}", slo.name)
            })),
        }
    }
    lines.join("\n")
}

fn check_of(slos: &[String], recorded: &str, expected: &[&str]) {
    let looks = looks(slos, recorded, &|_| None);
    assert_eq!(said(&looks), expected.join("\n"), "{recorded}");
}

/// What is seen of `shop/orders` with the policy `one`.
fn check(recorded: &str, expected: &str) {
    check_of(&[slo("orders", "one", "")], recorded, &[expected]);
}

#[test]
fn a_tier_is_judged_by_the_recorded_contents_of_its_windows() {
    let of = |long: &str, short: &str| format!("orders runs\norders 1h {long}\norders 5m {short}");
    check(&of("1000 101", "100 11"), "orders Burning");
    check(&of("1000 100", "100 11"), "orders LongBelow");
    check(&of("1000 101", "100 10"), "orders ShortBelow");
    check(&of("1000 101", "0 0"), "orders Sustaining");
    check(&of("50 9", "5 5"), "orders FewErrors");
    check(&of("0 0", "0 0"), "orders LongBelow");
}

#[test]
fn the_budget_that_is_left_is_told_and_lowers_thresholds() {
    let of = |left: &str| {
        format!("orders runs\norders 1h 1000 60\norders 5m 100 60\norders left {left}")
    };
    let slos = [slo("orders", "left", "")];
    check_of(&slos, &of("1"), &["orders LongBelow, 1 left"]);
    check_of(&slos, &of("0.5"), &["orders Burning, 0.5 left"]);
    check_of(&slos, &of("-"), &["orders NoBudget"]);
    check_of(&slos, &of("NaN"), &["orders NoBudget"]);
}

#[test]
fn the_budget_of_a_calendar_period_is_not_recorded_and_not_told() {
    let period = "  period: {calendar: month, time_zone: Europe/Berlin}\n";
    let burning = "orders runs\norders 1h 1000 101\norders 5m 100 11";
    check_of(
        &[slo("orders", "one", period)],
        burning,
        &["orders Burning"],
    );
}

#[test]
fn a_tier_with_a_long_short_window_waits_for_its_history_as_the_rule_does() {
    let slos = [slo("orders", "two", "")];
    let windows = "orders runs\norders 5m 0 0\norders 2h 2000 100\norders 1d 9000 400\n";
    let tiled = format!("{windows}orders 1h 0 0\n");
    check_of(&slos, &tiled, &["orders LongBelow NotArmed"]);
    let old = format!("{tiled}orders history 1h");
    check_of(&slos, &old, &["orders LongBelow Burning"]);
    // Rules that read every window raw record no hour unless a tier has it, and wait for nothing.
    let raw = format!("{windows}orders 30m 0 0\n");
    let slos = [slo("orders", "raw", "")];
    check_of(&slos, &raw, &["orders LongBelow Burning"]);
}

#[test]
fn a_tier_that_waits_is_unknown_where_its_window_is_not_recorded() {
    let slos = [slo("orders", "two", "")];
    let of = |slow: &str| format!("orders runs\norders 1h 0 0\norders 5m 0 0\n{slow}");
    let two = of("orders 2h 2000 100");
    check_of(&slos, &two, &["orders LongBelow Unknown"]);
    let half = of("orders 2h 2000 100\norders 1d 9000 -");
    check_of(&slos, &half, &["orders LongBelow Unknown"]);
}

/// Rules that are older than the SLO would be silent about it for ever.
#[test]
fn an_slo_is_blind_where_a_window_of_a_tier_that_wakes_is_not_recorded() {
    let why = |tier: &str| {
        format!(
            "orders Question: the windows of tier `{tier}` are not recorded: the installed rules may be older than the SLO, \
             or fail"
        )
    };
    check("orders runs\norders 5m 100 50", &why("fast"));
    check(
        "orders runs\norders 5m 100 50\norders 1h 1000 -",
        &why("fast"),
    );
    // Where nothing wakes, any tier.
    let tickets = [slo("orders", "tickets", "")];
    check_of(&tickets, "orders runs\norders 30m 9 9", &[&why("slow")]);
}

#[test]
fn a_number_that_is_no_count_is_blind() {
    for number in ["NaN", "+Inf", "-1"] {
        let recorded = format!("orders runs\norders 5m 100 50\norders 1h 1000 {number}");
        check(&recorded, "orders blind");
    }
}

#[test]
fn rules_that_run_and_count_nothing_see_that_there_are_no_series() {
    check("orders runs", "orders nothing");
    check("orders runs\norders 1h 1000 101", "orders nothing");
}

#[test]
fn an_slo_of_which_nothing_is_recorded_may_have_no_rules() {
    let slos = [slo("cart", "one", ""), slo("orders", "one", "")];
    let recorded = "orders runs\norders 1h 0 0\norders 5m 0 0";
    check_of(
        &slos,
        recorded,
        &[
            "cart unrecorded: nothing was recorded of it for 1h: its rules may not be installed",
            "orders LongBelow",
        ],
    );
}

#[test]
fn rules_that_ran_until_lately_are_blind_whatever_their_last_numbers_are() {
    let slos = [slo("cart", "one", ""), slo("orders", "one", "")];
    let recorded = "cart runs-until-lately\ncart 1h 1000 900\ncart 5m 100 90\n\
                    orders runs\norders 1h 0 0\norders 5m 0 0";
    check_of(
        &slos,
        recorded,
        &[
            "cart Question: its rules have recorded nothing for 2m",
            "orders LongBelow",
        ],
    );
}

#[test]
fn rules_of_which_none_runs_are_the_fault_of_the_source() {
    let slos = [slo("cart", "one", ""), slo("orders", "one", "")];
    let why = "Source: no rule of any SLO has recorded anything for 2m: the rules may not be installed, the ruler may be \
               down, or another tenant is asked";
    let expected = [format!("cart {why}"), format!("orders {why}")];
    let expected = [expected[0].as_str(), &expected[1]];
    check_of(&slos, "", &expected);
    check_of(&slos, "orders runs-until-lately\norders 5m 1 1", &expected);
}

#[test]
fn groups_are_those_of_the_recorded_labels() {
    let slos = [slo("orders", "one", "  group_by: [route]\n")];
    let recorded = "orders runs
        orders//pay 1h 1000 101\norders//pay 5m 100 11
        orders//list 1h 1000 0\norders//list 5m 100 0";
    let expected = ["orders /listLongBelow", "orders /payBurning"];
    check_of(&slos, recorded, &expected);
}

#[test]
fn a_group_that_is_gone_from_a_window_that_others_have_had_no_events_in_it() {
    let slos = [slo("orders", "one", "  group_by: [route]\n")];
    let others = "orders runs\norders//list 1h 1000 0\norders//list 5m 100 0\n";
    let gone = format!("{others}orders//pay 1h 1000 101");
    check_of(
        &slos,
        &gone,
        &["orders /listLongBelow", "orders /paySustaining"],
    );
    // The other way round it was not recorded: what is in five minutes is in the hour.
    let new = format!("{others}orders//pay 5m 100 90");
    check_of(
        &slos,
        &new,
        &["orders /listLongBelow", "orders /payUnknown"],
    );
}

#[test]
fn two_series_of_one_group_are_no_answer() {
    let twice = "orders runs\norders 1h 1000 0\norders 5m 100 0\norders 5m 100 90";
    let looks = looks(&[slo("orders", "one", "")], twice, &|_| None);
    let said = said(&looks);
    assert!(said.starts_with("orders Question: the query"), "{said}");
    assert!(
        said.ends_with("several series of `shop/orders` where one is expected; its rules may be installed twice"),
        "{said}"
    );
}

#[test]
fn slos_of_others_are_passed_over() {
    let survey = survey(&[slo("orders", "one", "")]);
    let mut reading = Reading::of(survey.clone());
    for batch in survey.batches() {
        let names = ["slo:events:increase5m", "slo:errors:increase5m"];
        let of_others = ["shop/other", ""]
            .iter()
            .flat_map(|slo| names.map(|name| sample(name, slo, "", 1e6)));
        reading.take(batch, Ok(&reply(of_others.collect())));
    }
    let [look] = &reading.looks(AT_MS)[..] else {
        panic!("one SLO has one look")
    };
    assert!(matches!(
        look.sight,
        Sight::Failed {
            scope: Scope::Source,
            ..
        }
    ));
}

/// A question that fails makes everybody blind who needs it, and nobody else.
fn check_failing(failing: impl Fn(Part) -> Option<Fault>, expected: &[&str]) {
    let slos = [slo("cart", "one", ""), slo("orders", "two", "")];
    let recorded = "cart runs\ncart 1h 0 0\ncart 5m 0 0\norders runs\norders history 1h
        orders 5m 0 0\norders 1h 0 0\norders 2h 0 0\norders 1d 0 0";
    let looks = looks(&slos, recorded, &failing);
    assert_eq!(said(&looks), expected.join("\n"));
}

#[test]
fn a_batch_that_fails_is_the_fault_of_the_question_where_others_are_answered() {
    let slow = || Fault::TooSlow(Duration::minutes(1));
    let day = Part::Window(Duration::days(1));
    let why = format!("orders Question: {day:?}: no answer within 1m");
    check_failing(|part| (part == day).then(slow), &["cart LongBelow", &why]);
}

#[test]
fn a_source_that_answers_no_batch_is_to_blame_for_all() {
    let gone = || Fault::Unreachable("refused".to_string());
    let why = "Source: Runs: the server cannot be reached: refused";
    let expected = [format!("cart {why}"), format!("orders {why}")];
    check_failing(|_| Some(gone()), &[&expected[0], &expected[1]]);
}

#[test]
fn credentials_that_are_not_accepted_are_the_fault_of_the_source() {
    let hour = Part::Window(Duration::hours(1));
    let why = format!("Source: {hour:?}: the server does not accept the credentials (status 403)");
    let expected = [format!("cart {why}"), format!("orders {why}")];
    let denied = |part| (part == hour).then_some(Fault::Denied(403));
    check_failing(denied, &[&expected[0], &expected[1]]);
}

#[test]
fn an_answer_has_two_hundred_thousand_series_at_most() {
    let survey = survey(&[slo("orders", "one", "")]);
    let check = |series: usize, is_read: bool| {
        let mut reading = Reading::of(survey.clone());
        let one = sample("", "shop/orders", "", 1.0);
        reading.take(&survey.batches()[0], Ok(&reply(vec![one; series])));
        assert_eq!(reading.is_answered(), is_read, "{series}");
    };
    check(SERIES_MAX, true);
    check(SERIES_MAX + 1, false);
}
