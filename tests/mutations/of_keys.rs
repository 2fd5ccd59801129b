//! The mutations of keys: dropped, misspelt, doubled, and values of a wrong type.
//!
//! Exact is: for a dropped key the beginning of the mapping that lacks it (its brace or the first key that is left, or where
//! nothing is left the key that holds it or the empty place behind that), for a misspelt one that key, for a doubled one the second,
//! for a wrong type the value. Where a name that something else refers to is gone, a place that refers to it is exact too:
//! neither of the two is more wrong than the other.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use burnwatch::spec::shape::{Field, Object, Presence};

use super::dice::Dice;
use super::keys::{Entry, Found, Owner};
use super::mutation::{Kind, Mutation, replaced};

/// Fields whose keys or items are names that something else refers to.
const DEFINING: [&str; 6] = [
    "severities",
    "sli_templates",
    "policies",
    "teams",
    "receivers",
    "params",
];

/// How often each name stands in the files of a workspace, as a key of the user's choice or as a value.
pub type Mentions = BTreeMap<String, usize>;

/// Every mutation of one key.
pub fn all(text: &str, entry: &Entry, mentions: &Mentions, dice: &mut Dice) -> Vec<Mutation> {
    let mut all = vec![dropped(text, entry, mentions), doubled(text, entry)];
    all.extend(misspelt(text, entry, mentions, dice));
    let wrong: [&str; 2] = match entry.found {
        Found::Scalar => ["{x: y}", "[x]"],
        Found::List => ["x", "{x: y}"],
        Found::Mapping => ["x", "[x]"],
    };
    all.extend(wrong.map(|value| Mutation {
        kind: Kind::WrongType,
        what: format!("{}: {value}", entry.path),
        text: replaced(text, entry.value.clone(), value),
        places: vec![point(entry.value.start)],
        names: Vec::new(),
        still_valid: None,
    }));
    all
}

fn point(at: usize) -> RangeInclusive<usize> {
    at..=at
}

fn dropped(text: &str, entry: &Entry, mentions: &Mentions) -> Mutation {
    let around = &entry.around;
    let range = match (around.after, around.before) {
        (Some(next), _) => entry.key.start..next,
        (None, Some(end)) => end..entry.value.end,
        (None, None) => entry.key.start..entry.value.end,
    };
    let mut places = vec![point(around.start)];
    match around.first_other {
        Some(other) if other > range.start => places.push(point(other - range.len())),
        Some(other) => places.push(point(other)),
        None => places.push(around.holder..=entry.key.start),
    }
    let names = match entry.owner {
        Owner::Object(_, field) if DEFINING.contains(&field.name) => entry.inside.clone(),
        Owner::Object(..) => Vec::new(),
        Owner::User => vec![entry.name.clone()],
    };
    Mutation {
        kind: Kind::Dropped,
        what: entry.path.clone(),
        text: replaced(text, range, ""),
        places,
        names,
        still_valid: match entry.owner {
            Owner::Object(object, field) => optional(object, field, entry, mentions),
            Owner::User => unmentioned(entry, mentions)
                .map(|why| format!("an entry of `{}` dropped: {why}", parent(entry))),
        },
    }
}

/// Why a file without this field is valid.
fn optional(object: &Object, field: &Field, entry: &Entry, mentions: &Mentions) -> Option<String> {
    // Without an owner of its own the daemon tells those of SLOs.
    let is_owner = field.name == "owner" && object.name != "the daemon's settings";
    let needed = field.name == "with"
        || is_owner
        || object
            .one_of
            .iter()
            .any(|group| group.contains(&field.name));
    let used = |name: &&String| mentions[*name] > 1;
    let mut used = entry.inside.iter().filter(used);
    match field.presence {
        _ if needed => None,
        Presence::Required | Presence::Inherited(_) => None,
        Presence::Default(default)
            if DEFINING.contains(&field.name) && used.all(|name| default.contains(&**name)) =>
        {
            Some(format!(
                "`{}` dropped: its default defines what is used of it",
                field.name
            ))
        }
        _ if DEFINING.contains(&field.name) => None,
        Presence::Optional => Some(format!("an optional field dropped: `{}`", field.name)),
        Presence::Default(_) => Some(format!("a field with a default dropped: `{}`", field.name)),
    }
}

/// Why a key of the user's choice need not be there, or not be spelt so, if it need not.
fn unmentioned(entry: &Entry, mentions: &Mentions) -> Option<&'static str> {
    match parent(entry) {
        "with" => None,
        parent if DEFINING.contains(&parent) => {
            (mentions[&entry.name] == 1).then_some("nothing refers to its name")
        }
        _ => Some("its keys are the user's choice"),
    }
}

/// The field that the mapping of an entry is the value of.
fn parent(entry: &Entry) -> &str {
    let path = &entry.path[..entry.path.len() - entry.name.len() - 1];
    path.rsplit(['.', ']']).next().unwrap_or(path)
}

fn doubled(text: &str, entry: &Entry) -> Mutation {
    let written = &text[entry.key.start..entry.value.end];
    let (at, between) = match entry.around.flow {
        true => (entry.value.end, ", ".to_string()),
        false => {
            let rest = &text[entry.value.end..];
            let at = entry.value.end + rest.find('\n').unwrap_or(rest.len());
            let line = text[..entry.key.start]
                .rfind('\n')
                .map_or(0, |feed| feed + 1);
            (at, format!("\n{}", " ".repeat(entry.key.start - line)))
        }
    };
    Mutation {
        kind: Kind::Doubled,
        what: entry.path.clone(),
        text: replaced(text, at..at, &format!("{between}{written}")),
        places: vec![point(at + between.len())],
        names: Vec::new(),
        still_valid: None,
    }
}

fn misspelt(text: &str, entry: &Entry, mentions: &Mentions, dice: &mut Dice) -> Vec<Mutation> {
    let letters: Vec<char> = entry.name.chars().collect();
    let at = |dice: &mut Dice, limit: usize| dice.below(limit);
    let mut names: Vec<String> = Vec::new();
    if letters.len() > 1 {
        let gone = at(dice, letters.len());
        names.push(
            letters
                .iter()
                .enumerate()
                .filter(|(n, _)| *n != gone)
                .map(|(_, c)| c)
                .collect(),
        );
        let swappable: Vec<usize> = (1..letters.len())
            .filter(|n| letters[*n] != letters[n - 1])
            .collect();
        if !swappable.is_empty() {
            let second = swappable[at(dice, swappable.len())];
            let mut swapped = letters.clone();
            swapped.swap(second - 1, second);
            names.push(swapped.iter().collect());
        }
    }
    let twice = at(dice, letters.len());
    let mut longer = letters.clone();
    longer.insert(twice, letters[twice]);
    names.push(longer.iter().collect());
    let mutations = names.into_iter().map(|name| Mutation {
        kind: Kind::Misspelt,
        what: format!("{} as {name}", entry.path),
        text: replaced(text, entry.key.clone(), &name),
        places: vec![point(entry.key.start)],
        names: match entry.owner {
            Owner::User => vec![entry.name.clone()],
            Owner::Object(..) => Vec::new(),
        },
        still_valid: match entry.owner {
            Owner::User => unmentioned(entry, mentions)
                .map(|why| format!("a key of `{}` misspelt: {why}", parent(entry))),
            Owner::Object(..) => None,
        },
    });
    mutations.collect()
}
