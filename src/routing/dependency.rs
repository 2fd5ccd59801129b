//! What an SLO depends on: SLOs and whole services, looked up among all SLOs.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Span, Spanned};
use crate::model::{Slo, SloId};

/// A thing that an SLO depends on.
#[derive(Clone, Copy, Debug)]
pub enum Dependency<'a> {
    /// One SLO.
    Slo(&'a &'a Slo),
    /// All SLOs of a service: these, at least one.
    Service(&'a [&'a Slo]),
}

impl<'a> Dependency<'a> {
    /// The SLOs that it is.
    pub fn slos(self) -> &'a [&'a Slo] {
        match self {
            Dependency::Slo(slo) => std::slice::from_ref(slo),
            Dependency::Service(slos) => slos,
        }
    }
}

/// What is called `name` among `slos`, which are in order: `service/slo` or `service`.
pub fn dependency<'a>(name: &str, slos: &'a [&'a Slo]) -> Option<Dependency<'a>> {
    let (service, slo) = match name.split_once('/') {
        Some((service, slo)) => (service, Some(slo)),
        None => (name, None),
    };
    let from = slos.partition_point(|each| each.id.service.as_str() < service);
    let of_service = &slos[from..];
    let many = of_service.partition_point(|each| each.id.service.as_str() == service);
    let of_service = &of_service[..many];
    match slo {
        None => (!of_service.is_empty()).then_some(Dependency::Service(of_service)),
        Some(slo) => of_service
            .iter()
            .find(|each| each.id.name.as_str() == slo)
            .map(Dependency::Slo),
    }
}

/// SLOs that depend on themselves, through others or at once: each ring once, with the places where it is written, in the
/// order of the ring.
pub fn rings(slos: &[&Slo]) -> Vec<Vec<(SloId, Span)>> {
    let mut rings = Vec::new();
    let mut done: BTreeSet<&SloId> = BTreeSet::new();
    let at: BTreeMap<&SloId, &Slo> = slos.iter().map(|slo| (&slo.id, *slo)).collect();
    for slo in slos.iter().filter(|slo| !slo.depends_on.is_empty()) {
        let mut trail: Vec<(&SloId, Vec<(&SloId, Span)>)> = Vec::new();
        let mut on_trail: BTreeSet<&SloId> = BTreeSet::new();
        if done.insert(&slo.id) {
            on_trail.insert(&slo.id);
            trail.push((&slo.id, edges(slo, slos)));
        }
        let mut taken: Vec<Span> = Vec::new();
        while let Some((_, open)) = trail.last_mut() {
            let Some((next, span)) = open.pop() else {
                let (left, _) = trail.pop().expect("there is a last one");
                on_trail.remove(left);
                taken.pop();
                continue;
            };
            if on_trail.contains(next) {
                rings.push(ring(&trail, &taken, next, span));
            } else if done.insert(next) {
                on_trail.insert(next);
                taken.push(span);
                trail.push((next, edges(at[next], slos)));
            }
        }
    }
    rings
}

/// The part of a trail that comes back to `next` by what is written at `span`.
fn ring(
    trail: &[(&SloId, Vec<(&SloId, Span)>)],
    taken: &[Span],
    next: &SloId,
    span: Span,
) -> Vec<(SloId, Span)> {
    let from = trail
        .iter()
        .position(|(id, _)| *id == next)
        .expect("it is on the trail");
    let spans = taken[from..].iter().copied().chain([span]);
    trail[from..]
        .iter()
        .zip(spans)
        .map(|((id, _), span)| ((*id).clone(), span))
        .collect()
}

/// What `slo` depends on, the first last.
fn edges<'a>(slo: &'a Slo, slos: &'a [&'a Slo]) -> Vec<(&'a SloId, Span)> {
    let of_name = |name: &'a Spanned<String>| {
        let found = dependency(&name.value, slos).map_or(&[][..], Dependency::slos);
        found.iter().map(|slo| (&slo.id, name.span))
    };
    let mut edges: Vec<(&SloId, Span)> = slo.depends_on.iter().flat_map(of_name).collect();
    edges.reverse();
    edges
}
