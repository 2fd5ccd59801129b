//! Paths as they are written, without a look at any file.

use std::path::{Component, Path, PathBuf};

/// A path without `.`, and with each `..` made.
pub fn without_dots(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    plain
}

/// What `target` leads to from the file at `path`; both have `/` between their parts, and the result, as `path`, begins at the
/// folder that nothing leads out of. Nothing where it does.
pub fn beside(path: &str, target: &str) -> Option<String> {
    if target.starts_with('/') {
        return None;
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beside_a_file_stays_in_the_workspace() {
        let check = |path: &str, target: &str, expected: Option<&str>| {
            assert_eq!(beside(path, target).as_deref(), expected, "{path} {target}");
        };
        check("a/b.yaml", "../c.yaml", Some("c.yaml"));
        check("b.yaml", "./c/d.yaml", Some("c/d.yaml"));
        check("b.yaml", "../c.yaml", None);
        check("b.yaml", "/etc/passwd", None);
        check("a/b.yaml", "..", None);
    }

    #[test]
    fn dots_are_made_before_a_path_is_compared() {
        let plain = without_dots(Path::new("/a/./b/../c"));
        assert_eq!(plain, Path::new("/a/c"));
    }
}
