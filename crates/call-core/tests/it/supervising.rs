//! Supervision: monitor, coach, barge, take over, transfer on behalf, force-mute, end for all.

use std::collections::BTreeMap;

use call_core::Command as C;
use call_core::agent::Unavailable;
use call_core::event::WrapUpEnd;
use call_core::view::{AgentState, ObserverModeView};
use call_core::{
    ConversationId, Event, HoldWhen, Notice, OnFailure, Phase, Refusal, Report, Rights, desk,
    shown_anew,
};

use crate::bench::{ALICE, BOB, Bench, CAROL, DAVE, SUPPORT, ZOE, agent, person, secs};

/// Manages support, and takes no calls.
pub(crate) const SUE: &str = "agent:sue";
/// Listens to support, and no more.
pub(crate) const LEN: &str = "agent:len";

const MANAGES: Rights = Rights { answer: false, listen: false, manage: true };
pub(crate) const LISTENS: Rights = Rights { answer: false, listen: true, manage: false };

impl Bench {
    pub(crate) fn supervisor(&mut self, who: &str, rights: Rights) {
        self.a_moment();
        let teams = BTreeMap::from([(SUPPORT.parse().unwrap(), rights)]);
        self.report(Report::opened(person(who), who, teams));
        self.leg_up(who);
    }

    /// Sue is here, and may do everything.
    pub(crate) fn with_sue(mut self) -> Self {
        self.supervisor(SUE, MANAGES);
        self
    }

    pub(crate) fn monitored(mut self) -> Self {
        self.supervisor(SUE, MANAGES);
        self.monitors(SUE);
        self
    }

    pub(crate) fn monitors(&mut self, who: &str) {
        self.asks(who, C::Monitor { conversation: self.conversation }).unwrap();
    }

    pub(crate) fn coaches(&mut self, who: &str, coached: &str) {
        let agent = person(coached).as_agent().unwrap().clone();
        self.asks(who, C::Coach { conversation: self.conversation, agent }).unwrap();
    }

    pub(crate) fn barges(&mut self, who: &str) {
        self.asks(who, C::Barge { conversation: self.conversation }).unwrap();
    }

    pub(crate) fn takes_over(&mut self, who: &str) {
        self.asks(who, C::TakeOver { conversation: self.conversation }).unwrap();
    }

    pub(crate) fn stops(&mut self, who: &str) {
        self.asks(who, C::StopObserving { conversation: self.conversation }).unwrap();
    }

    pub(crate) fn force_mute(&self, whom: &str, muted: bool) -> C {
        let participant = person(whom);
        C::ForceMute { conversation: self.conversation, participant, muted }
    }

    pub(crate) fn coach_of(&self, coached: &str) -> C {
        let agent = person(coached).as_agent().unwrap().clone();
        C::Coach { conversation: self.conversation, agent }
    }

    /// Who observes, as `viewer` is shown it.
    #[track_caller]
    pub(crate) fn shows(&self, viewer: &str, observers: &[(&str, ObserverModeView)]) {
        let shown = self.view(viewer).observers;
        let shown: Vec<_> = shown.iter().map(|one| (one.id.to_string(), one.mode)).collect();
        let expected = observers.iter().map(|(who, mode)| ((*who).to_owned(), *mode));
        assert_eq!(shown, expected.collect::<Vec<_>>(), "whom {viewer} sees observe");
    }

    #[track_caller]
    pub(crate) fn observed_by(&self, observers: &[&str]) {
        let observing: Vec<_> = self.state().observers.keys().map(ToString::to_string).collect();
        let expected: Vec<_> = observers.iter().map(|who| who.replace("agent:", "")).collect();
        assert_eq!(observing, expected);
    }
}

#[test]
fn a_monitor_hears_all_and_changes_nothing_for_anybody() {
    let mut bench = Bench::connected().monitored();
    bench.talk(&[ALICE, BOB]);
    bench.hears(SUE, &[ALICE, BOB]);
    bench.holds(BOB, ALICE);
    bench.music(ALICE);
    bench.silence(BOB);
    bench.hears(SUE, &[ALICE, BOB]);
    bench.resumes(BOB, ALICE);
    bench.mutes(BOB, true);
    bench.hears(SUE, &[ALICE]);
}

