//! YAML: read into a tree in which every key and value knows its place.
