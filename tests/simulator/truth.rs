//! How the services really are, and what an evaluation sees of them.

use burnwatch::engine::{Book, GroupLook, Look, Scope, Sight};
use burnwatch::evaluate::Group;
use burnwatch::model::SloId;

use crate::dice::Dice;
use crate::verdicts::verdict;
use crate::world::ROUTES;

/// How bad a service is, and what can be seen of it.
pub struct Service {
    pub slo: SloId,
    pub group: Group,
    /// From this tier on all burn; nothing where none does.
    pub burns_from: Option<usize>,
}

/// How an SLO can be evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    Clear,
    Nothing,
    Question,
}

pub struct Truth {
    pub services: Vec<Service>,
    pub views: Vec<(SloId, View)>,
    pub source_is_up: bool,
    /// Toggles at each look.
    pub is_wild: bool,
}

impl Truth {
    pub fn new(dice: &mut Dice) -> Truth {
        let id = |text: &str| SloId::try_from(text.to_string()).unwrap();
        let whole = |slo: &str| (id(slo), Group::default());
        let route = |route: &str| (id("shop/carts"), Group::of_values(vec![route.to_string()]));
        let all = [
            whole("shop/orders"),
            route(ROUTES[0]),
            route(ROUTES[1]),
            whole("stock/items"),
        ];
        let service = |(slo, group)| Service {
            slo,
            group,
            burns_from: None,
        };
        let names = ["shop/orders", "shop/carts", "stock/items"];
        Truth {
            services: all.into_iter().map(service).collect(),
            views: names.map(|name| (id(name), View::Clear)).to_vec(),
            source_is_up: true,
            is_wild: dice.below(8) == 0,
        }
    }

    /// Time goes by.
    pub fn turn(&mut self, dice: &mut Dice) {
        let often = if self.is_wild { 2 } else { 40 };
        for service in &mut self.services {
            if dice.below(often) == 0 {
                let burns = dice.below(2) == 0;
                service.burns_from = burns.then(|| dice.below(3));
            }
        }
        for (_, view) in &mut self.views {
            match (*view, dice.below(60)) {
                (View::Clear, 0) => *view = View::Nothing,
                (View::Clear, 1) => *view = View::Question,
                (View::Nothing | View::Question, 0..=9) => *view = View::Clear,
                _ => {}
            }
        }
        self.source_is_up = match (self.source_is_up, dice.below(100)) {
            (true, 0) => false,
            (false, 0..=14) => true,
            (as_it_is, _) => as_it_is,
        };
    }

    /// Everything is well from now on.
    pub fn rest(&mut self) {
        self.source_is_up = true;
        self.is_wild = false;
        self.services
            .iter_mut()
            .for_each(|service| service.burns_from = None);
        self.views
            .iter_mut()
            .for_each(|(_, view)| *view = View::Clear);
    }

    /// What an evaluation of `slo` sees.
    pub fn look(&self, book: &Book, slo: &SloId, at_ms: i64, dice: &mut Dice) -> Look {
        let failed = |scope| Sight::Failed {
            why: "status 503".to_string(),
            scope,
        };
        let view = self.views.iter().find(|(other, _)| other == slo);
        let sight = match (self.source_is_up, view.map(|(_, view)| *view)) {
            (false, _) => failed(Scope::Source),
            (true, Some(View::Question)) => failed(Scope::Question),
            (true, Some(View::Nothing)) => Sight::Nothing,
            (true, Some(View::Clear) | None) => {
                let tiers = book.slos[slo].tellings.len();
                let of = self.services.iter().filter(|service| service.slo == *slo);
                let groups = of.map(|service| service.look(at_ms, tiers, dice));
                Sight::Seen(groups.collect())
            }
        };
        Look {
            slo: slo.clone(),
            at_ms,
            sight,
        }
    }
}

impl Service {
    fn look(&self, at_ms: i64, tiers: usize, dice: &mut Dice) -> GroupLook {
        let burns = |at: usize| self.burns_from.is_some_and(|from| at >= from);
        let verdict = verdict(at_ms, tiers, burns);
        GroupLook {
            group: self.group.clone(),
            // Now and then the numbers of a group are no counts.
            verdict: (dice.below(50) > 0).then_some(verdict),
            burns: vec![(Some(20.0), Some(30.0)); tiers],
            left: Some(0.5),
        }
    }
}
