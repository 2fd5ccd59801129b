//! PromQL: parsed with spans and types, knows `[$window]`.