#[test]
fn a_monitor_hears_the_customer_also_during_a_consult() {
    let mut bench = Bench::consult().monitored();
    bench.talk(&[BOB, CAROL]);
    bench.music(ALICE);
    bench.hears(SUE, &[ALICE, BOB, CAROL]);
    bench.swaps(BOB);
    bench.talk(&[ALICE, BOB]);
    bench.hears(SUE, &[ALICE, BOB, CAROL]);
    bench.merges(BOB);
    bench.talk(&[ALICE, BOB, CAROL]);
    bench.hears(SUE, &[ALICE, BOB, CAROL]);
}

#[test]
fn a_monitor_is_seen_by_nobody_but_who_manages_and_nobody_is_told() {
    let mut bench = Bench::connected().with_sue();
    bench.supervisor(LEN, LISTENS);
    bench.forget_news();
    let before = [bench.view(ALICE), bench.view(BOB)];
    bench.monitors(LEN);
    assert_eq!(before[0], bench.view(ALICE));
    assert_eq!(before[1], bench.view(BOB));
    assert!(bench.news.is_empty());
    let started = bench.events.last().unwrap();
    assert_eq!(shown_anew(&bench.world, started), [person(LEN)].into());
    bench.monitors(SUE);
    bench.shows(SUE, &[(LEN, ObserverModeView::Monitor), (SUE, ObserverModeView::Monitor)]);
    bench.shows(LEN, &[(LEN, ObserverModeView::Monitor)]);
    bench.shows(BOB, &[]);
    bench.shows(ALICE, &[]);
}

#[test]
fn a_colleague_does_not_learn_from_the_desk_that_somebody_observes() {
    let bench = Bench::connected().monitored();
    let state = |viewer: &str| {
        let viewer = person(viewer).as_agent().unwrap().clone();
        let shown = desk(&bench.world, &bench.settings, &viewer).unwrap();
        let sue = shown.agents.into_iter().find(|one| one.id == person(SUE));
        sue.map(|sue| (sue.state, sue.unavailable_reason))
    };
    assert_eq!(state(BOB), Some((AgentState::Talking, Some(Unavailable::Talking))));
    let mut other = bench;
    other.supervisor(LEN, MANAGES);
    let viewer = person(LEN).as_agent().unwrap().clone();
    let shown = desk(&other.world, &other.settings, &viewer).unwrap();
    let sue = shown.agents.into_iter().find(|one| one.id == person(SUE)).unwrap();
    assert_eq!(sue.state, AgentState::Observing);
}

#[test]
fn a_coach_is_heard_by_its_one_agent_who_hears_everything_else_as_before() {
    let mut bench = Bench::three_way().with_sue();
    bench.coaches(SUE, BOB);
    bench.hears(ALICE, &[BOB, CAROL]);
    bench.hears(CAROL, &[ALICE, BOB]);
    bench.hears(BOB, &[ALICE, CAROL, SUE]);
    bench.hears(SUE, &[ALICE, BOB, CAROL]);
    bench.shows(BOB, &[(SUE, ObserverModeView::Coach)]);
    bench.shows(CAROL, &[]);
    bench.shows(ALICE, &[]);
    let sue = person(SUE);
    let news = bench.told(BOB);
    assert!(matches!(news.last(), Some(Notice::CoachStarted { by, .. }) if *by == sue));
    bench.coaches(SUE, CAROL);
    bench.hears(BOB, &[ALICE, CAROL]);
    bench.hears(CAROL, &[ALICE, BOB, SUE]);
    assert!(matches!(bench.told(BOB).last(), Some(Notice::CoachStopped { .. })));
    assert!(matches!(bench.told(CAROL).last(), Some(Notice::CoachStarted { .. })));
}

#[test]
fn whom_a_coach_spoke_to_is_told_when_it_stops_whatever_it_becomes() {
    let becomes: [fn(&mut Bench); 4] = [
        |bench| bench.monitors(SUE),
        |bench| bench.barges(SUE),
        |bench| bench.asks(SUE, C::TakeOver { conversation: bench.conversation }).unwrap(),
        |bench| bench.stops(SUE),
    ];
    for becomes in becomes {
        let mut bench = Bench::connected().with_sue();
        bench.coaches(SUE, BOB);
        bench.forget_news();
        becomes(&mut bench);
        let sue = person(SUE);
        let stopped =
            |news: &&Notice| matches!(news, Notice::CoachStopped { by, .. } if *by == sue);
        let told = bench.told(BOB);
        assert!(told.first().is_some_and(stopped), "{told:?}");
        assert_eq!(told.iter().copied().filter(stopped).count(), 1);
        assert!(!bench.told(ALICE).iter().any(stopped));
    }
}

