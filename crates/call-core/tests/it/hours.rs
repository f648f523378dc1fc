//! Opening hours on known dates.

use call_core::{Hours, HoursError, MAX_SPANS_PER_DAY, Opening, Time};
use jiff::Timestamp;

/// A moment as clocks in Greenwich show it in winter.
fn utc(text: &str) -> Time {
    let at: Timestamp = format!("{text}:00Z").parse().unwrap();
    Time(at.as_millisecond() as u64)
}

fn hours(zone: &str, weekly: &[&str], exceptions: &[&str]) -> Hours {
    let mut hours = Hours::never(zone.parse().unwrap());
    for line in weekly {
        hours.add_weekly(line).unwrap();
    }
    for line in exceptions {
        hours.add_exception(line).unwrap();
    }
    hours
}

fn open_until(text: &str) -> Opening {
    Opening::Open { closes_at: Some(utc(text)) }
}

fn closed_until(text: &str) -> Opening {
    Opening::Closed { opens_at: Some(utc(text)) }
}

#[test]
fn an_office_in_berlin_on_a_winter_day() {
    let office = hours("Europe/Berlin", &["mon-fri 09:00-12:30, 13:30-17:00"], &[]);
    // 2026-01-16 is a Friday; Berlin is an hour ahead.
    assert_eq!(office.at(utc("2026-01-16T07:59")), closed_until("2026-01-16T08:00"));
    assert_eq!(office.at(utc("2026-01-16T08:00")), open_until("2026-01-16T11:30"));
    assert_eq!(office.at(utc("2026-01-16T11:30")), closed_until("2026-01-16T12:30"));
    assert_eq!(office.at(utc("2026-01-16T15:59")), open_until("2026-01-16T16:00"));
    assert_eq!(office.at(utc("2026-01-16T16:00")), closed_until("2026-01-19T08:00"));
}

#[test]
fn nine_oclock_is_nine_oclock_in_summer_and_in_winter() {
    let office = hours("Europe/Berlin", &["mon-fri 09:00-17:00"], &[]);
    // Over the weekend of 29 March 2026 clocks are put forward, and back over that of 25 October.
    assert_eq!(office.at(utc("2026-03-27T18:00")), closed_until("2026-03-30T07:00"));
    assert_eq!(office.at(utc("2026-10-23T18:00")), closed_until("2026-10-26T08:00"));
    let there = hours("America/New_York", &["mon-fri 09:00-17:00"], &[]);
    assert_eq!(there.at(utc("2026-03-06T23:00")), closed_until("2026-03-09T13:00"));
    assert_eq!(there.at(utc("2026-10-30T23:00")), closed_until("2026-11-02T14:00"));
}

#[test]
fn a_night_shift_is_an_hour_shorter_in_spring_and_longer_in_autumn() {
    let night = hours("Europe/Berlin", &["sat 22:00-06:00"], &[]);
    assert_eq!(night.at(utc("2026-03-28T21:00")), open_until("2026-03-29T04:00"));
    assert_eq!(night.at(utc("2026-10-24T20:00")), open_until("2026-10-25T05:00"));
}

#[test]
fn a_time_that_clocks_skip_is_the_moment_of_the_change() {
    // On 29 March 2026 it is 03:00 right after 01:59, at 01:00 in Greenwich.
    let hours = hours("Europe/Berlin", &["sun 02:15-04:00", "sat 23:00-02:45"], &[]);
    assert_eq!(hours.at(utc("2026-03-29T00:30")), open_until("2026-03-29T02:00"));
    let skipped = self::hours("Europe/Berlin", &["sun 02:15-02:45"], &[]);
    assert_eq!(skipped.at(utc("2026-03-29T00:30")), closed_until("2026-04-05T00:15"));
}

#[test]
fn a_time_that_comes_twice_opens_at_the_first_and_closes_at_the_second() {
    // On 25 October 2026 it is 02:00 again after 02:59, at 01:00 in Greenwich.
    let opening = hours("Europe/Berlin", &["sun 02:30-04:00"], &[]);
    assert_eq!(opening.at(utc("2026-10-25T00:00")), closed_until("2026-10-25T00:30"));
    assert_eq!(opening.at(utc("2026-10-25T01:00")), open_until("2026-10-25T03:00"));
    let closing = hours("Europe/Berlin", &["sun 01:00-02:30"], &[]);
    assert_eq!(closing.at(utc("2026-10-25T00:45")), open_until("2026-10-25T01:30"));
}

