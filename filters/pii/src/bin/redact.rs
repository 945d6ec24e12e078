//! `redact`: redacts standard input to standard output.
fn main() {}
