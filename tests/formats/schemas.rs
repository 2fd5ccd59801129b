//! The JSON Schemas that `burnwatch schema` prints, held by a validator against every SLO file that is shown.

use std::fs;
use std::path::{Path, PathBuf};

use burnwatch::lint::options::SLOTS;
use burnwatch::spec::schema::schema;
use burnwatch::spec::slo_file::SLO_FILE;
use burnwatch::spec::workspace_file::WORKSPACE_FILE;
use jsonschema::Validator;
use serde_json::Value;

fn validator(of: &'static burnwatch::spec::shape::Object) -> Validator {
    let schema = schema(of, "a file", &SLOTS);
    assert!(
        jsonschema::meta::is_valid(&schema),
        "the schema is a schema"
    );
    jsonschema::validator_for(&schema).unwrap()
}

/// The YAML files of a folder as JSON.
fn files(folder: &str) -> Vec<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "yaml")
    });
    paths.sort();
    let read = |path: PathBuf| {
        let value = serde_saphyr::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        (path, value)
    };
    paths.into_iter().map(read).collect()
}

fn faults(validator: &Validator, value: &Value) -> Vec<String> {
    let faults = validator.iter_errors(value);
    faults
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect()
}

#[test]
fn every_slo_file_that_is_shown_is_valid_and_a_misspelt_field_is_not() {
    let validator = validator(&SLO_FILE);
    let mut seen = 0;
    for (path, value) in files("slos").into_iter().chain(files("examples/slos")) {
        assert_eq!(faults(&validator, &value), [""; 0], "{}", path.display());
        for at in 0..value["slos"].as_array().unwrap().len() {
            let mut misspelt = value.clone();
            let slo = misspelt["slos"][at].as_object_mut().unwrap();
            let objective = slo.remove("objective").unwrap();
            slo.insert("objetive".to_string(), objective);
            assert!(!validator.is_valid(&misspelt), "{}", path.display());
            seen += 1;
        }
        let mut misspelt = value.clone();
        misspelt["ownr"] = Value::from("payments");
        assert!(!validator.is_valid(&misspelt), "{}", path.display());
    }
    assert!(seen >= 8, "only {seen} SLOs were found");
}

#[test]
fn every_workspace_that_is_shown_is_valid_and_a_misspelt_field_is_not() {
    let validator = validator(&WORKSPACE_FILE);
    let workspaces: Vec<(PathBuf, Value)> = files("")
        .into_iter()
        .chain(files("examples"))
        .filter(|(path, _)| path.ends_with("burnwatch.yaml"))
        .collect();
    assert_eq!(workspaces.len(), 2);
    for (path, value) in workspaces {
        assert_eq!(faults(&validator, &value), [""; 0], "{}", path.display());
        let mut misspelt = value.clone();
        misspelt["teems"] = value["teams"].clone();
        assert!(!validator.is_valid(&misspelt), "{}", path.display());
    }
}
