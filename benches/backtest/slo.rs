//! The SLO that is gone through: 99.9 % of requests over 30 days, with the built-in policy.

use burnwatch::base::SourceId;
use burnwatch::diagnostics::Findings;
use burnwatch::lint::options::SLOTS;
use burnwatch::model::{self, Workspace};
use burnwatch::plan::{self, Plan, Settings};
use burnwatch::spec::{check::check, slo_file::SLO_FILE, workspace_file::WORKSPACE_FILE};
use burnwatch::yaml::{self, Node};

const WORKSPACE: &str = "apiVersion: burnwatch/v1\nteams: {shop: {}}\n";
const SLO: &str = r#"apiVersion: burnwatch/v1
service: shop
owner: shop
slos:
  - name: availability
    objective: 99.9
    sli: {ratio: {events: 'http_requests_total{job="shop"}', errors_where: 'code=~"5.."'}}
"#;

/// Hands over its plan.
pub fn with_plan(then: impl FnOnce(&Plan<'_>, &Settings)) {
    let mut faults = Findings::new();
    let mut node = document(0, WORKSPACE);
    check(&mut node, &WORKSPACE_FILE, &SLOTS, &mut faults);
    let workspace = Workspace::resolve(&node, &mut faults);
    let settings = Settings::of(&workspace);
    let mut node = document(1, SLO);
    check(&mut node, &SLO_FILE, &SLOTS, &mut faults);
    let slos = model::slos(&node, &workspace, &mut faults);
    assert!(faults.is_empty(), "{faults:#?}");
    let slo = slos.first().expect("the file has an SLO");
    then(&plan::plan(slo, slo.windows), &settings);
}

fn document(source: u32, text: &str) -> Node {
    let (documents, faults) = yaml::read(SourceId(source), text);
    assert!(faults.is_empty(), "{faults:?}");
    let mut documents = documents.into_iter();
    documents.next().expect("the text has a document").root
}
