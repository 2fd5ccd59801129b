//! Links that are asked: what counts as an answer, how far they may lead, and what they may cost.

use std::collections::BTreeSet;
use std::net::{IpAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use burnwatch::base::Duration;
use burnwatch::source::link::REDIRECTS_MAX;
use burnwatch::source::links::CANARY_HOST;
use burnwatch::source::{LinkSettings, Links, Lookup, LookupFault};
use burnwatch::web::{Death, Doubt, Reach, Verdict, Web, WebUrl};

use super::kit::fake::{Behaviour, Fake, Request};

/// A lookup that is a function of the host and of how many lookups there were before.
struct Scripted<F> {
    answer: F,
    lookups: AtomicUsize,
}

impl<F> Lookup for Scripted<F>
where
    F: Fn(&str, usize) -> Result<Vec<IpAddr>, LookupFault> + Send + Sync,
{
    fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, LookupFault> {
        (self.answer)(host, self.lookups.fetch_add(1, Ordering::SeqCst))
    }
}

fn scripted<F>(answer: F) -> Arc<Scripted<F>> {
    let lookups = AtomicUsize::new(0);
    Arc::new(Scripted { answer, lookups })
}

fn here(_: &str, _: usize) -> Result<Vec<IpAddr>, LookupFault> {
    Ok(vec![address("127.0.0.1")])
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn allowed() -> LinkSettings {
    LinkSettings::new(Reach::PrivateToo)
}

fn ask(settings: LinkSettings, urls: &[String]) -> Vec<Verdict> {
    let urls: Vec<WebUrl> = urls.iter().map(|url| WebUrl::parse(url).unwrap()).collect();
    Links::new(settings).unwrap().ask(&urls)
}

fn ask_one(settings: LinkSettings, url: String) -> Verdict {
    ask(settings, &[url]).remove(0)
}

fn answer(status: u16) -> Behaviour {
    Behaviour::Answer(status, Vec::new(), String::new())
}

fn redirect(to: impl std::fmt::Display) -> Behaviour {
    Behaviour::Answer(302, vec![format!("Location: {to}")], String::new())
}

/// The verdict over a page that behaves so, and how it was asked.
fn check(
    behave: impl Fn(&Request) -> Behaviour + Send + Sync + 'static,
    expected: Verdict,
    methods: &[&str],
) {
    let fake = Fake::start(behave);
    let verdict = ask_one(allowed(), format!("{}/page", fake.url()));
    assert_eq!(verdict, expected);
    let asked: Vec<String> = fake.requests().into_iter().map(|r| r.method).collect();
    assert_eq!(asked, methods);
}

#[test]
fn a_page_that_is_there_is_asked_once() {
    check(|_| answer(200), Verdict::Alive, &["HEAD"]);
}

#[test]
fn a_page_that_is_not_there_is_dead_when_get_says_so_too() {
    for status in [404, 410] {
        let dead = Verdict::Dead(Death::Status(status));
        check(move |_| answer(status), dead, &["HEAD", "GET"]);
    }
}

#[test]
fn a_server_that_refuses_head_is_asked_by_get() {
    for status in [403, 404, 405, 500, 501] {
        let behave = move |request: &Request| match request.method.as_str() {
            "HEAD" => answer(status),
            _ => answer(200),
        };
        check(behave, Verdict::Alive, &["HEAD", "GET"]);
    }
}

#[test]
fn errors_of_a_server_say_nothing_about_the_page() {
    for status in [403, 500, 503] {
        let unknown = Verdict::Unknown(Doubt::Status(status));
        check(move |_| answer(status), unknown, &["HEAD", "GET"]);
    }
    for status in [401, 429] {
        let unknown = Verdict::Unknown(Doubt::Status(status));
        check(move |_| answer(status), unknown, &["HEAD"]);
    }
}

#[test]
fn a_body_without_an_end_is_not_read() {
    let behave = |request: &Request| match request.method.as_str() {
        "HEAD" => answer(405),
        _ => Behaviour::Endless,
    };
    check(behave, Verdict::Alive, &["HEAD", "GET"]);
}

#[test]
fn a_server_that_says_nothing_is_given_up_on() {
    let fake = Fake::start(|_| Behaviour::Silent);
    let mut settings = allowed();
    settings.link_timeout = Duration::from_ms(300);
    let verdict = ask_one(settings.clone(), fake.url());
    assert_eq!(
        verdict,
        Verdict::Unknown(Doubt::TooSlow(settings.link_timeout))
    );
}

#[test]
fn a_server_that_is_down_or_hangs_up_cannot_be_reached() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let free = listener.local_addr().unwrap();
    drop(listener);
    let rude = Fake::start(|_| Behaviour::HangUp);
    for url in [format!("http://{free}/"), rude.url()] {
        let verdict = ask_one(allowed(), url);
        let unreachable = matches!(verdict, Verdict::Unknown(Doubt::Unreachable(_)));
        assert!(unreachable, "{verdict:?}");
    }
}

#[test]
fn a_lookup_that_hangs_is_given_up_on() {
    let (release, wait) = mpsc::channel::<()>();
    let wait = Mutex::new(wait);
    let mut settings = allowed();
    settings.connect_timeout = Duration::from_ms(200);
    settings.lookup = scripted(move |_: &str, _| {
        let _ = wait.lock().unwrap().recv();
        Err(LookupFault::None)
    });
    let verdict = ask_one(settings.clone(), "http://slow.test/".to_owned());
    drop(release);
    let limit = settings.connect_timeout;
    assert_eq!(verdict, Verdict::Unknown(Doubt::TooSlow(limit)));
}

#[test]
fn a_host_without_an_address_is_dead_and_one_that_nobody_knows_is_not() {
    let verdict = |fault: LookupFault| {
        let mut settings = allowed();
        settings.lookup = scripted(move |host: &str, _| match host {
            CANARY_HOST => Ok(vec![address("198.41.0.4")]),
            _ => Err(fault.clone()),
        });
        ask_one(settings, "https://no.test/".to_owned())
    };
    assert_eq!(verdict(LookupFault::None), Verdict::Dead(Death::NoHost));
    let later = "try again".to_owned();
    assert_eq!(
        verdict(LookupFault::Failed(later.clone())),
        Verdict::Unknown(Doubt::Lookup(later))
    );
}

#[test]
fn where_no_host_has_an_address_none_is_dead() {
    let mut settings = allowed();
    settings.lookup = scripted(|_: &str, _| Err(LookupFault::None));
    let verdict = ask_one(settings, "https://wiki.test/".to_owned());
    assert_eq!(verdict, Verdict::Unknown(Doubt::Isolated));
}

#[test]
fn redirects_are_followed_up_to_their_limit() {
    let verdict_after = |redirects: usize| {
        let fake = Fake::start(move |request| {
            let at: usize = request.path[1..].parse().unwrap();
            match at < redirects {
                true => redirect(at + 1),
                false => answer(200),
            }
        });
        let verdict = ask_one(allowed(), format!("{}/0", fake.url()));
        (verdict, fake.requests().len())
    };
    let asked_max = REDIRECTS_MAX + 1;
    assert_eq!(verdict_after(REDIRECTS_MAX), (Verdict::Alive, asked_max));
    let unknown = Verdict::Unknown(Doubt::Redirects(REDIRECTS_MAX));
    assert_eq!(verdict_after(asked_max), (unknown, asked_max));
}

#[test]
fn a_redirect_in_a_circle_ends() {
    let fake = Fake::start(|_| redirect("/page"));
    let verdict = ask_one(allowed(), format!("{}/page", fake.url()));
    assert_eq!(verdict, Verdict::Unknown(Doubt::Redirects(REDIRECTS_MAX)));
    assert_eq!(fake.requests().len(), REDIRECTS_MAX + 1);
}

#[test]
fn a_page_that_moved_within_its_host_is_dead_where_it_moved_to_nothing() {
    let fake = Fake::start(|request| match request.path.as_str() {
        "/page" => redirect("/gone"),
        _ => answer(404),
    });
    let verdict = ask_one(allowed(), format!("{}/page", fake.url()));
    assert_eq!(verdict, Verdict::Dead(Death::Status(404)));
}

#[test]
fn a_redirect_to_another_host_is_an_answer_and_is_not_followed() {
    let other = Fake::start(|_| answer(404));
    let port = other.url().rsplit(':').next().unwrap().to_owned();
    for host in ["localhost", "127.0.0.2", "169.254.169.254", "[::1]"] {
        let location = format!("http://{host}:{port}/");
        check(move |_| redirect(&location), Verdict::Alive, &["HEAD"]);
    }
    assert!(other.requests().is_empty());
}

#[test]
fn a_redirect_to_what_is_no_page_is_not_followed() {
    for to in [
        "file:///etc/passwd",
        "gopher://host/",
        "http://me:pw@127.0.0.1/",
        "http://",
    ] {
        check(
            move |_| redirect(to),
            Verdict::Unknown(Doubt::Astray),
            &["HEAD"],
        );
    }
}

#[test]
fn p2_no_spelling_of_this_machine_is_asked_without_permission() {
    let fake = Fake::start(|_| answer(200));
    let port = fake.url().rsplit(':').next().unwrap().to_owned();
    for host in [
        "127.0.0.1",
        "127.1",
        "127.0.0.1.",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "%31%32%37.0.0.1",
        "１２７.0.0.1",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "localhost",
        "LOCALHOST",
    ] {
        let url = format!("http://{host}:{port}/");
        let verdict = ask_one(LinkSettings::new(Reach::Public), url);
        let refused = matches!(
            verdict,
            Verdict::Unknown(Doubt::Private(_) | Doubt::Nobody(_))
        );
        assert!(refused, "{host}: {verdict:?}");
    }
    assert!(fake.requests().is_empty());
    assert_eq!(ask_one(allowed(), fake.url()), Verdict::Alive);
}

#[test]
fn p2_a_name_is_judged_by_the_address_that_is_connected() {
    let fake = Fake::start(|_| answer(200));
    let port = fake.url().rsplit(':').next().unwrap().to_owned();
    let lookup = scripted(|_: &str, before| match before {
        0 => Ok(vec![address("9.9.9.9")]),
        _ => Ok(vec![address("127.0.0.1")]),
    });
    // Whoever looks first sees an address of the internet.
    assert_eq!(
        lookup.addresses("rebind.test"),
        Ok(vec![address("9.9.9.9")])
    );
    let mut settings = LinkSettings::new(Reach::Public);
    settings.lookup = lookup;
    let verdict = ask_one(settings, format!("http://rebind.test:{port}/"));
    let refused =
        matches!(&verdict, Verdict::Unknown(Doubt::Private(block)) if block.name == "loopback");
    assert!(refused, "{verdict:?}");
    assert!(fake.requests().is_empty());
}

#[test]
fn p2_a_name_is_judged_anew_after_a_redirect() {
    let fake = Fake::start(|_| {
        let headers = ["Location: /b", "Connection: close"].map(str::to_owned);
        Behaviour::Answer(302, headers.to_vec(), String::new())
    });
    let port = fake.url().rsplit(':').next().unwrap().to_owned();
    let mut settings = allowed();
    settings.lookup = scripted(|_: &str, before| match before {
        0 => Ok(vec![address("127.0.0.1")]),
        _ => Ok(vec![address("169.254.169.254")]),
    });
    let verdict = ask_one(settings, format!("http://rebind.test:{port}/"));
    let refused =
        matches!(&verdict, Verdict::Unknown(Doubt::Nobody(block)) if block.name == "link-local");
    assert!(refused, "{verdict:?}");
    assert_eq!(fake.requests().len(), 1);
}

#[test]
fn a_question_says_nothing_of_who_asks() {
    let fake = Fake::start(|request| match request.path.as_str() {
        "/page" => Behaviour::Answer(
            302,
            ["Location: /next", "Set-Cookie: a=b"]
                .map(str::to_owned)
                .to_vec(),
            String::new(),
        ),
        _ => answer(404),
    });
    ask_one(allowed(), format!("{}/page#part", fake.url()));
    let requests = fake.requests();
    let paths: Vec<&str> = requests.iter().map(|request| &*request.path).collect();
    assert_eq!(paths, ["/page", "/next", "/next"]);
    let names: BTreeSet<&str> = requests
        .iter()
        .flat_map(|request| &request.headers)
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(names, BTreeSet::from(["accept", "host", "user-agent"]));
    assert!(requests.iter().all(|request| request.body.is_empty()));
}

/// How many of these links arrive while none is answered.
fn arrive(hosts: &[&str], links: usize) -> usize {
    let fake = Fake::start(|_| Behaviour::Silent);
    let port = fake.url().rsplit(':').next().unwrap().to_owned();
    let mut settings = allowed();
    settings.run_timeout = Duration::from_ms(1_500);
    settings.lookup = scripted(here);
    let url = |at: usize| format!("http://{}:{port}/{at}", hosts[at % hosts.len()]);
    let urls: Vec<String> = (0..links).map(url).collect();
    let over = Verdict::Unknown(Doubt::RunOver(settings.run_timeout));
    assert_eq!(ask(settings, &urls), vec![over; links]);
    fake.requests().len()
}

#[test]
fn few_links_are_asked_at_once_and_fewer_at_one_host() {
    assert_eq!(arrive(&["a.test"], 12), 4);
    assert_eq!(arrive(&["a.test", "b.test", "c.test"], 24), 8);
}

#[test]
fn links_of_a_busy_host_do_not_keep_those_of_others_waiting() {
    let fake = Fake::start(|request| match request.path.as_str() {
        "/busy" => Behaviour::Silent,
        _ => answer(200),
    });
    let port = fake.url().rsplit(':').next().unwrap().to_owned();
    let mut settings = allowed();
    settings.run_timeout = Duration::from_ms(1_500);
    settings.in_flight_max = 5;
    settings.lookup = scripted(here);
    let mut urls: Vec<String> = (0..20)
        .map(|at| format!("http://a.test:{port}/busy?{at}"))
        .collect();
    urls.push(format!("http://b.test:{port}/"));
    let verdicts = ask(settings, &urls);
    assert_eq!(verdicts.last(), Some(&Verdict::Alive));
}

#[test]
fn no_more_links_are_asked_than_a_run_may() {
    let fake = Fake::start(|_| answer(200));
    let mut settings = allowed();
    settings.links_max = 2;
    let urls: Vec<String> = (0..3).map(|at| format!("{}/{at}", fake.url())).collect();
    let too_many = Verdict::Unknown(Doubt::TooMany(2));
    assert_eq!(
        ask(settings.clone(), &urls),
        [Verdict::Alive, Verdict::Alive, too_many]
    );
    assert_eq!(fake.requests().len(), 2);
    assert_eq!(ask(settings, &urls[..2]), [Verdict::Alive, Verdict::Alive]);
}
