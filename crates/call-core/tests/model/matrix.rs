//! Who hears what, row by row, as the table of behaviour reads: no rule, only cases.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use call_core::{Clip, PersonId, Source};

use crate::reference::Call;

/// The customer C and the agents A and B: `t` is there and not on hold, `h` is there on hold, `l`
/// has a seat but no leg, `-` has no seat. Then what each hears: people, `m` for music, `.` for
/// nobody, which for an agent is the ringback while an invitation rings.
const TABLE: &str = "
    t t t | AB BC AC
    t t h | A  C  m
    t t l | A  C  .
    t t - | A  C  .
    t h h | m  m  m
    t h l | m  m  .
    t h - | m  m  .
    t l l | m  .  .
    t l - | m  .  .
    t - - | m  .  .
    h t t | m  B  A
    h t h | m  .  m
    h t l | m  .  .
    h t - | m  .  .
    h h h | m  m  m
    h h l | m  m  .
    h h - | m  m  .
    h l l | m  .  .
    h l - | m  .  .
    h - - | m  .  .
    l t t | .  B  A
    l t h | .  .  m
    l t l | .  .  .
    l t - | .  .  .
    l h h | .  m  m
    l h l | .  m  .
    l h - | .  m  .
    l l l | .  .  .
    l l - | .  .  .
    l - - | .  .  .
    - t t | .  B  A
    - t h | .  .  m
    - t l | .  .  .
    - t - | .  .  .
    - h h | .  m  m
    - h l | .  m  .
    - h - | .  m  .
    - l l | .  .  .
    - l - | .  .  .
";

static ROWS: LazyLock<BTreeMap<String, [&str; 3]>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter_map(|line| line.split_once('|'));
    rows.map(|(seats, heard)| {
        let heard: Vec<_> = heard.split_whitespace().collect();
        (seats.split_whitespace().collect(), heard.try_into().expect("three hear"))
    })
    .collect()
});

/// What the table says somebody with a seat hears.
#[derive(Debug, PartialEq, Eq)]
enum Heard {
    /// Nobody, and waits for somebody if an invitation rings.
    Nobody,
    /// Music.
    Music,
    /// These, if they are not silenced.
    People(BTreeSet<PersonId>),
}

/// How somebody sits there, in one letter; and the order in which the table has the agents.
fn letter(call: &Call, person: &PersonId) -> char {
    match call.seats.get(person) {
        None => '-',
        Some(seat) if !seat.there => 'l',
        Some(_) if call.held.contains_key(person) => 'h',
        Some(_) => 't',
    }
}

fn heard(call: &Call, listener: &PersonId) -> Heard {
    if call.over {
        return Heard::Nobody;
    }
    let mut agents: Vec<_> = call.agents().map(|(person, _)| person).collect();
    agents.sort_by_key(|agent| "thl".find(letter(call, agent)));
    let customer = call.customer.as_ref();
    let seats: [Option<&PersonId>; 3] = [customer, agents.first().copied(), agents.get(1).copied()];
    let key: String = seats.map(|seat| seat.map_or('-', |who| letter(call, who))).iter().collect();
    let row = ROWS.get(&key).unwrap_or_else(|| panic!("the table has a row {key}"));
    let Some(column) = seats.iter().position(|seat| *seat == Some(listener)) else {
        return Heard::Nobody;
    };
    match row[column] {
        "." => Heard::Nobody,
        "m" => Heard::Music,
        talkers => {
            let of = |letter: char| seats["CAB".find(letter).expect("one of three")].cloned();
            Heard::People(talkers.chars().filter_map(of).collect())
        }
    }
}

impl Call {
    /// Whether one hears the other, observers included.
    pub(crate) fn hears(&self, listener: &PersonId, talker: &PersonId) -> bool {
        let talks = match heard(self, listener) {
            Heard::People(talkers) => talkers.contains(talker) && !self.is_silent(talker),
            Heard::Nobody | Heard::Music => false,
        };
        talks || self.hears_beside(listener, talker)
    }

    /// What the table says somebody is sent.
    pub(crate) fn sent(&self, listener: &PersonId) -> Source {
        let in_table = heard(self, listener);
        let observers = self.watch.observers.keys().cloned().map(PersonId::Agent);
        let people = self.seats.keys().cloned().chain(observers);
        let talkers: BTreeSet<_> = people.filter(|who| self.hears(listener, who)).collect();
        let waits = in_table == Heard::Nobody
            && self.seats.get(listener).is_some_and(|seat| seat.there)
            && self.offer.as_ref().is_some_and(|offer| !offer.listen);
        match talkers.len() {
            0 if in_table == Heard::Music => Source::Play(Clip::Music),
            0 if waits => Source::Play(Clip::Ringback),
            0 => Source::Silence,
            1 => Source::Forward(talkers.first().expect("one talker").clone()),
            _ => Source::Mix(talkers),
        }
    }
}

#[test]
fn the_table_has_a_row_for_every_way_to_sit_there() {
    let agents = ["tt", "th", "tl", "t-", "hh", "hl", "h-", "ll", "l-", "--"];
    for customer in "thl-".chars() {
        for pair in agents.iter().filter(|pair| customer != '-' || **pair != "--") {
            assert!(ROWS.contains_key(&format!("{customer}{pair}")), "{customer}{pair}");
        }
    }
    assert_eq!(ROWS.len(), 39);
}
