//! Markdown of the workspace: the texts of runbooks, and where links of theirs lead that lead to files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use crate::files::path::beside;
use crate::files::{FilesError, find, read};
use crate::lint::library::{Book, Page, Unread};
use crate::runbook::{Anchors, Document, RUNBOOK_BYTES_MAX};

/// Most bytes of Markdown that are read in one run.
pub(super) const ALL_BYTES_MAX: usize = 64 << 20;

/// Markdown that was read, each file once.
pub(super) struct Shelf<'a> {
    root: &'a Path,
    /// How much was read.
    bytes: usize,
    /// By path in the workspace; nothing of what cannot be read.
    anchors: BTreeMap<String, Option<Arc<Anchors>>>,
}

impl<'a> Shelf<'a> {
    /// With what was read before: these runbooks, and so many bytes in all.
    pub fn of(books: &BTreeMap<String, Book>, bytes: usize, root: &'a Path) -> Shelf<'a> {
        let read = books.iter().filter_map(|(path, book)| match book {
            Book::Read { document, .. } => {
                Some((path.clone(), Some(Arc::new(document.anchors.clone()))))
            }
            Book::Unread(_) => None,
        });
        Shelf {
            root,
            bytes,
            anchors: read.collect(),
        }
    }

    /// What links of the runbook at `path` lead to that name a heading of another file.
    pub fn pages(
        &mut self,
        document: &Document,
        path: &str,
        broken: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Page>, FilesError> {
        let mut pages = BTreeMap::new();
        for link in &document.links {
            let Some((file, _)) = link.file().zip(link.anchor_beside()) else {
                continue;
            };
            if broken.contains(&file) || pages.contains_key(&file) || file.contains("{{") {
                continue;
            }
            let Some(path) = beside(path, &file) else {
                continue;
            };
            if let Some(anchors) = self.anchors_of(&path)? {
                pages.insert(file, Page { path, anchors });
            }
        }
        Ok(pages)
    }

    fn anchors_of(&mut self, path: &str) -> Result<Option<Arc<Anchors>>, FilesError> {
        if let Some(known) = self.anchors.get(path) {
            return Ok(known.clone());
        }
        let text = text(path, self.root)?.ok();
        self.bytes += text.as_ref().map_or(0, String::len);
        if self.bytes > ALL_BYTES_MAX {
            return Err(FilesError::TooCostly);
        }
        let anchors = text.map(|text| Arc::new(Document::parse(&text).anchors));
        self.anchors.insert(path.to_string(), anchors.clone());
        Ok(anchors)
    }
}

/// The text of a runbook, or why it is none.
pub(super) fn text(path: &str, root: &Path) -> Result<Result<String, Unread>, FilesError> {
    let lower = path.to_ascii_lowercase();
    if !lower.ends_with(".md") && !lower.ends_with(".markdown") {
        return Ok(Err(Unread::NoMarkdown));
    }
    let file = root.join(path);
    if !file.is_file() {
        return Ok(Err(Unread::Missing));
    }
    if find::inside(&file, root).is_err() {
        return Ok(Err(Unread::Outside));
    }
    let bytes = read::at_most(&file, RUNBOOK_BYTES_MAX)?;
    if bytes.len() > RUNBOOK_BYTES_MAX {
        return Ok(Err(Unread::TooLarge));
    }
    Ok(String::from_utf8(bytes).map_err(|_| Unread::Garbled))
}

/// Paths of links that lead to no file of the workspace.
pub(super) fn broken(document: &Document, path: &str, root: &Path) -> BTreeSet<String> {
    let folder = root.join(path);
    let folder = folder.parent().unwrap_or(root);
    let files: BTreeSet<String> = document
        .links
        .iter()
        .filter_map(|link| link.file())
        .collect();
    let leads = |file: &String| {
        let target = folder.join(file);
        let there = target.exists() && find::inside(&target, root).is_ok();
        !there && !file.contains("{{")
    };
    files.into_iter().filter(leads).collect()
}
