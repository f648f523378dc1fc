//! Rules of the gate and ways of a connection, in virtual time.
