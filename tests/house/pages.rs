//! Pages that are made from code say what the code says. `UPDATE=1` writes them anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use burnwatch::lint::options::SLOTS;
use burnwatch::lint::{Ask, CHECKS, Check, page};
use burnwatch::model::sli::KINDS;
use burnwatch::spec::page::tables;
use burnwatch::spec::slo_file::SLO_FILE;
use burnwatch::spec::workspace_file::WORKSPACE_FILE;

use super::case::Case;

pub fn check(path: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder can be made");
        fs::write(&file, expected).expect("a page can be written");
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        found == expected,
        "{path} is out of date: run the tests with UPDATE=1"
    );
}

#[test]
fn the_reference_of_fields_is_up_to_date() {
    let mut page = String::from(include_str!("spec_head.md"));
    page.push_str("\n## SLI kinds\n\n");
    for kind in KINDS {
        page.push_str(&format!(
            "**`{}`** {}\n\n```yaml\n{}```\n\n",
            kind.name, kind.doc, kind.example
        ));
    }
    page.push_str("## Every field of an SLO file\n\n");
    page.push_str(&tables("SLO file", &SLO_FILE, &SLOTS));
    page.push_str("## Every field of the workspace file\n\n");
    page.push_str(&tables("Workspace file", &WORKSPACE_FILE, &SLOTS));
    check("docs/spec.md", page.trim_end().to_string().as_str());
}

#[test]
fn the_list_of_metrics_is_up_to_date() {
    check("docs/metrics.md", &super::metrics::page());
}

/// What burnwatch prints for the example of a check, where files alone are enough for it to speak.
fn says(check: &Check) -> Option<String> {
    let case = match check.ask {
        Ask::Readers
        | Ask::Slo(_)
        | Ask::Slos(_)
        | Ask::Roster(_)
        | Ask::Routes(_)
        | Ask::Runbooks(_)
        | Ask::Suppressions => Case::of(check.example),
        Ask::Output | Ask::Server | Ask::Web => return None,
    };
    let spoken = |text: &str| text.contains(&format!("[{}]: ", check.code.id));
    let validated = case.run(&["validate"]).stdout;
    let generated = || case.run(&["generate", "-o", "-"]).stderr;
    let says = match spoken(&validated) {
        true => validated,
        false => generated(),
    };
    spoken(&says).then_some(says)
}

#[test]
fn every_check_has_its_page() {
    let mut files = BTreeSet::from(["README.md".to_string()]);
    for one in CHECKS {
        let name = format!("{}.md", one.code.id);
        check(
            &format!("docs/checks/{name}"),
            &page::page(one, says(one).as_deref()),
        );
        files.insert(name);
    }
    check("docs/checks/README.md", &page::index(CHECKS));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/checks");
    for entry in fs::read_dir(folder).expect("docs/checks") {
        let name = entry.expect("a page").file_name();
        let name = name.to_string_lossy().into_owned();
        assert!(
            files.contains(&name),
            "docs/checks/{name} is the page of no check: remove it"
        );
    }
}
