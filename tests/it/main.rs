//! The whole server, tested over real sockets.
