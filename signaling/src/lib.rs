//! Words on the wire and who may say them.
