//! YAML to be written: filled in next.
