//! Field names that are certainly misspelt: so near to one field that no other can be meant.

use crate::yaml::{Entry, Mapping};

use super::shape::{Field, Object};

/// Most letters that a misspelt name differs in; two that changed places are one.
const LETTERS_MAX: usize = 2;
/// Shortest name for one letter, and for two: `for` and `of` are too much alike.
const SHORT_CHARS: usize = 4;
const LONG_CHARS: usize = 7;

/// Whether `entry`, whose key is no field of `object`, is certainly `field`. What its value is has still to be looked at.
pub(super) fn is_certain(entry: &Entry, mapping: &Mapping, object: &Object, field: &Field) -> bool {
    let key = &*entry.key.text;
    // What a merge key brings in may be meant for another mapping too.
    entry.merged().is_none()
        && is_near(key, field.name)
        && !object
            .fields
            .iter()
            .any(|other| other.name != field.name && is_near(key, other.name))
        && !is_claimed(entry, mapping, object, field)
        && !excludes(mapping, object, field)
}

/// Whether another unknown key is as near.
fn is_claimed(entry: &Entry, mapping: &Mapping, object: &Object, field: &Field) -> bool {
    mapping.entries.iter().any(|other| {
        other.key.span != entry.key.span
            && object.field(&other.key.text).is_none()
            && is_near(&other.key.text, field.name)
    })
}

/// Whether a field that excludes this one is given.
fn excludes(mapping: &Mapping, object: &Object, field: &Field) -> bool {
    object
        .one_of
        .iter()
        .filter(|group| group.contains(&field.name))
        .any(|group| group.iter().any(|name| mapping.get(name).is_some()))
}

/// Whether one is the other with a slip or two, or in another way to join words.
fn is_near(key: &str, name: &str) -> bool {
    let joined = |word: &str| word.replace(['_', '-', ' '], "").to_lowercase();
    if joined(key) == joined(name) {
        return true;
    }
    let plain = |word: &str| word.replace(['-', ' '], "_").to_lowercase();
    let (key, name) = (plain(key), plain(name));
    // What is added behind may be a unit.
    let added = key.strip_prefix(&name).or(name.strip_prefix(&key));
    if added.is_some_and(|added| added.chars().count() > 1) {
        return false;
    }
    let shorter = key.chars().count().min(name.chars().count());
    let letters = match shorter {
        LONG_CHARS.. => LETTERS_MAX,
        SHORT_CHARS.. => 1,
        _ => return false,
    };
    strsim::osa_distance(&key, &name) <= letters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(key: &str, name: &str, expected: bool) {
        assert_eq!(is_near(key, name), expected, "{key} {name}");
    }

    #[test]
    fn a_slip_is_near() {
        check("objetive", "objective", true);
        check("obejctive", "objective", true);
        check("objcetvie", "objective", true);
        check("groupBy", "group_by", true);
        check("Group-By", "group_by", true);
        check("slo", "slos", false);
        check("slso", "slos", true);
        check("label", "labels", true);
    }

    #[test]
    fn another_word_is_not() {
        check("threshold_ms", "threshold", false);
        check("thresholdms", "threshold", false);
        check("objectives_list", "objective", false);
        check("fo", "for", false);
        check("shot", "long", false);
        check("error", "events", false);
        check("good", "good_where", false);
    }
}
