//! Hostile configurations cost little and are told of.