#[test]
fn who_barges_without_having_coached_is_told_of_as_joined_only() {
    for from in [|_: &mut Bench| {}, |bench: &mut Bench| bench.monitors(SUE)] {
        let mut bench = Bench::connected().with_sue();
        from(&mut bench);
        bench.barges(SUE);
        let told = bench.told(BOB);
        assert!(!told.iter().any(|news| matches!(news, Notice::CoachStopped { .. })));
    }
}

#[test]
fn a_coached_agent_on_hold_hears_its_music_and_nothing_else() {
    let mut bench = Bench::consult().with_sue();
    bench.coaches(SUE, CAROL);
    bench.hears(CAROL, &[BOB, SUE]);
    bench.swaps(BOB);
    bench.music(CAROL);
    bench.coaches(SUE, BOB);
    bench.holds(CAROL, ALICE);
    bench.hears(BOB, &[SUE]);
}

#[test]
fn when_the_coached_agent_leaves_its_coach_monitors() {
    let mut bench = Bench::three_way().with_sue();
    bench.coaches(SUE, BOB);
    bench.leaves(BOB);
    bench.talk(&[ALICE, CAROL]);
    bench.shows(SUE, &[(SUE, ObserverModeView::Monitor)]);
    bench.shows(CAROL, &[]);
}

#[test]
fn a_supervisor_who_barges_takes_a_seat_and_everybody_hears_it() {
    let mut bench = Bench::connected().monitored();
    bench.barges(SUE);
    bench.phase_is(Phase::ThreeWay);
    bench.talk(&[ALICE, BOB, SUE]);
    bench.owned_by(BOB);
    bench.observed_by(&[]);
    let joined = |news: Vec<&Notice>| {
        matches!(news.last(), Some(Notice::ParticipantJoined { participant, .. })
            if *participant == person(SUE))
    };
    assert!(joined(bench.told(ALICE)) && joined(bench.told(BOB)));
    assert_eq!(bench.refused(SUE, bench.coach_of(SUE)), Refusal::TargetIsSelf);
}

#[test]
fn barging_into_a_full_conversation_is_refused_and_changes_nothing() {
    for scene in [Bench::ringing, Bench::consult, Bench::three_way] {
        let mut bench = scene().with_sue();
        let conversation = bench.conversation;
        assert_eq!(bench.refused(SUE, C::Barge { conversation }), Refusal::ConferenceFull);
        bench.coaches(SUE, BOB);
        assert_eq!(bench.refused(SUE, C::Barge { conversation }), Refusal::ConferenceFull);
        bench.shows(SUE, &[(SUE, ObserverModeView::Coach)]);
    }
}

#[test]
fn a_supervisor_monitors_coaches_barges_and_steps_back_any_number_of_times() {
    let mut bench = Bench::connected().with_sue();
    for _ in 0..3 {
        bench.monitors(SUE);
        bench.hears(BOB, &[ALICE]);
        bench.coaches(SUE, BOB);
        bench.hears(BOB, &[ALICE, SUE]);
        bench.barges(SUE);
        bench.talk(&[ALICE, BOB, SUE]);
        bench.coaches(SUE, BOB);
        bench.hears(ALICE, &[BOB]);
        bench.hears(BOB, &[ALICE, SUE]);
        bench.barges(SUE);
    }
    bench.monitors(SUE);
    bench.talk(&[ALICE, BOB]);
    bench.owned_by(BOB);
    let conversation = bench.conversation;
    assert_eq!(bench.refused(SUE, C::Monitor { conversation }), Refusal::AlreadyObserving);
    assert_eq!(bench.count(|event| matches!(event, Event::WrapUpStarted { .. })), 0);
}

#[test]
fn a_supervisor_stays_through_hold_transfer_hand_over_recall_and_queue() {
    let mut bench = Bench::connected().monitored();
    bench.holds(BOB, ALICE);
    bench.resumes(BOB, ALICE);
    bench.invites(BOB, agent(CAROL));
    bench.hears(SUE, &[ALICE, BOB]);
    bench.accepts(CAROL);
    bench.leaves(BOB);
    bench.hears(SUE, &[ALICE, CAROL]);
    bench.asks(BOB, C::FinishWrapUp).unwrap();
    bench.transfers(CAROL, agent(BOB));
    bench.phase_is(Phase::HandedOver);
    bench.hears(SUE, &[ALICE]);
    bench.declines(BOB, "no");
    bench.phase_is(Phase::Recall);
    bench.declines(CAROL, "no");
    bench.phase_is(Phase::Waiting);
    bench.observed_by(&[SUE]);
    bench.hears(SUE, &[ALICE]);
    bench.music(ALICE);
    bench.accepts(BOB);
    bench.hears(SUE, &[ALICE, BOB]);
}

