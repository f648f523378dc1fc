//! When a team is open.
//!
//! Hours are a week that repeats, in one time zone, and dates on which something else holds. An
//! opening belongs to the day it begins on, also where it ends after midnight: an exception puts
//! other openings in the place of those that *begin* on its date, and lets the one of the night
//! before end as it would.
//!
//! Where clocks are put forward, a time that is skipped is the moment of the change. Where they
//! are put back, a time that comes twice is the first of the two for an opening and the second for
//! a closing: nobody stands before a closed door while the clock says open.

mod error;
mod evaluate;
mod span;
mod week;
mod written;
mod zone;

pub use error::HoursError;
pub use evaluate::Opening;
pub use span::{Span, TimeOfDay};
pub use week::{Hours, MAX_EXCEPTIONS, MAX_SPANS_PER_DAY};
pub use written::WEEKDAYS;
pub use zone::Zone;
