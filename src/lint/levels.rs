//! How much each check matters in a workspace: its levels, everywhere and by path, and what nobody may suppress.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobMatcher};

use crate::base::{Span, Spanned};
use crate::diagnostics::code::{SP007, SP009};
use crate::diagnostics::{Finding, Findings, Level, shown};
use crate::spec::check::{closest, similar};
use crate::spec::{Record, record};

use super::{CHECKS, Check};

/// What a workspace makes of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Its findings have this level.
    Level(Level),
    /// It is not asked.
    Off,
}

/// The levels of a workspace.
#[derive(Default)]
pub struct Levels {
    everywhere: BTreeMap<&'static str, Setting>,
    paths: Vec<Paths>,
    locked: BTreeSet<&'static str>,
}

/// Levels for some files.
struct Paths {
    files: Vec<GlobMatcher>,
    levels: BTreeMap<&'static str, Setting>,
}

impl Levels {
    /// The levels in `checks` of the workspace file.
    pub fn of_checks(checks: Option<&Record<'_>>, findings: &mut Findings) -> Levels {
        let Some(checks) = checks else {
            return Levels::default();
        };
        let everywhere = levels(checks, findings);
        let paths = checks
            .list("paths")
            .iter()
            .filter_map(Record::of)
            .map(|entry| Paths {
                files: globs(&entry, findings),
                levels: levels(&entry, findings),
            });
        let paths = paths.collect();
        let locked = checks.list("locked").iter().filter_map(record::scalar);
        let locked = locked
            .filter_map(|scalar| named(Spanned::new(&*scalar.text, scalar.span), findings))
            .map(|check| check.code.id)
            .collect();
        Levels {
            everywhere,
            paths,
            locked,
        }
    }

    /// What the workspace makes of a check in a file, if it says anything; the last entry of `paths` that fits wins.
    pub fn of(&self, id: &str, path: &str) -> Option<Setting> {
        let by_path = self.paths.iter().rev().find_map(|paths| {
            let setting = paths.levels.get(id)?;
            paths
                .files
                .iter()
                .any(|glob| glob.is_match(path))
                .then_some(*setting)
        });
        by_path.or_else(|| self.everywhere.get(id).copied())
    }

    /// Whether nobody may suppress a check.
    pub fn is_locked(&self, id: &str) -> bool {
        self.locked.contains(id)
    }
}

/// The check of this code or name.
pub fn find(text: &str) -> Option<&'static Check> {
    CHECKS.iter().copied().find(|check| {
        check.code.id.eq_ignore_ascii_case(text) || check.code.name.eq_ignore_ascii_case(text)
    })
}

/// The check of this code or name; a finding where there is none.
fn named(text: Spanned<&str>, findings: &mut Findings) -> Option<&'static Check> {
    let check = find(text.value);
    if check.is_none() {
        findings.push(unknown(text.value, text.span));
    }
    check
}

/// A code that no check has.
fn unknown(text: &str, span: Span) -> Finding {
    let finding = Finding::new(SP009, span, format!("no check is called {}", shown(text)))
        .label("`burnwatch checks` lists them");
    match nearest(text) {
        Some(meant) => similar(finding, span, meant),
        None => finding,
    }
}

/// The code or name that was probably meant.
pub fn nearest(text: &str) -> Option<&'static str> {
    let names = CHECKS
        .iter()
        .flat_map(|check| [check.code.id, check.code.name]);
    closest(text, names)
}

fn levels(record: &Record<'_>, findings: &mut Findings) -> BTreeMap<&'static str, Setting> {
    let mut levels = BTreeMap::new();
    for (key, node) in record.map("levels") {
        let (Some(check), Some(level)) = (named(key.clone(), findings), record::scalar(node))
        else {
            continue;
        };
        let setting = match &*level.text {
            "error" => Setting::Level(Level::Error),
            "warning" => Setting::Level(Level::Warning),
            "info" => Setting::Level(Level::Info),
            "off" => Setting::Off,
            // The check of shapes has said so.
            _ => continue,
        };
        if check.is_fixed() && setting != Setting::Level(Level::Error) {
            let title = format!("`{}` cannot be turned down", check.code.id);
            findings.push(
                Finding::new(SP007, level.span, title)
                    .label("where it speaks, no rule can be made of what was written")
                    .also(key.span, "this check"),
            );
            continue;
        }
        levels.insert(check.code.id, setting);
    }
    levels
}

fn globs(record: &Record<'_>, findings: &mut Findings) -> Vec<GlobMatcher> {
    let mut globs = Vec::new();
    for scalar in record.list("files").iter().filter_map(record::scalar) {
        match Glob::new(&scalar.text) {
            Ok(glob) => globs.push(glob.compile_matcher()),
            Err(error) => findings.push(
                Finding::new(
                    SP007,
                    scalar.span,
                    format!("{} is no glob", shown(&scalar.text)),
                )
                .label(error.kind().to_string()),
            ),
        }
    }
    globs
}