#[test]
fn two_observe_at_most() {
    let mut bench = Bench::connected().monitored();
    bench.supervisor(LEN, LISTENS);
    bench.monitors(LEN);
    bench.supervisor(DAVE, MANAGES);
    let conversation = bench.conversation;
    assert_eq!(bench.refused(DAVE, C::Monitor { conversation }), Refusal::ObserversFull);
    assert_eq!(bench.refused(DAVE, bench.coach_of(BOB)), Refusal::ObserversFull);
    bench.barges(DAVE);
    assert_eq!(bench.refused(DAVE, C::Monitor { conversation }), Refusal::ObserversFull);
    bench.stops(LEN);
    bench.monitors(DAVE);
    bench.observed_by(&[DAVE, SUE]);
}

#[test]
fn who_may_not_is_refused() {
    let mut bench = Bench::connected();
    bench.supervisor(LEN, LISTENS);
    let conversation = bench.conversation;
    let acts = |bench: &Bench| {
        [
            bench.coach_of(BOB),
            C::Barge { conversation },
            C::TakeOver { conversation },
            C::TransferOnBehalf { conversation, target: agent(CAROL), note: None },
            C::EndForAll { conversation },
            bench.force_mute(ALICE, true),
        ]
    };
    bench.monitors(LEN);
    for act in acts(&bench) {
        assert_eq!(bench.refused(LEN, act.clone()), Refusal::NotPermitted, "{act:?}");
        assert_eq!(bench.refused(BOB, act.clone()), Refusal::NotPermitted, "{act:?}");
        assert_eq!(bench.refused(ALICE, act.clone()), Refusal::NotPermitted, "{act:?}");
    }
    for who in [CAROL, ALICE, BOB] {
        assert_eq!(bench.refused(who, C::Monitor { conversation }), Refusal::NotPermitted);
    }
    let unknown = ConversationId(99);
    let monitor = C::Monitor { conversation: unknown };
    assert_eq!(bench.refused(LEN, monitor), Refusal::NotAParticipant);
    bench.completes(BOB);
    assert_eq!(bench.refused(LEN, C::Monitor { conversation }), Refusal::ConversationEnded);
    assert_eq!(bench.refused(CAROL, C::Monitor { conversation }), Refusal::NotPermitted);
}

#[test]
fn who_is_elsewhere_or_without_a_leg_cannot_observe() {
    let mut bench = Bench::connected().with_sue();
    bench.supervisor(DAVE, Rights::MANAGE);
    let second = bench.calls(ZOE, SUPPORT);
    bench.accepts(DAVE);
    let conversation = bench.conversation;
    let monitor = C::Monitor { conversation };
    assert_eq!(bench.refused(DAVE, monitor.clone()), Refusal::AlreadyInConversation);
    assert_eq!(
        bench.refused(DAVE, C::Monitor { conversation: second }),
        Refusal::AlreadyParticipant
    );
    bench.loses(SUE);
    assert_eq!(bench.refused(SUE, monitor), Refusal::ChannelInactive);
}

#[test]
fn who_observes_is_not_rung_and_can_be_again_when_it_stops() {
    let mut bench = Bench::connected();
    bench.supervisor(DAVE, Rights::MANAGE);
    bench.monitors(DAVE);
    assert_eq!(bench.availability(DAVE), Err(Unavailable::Observing));
    let invite = bench.invite(agent(DAVE), HoldWhen::OnAnswer, OnFailure::Resume);
    assert_eq!(bench.refused(BOB, invite), Refusal::TargetBusy);
    let second = bench.calls(ZOE, SUPPORT);
    assert!(bench.world.conversation(second).unwrap().offer.is_none());
    bench.leaves(DAVE);
    let candidates: Vec<_> = bench.world.conversation(second).unwrap().candidates().collect();
    assert_eq!(candidates, [person(DAVE).as_agent().unwrap()]);
}

#[test]
fn a_monitor_whose_leg_is_lost_may_come_back_and_nobody_notices() {
    let mut bench = Bench::connected().monitored();
    bench.forget_news();
    let before = bench.view(BOB);
    bench.loses(SUE);
    bench.silence(SUE);
    bench.just_before(secs(15));
    bench.leg_up(SUE);
    bench.hears(SUE, &[ALICE, BOB]);
    bench.loses(SUE);
    bench.after(secs(15));
    bench.observed_by(&[]);
    assert!(bench.told(BOB).is_empty() && bench.told(ALICE).is_empty());
    assert!(matches!(bench.told(SUE).as_slice(), [Notice::ObservingEnded { .. }]));
    let mut after = bench.view(BOB);
    after.server_time_ms = before.server_time_ms;
    assert_eq!(before, after);
}

