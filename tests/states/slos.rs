//! SLOs from texts, as the commands read them.

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
    let mut faults = Findings::new();
    let mut settings = document(0, workspace);
    check::check(&mut settings, &WORKSPACE_FILE, &SLOTS, &mut faults);
    let workspace = Workspace::resolve(&settings, &mut faults);
    let mut root = document(1, file);
    check::check(&mut root, &SLO_FILE, &SLOTS, &mut faults);
    let slos = model::slos(&root, &workspace, &mut faults);
    assert!(faults.is_empty(), "{file}\n{faults:#?}");
    (slos, Settings::of(&workspace))
}

fn document(source: u32, text: &str) -> Node {
    let (documents, faults) = yaml::read(SourceId(source), text);
    assert!(faults.is_empty(), "{text}\n{faults:?}");
    let mut documents = documents.into_iter();
    documents.next().expect("the text has a document").root
}
