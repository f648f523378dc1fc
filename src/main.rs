//! Trefoil.
fn main() {}
