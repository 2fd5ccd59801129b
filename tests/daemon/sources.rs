//! A source that fails, is slow, has too much to do, or another clock.

use std::collections::BTreeMap;
use std::time::Duration;

use super::scene::{Scene, changed};
use super::site::slos;
use super::world::counters::Trouble;
use super::world::http::Answer;
use super::world::rates::{BURNING, CALM};
use super::world::wait::{now_ms, until, until_so, within};

const IMPATIENT: (&str, &str) = ("query_offset: 1s", "query_offset: 1s, query_timeout: 2s");

/// While an incident goes on the source fails like this, and is well again.
fn resolves_nothing(trouble: Option<Trouble>) {
    let scene = Scene::with(&["orders"], &[IMPATIENT]);
    let daemon = scene.start_ready();
    scene.burns("orders");
    let opened = scene.told_of("burns");
    let counters = &scene.services.counters;
    let failed = || daemon.metric("burnwatch_evaluations_total{result=\"failed\"}");
    let (before, what) = (failed(), format!("{trouble:?}"));
    match &trouble {
        Some(trouble) => counters.trouble(Some(trouble.clone())),
        None => counters.door().close(),
    }
    // As if it were so for some hours.
    until_so("evaluations fail", || failed() >= before + 1.0);
    let is_told = || {
        // Of the SLO that was still told of, or of the source as a whole.
        let incidents = scene.incidents();
        let told = incidents.iter().any(|one| !one.summary().contains("burns"));
        told.then_some(())
    };
    let told = (0..3).find_map(|_| {
        scene.passes(3_600_000);
        within(Duration::from_secs(20), is_told)
    });
    assert!(told.is_some(), "{what}: nobody is told of the blindness");
    let before = failed();
    until_so("evaluations still fail", || failed() > before);
    // Who is gone does not fail to keep up.
    assert!(!scene.site.logs().contains("keep up"), "{what}");
    let incident = scene.told_of("burns");
    assert!(incident.is_open(), "{what}");
    counters.trouble(None);
    counters.door().open();
    until_so("it sees again", || daemon.ready().starts_with("200"));
    scene.is_seen("orders");
    let incidents = scene.incidents();
    let about = incidents
        .iter()
        .filter(|one| one.summary().contains("burns"));
    let about: Vec<_> = about.collect();
    assert_eq!(about.len(), 1, "{what}: {incidents:#?}");
    assert_eq!((&about[0].key, about[0].is_open()), (&opened.key, true));
    scene.recovers("orders");
    until_so("it is over", || !scene.told_of("burns").is_open());
}

fn answered(status: u16, body: &str) -> Option<Trouble> {
    Some(Trouble::Answer(Answer::json(status, body)))
}

#[test]
fn e1_statuses_that_are_no_success_resolve_nothing() {
    let error = "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"no\"}";
    let statuses = [500, 503, 422, 400];
    std::thread::scope(|scope| {
        for status in statuses {
            scope.spawn(move || resolves_nothing(answered(status, error)));
        }
    });
}

#[test]
fn e1_answers_that_are_none_resolve_nothing() {
    std::thread::scope(|scope| {
        scope.spawn(|| resolves_nothing(answered(200, "{\"status\":\"error\",\"error\":\"no\"}")));
        scope.spawn(|| resolves_nothing(answered(200, "<html>hello</html>")));
        scope.spawn(|| resolves_nothing(Some(Trouble::CutShort)));
        scope.spawn(|| resolves_nothing(Some(Trouble::Partial)));
    });
}

#[test]
fn e1_a_source_that_does_not_answer_resolves_nothing() {
    std::thread::scope(|scope| {
        scope.spawn(|| resolves_nothing(Some(Trouble::Hang)));
        scope.spawn(|| resolves_nothing(Some(Trouble::HangUp)));
        scope.spawn(|| resolves_nothing(None));
    });
}

#[test]
fn e9_a_clock_that_is_set_delays_no_page_and_resolves_nothing() {
    let scene = Scene::new(&["orders", "carts"]);
    let _daemon = scene.start_ready();
    scene.burns("orders");
    scene.told_of("orders");
    let hour_ms = 3_600_000;
    scene.shim.sets_clock(hour_ms);
    scene.burns("carts");
    scene.told_of("carts");
    scene.shim.sets_clock(-2 * hour_ms);
    scene.is_seen("orders");
    assert!(scene.told_of("orders").is_open());
    scene.recovers("orders");
    until_so("it is over", || !scene.told_of("orders").is_open());
    assert!(scene.told_of("carts").is_open());
}

#[test]
fn e9_a_night_that_a_machine_slept_is_not_made_up_for() {
    let scene = Scene::new(&["orders"]);
    let daemon = scene.start_ready();
    let counters = &scene.services.counters;
    let before = counters.asked_about("orders");
    scene.passes(8 * 3_600_000);
    until_so("what was missed is said", || {
        daemon.metric("burnwatch_missed_evaluations_total") >= 5_000.0
    });
    scene.is_seen("orders");
    let asked = counters.asked_about("orders") - before;
    assert!(asked < 100, "{asked}");
    scene.burns("orders");
    scene.told_of("orders");
}

