//! What holds for every directory and all opening hours.

use call_core::{Time, WEEKDAYS};
use directory::{
    Actor, Change, Command, Directory, Document, Format, Hours, Opening, Rights, decide, plan,
};
use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use proptest::prelude::*;
use serde_json::json;

use crate::people::{
    NOW, change_team, channel_id, create, grant, id, revoke, team, team_id, widget,
};

const ZONES: [&str; 6] = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Santiago",
];
const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;
/// 2026-01-01 in Greenwich.
const YEAR: u64 = 1_767_225_600_000;

/// Two disjoint spans of a day at most, the second possibly over midnight.
fn day() -> impl Strategy<Value = String> {
    prop::collection::btree_set(0_u16..1440, 0..=4).prop_map(|times| {
        let times: Vec<_> = times.into_iter().collect();
        let text = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let mut spans: Vec<_> = times
            .chunks_exact(2)
            .map(|pair| format!("{}-{}", text(pair[0]), text(pair[1])))
            .collect();
        if let ([last], Some(first)) = (times.chunks_exact(2).remainder(), times.first())
            && last != first
        {
            spans.push(format!("{}-{}", text(*last), text(*first)));
        }
        spans.join(", ")
    })
}

fn hours() -> impl Strategy<Value = Hours> {
    let week = prop::collection::vec(day(), 7);
    let exceptions = prop::collection::btree_map(1_u8..=28, day(), 0..4);
    (0..ZONES.len(), week, exceptions, 1_u8..=12).prop_map(|(zone, week, exceptions, month)| {
        let mut hours = Hours::never(ZONES[zone].parse().unwrap());
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        for (name, spans) in days.iter().zip(week).filter(|(_, spans)| !spans.is_empty()) {
            hours.add_weekly(&format!("{name} {spans}")).unwrap();
        }
        for (day, spans) in exceptions {
            let spans = if spans.is_empty() { "closed" } else { &spans };
            hours.add_exception(&format!("2026-{month:02}-{day:02} {spans}")).unwrap();
        }
        hours
    })
}

/// Some moment of the year, to the minute.
fn moment() -> impl Strategy<Value = Time> {
    (0..366 * 24 * 60_u64).prop_map(|minute| Time(YEAR + minute * MINUTE))
}

fn zone_of(hours: &Hours) -> TimeZone {
    TimeZoneDatabase::bundled().get(hours.zone().name()).unwrap()
}

fn timestamp(at: Time) -> Timestamp {
    Timestamp::from_millisecond(at.0 as i64).unwrap()
}

/// The spans written for a date.
fn written_for(hours: &Hours, date: jiff::civil::Date) -> Vec<(String, String)> {
    let lines = hours.exception_lines();
    let of_date = lines.iter().find_map(|line| line.strip_prefix(&format!("{date} ")));
    let day = date.weekday().to_monday_zero_offset() as usize;
    let covers = |line: &&String| {
        let (days, _) = line.split_once(' ').unwrap();
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let index = |name: &str| WEEKDAYS.iter().position(|known| *known == name).unwrap();
        (index(first)..=index(last)).contains(&day)
    };
    let weekly = hours.weekly_lines();
    let of_week = || Some(weekly.iter().find(covers)?.split_once(' ')?.1);
    let spans = of_date.or_else(of_week).filter(|spans| *spans != "closed").unwrap_or_default();
    let spans = spans.split(", ").filter_map(|span| span.split_once('-'));
    spans.map(|(from, until)| (from.to_owned(), until.to_owned())).collect()
}

/// Whether it is open by what the clock on the wall shows: within a span of the day, or of the day
/// before that ends after midnight.
fn open_by_the_wall(hours: &Hours, at: Time) -> bool {
    let shown = zone_of(hours).to_datetime(timestamp(at));
    let clock = format!("{:02}:{:02}", shown.hour(), shown.minute());
    let today = written_for(hours, shown.date());
    let yesterday = written_for(hours, shown.date().yesterday().unwrap());
    let over_midnight = |from: &String, until: &String| until < from;
    today
        .iter()
        .any(|(from, until)| *from <= clock && (over_midnight(from, until) || clock < *until))
        || yesterday.iter().any(|(from, until)| over_midnight(from, until) && clock < *until)
}

