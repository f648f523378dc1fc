//! The media plane over real sockets, with peers of an independent WebRTC stack at the far ends.

mod channels;
mod forward;
mod hostile;
mod life;
mod mix;
mod plane;
mod play;
mod standstill;
mod switch;
mod workers;