#[test]
fn e10_a_source_whose_clock_is_five_minutes_ahead_is_asked_for_its_own_times() {
    let scene = Scene::new(&["orders"]);
    let counters = &scene.services.counters;
    counters.runs_ahead(300_000);
    // By the clock of this machine that lies in the future.
    counters.set_group("orders", "", now_ms() + 240_000, BURNING);
    let daemon = scene.start();
    scene.told_of("orders");
    daemon.says("clock");
}

#[test]
fn e10_a_source_whose_clock_is_set_while_the_daemon_runs_is_followed() {
    let scene = Scene::new(&["orders"]);
    let _daemon = scene.start_ready();
    let counters = &scene.services.counters;
    counters.runs_ahead(300_000);
    counters.set_group("orders", "", now_ms() + 300_000, BURNING);
    scene.told_of("orders");
}

#[test]
fn e11_a_slow_question_delays_no_other() {
    let scene = Scene::with(&["orders", "carts", "items"], &[IMPATIENT]);
    let daemon = scene.start_ready();
    let counters = &scene.services.counters;
    counters.trouble_of("carts", Some(Trouble::Slow(Duration::from_secs(50))));
    let before: BTreeMap<String, usize> = counters.tally().by_job;
    let begin_ms = now_ms();
    until_so("others are evaluated four times", || {
        ["orders", "items"]
            .iter()
            .all(|job| counters.asked_about(job) >= before[*job] + 8)
    });
    let took_ms = now_ms() - begin_ms;
    assert!(took_ms < 30_000, "{took_ms}");
    scene.burns("orders");
    scene.told_of("orders");
    until_so("the slow one has failed", || {
        daemon.metric("burnwatch_evaluations_total{result=\"failed\"}") >= 1.0
    });
    let tally = counters.tally();
    assert_eq!(
        tally.without_timeout, 0,
        "the source is told when to give up"
    );
}

/// Four SLOs fail like this again and again, and three others are asked about in time all the same.
fn delays_no_other(trouble: &Trouble) {
    let sound = ["orders", "carts", "items"];
    let failing = ["a", "b", "c", "d"];
    let names = [&sound[..], &failing[..]].concat();
    let patience = ("query_offset: 1s", "query_offset: 1s, query_timeout: 4s");
    let scene = Scene::with(&names, &[patience]);
    let daemon = scene.start_ready();
    let counters = &scene.services.counters;
    for job in failing {
        counters.trouble_of(job, Some(trouble.clone()));
    }
    let before = counters.tally().by_job;
    until_so("all of them have failed twice", || {
        let asked = |job: &&str| counters.asked_about(job) >= before[*job] + 6;
        failing.iter().all(asked)
    });
    let begin_ms = now_ms();
    until_so("five intervals are over", || now_ms() - begin_ms > 25_000);
    let log = counters.tally().log;
    for job in sound {
        let times = log.iter().filter(|(_, asked)| asked == job);
        let times: Vec<i64> = times.map(|(at_ms, _)| *at_ms).collect();
        let lately = times.iter().rposition(|at_ms| *at_ms < begin_ms).unwrap();
        let gaps = times[lately..].windows(2).map(|pair| pair[1] - pair[0]);
        let longest_ms = gaps.max().unwrap().max(now_ms() - times.last().unwrap());
        assert!(longest_ms < 9_000, "{trouble:?}: {job} {longest_ms}");
    }
    let limit = daemon.metric("burnwatch_questions_limit");
    assert!(limit >= 4.0, "{trouble:?}: {limit}");
    scene.burns("orders");
    scene.told_of("orders");
    failing
        .iter()
        .for_each(|job| counters.trouble_of(job, None));
    scene.burns("d");
    scene.told_of("shop/d");
}

#[test]
fn e11_several_slow_questions_delay_no_other() {
    delays_no_other(&Trouble::Hang);
}

#[test]
fn e11_several_questions_that_are_put_off_delay_no_other() {
    let answer = Answer::text(429, "").with("Retry-After: 3600");
    delays_no_other(&Trouble::Answer(answer));
}

