//! The daemon's own face: its vitals and metrics, as whoever asks sees them.

use std::sync::Arc;

use burnwatch::base::Duration;
use burnwatch::daemon::vitals::Covered;
use burnwatch::daemon::{Clockwork, DaemonFace, Metrics, Vitals};
use burnwatch::serve::{AckOutcome, Face, Live};

#[test]
fn the_daemon_is_ready_when_it_can_page_and_says_what_it_lacks() {
    let vitals = Arc::new(Vitals::new(Duration::hours(1)));
    let metrics = Arc::new(Metrics::new("0"));
    let face = DaemonFace::new(
        vitals.clone(),
        metrics.clone(),
        Clockwork::start(),
        Box::new(|token| match token {
            "known" => AckOutcome::Over {
                title: "it".to_owned(),
            },
            _ => AckOutcome::Unknown,
        }),
    );
    let says = || {
        let needs = face.ready().into_iter();
        let words = needs.map(|need| format!("{} {}", need.name, need.state.name()));
        words.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        says(),
        "store fine, source gone, evaluations gone, backfill impaired, configuration fine"
    );
    assert_eq!(face.live(), Live::Alive);
    vitals.source(Ok(()), 0);
    let covered = Covered {
        slos: 10,
        pages: 10,
        whole: 5,
        fresh: 10,
        faulty: 0,
    };
    vitals.covered(covered, 0);
    metrics.set_covered(&covered);
    assert_eq!(
        says(),
        "store fine, source fine, evaluations fine, backfill impaired, configuration fine"
    );
    let text = face.metrics();
    assert!(
        text.contains("burnwatch_slos{state=\"backfilling\"} 5\n"),
        "{text}"
    );
    assert!(text.ends_with("# EOF\n"), "{text}");
    assert_eq!(face.acknowledge("other"), AckOutcome::Unknown);
    let title = "it".to_owned();
    assert_eq!(face.acknowledge("known"), AckOutcome::Over { title });
}
