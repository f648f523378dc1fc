//! Trefoil: the process.
