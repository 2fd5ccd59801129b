//! Keeps the house in order: layers, sizes, pages that are made from code, and everything that is shown.

mod examples;
mod layers;
mod pages;
mod size;