#[test]
fn an_observer_whose_page_is_gone_for_the_lease_observes_no_more() {
    let mut bench = Bench::connected().monitored();
    bench.closes(SUE);
    bench.just_before(secs(15));
    bench.hears(SUE, &[ALICE, BOB]);
    bench.a_moment();
    bench.observed_by(&[]);
}

#[test]
fn after_a_restart_observers_are_expected_back_for_the_lease() {
    let mut bench = Bench::three_way().with_sue();
    bench.coaches(SUE, BOB);
    bench.restarts();
    bench.phase_is(Phase::ThreeWay);
    for who in [ALICE, BOB, CAROL] {
        bench.opens(who, &[]);
        bench.leg_up(who);
    }
    bench.hears(BOB, &[ALICE, CAROL]);
    bench.supervisor(SUE, MANAGES);
    bench.hears(BOB, &[ALICE, CAROL, SUE]);
    bench.restarts();
    bench.after(secs(15));
    bench.observed_by(&[]);
}

#[test]
fn when_the_conversation_ends_observers_are_told_and_free() {
    let mut bench = Bench::connected().monitored();
    bench.completes(BOB);
    assert!(matches!(bench.told(SUE).last(), Some(Notice::Ended { .. })));
    assert_eq!(bench.availability(SUE), Ok(()));
    assert_eq!(bench.view(SUE).phase, Phase::Ended);
}

#[test]
fn when_all_agents_leave_a_supervisor_who_barged_owns_the_conversation() {
    let mut bench = Bench::connected().with_sue();
    bench.barges(SUE);
    bench.leaves(BOB);
    bench.talk(&[ALICE, SUE]);
    bench.owned_by(SUE);
    let conversation = bench.conversation;
    assert_eq!(bench.refused(SUE, C::Monitor { conversation }), Refusal::AlreadyParticipant);
    bench.completes(SUE);
    bench.phase_is(Phase::Ended);
    assert_eq!(bench.availability(SUE), Err(Unavailable::WrapUp));
}

#[test]
fn when_the_agent_is_lost_the_customer_talks_with_the_supervisor_who_barged() {
    let mut bench = Bench::connected().with_sue();
    bench.barges(SUE);
    bench.holds(BOB, ALICE);
    bench.crashes(BOB);
    bench.talk(&[ALICE, SUE]);
    bench.owned_by(BOB);
    bench.after(secs(30));
    bench.owned_by(SUE);
    bench.talk(&[ALICE, SUE]);
}

#[test]
fn who_barges_or_takes_over_is_done_with_its_last_wrap_up() {
    let mut bench = Bench::connected();
    bench.supervisor(DAVE, Rights::MANAGE);
    bench.calls(ZOE, SUPPORT);
    bench.accepts(DAVE);
    let second = bench.world.conversation_of(&person(DAVE)).unwrap();
    bench.asks(DAVE, C::Complete { conversation: second }).unwrap();
    bench.monitors(DAVE);
    assert_eq!(bench.count(|event| matches!(event, Event::WrapUpEnded { .. })), 0);
    bench.barges(DAVE);
    assert_eq!(
        bench.count(|event| matches!(event, Event::WrapUpEnded { end: WrapUpEnd::Finished, .. })),
        1
    );
}

#[test]
fn what_the_directory_takes_away_ends_at_once() {
    let mut bench = Bench::connected().with_sue();
    bench.supervisor(LEN, LISTENS);
    bench.monitors(LEN);
    bench.coaches(SUE, BOB);
    let changed = |who: &str, rights: Rights| Report::AgentChanged {
        agent: person(who).as_agent().unwrap().clone(),
        name: who.to_owned(),
        teams: BTreeMap::from([(SUPPORT.parse().unwrap(), rights)]),
    };
    bench.report(changed(SUE, LISTENS));
    bench.shows(SUE, &[(SUE, ObserverModeView::Monitor)]);
    bench.hears(BOB, &[ALICE]);
    bench.report(changed(LEN, Rights::ANSWER));
    bench.observed_by(&[SUE]);
    bench.report(Report::AgentRemoved { agent: person(SUE).as_agent().unwrap().clone() });
    bench.observed_by(&[]);
}
