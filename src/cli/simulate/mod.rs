//! `simulate`: what a policy would make of made-up incidents, and how often it would call for nothing: what a team uses to
//! choose one. No server is asked.

mod alternatives;
mod arguments;
mod experiment;
mod json;
mod kinds;
mod layout;
mod table;

use std::collections::BTreeMap;

use self::alternatives::{Alternative, Volumes, alternatives};
pub(super) use self::arguments::Arguments;
use self::arguments::{Format, Options};
use self::experiment::{Outcome, experiment};
use super::compile::{Compiled, compile};
use super::explain::{Candidates, one};
use super::report::{failed, has_errors, to_stderr};
use super::{Exit, Io};
use crate::lint::Looked;
use crate::model::Slo;

/// Most SLOs that are simulated without being named.
const SUBJECTS_MAX: usize = 10;

/// SLOs for which everything comes out the same, with what came out.
struct Subject {
    /// The SLOs, in order.
    slos: Vec<Slo>,
    alternatives: Vec<Alternative>,
    volumes: Volumes,
}

/// A subject with what came out.
struct Simulated {
    subject: Subject,
    /// One for each volume.
    outcomes: Vec<Outcome>,
}

pub(super) fn run(arguments: &Arguments, io: &mut Io<'_>) -> Exit {
    let mut compiled = match compile(&[], io) {
        Ok(compiled) => compiled,
        Err(error) => return failed(&error, io),
    };
    let options = match arguments.options(compiled.settings.interval) {
        Ok(options) => options,
        Err(error) => return failed(&error, io),
    };
    let slos = match chosen(&mut compiled, &arguments.slos, io) {
        Ok(slos) => slos,
        Err(exit) => return exit,
    };
    let subjects = match subjects(&compiled, slos, &options, io) {
        Ok(subjects) => subjects,
        Err(exit) => return exit,
    };
    let whole = arguments.slos.is_empty();
    if whole && subjects.len() > SUBJECTS_MAX {
        let error = format!(
            "there are {} SLOs that differ, and at most {SUBJECTS_MAX} are simulated unless they are named",
            subjects.len()
        );
        return failed(&error, io);
    }
    let mut simulated = Vec::new();
    let count = subjects.len();
    for (at, subject) in subjects.into_iter().enumerate() {
        let outcomes = experiment(&subject, &compiled.settings, &options, (at, count), io);
        simulated.push(Simulated { subject, outcomes });
    }
    let text = match arguments.format {
        Format::Human => table::text(&simulated, &options),
        Format::Json => format!("{:#}\n", json::value(&simulated, &options)),
    };
    let _ = io.stdout.write_all(text.as_bytes());
    Exit::Clean
}

/// The SLOs that are named, or all; else what is wrong has been said.
fn chosen(compiled: &mut Compiled, names: &[String], io: &mut Io<'_>) -> Result<Vec<Slo>, Exit> {
    if names.is_empty() {
        let settled = compiled.settle(io.today, Looked::OFFLINE);
        if has_errors(&settled.findings) {
            to_stderr(&settled.findings, &compiled.sources, io);
            return Err(Exit::Usage);
        }
        return match compiled.slos.is_empty() {
            true => Err(failed(&"there are no SLOs", io)),
            false => Ok(compiled.slos.clone()),
        };
    }
    let slo = |name: &String| one(compiled, name, Candidates::Slos, io);
    let mut slos = names.iter().map(slo).collect::<Result<Vec<Slo>, Exit>>()?;
    slos.sort_by(|a, b| a.id.cmp(&b.id));
    slos.dedup_by(|a, b| a.id == b.id);
    Ok(slos)
}

/// The SLOs, those together for which everything comes out the same.
fn subjects(
    compiled: &Compiled,
    slos: Vec<Slo>,
    options: &Options,
    io: &mut Io<'_>,
) -> Result<Vec<Subject>, Exit> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut subjects: Vec<Subject> = Vec::new();
    for slo in slos {
        let alternatives = alternatives(compiled, &slo, options, io)?;
        let volumes = Volumes::of(&slo, options);
        let key = alternatives::key(&slo, &alternatives, &volumes);
        match places.get(&key) {
            Some(at) => subjects[*at].slos.push(slo),
            None => {
                places.insert(key, subjects.len());
                subjects.push(Subject {
                    slos: vec![slo],
                    alternatives,
                    volumes,
                });
            }
        }
    }
    Ok(subjects)
}