#[test]
fn clocks_may_change_by_half_an_hour_or_skip_a_whole_day() {
    // Lord Howe Island puts its clocks back by half an hour on 5 April 2026.
    let island = hours("Australia/Lord_Howe", &["sat-sun 09:00-17:00"], &[]);
    assert_eq!(island.at(utc("2026-04-04T07:00")), closed_until("2026-04-04T22:30"));
    // Samoa had no 30 December in 2011, a Friday.
    let samoa = hours("Pacific/Apia", &["thu-sat 09:00-17:00"], &[]);
    assert_eq!(samoa.at(utc("2011-12-30T04:00")), closed_until("2011-12-30T19:00"));
    // Nepal is five hours and three quarters ahead.
    let nepal = hours("Asia/Kathmandu", &["mon 09:00-17:00"], &[]);
    assert_eq!(nepal.at(utc("2026-01-19T03:15")), open_until("2026-01-19T11:15"));
}

#[test]
fn clocks_may_be_put_back_over_midnight() {
    // In St. John's it was 23:01 again after 00:00 on 7 November 2010, at 02:31 in Greenwich.
    let hours = hours("America/St_Johns", &["sun 00:00-06:00"], &[]);
    assert_eq!(hours.at(utc("2010-11-07T02:29")), closed_until("2010-11-07T02:30"));
    assert_eq!(hours.at(utc("2010-11-07T02:45")), open_until("2010-11-07T09:30"));
    let saturday = self::hours("America/St_Johns", &["sat 20:00-24:00"], &[]);
    assert_eq!(saturday.at(utc("2010-11-07T02:29")), open_until("2010-11-07T03:30"));
}

#[test]
fn a_holiday_replaces_what_begins_on_its_date() {
    let week = ["mon-sun 09:00-17:00", "fri 22:00-02:00"];
    // Christmas 2026 is a Friday.
    let hours = hours("UTC", &week, &["2026-12-25 closed", "2026-12-24 09:00-12:00"]);
    assert_eq!(hours.at(utc("2026-12-24T10:00")), open_until("2026-12-24T12:00"));
    assert_eq!(hours.at(utc("2026-12-24T12:00")), closed_until("2026-12-26T09:00"));
    assert!(!hours.is_open(utc("2026-12-25T23:00")), "nothing begins on Christmas");
    let saturday = self::hours("UTC", &week, &["2026-12-26 closed"]);
    assert_eq!(saturday.at(utc("2026-12-26T01:00")), open_until("2026-12-26T02:00"));
}

#[test]
fn an_exception_may_open_what_is_closed_in_every_week() {
    let once = hours("UTC", &[], &["2027-05-01 10:00-11:00", "2026-02-01 closed"]);
    assert_eq!(once.at(utc("2026-01-01T00:00")), closed_until("2027-05-01T10:00"));
    assert_eq!(once.at(utc("2027-05-01T11:00")), Opening::Closed { opens_at: None });
}

#[test]
fn openings_that_meet_are_one() {
    let days = hours("UTC", &["mon-tue 00:00-24:00", "wed 00:00-06:00, 06:00-08:00"], &[]);
    assert_eq!(days.at(utc("2026-01-19T12:00")), open_until("2026-01-21T08:00"));
    let always = hours("Europe/Berlin", &["mon-sun 00:00-24:00"], &["2026-06-01 closed"]);
    assert_eq!(always.at(utc("2026-03-28T12:00")), Opening::Open { closes_at: None });
    assert_eq!(always.at(utc("2026-05-30T12:00")), open_until("2026-05-31T22:00"));
    assert_eq!(always.at(utc("2026-05-31T22:00")), closed_until("2026-06-01T22:00"));
}

#[test]
fn an_opening_is_found_beyond_all_exceptions() {
    let mut hours = hours("UTC", &["mon 09:00-10:00"], &[]);
    let mut monday: jiff::civil::Date = "2026-01-05".parse().unwrap();
    for _ in 0..400 {
        hours.add_exception(&format!("{monday} closed")).unwrap();
        monday = monday.checked_add(jiff::ToSpan::weeks(1)).unwrap();
    }
    assert_eq!(hours.at(utc("2026-01-01T00:00")), closed_until("2033-09-05T09:00"));
    assert_eq!(monday.to_string(), "2033-09-05");
}

