//! The oracles are worth something only while they share nothing with what they judge.

use std::path::Path;

/// The name of the crate, put together so that this file does not contain what it looks for.
const CRATE: &str = concat!("burn", "watch");

/// The lines of a source that reach into the crate, or include files of elsewhere.
fn imports(source: &str) -> Vec<&str> {
    let reaches_in = |line: &&str| {
        let code = line.split("//").next().unwrap_or_default();
        let mut words = code
            .split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'))
            .filter(|word| !word.is_empty());
        let first_words: Vec<&str> = words.by_ref().take(4).collect();
        code.contains(&format!("{CRATE}::"))
            || (first_words.contains(&CRATE)
                && (first_words.contains(&"use") || first_words.contains(&"extern")))
            || code.contains(concat!("include", "!("))
            || (code.contains(concat!("#[", "path")) && !code.contains("\"../kit/mod.rs\""))
    };
    source.lines().filter(reaches_in).collect()
}

#[test]
fn nothing_of_the_crate_is_imported() {
    for folder in ["tests/oracle", "tests/kit"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let entries = std::fs::read_dir(&folder).expect("the sources are here");
        let paths: Vec<_> = entries
            .map(|entry| entry.expect("an entry can be read").path())
            .collect();
        assert!(paths.len() > 2, "{} has sources", folder.display());
        for path in paths {
            let extension = path.extension().and_then(|extension| extension.to_str());
            assert_eq!(extension, Some("rs"), "{} is a source", path.display());
            let source = std::fs::read_to_string(&path).expect("a source is text");
            assert_eq!(imports(&source), [""; 0], "{}", path.display());
        }
    }
}

#[test]
fn an_import_of_the_crate_is_seen() {
    for line in [
        format!("use {CRATE}::base::Ratio;"),
        format!("pub(crate) use {CRATE} as other;"),
        format!("extern crate {CRATE};"),
        format!("let exact = {CRATE}::base::Ratio::ONE;"),
        format!("{}!(\"../../src/base/ratio.rs\");", "include"),
        format!("{}path = \"../../src/base/mod.rs\"]", "#["),
    ] {
        assert_eq!(imports(&line), [&line]);
    }
    for line in [
        "use std::path::Path;".to_owned(),
        format!("//! {CRATE}::base is not ours"),
        format!("Path::new(env!(\"CARGO_BIN_EXE_{CRATE}\"))"),
    ] {
        assert_eq!(imports(&line), [""; 0]);
    }
}
