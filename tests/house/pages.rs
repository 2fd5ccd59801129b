//! Pages that are made from code say what the code says. `UPDATE=1` writes them anew.

use std::fs;
use std::path::Path;

use burnwatch::lint::options::SLOTS;
use burnwatch::model::sli::KINDS;
use burnwatch::spec::page::tables;
use burnwatch::spec::slo_file::SLO_FILE;
use burnwatch::spec::workspace_file::WORKSPACE_FILE;

fn check(path: &str, expected: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
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