/// Whether clocks change within a day of the moment.
fn clocks_change_near(hours: &Hours, at: Time) -> bool {
    let zone = zone_of(hours);
    let offset = |at: u64| zone.to_offset(timestamp(Time(at)));
    offset(at.0 - DAY) != offset(at.0 + DAY)
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(300)
    })]

    #[test]
    fn open_means_that_the_clock_on_the_wall_says_so(hours in hours(), at in moment()) {
        let open = hours.is_open(at);
        if !clocks_change_near(&hours, at) {
            prop_assert_eq!(open, open_by_the_wall(&hours, at));
        } else if open_by_the_wall(&hours, at) {
            // A night that is longer than the clock says is open longer, never shorter.
            prop_assert!(open);
        }
    }

    #[test]
    fn it_stays_as_it_is_until_the_change_that_is_told(
        hours in hours(),
        at in moment(),
        part in 0_u64..1000,
    ) {
        let (open, change) = match hours.at(at) {
            Opening::Open { closes_at } => (true, closes_at),
            Opening::Closed { opens_at } => (false, opens_at),
        };
        let horizon = change.map_or(at.0 + 10 * DAY, |change| change.0);
        prop_assert!(horizon > at.0);
        let between = Time(at.0 + (horizon - at.0 - 1) * part / 1000);
        prop_assert_eq!(hours.is_open(between), open, "at {:?}", between);
        prop_assert_eq!(hours.is_open(Time(horizon - 1)), open);
        if let Some(change) = change {
            prop_assert_eq!(hours.is_open(change), !open);
        }
    }

    #[test]
    fn written_hours_read_the_same(hours in hours()) {
        let mut again = Hours::never(hours.zone().clone());
        hours.weekly_lines().iter().for_each(|line| again.add_weekly(line).unwrap());
        hours.exception_lines().iter().for_each(|line| again.add_exception(line).unwrap());
        prop_assert_eq!(again, hours);
    }

    #[test]
    fn an_exported_directory_imports_as_itself(
        commands in commands(),
        other in commands(),
        toml in any::<bool>(),
    ) {
        let (before, _) = happened(&commands);
        let format = if toml { Format::Toml } else { Format::Json };
        let document = Document::of(&before);
        let read = Document::parse(&document.write(format), format);
        prop_assert_eq!(read.as_ref(), Ok(&document));
        let again = plan(&before, &document, &Actor::Operator, NOW);
        prop_assert!(again.is_ok_and(|plan| plan.is_empty()), "nothing to do");

        // Whatever another directory was, it becomes this one.
        let (mut other, _) = happened(&other);
        if let Ok(plan) = plan(&other, &document, &Actor::Operator, NOW) {
            plan.changes.iter().for_each(|change| other.apply(change));
            prop_assert_eq!(Document::of(&other), document);
        } else {
            prop_assert!(other.owners().count() > 0 && before.owners().count() == 0);
        }
    }

    #[test]
    fn folding_the_changes_gives_the_same_directory(commands in commands()) {
        let (directory, changes) = happened(&commands);
        let mut folded = Directory::default();
        for change in &changes {
            folded.apply(change);
            let agents = folded.agents().cloned().collect();
            let teams = folded.teams().cloned().collect();
            let channels = folded.channels().cloned().collect();
            let whole = Directory::from_parts(agents, teams, channels);
            prop_assert_eq!(whole.as_ref(), Ok(&folded));
        }
        prop_assert_eq!(folded, directory);
    }
}

/// Asks for all of it, refusals or not.
fn happened(commands: &[Command]) -> (Directory, Vec<Change>) {
    let mut directory = Directory::default();
    let mut all = Vec::new();
    for command in commands {
        let had_owners = directory.owners().count() > 0;
        for change in decide(&directory, &Actor::Operator, command, NOW).unwrap_or_default() {
            directory.apply(&change);
            all.push(change);
        }
        assert!(!had_owners || directory.owners().count() > 0, "an owner remains");
    }
    (directory, all)
}

fn commands() -> impl Strategy<Value = Vec<Command>> {
    prop::collection::vec(command(), 0..40)
}

fn command() -> impl Strategy<Value = Command> {
    let agent = prop::sample::select(vec!["ann", "ben", "cas"]);
    let teams = prop::sample::select(vec!["t1", "t2", "t3", "nowhere"]);
    let other = prop::sample::select(vec!["t1", "t2", "t3", "nowhere"]);
    (0..13_u8, agent, teams, other, 1..8_u8, hours()).prop_map(|(kind, name, at, to, n, hours)| {
        let (agent, rights) = (id(name), rights(n));
        match kind {
            0 => create(name, Some(name)),
            1 => create(name, None),
            2 => Command::RemoveAgent { agent },
            3 => Command::RestoreAgent { agent },
            4 | 5 => grant(name, at, rights),
            6 => revoke(name, at, rights),
            7 if n < 4 => Command::RevokeOwner { agent },
            7 => Command::GrantOwner { agent },
            8 | 9 => Command::CreateTeam { team: team(at) },
            10 if n == 1 => Command::RemoveTeam { team: team_id(at) },
            10 => change_team(at, &json!({ "when_closed": format!("team:{to}"), "priority": n })),
            11 if n < 3 => Command::RemoveChannel { channel: channel_id(to) },
            11 => Command::CreateChannel { channel: widget(to, at) },
            _ => change_team(at, &json!({ "hours": hours, "texts": { "full": "Too many" } })),
        }
    })
}

fn rights(n: u8) -> Rights {
    let all = [(1, Rights::ANSWER), (2, Rights::LISTEN), (4, Rights::MANAGE)];
    let chosen = all.into_iter().filter(|(bit, _)| n & bit != 0);
    chosen.fold(Rights::NONE, |rights, (_, right)| rights.with(right))
}
