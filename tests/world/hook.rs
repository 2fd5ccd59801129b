//! A webhook of one's own: it takes everything.

use serde_json::Value;

use super::front::Service;
use super::http::{Answer, Request};

/// The service.
#[derive(Debug, Default)]
pub struct Hook {
    bodies: Vec<Value>,
}

impl Hook {
    /// What it took, as JSON.
    pub fn bodies(&self) -> &[Value] {
        &self.bodies
    }
}

impl Service for Hook {
    fn take(&mut self, request: &Request) -> Answer {
        self.bodies.push(request.json());
        Answer::json(200, "{}")
    }
}