#[test]
fn e12_a_start_with_many_slos_asks_no_more_at_once_than_it_may() {
    let names: Vec<String> = (0..300).map(|nth| format!("slo-{nth}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let few = ("query_offset: 1s", "query_offset: 1s, max_queries: 6");
    let scene = Scene::with(&names, &[few]);
    let _daemon = scene.start_ready();
    let tally = scene.services.counters.tally();
    assert!(tally.by_job.len() >= names.len());
    assert!(tally.most_in_flight <= 6, "{}", tally.most_in_flight);
    // From now on evaluations are spread over the interval.
    let begin_ms = now_ms();
    let is_over = || now_ms() - begin_ms > 11_000;
    until_so("two intervals are over", is_over);
    let log = scene.services.counters.tally().log;
    let times = log.iter().map(|(at_ms, _)| at_ms - begin_ms);
    let mut tenths = [0; 10];
    for at_ms in times.filter(|at_ms| (0..10_000).contains(at_ms)) {
        tenths[(at_ms / 1_000) as usize] += 1;
    }
    let sum: i32 = tenths.iter().sum();
    assert!(sum >= 300, "{tenths:?}");
    assert!(tenths.iter().all(|count| *count < sum / 3), "{tenths:?}");
}

#[test]
fn e13_under_overload_pages_are_asked_about_first_and_tickets_are_shed() {
    let ticket_only = "  calm:\n    tiers: [{name: slow, severity: ticket, burn_rate: 1, long: 1h, short: 5m}]\nteams:\n";
    let workspace = changed(&[("teams:\n", ticket_only), IMPATIENT]);
    let tickets: Vec<String> = (0..30).map(|nth| format!("ticket-{nth}")).collect();
    let pages = ["orders", "carts", "items"];
    let mut names: Vec<&str> = pages.to_vec();
    names.extend(tickets.iter().map(String::as_str));
    let text = slos(&names);
    let text: String = text
        .lines()
        .map(|line| match line.contains("name: ticket-") {
            true => line.replace("policy: quick", "policy: calm") + "\n",
            false => format!("{line}\n"),
        })
        .collect();
    let scene = Scene::of(&workspace, &text);
    let daemon = scene.start_ready();
    let counters = &scene.services.counters;
    let limit = || daemon.metric("burnwatch_questions_limit");
    let usual = limit();
    // Enough for half of them.
    counters.trouble(Some(Trouble::Overloaded(3, Duration::from_millis(900))));
    until_so("it is asked less", || limit() < usual);
    daemon.says("the source is asked less: it left questions unanswered");
    let before = counters.tally().by_job;
    scene.burns("orders");
    scene.told_of("orders");
    until_so("evaluations are left out", || {
        daemon.metric("burnwatch_evaluations_total{result=\"shed\"}") >= 30.0
    });
    assert!(daemon.metric("burnwatch_missed_evaluations_total") >= 30.0);
    let after = counters.tally().by_job;
    let asked = |job: &str| after[job] - before[job];
    let least = pages.iter().map(|job| asked(job)).min().unwrap();
    let sum: usize = tickets.iter().map(|job| asked(job)).sum();
    assert!(
        least * tickets.len() > sum,
        "{least} each, and {sum} of all others"
    );
    counters.trouble(None);
    until_so("it is as before", || limit() == usual);
    daemon.says("the source is asked as much as before");
}

#[test]
fn h4_a_daemon_that_cannot_see_resolves_nothing_that_another_one_opened() {
    let scene = Scene::with(&["orders"], &[IMPATIENT]);
    let sees = super::site::Site::of(&scene.services, &changed(&[IMPATIENT]), &slos(&["orders"]));
    let blind = &scene.site;
    // Its source is another, which fails.
    let other = super::world::counters::Counters::start();
    let place = scene.services.counters.url();
    blind.replace("burnwatch.yaml", &place, &other.url());
    other.set_group("orders", "", now_ms() - 60_000, BURNING);
    let daemon = scene.start();
    let opened = scene.told_of("orders");
    other.trouble(Some(Trouble::HangUp));
    scene
        .services
        .counters
        .set_group("orders", "", now_ms() - 60_000, BURNING);
    let seeing = sees.spawn(scene.shim.below(sees.command(&["run"]))).lives();
    until_so("both have told", || {
        scene.told_of("orders").triggers.len() >= 2
    });
    let failed = || daemon.metric("burnwatch_evaluations_total{result=\"failed\"}");
    until_so("one is blind", || failed() >= 1.0);
    scene.passes(11 * 60_000);
    let before = failed();
    until_so("one is still blind", || failed() > before);
    drop(daemon);
    let _daemon = scene.start();
    let again = scene.services.counters.asked_about("orders");
    until_so("the other one goes on", || {
        scene.services.counters.asked_about("orders") >= again + 4
    });
    let incident = scene.told_of("orders");
    assert_eq!((incident.is_open(), &incident.key), (true, &opened.key));
    drop(seeing);
}

#[test]
fn a_source_that_recovers_is_asked_at_once_about_what_burns() {
    let scene = Scene::with(&["orders"], &[IMPATIENT]);
    let daemon = scene.start_ready();
    scene.services.counters.trouble(Some(Trouble::HangUp));
    until_so("it fails", || {
        daemon.metric("burnwatch_evaluations_total{result=\"failed\"}") >= 1.0
    });
    scene.burns("orders");
    let healed_ms = now_ms();
    scene.services.counters.trouble(None);
    let opened = until("it pages", || {
        scene
            .incidents()
            .into_iter()
            .find(|one| one.summary().contains("orders"))
    });
    // A pause of 15 s at most, an interval, and what comes around it on a busy machine.
    assert!(opened.opened_ms - healed_ms < 40_000);
    scene.set("orders", CALM);
}
