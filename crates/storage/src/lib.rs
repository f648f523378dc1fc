//! The journal and the history, durable.
