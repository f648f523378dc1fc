//! Channels: what a customer's way in decides about its call.

use call_core::{
    ChannelId, ChannelSettings, Closed, Command, Hours, Input, Medium, Overflow, Phase, Refusal,
    TeamSettings, Time, record,
};

use crate::bench::{ALICE, BILLING, BOB, Bench, SUPPORT, ZOE, secs};

const HOUR_MS: u64 = 3_600_000;

fn web() -> ChannelId {
    "web".parse().unwrap()
}

fn through(channel: &str) -> Command {
    Command::CallChannel { channel: channel.parse().unwrap(), medium: Medium::Voice }
}

fn hours(week: &str) -> Hours {
    let mut hours = Hours::never("UTC".parse().unwrap());
    hours.add_weekly(week).unwrap();
    hours
}

/// A bench with a widget that leads to support.
fn bench() -> Bench {
    let mut bench = Bench::new();
    let channel = ChannelSettings {
        enabled: true,
        medium: Medium::Voice,
        team: SUPPORT.parse().unwrap(),
        priority: None,
        hours: None,
        closed: None,
        waiting_text: None,
    };
    bench.settings.channels.insert(web(), channel);
    bench
}

fn chooses(bench: &mut Bench, choose: impl FnOnce(&mut ChannelSettings)) {
    choose(bench.settings.channels.get_mut(&web()).unwrap());
}

fn arrives(bench: &mut Bench, who: &str) {
    bench.opens(who, &[]);
    bench.leg_up(who);
}

/// Calls by the widget; the bench looks at that call from then on.
fn calls(bench: &mut Bench, who: &str) {
    arrives(bench, who);
    bench.conversation = bench.world.next_conversation();
    bench.asks(who, through("web")).unwrap();
}

/// What the bench's call is worth in the queue.
fn priority(bench: &Bench) -> u8 {
    bench.world.conversation(bench.conversation).unwrap().priority
}

#[test]
fn a_channel_leads_to_its_team_and_the_record_names_it() {
    let mut bench = bench();
    calls(&mut bench, ALICE);
    bench.owned_by(SUPPORT);
    bench.signs_in(BOB, &[SUPPORT]);
    bench.accepts(BOB);
    bench.leaves(ALICE);
    let record = record(&bench.world, bench.conversation).unwrap();
    assert_eq!((record.channel, record.team), (Some(web()), Some(SUPPORT.parse().unwrap())));
}

#[test]
fn who_calls_a_team_comes_by_no_channel() {
    let mut bench = bench();
    bench.conversation = bench.calls(ALICE, SUPPORT);
    assert_eq!(bench.world.conversation(bench.conversation).unwrap().channel, None);
}

#[test]
fn a_channel_that_is_unknown_switched_off_or_for_chat_takes_no_call() {
    let mut bench = bench();
    arrives(&mut bench, ALICE);
    assert_eq!(bench.refused(ALICE, through("nowhere")), Refusal::UnknownChannel);
    chooses(&mut bench, |channel| channel.enabled = false);
    assert_eq!(bench.refused(ALICE, through("web")), Refusal::ChannelDisabled);
    chooses(&mut bench, |channel| (channel.enabled, channel.medium) = (true, Medium::Chat));
    assert_eq!(bench.refused(ALICE, through("web")), Refusal::WrongMedium);
    chooses(&mut bench, |channel| channel.medium = Medium::Voice);
    calls(&mut bench, ALICE);
    assert_eq!(bench.refused(ALICE, through("web")), Refusal::AlreadyInConversation);
    bench.signs_in(BOB, &[SUPPORT]);
    assert_eq!(bench.refused(BOB, through("web")), Refusal::NotPermitted);
}

