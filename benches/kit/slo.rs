//! One SLO from its text, in a workspace that says nothing but who its team is.

use burnwatch::base::SourceId;
use burnwatch::diagnostics::Findings;
use burnwatch::lint::options::SLOTS;
use burnwatch::model::{self, Slo, Workspace};
use burnwatch::plan::Settings;
use burnwatch::spec::check;
use burnwatch::spec::slo_file::SLO_FILE;
use burnwatch::spec::workspace_file::WORKSPACE_FILE;
use burnwatch::yaml;

const WORKSPACE: &str = "apiVersion: burnwatch/v1\nteams: {payments: {}}\n";

/// The SLO with these fields in flow style, its name aside.
///
/// # Panics
///
/// When there is anything to say against it.
pub fn of(fields: &str) -> (Slo, Settings) {
    let (mut documents, mut findings) = yaml::read(SourceId(0), WORKSPACE);
    let node = &mut documents[0].root;
    check::check(node, &WORKSPACE_FILE, &SLOTS, &mut findings);
    let workspace = Workspace::resolve(node, &mut findings);
    let text = format!(
        "apiVersion: burnwatch/v1\nservice: shop\nowner: payments\nslos:\n  \
         - {{name: availability, {fields}}}\n"
    );
    let (mut documents, faults) = yaml::read(SourceId(1), &text);
    findings.extend(faults);
    let node = &mut documents[0].root;
    check::check(node, &SLO_FILE, &SLOTS, &mut findings);
    let mut found = Findings::new();
    let slos = model::slos(node, &workspace, &mut found);
    findings.extend(found);
    assert!(findings.is_empty(), "{text}\n{findings:#?}");
    let slo = slos.into_iter().next().expect("a whole SLO is understood");
    (slo, Settings::of(&workspace))
}
