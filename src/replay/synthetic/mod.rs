//! Traffic and incidents that are made up, and what a policy makes of them: what it would detect, how soon, and how often it
//! would call for nothing. Pure: a seed comes in, and the same seed gives the same figures on every machine.

pub mod dice;
pub mod figures;
pub mod scene;
pub mod trial;

pub use dice::{Dice, Mean, POISSON_EXACT_MAX};
pub use figures::{Spread, TierFigures, Told, of_first, of_tiers};
pub use scene::{Failing, Scene, Traffic, Volume};
pub use trial::{Kind, Sighting, Trial};
