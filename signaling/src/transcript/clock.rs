use std::sync::LazyLock;

use call_core::Time;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The data compiled into the program: the same on every machine, and no file is read.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Shows moments as the clocks of one zone do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clock {
    zone: TimeZone,
}

/// A moment as a clock shows it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) date: Date,
    /// `2026-11-21`
    pub(super) day: String,
    /// `10:31:05`
    pub(super) time: String,
    /// RFC 3339, with the zone's distance from UTC.
    pub(super) exact: String,
}

impl Clock {
    /// Of UTC.
    pub(crate) const fn utc() -> Self {
        Self { zone: TimeZone::UTC }
    }

    /// Of a zone of the IANA database, if there is one of that name.
    pub(crate) fn of(zone: &str) -> Option<Self> {
        let zone = ZONES.get(zone).ok().filter(|zone| zone.iana_name().is_some())?;
        Some(Self { zone })
    }

    /// The zone, as the database writes it.
    pub(super) fn name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    pub(super) fn shows(&self, at: Time) -> Shown {
        let there = timestamp(at).to_zoned(self.zone.clone());
        let exact = format!("{}{}", there.datetime(), there.strftime("%:z"));
        let (date, time) = (there.date(), there.strftime("%H:%M:%S").to_string());
        Shown { date, day: date.to_string(), time, exact }
    }
}

/// RFC 3339, in UTC.
pub(crate) fn utc(at: Time) -> String {
    timestamp(at).to_string()
}

/// Past the end of all calendars it is the last moment.
fn timestamp(at: Time) -> Timestamp {
    let millis = i64::try_from(at.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Time = Time(1_795_253_465_123);

    #[test]
    fn a_moment_is_shown_as_the_clocks_of_the_zone_show_it() {
        assert_eq!(utc(AT), "2026-11-21T09:31:05.123Z");
        let berlin = Clock::of("europe/berlin").unwrap();
        assert_eq!(berlin.name(), "Europe/Berlin");
        let shown = berlin.shows(AT);
        assert_eq!((shown.day.as_str(), shown.time.as_str()), ("2026-11-21", "10:31:05"));
        assert_eq!(shown.exact, "2026-11-21T10:31:05.123+01:00");
        assert_eq!(Clock::utc().shows(AT).exact, "2026-11-21T09:31:05.123+00:00");
        assert_eq!(Clock::utc().name(), "UTC");
    }

    #[test]
    fn what_names_no_zone_is_none_and_no_moment_is_too_late() {
        for name in ["", "Europe/Nowhere", "../../etc/passwd", "Etc/Unknown", "<script>", "+01:00"]
        {
            assert_eq!(Clock::of(name), None, "{name}");
        }
        Clock::of("Pacific/Kiritimati").unwrap().shows(Time(u64::MAX));
        assert!(utc(Time(u64::MAX)).starts_with("9999-12-3"));
    }
}
