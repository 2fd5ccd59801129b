//! SLOs from texts, as the commands read them.
#![allow(
    dead_code,
    reason = "each test binary includes this file and uses a part of it"
)]

use burnwatch::base::SourceId;
use burnwatch::diagnostics::Findings;
use burnwatch::lint::options::SLOTS;
use burnwatch::model::{self, Slo, Workspace};
use burnwatch::plan::Settings;
use burnwatch::spec::check;
use burnwatch::spec::slo_file::SLO_FILE;
use burnwatch::spec::workspace_file::WORKSPACE_FILE;
use burnwatch::yaml::{self, Node};

/// The SLOs of `file` in a workspace; both must be without fault.
pub fn read(workspace: &str, file: &str) -> (Vec<Slo>, Settings) {
    read_all(workspace, &[file])
}

/// The SLOs of several files in a workspace; all of them must be without fault.
pub fn read_all(workspace: &str, files: &[&str]) -> (Vec<Slo>, Settings) {
    let mut faults = Findings::new();
    let mut settings = document(0, workspace);
    check::check(&mut settings, &WORKSPACE_FILE, &SLOTS, &mut faults);
    let workspace = Workspace::resolve(&settings, &mut faults);
    let mut slos = Vec::new();
    for (file, source) in files.iter().zip(1..) {
        let mut root = document(source, file);
        check::check(&mut root, &SLO_FILE, &SLOTS, &mut faults);
        slos.extend(model::slos(&root, &workspace, &mut faults));
    }
    assert!(faults.is_empty(), "{files:?}\n{faults:#?}");
    (slos, Settings::of(&workspace))
}

fn document(source: u32, text: &str) -> Node {
    let (documents, faults) = yaml::read(SourceId(source), text);
    assert!(faults.is_empty(), "{text}\n{faults:?}");
    let mut documents = documents.into_iter();
    documents.next().expect("the text has a document").root
}
