//! Who talks to whom and why: Trefoil's call control, pure and deterministic.