#[test]
fn far_ends_of_time_are_no_trouble() {
    let office = hours("Europe/Berlin", &["mon-fri 09:00-17:00"], &[]);
    assert_eq!(office.at(Time(0)), closed_until("1970-01-01T08:00"));
    assert_eq!(office.at(Time(u64::MAX)), Opening::Closed { opens_at: None });
    let never = hours("UTC", &[], &[]);
    assert_eq!(never.at(Time(0)), Opening::Closed { opens_at: None });
}

#[test]
fn hours_are_written_in_one_way() {
    let hours = hours(
        "europe/berlin",
        &["sat,sun 10:00-14:00", "fri-mon 18:00-20:00", "tue 08:00-09:00"],
        &["2026-12-26 closed", "2026-12-24 22:00-02:00,09:00-12:00"],
    );
    assert_eq!(hours.zone().name(), "Europe/Berlin");
    assert_eq!(
        hours.weekly_lines(),
        [
            "mon 18:00-20:00",
            "tue 08:00-09:00",
            "fri 18:00-20:00",
            "sat-sun 10:00-14:00, 18:00-20:00"
        ]
    );
    assert_eq!(
        hours.exception_lines(),
        ["2026-12-24 09:00-12:00, 22:00-02:00", "2026-12-26 closed"]
    );
}

#[test]
fn what_is_no_opening_is_refused_and_changes_nothing() {
    let mut hours = hours("UTC", &["mon 09:00-17:00"], &["2026-12-25 closed"]);
    let before = hours.clone();
    let weekly = [
        ("mon", HoursError::Week("mon".into())),
        ("mon 9:00-17:00", HoursError::TimeOfDay("9:00".into())),
        ("mon 09:00-24:01", HoursError::TimeOfDay("24:01".into())),
        ("mon 09:60-10:00", HoursError::TimeOfDay("09:60".into())),
        ("mon 09:00", HoursError::Span("09:00".into())),
        ("mon 09:00-09:00", HoursError::Empty("09:00-10:00".parse().unwrap())),
        ("mon,someday 09:00-10:00", HoursError::Day("someday".into())),
        (
            "tue-sun,mon 16:59-18:00",
            HoursError::Overlap("09:00-17:00".parse().unwrap(), "16:59-18:00".parse().unwrap()),
        ),
    ];
    for (line, expected) in weekly {
        let error = hours.add_weekly(line).unwrap_err();
        let empty = matches!((&error, &expected), (HoursError::Empty(_), HoursError::Empty(_)));
        assert!(empty || error == expected, "{line}: {error}");
    }
    let many = (0..9).map(|n| format!("0{n}:00-0{n}:30")).collect::<Vec<_>>().join(",");
    assert_eq!(hours.add_weekly(&format!("tue {many}")), Err(HoursError::TooManySpans));
    for line in ["2026-12-25 closed", "2026-13-01 closed", "1999-12-31 closed", "closed"] {
        assert!(hours.add_exception(line).is_err(), "{line}");
    }
    assert_eq!(hours, before);
}

#[test]
fn the_edges_of_hours_are_where_they_are_said_to_be() {
    // A closing is looked for fourteen days ahead, and that day is one of them.
    let always = hours("UTC", &["mon-sun 00:00-24:00"], &["2026-02-01 closed"]);
    assert_eq!(always.at(utc("2026-01-18T00:00")), open_until("2026-02-01T00:00"));
    let too_far = utc("2026-01-17T23:59");
    assert_eq!(always.at(too_far), Opening::Open { closes_at: None });
    // What opens at this very moment is open, and the next opening is another one.
    let office = hours("UTC", &["mon-fri 09:00-12:00, 13:00-17:00"], &[]);
    assert_eq!(office.next_opening(utc("2026-01-16T09:00")), Some(utc("2026-01-16T13:00")));
    let most: Vec<_> = (0..8).map(|hour| format!("{hour:02}:00-{hour:02}:30")).collect();
    assert_eq!(most.len(), MAX_SPANS_PER_DAY);
    let day = hours("UTC", &[&format!("mon {}", most.join(", "))], &[]);
    assert_eq!(day.weekly_lines().len(), 1);
    let more = format!("mon {}, 09:00-09:30", most.join(", "));
    let mut none = Hours::never("UTC".parse().unwrap());
    assert_eq!(none.add_weekly(&more), Err(HoursError::TooManySpans));
    assert_eq!(office.zone().to_string(), "UTC");
}
