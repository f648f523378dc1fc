//! The rules of the gate with hand-made requests, and connections with a client at the far end:
//! all in virtual time, nothing waits.

mod addresses;
mod channels;
mod client;
mod connection;
mod gate;
mod handshake;
mod moving;
mod offers;
mod rates;
mod records;
mod requests;
