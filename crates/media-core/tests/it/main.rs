//! Sound through a bad network, in virtual time.
