//! Each format of each set, as it was; `UPDATE=1` writes it anew.

use std::fs;
use std::path::Path;

use burnwatch::report::FORMATS;

use crate::set::Set;

#[test]
fn every_format_says_what_it_said() {
    let sets = [
        ("awkward", Set::awkward()),
        ("clean", Set::clean()),
        ("empty", Set::default()),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/golden");
    let mut wrong = Vec::new();
    for (name, set) in &sets {
        for format in FORMATS {
            let found = (format.render)(&set.report());
            assert!(
                found.is_empty() || found.ends_with('\n'),
                "{name}.{}",
                format.name
            );
            // The version is that of the package, and changes with it.
            let version = format!("\"semanticVersion\":\"{}\"", env!("CARGO_PKG_VERSION"));
            let found = found.replace(&version, "\"semanticVersion\":\"0.0.0\"");
            let path = folder.join(format!("{name}.{}", format.name));
            if std::env::var_os("UPDATE").is_some() {
                fs::create_dir_all(&folder).unwrap();
                fs::write(&path, &found).unwrap();
            }
            if fs::read_to_string(&path).ok() != Some(found) {
                wrong.push(format!("{name}.{}", format.name));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "tests/formats/golden is out of date: run the tests with UPDATE=1 and look at the difference: {wrong:?}"
    );
}

#[test]
fn a_report_is_the_same_each_time() {
    for format in FORMATS {
        let (first, second) = (Set::awkward(), Set::awkward());
        assert_eq!(
            (format.render)(&first.report()),
            (format.render)(&second.report()),
            "{}",
            format.name
        );
    }
}

#[test]
fn only_formats_for_people_know_colours() {
    let set = Set::awkward();
    let mut report = set.report();
    report.colour = burnwatch::diagnostics::Colour::Styled;
    for format in FORMATS {
        let escapes = (format.render)(&report).contains('\u{1b}');
        assert_eq!(escapes, format.name == "human", "{}", format.name);
    }
}
