//! Which generated files are ours: a list beside them, with the files that each was made from.
//!
//! The list may come from a pull request, so it is believed in little: a file is removed only if the list names it, it
//! lies below the folder and it bears our first line.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::find::stays_below;
use crate::emit::Artifact;

/// What the list is called.
pub const FILE_NAME: &str = ".burnwatch.json";
/// Most files in a list.
pub const ENTRIES_MAX: usize = 200_000;

/// How files were generated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// `--target`.
    pub target: String,
    /// `--windows`.
    pub windows: String,
}

/// The files that earlier runs wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// How the last run made them, where it is known.
    pub made: Option<Made>,
    /// By path below the output folder.
    pub files: BTreeMap<String, Entry>,
}

/// What is known of a generated file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What kind of output it is.
    pub format: String,
    /// The files that it was made from.
    pub sources: BTreeSet<String>,
}

impl Manifest {
    /// Reads a list; what cannot be understood is not in it.
    pub fn read(text: &str) -> Manifest {
        #[derive(Deserialize)]
        struct Stored {
            made: Option<Made>,
            files: BTreeMap<String, Entry>,
        }
        let Ok(stored) = serde_json::from_str::<Stored>(text) else {
            return Manifest::default();
        };
        let files = stored
            .files
            .into_iter()
            .filter(|(path, _)| stays_below(path))
            .take(ENTRIES_MAX);
        Manifest {
            made: stored.made,
            files: files.collect(),
        }
    }

    /// The list as text, one file a line, so that changes of it merge.
    pub fn text(&self) -> String {
        let mut text = String::from("{\"version\": 1, ");
        if let Some(made) = &self.made {
            let made = serde_json::to_string(made).expect("words are text");
            text.push_str(&format!("\"made\": {made}, "));
        }
        text.push_str("\"files\": {\n");
        let mut lines = self.files.iter().peekable();
        while let Some((path, entry)) = lines.next() {
            let quoted = serde_json::Value::from(path.as_str());
            let entry = serde_json::to_string(entry).expect("names and paths are text");
            let comma = if lines.peek().is_some() { "," } else { "" };
            text.push_str(&format!("{quoted}: {entry}{comma}\n"));
        }
        text.push_str("}}\n");
        text
    }

    /// Takes in what was written now.
    pub fn add(&mut self, artifact: &Artifact) {
        let entry = Entry {
            format: artifact.format.name().to_string(),
            sources: artifact.sources.clone(),
        };
        self.files.insert(artifact.path.clone(), entry);
    }
}
