//! The trace of an evaluation goes out with its questions.

use std::num::{NonZeroU64, NonZeroU128};
use std::sync::Arc;

use burnwatch::base::Trace;
use burnwatch::prometheus::Question;
use burnwatch::source::{Client, Endpoint, SourceSettings};

use super::attempts::scalar;
use super::kit::fake::Fake;

#[test]
fn a_question_bears_the_trace_that_it_is_a_part_of() {
    let server = Fake::start(|_| scalar(1));
    let endpoint = Endpoint::parse(&server.url()).unwrap();
    let settings = Arc::new(SourceSettings::new(endpoint.clone()));
    let client = Client::new(endpoint, settings).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let trace = Trace::new(NonZeroU128::new(7).unwrap(), NonZeroU64::new(9).unwrap());
    for (trace, expected) in [
        (None, None),
        (
            Some(trace),
            Some(format!("traceparent: {}", trace.parent())),
        ),
    ] {
        let heard = runtime.block_on(client.ask(&Question::instant("1"), None, trace));
        assert!(heard.outcome.is_ok(), "{:?}", heard.outcome);
        let request = server.requests().pop().unwrap();
        let mut headers = request.headers.into_iter();
        let found = headers.find(|line| line.starts_with("traceparent"));
        assert_eq!(found, expected);
    }
}
