use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Serialize, Serializer};

use super::error::HoursError;
use crate::time::Time;

/// The data compiled into the program: the same on every machine, and no file is read.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A time zone of the IANA database, with the rules its clocks follow; cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The name, as the database writes it.
    pub fn name(&self) -> &str {
        self.0.iana_name().expect("a zone is only made from one that the database names")
    }

    /// The date on the zone's calendars.
    pub(super) fn date(&self, at: Time) -> Date {
        self.0.to_datetime(timestamp(at)).date()
    }

    /// The first moment at which clocks show this, or the moment they skip it.
    pub(super) fn opening(&self, shown: DateTime) -> Option<Time> {
        self.moment(shown, |earlier, _| earlier)
    }

    /// The last moment at which clocks show this, or the moment they skip it.
    pub(super) fn closing(&self, shown: DateTime) -> Option<Time> {
        self.moment(shown, |_, later| later)
    }

    fn moment(
        &self,
        shown: DateTime,
        choose: fn(Timestamp, Timestamp) -> Timestamp,
    ) -> Option<Time> {
        let at = match self.0.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(shown).ok()?,
            AmbiguousOffset::Fold { before, after } => {
                choose(before.to_timestamp(shown).ok()?, after.to_timestamp(shown).ok()?)
            }
            AmbiguousOffset::Gap { after, .. } => {
                // By the offset that is not in force yet, it lies just before the change.
                let before_it = after.to_timestamp(shown).ok()?;
                self.0.following(before_it).next()?.timestamp()
            }
        };
        u64::try_from(at.as_millisecond()).ok().map(Time)
    }
}

/// Past the end of all calendars it is the last moment.
fn timestamp(at: Time) -> Timestamp {
    let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}

impl FromStr for Zone {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let unknown = || HoursError::Zone(text.to_owned());
        let zone = ZONES.get(text).map_err(|_| unknown())?;
        // What has no name of the database would not be found again by it.
        if zone.iana_name().is_none() { Err(unknown()) } else { Ok(Self(zone)) }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