#[test]
fn the_priority_is_the_channels_or_the_teams_or_the_callers_own_if_that_is_higher() {
    let mut bench = bench();
    bench.chooses(SUPPORT, |team| team.priority = 3);
    calls(&mut bench, ALICE);
    assert_eq!(priority(&bench), 3);
    chooses(&mut bench, |channel| channel.priority = Some(1));
    calls(&mut bench, ZOE);
    assert_eq!(priority(&bench), 1);
    bench.conversation = bench.calls_urgently("customer:yan", SUPPORT, 9);
    assert_eq!(priority(&bench), 9);
    bench.conversation = bench.calls_urgently("customer:xia", SUPPORT, 2);
    assert_eq!(priority(&bench), 3, "the team's counts for who calls it, too");
}

/// The clock of the bench begins on a Thursday.
#[test]
fn a_channels_own_hours_hold_in_place_of_its_teams() {
    let mut bench = bench();
    bench.now = Time(12 * HOUR_MS);
    bench.chooses(SUPPORT, |team| team.hours = Some(hours("thu 08:00-10:00")));
    arrives(&mut bench, ALICE);
    let next_week = Some(Time((7 * 24 + 8) * HOUR_MS));
    let closed = Refusal::Closed { opens_at_ms: next_week };
    assert_eq!(bench.refused(ALICE, through("web")), closed, "as the team, without its own");
    chooses(&mut bench, |channel| channel.hours = Some(hours("thu 20:00-22:00")));
    let closed = Refusal::Closed { opens_at_ms: Some(Time(20 * HOUR_MS)) };
    assert_eq!(bench.refused(ALICE, through("web")), closed);
    bench.after(secs(8 * 3600));
    calls(&mut bench, ALICE);
    bench.phase_is(Phase::Waiting);
}

#[test]
fn a_closed_channel_may_let_callers_wait_or_send_them_to_another_team() {
    let mut bench = bench();
    bench.chooses(SUPPORT, |team| team.hours = Some(hours("fri 08:00-10:00")));
    chooses(&mut bench, |channel| channel.closed = Some(Closed::Queue));
    calls(&mut bench, ALICE);
    bench.owned_by(SUPPORT);
    let billing = Closed::Team(BILLING.parse().unwrap());
    chooses(&mut bench, |channel| channel.closed = Some(billing));
    calls(&mut bench, ZOE);
    bench.owned_by(BILLING);
}

#[test]
fn a_team_that_stands_in_keeps_its_own_hours() {
    let mut bench = bench();
    bench.chooses(BILLING, |team| team.hours = Some(hours("fri 08:00-10:00")));
    bench.chooses(SUPPORT, |team| {
        (team.max_waiting, team.overflow) = (Some(0), Overflow::Team(BILLING.parse().unwrap()));
    });
    chooses(&mut bench, |channel| channel.hours = Some(hours("mon-sun 00:00-24:00")));
    arrives(&mut bench, ALICE);
    let closed = Refusal::Closed { opens_at_ms: Some(Time(32 * HOUR_MS)) };
    assert_eq!(bench.refused(ALICE, through("web")), closed);
}

#[test]
fn what_changes_about_a_channel_concerns_the_next_call_only() {
    let mut bench = bench();
    calls(&mut bench, ALICE);
    let waiting = bench.conversation;
    bench.settings.channels.clear();
    arrives(&mut bench, ZOE);
    assert_eq!(bench.refused(ZOE, through("web")), Refusal::UnknownChannel);
    bench.conversation = waiting;
    bench.signs_in(BOB, &[SUPPORT]);
    bench.accepts(BOB);
    bench.talk(&[ALICE, BOB]);
}

#[test]
fn who_waits_for_a_team_that_is_gone_waits_where_its_channel_leads_by_then() {
    let mut bench = bench();
    bench.signs_in(BOB, &["other"]);
    bench.settings.teams.insert("other".parse().unwrap(), TeamSettings::named("Other"));
    bench.settings.teams.insert("zebra".parse().unwrap(), TeamSettings::named("Zebra"));
    calls(&mut bench, ALICE);
    chooses(&mut bench, |channel| channel.team = "zebra".parse().unwrap());
    bench.settings.teams.remove(SUPPORT);
    bench.input(&Input::Deadline).unwrap();
    bench.owned_by("zebra");
    bench.music(ALICE);
}
