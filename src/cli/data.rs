//! Where the daemon keeps its state: as the command line says, or the workspace.
//!
//! Of the workspace nothing else is read, so that a page can be acknowledged while somebody edits an SLO.

use std::path::{Path, PathBuf};

use super::Io;
use crate::base::SourceId;
use crate::files::{FilesError, find, read};
use crate::model::daemon::DATA_DEFAULT;
use crate::spec::Record;
use crate::yaml;

/// Which daemon is meant.
#[derive(clap::Args)]
pub(super) struct DataArguments {
    /// Where the daemon keeps its state; without it what `daemon.data` of the workspace says
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
}

impl DataArguments {
    /// The path of the state.
    ///
    /// # Errors
    ///
    /// Where the workspace file cannot be read.
    pub fn path(&self, io: &Io<'_>) -> Result<PathBuf, FilesError> {
        if let Some(data) = &self.data {
            return Ok(io.folder.join(data));
        }
        let Some(file) = find::workspace_file(&io.folder) else {
            return Ok(below(&io.folder, DATA_DEFAULT));
        };
        let bytes = read::bytes(&file)?;
        let data = yaml::decode(bytes).ok().and_then(|text| said(&text));
        let root = file.parent().unwrap_or(&io.folder);
        Ok(below(root, data.as_deref().unwrap_or(DATA_DEFAULT)))
    }
}

/// What a workspace file says, whatever is wrong with the rest of it.
fn said(text: &str) -> Option<String> {
    let (documents, _) = yaml::read(SourceId(0), text);
    let root = &documents.first()?.root;
    let daemon = Record::of(root)?.record("daemon")?;
    Some(daemon.text("data")?.value.to_string())
}

fn below(root: &Path, path: &str) -> PathBuf {
    root.join(path.strip_prefix("./").unwrap_or(path))
}
