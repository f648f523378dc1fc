//! What clients are shown, exactly as it goes over the wire.

use call_core::view::{ActionName, DeskChanges, Floor, SelfView};
use call_core::{
    AgentId, AwayReason, Command, HoldWhen, Input, OnFailure, PersonId, Report, Rights, Status,
    TeamId, TeamPolicy, audience, desk, view,
};
use serde_json::{Value, json};

use crate::bench::{ALICE, BILLING, BOB, Bench, CAROL, DAVE, SUPPORT, agent, person};

fn wire(bench: &Bench, viewer: &str) -> Value {
    serde_json::to_value(bench.view(viewer)).unwrap()
}

fn enabled(bench: &Bench, viewer: &str) -> Vec<String> {
    let shown = bench.view(viewer);
    let open = shown.actions.iter().filter(|action| action.enabled);
    open.map(|action| match &action.participant {
        Some(participant) => format!("{:?} {participant}", action.action),
        None => format!("{:?}", action.action),
    })
    .collect()
}

#[test]
fn a_consult_as_the_initiator_sees_it() {
    let bench = Bench::consult();
    let mut shown = wire(&bench, BOB);
    let actions = shown["actions"].take();
    let at = bench.now.as_millis();
    assert_eq!(
        shown,
        json!({
            "id": "c1", "medium": "voice", "version": 8, "internal": false,
            "team": "support", "phase": "consult",
            "you": "agent:bob", "owner": {"agent": "bob"}, "wait": null,
            "participants": [
                {"id": "customer:alice", "name": "ALICE", "role": "customer",
                 "presence": "joined", "held": {"by": "agent:bob"}, "muted": null,
                 "joined_at_ms": at, "since_ms": at},
                {"id": "agent:bob", "name": "BOB", "role": "agent", "presence": "joined",
                 "held": null, "muted": null, "joined_at_ms": at, "since_ms": at},
                {"id": "agent:carol", "name": "CAROL", "role": "agent", "presence": "joined",
                 "held": null, "muted": null, "joined_at_ms": at, "since_ms": at},
            ],
            "observers": [],
            "offer": null, "note": "about the bill", "history": [],
            "hearing": {"source": "forward", "talkers": ["agent:carol"]},
            "chat": null, "linked": null, "offered_call": null, "actions": null,
            "started_at_ms": at, "answered_at_ms": at, "server_time_ms": at, "ended": null,
        })
    );
    let actions = actions.as_array().unwrap();
    assert!(actions.contains(&json!({"action": "merge", "enabled": true})));
    let full = json!({"action": "invite", "enabled": false, "reason": "conference_full"});
    assert!(actions.contains(&full));
    assert!(actions.contains(&json!({
        "action": "hold", "participant": "customer:alice", "enabled": false,
        "reason": "already_held",
    })));
}

#[test]
fn a_ringing_invitation_as_initiator_candidate_and_customer_see_it() {
    let bench = Bench::ringing();
    let at = bench.now.as_millis();
    let offer = json!({
        "id": "o2", "origin": "invite", "initiator": "agent:bob", "target": {"agent": "carol"},
        "candidates": [{"id": "agent:carol", "name": "CAROL"}], "state": "ringing",
        "hold": "on_answer", "note": "about the bill", "expires_at_ms": at + 20_000,
    });
    assert_eq!(wire(&bench, BOB)["offer"], offer);
    let candidate = wire(&bench, CAROL);
    assert_eq!(candidate["offer"], offer);
    assert_eq!(candidate["hearing"], json!({"source": "silence", "talkers": []}));
    let answers = json!([
        {"action": "accept", "enabled": true}, {"action": "decline", "enabled": true}
    ]);
    assert_eq!(candidate["actions"], answers);
    // Whom agents ring and what they write to each other is not for the customer.
    assert_eq!(wire(&bench, ALICE)["offer"], Value::Null);
}

#[test]
fn only_who_has_to_do_with_it_is_shown_it() {
    let mut bench = Bench::ringing();
    bench.signs_in(DAVE, &[SUPPORT]);
    let people: Vec<_> = audience(&bench.world, bench.conversation).into_iter().collect();
    assert_eq!(people, [person(BOB), person(CAROL), person(ALICE)]);
    let strange = view(&bench.world, &bench.settings, bench.conversation, &person(DAVE));
    assert_eq!(strange, None);
    bench.cancels(BOB);
    assert!(!audience(&bench.world, bench.conversation).contains(&person(CAROL)));
}

#[test]
fn the_last_view_says_how_it_ended() {
    let mut bench = Bench::consult();
    bench.completes(BOB);
    bench.leaves(ALICE);
    let shown = wire(&bench, CAROL);
    assert_eq!(shown["phase"], "ended");
    assert_eq!(shown["actions"], json!([]));
    assert_eq!(
        shown["ended"],
        json!({
            "reason": "customer_left", "by": "customer:alice", "phase": "connected",
            "at_ms": bench.now.as_millis(),
        })
    );
}

#[test]
fn the_version_rises_with_every_change() {
    let mut bench = Bench::connected();
    let before = bench.view(BOB).version;
    bench.mutes(BOB, true);
    assert_eq!(bench.view(BOB).version, before + 1);
    assert_eq!(wire(&bench, BOB)["participants"][1]["muted"], "self");
}

#[test]
fn actions_follow_the_phase() {
    let bench = Bench::connected();
    let own = ["Mute", "Raise", "Complete", "Leave"];
    let alone = ["Invite", "Transfer", "InviteListener", "Hold customer:alice"];
    assert_eq!(enabled(&bench, BOB), [alone.as_slice(), &own].concat());
    assert_eq!(enabled(&bench, ALICE), ["Mute", "Raise", "Leave"]);
    let bench = Bench::ringing();
    let ringing = ["Cancel", "Hold customer:alice"];
    assert_eq!(enabled(&bench, BOB), [ringing.as_slice(), &own].concat());
    let bench = Bench::consult();
    let consult =
        ["Hold agent:carol", "Remove agent:carol", "Resume customer:alice", "Swap", "Merge"];
    let consult = [&["InviteListener"], consult.as_slice()].concat();
    assert_eq!(enabled(&bench, BOB), [consult.as_slice(), &own].concat());
    let mut bench = Bench::three_way();
    bench.mutes(BOB, true);
    let three = ["InviteListener", "Hold agent:carol", "Remove agent:carol", "Hold customer:alice"];
    let three = [three.as_slice(), &["Swap"]].concat();
    let own = ["Unmute", "Raise", "Complete", "Leave"];
    assert_eq!(enabled(&bench, BOB), [three.as_slice(), &own].concat());
}

fn agent_id(person: &PersonId) -> AgentId {
    person.as_agent().expect("this one is an agent").clone()
}

/// Every action, and the command it stands for.
fn command(bench: &Bench, action: ActionName, who: Option<&PersonId>) -> Command {
    let conversation = bench.conversation;
    let participant = || who.cloned().expect("this action names somebody");
    let target = agent(DAVE);
    match action {
        ActionName::Accept => Command::Accept { conversation },
        ActionName::Decline => Command::Decline { conversation, text: None },
        ActionName::Invite => bench.invite(target, HoldWhen::OnAnswer, OnFailure::Resume),
        ActionName::Transfer => Command::Transfer { conversation, target, note: None },
        ActionName::Cancel => Command::Cancel { conversation },
        ActionName::Hold => Command::Hold { conversation, participant: participant() },
        ActionName::Resume => Command::Resume { conversation, participant: participant() },
        ActionName::Remove => Command::Remove { conversation, participant: participant() },
        ActionName::Swap => Command::Swap { conversation },
        ActionName::Merge => Command::Merge { conversation },
        ActionName::Mute => Command::Mute { conversation, muted: true },
        ActionName::Unmute => Command::Mute { conversation, muted: false },
        ActionName::Complete => Command::Complete { conversation },
        ActionName::Leave => Command::Leave { conversation },
        ActionName::InviteListener => {
            Command::InviteListener { conversation, agent: agent_id(&person(DAVE)), note: None }
        }
        ActionName::Monitor => Command::Monitor { conversation },
        ActionName::Coach => Command::Coach { conversation, agent: agent_id(&participant()) },
        ActionName::Barge => Command::Barge { conversation },
        ActionName::StopObserving => Command::StopObserving { conversation },
        ActionName::TakeOver => Command::TakeOver { conversation },
        ActionName::TransferOnBehalf => {
            Command::TransferOnBehalf { conversation, target, note: None }
        }
        ActionName::ForceMute | ActionName::ForceUnmute => Command::ForceMute {
            conversation,
            participant: participant(),
            muted: action == ActionName::ForceMute,
        },
        ActionName::OfferCall => Command::OfferCall { conversation },
        ActionName::WithdrawCall => Command::WithdrawCall { conversation },
        ActionName::Raise => Command::Raise { conversation },
        ActionName::Reopen => Command::Reopen { conversation },
        ActionName::EndForAll => Command::EndForAll { conversation },
    }
}

#[test]
fn what_is_shown_as_possible_is_what_would_be_decided() {
    let stories: [fn() -> Bench; 6] = [
        Bench::new,
        Bench::connected,
        Bench::ringing,
        Bench::consult,
        Bench::three_way,
        Bench::handed_over,
    ];
    for prepare in stories {
        let mut bench = prepare();
        let listens = Rights { listen: true, ..Rights::default() };
        let teams = [("billing", Rights::ANSWER), (SUPPORT, listens)];
        let teams = teams.map(|(team, rights)| (team.parse().unwrap(), rights));
        bench.a_moment();
        bench.report(Report::opened(person(DAVE), "Dave", teams.into()));
        bench.leg_up(DAVE);
        for viewer in audience(&bench.world, bench.conversation) {
            for action in bench.view(&viewer.to_string()).actions {
                let command = command(&bench, action.action, action.participant.as_ref());
                let input = Input::Command { by: viewer.clone(), command };
                let decided = call_core::decide(&bench.world, &bench.settings, &input, bench.now);
                let refused = decided.err().map(|refusal| refusal.code());
                assert_eq!(refused, action.reason, "{viewer}: {action:?}");
            }
        }
    }
}

#[test]
fn a_desk_shows_the_agent_its_colleagues_and_the_teams() {
    let mut bench = Bench::consult();
    bench.policy(BILLING, TeamPolicy::FallbackTeam(SUPPORT.parse().unwrap()));
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.sets(DAVE, Status::Away { reason: AwayReason::Meeting });
    bench.calls("customer:zoe", SUPPORT);
    bench.completes(BOB);
    let bob = person(BOB);
    let shown = desk(&bench.world, &bench.settings, bob.as_agent().unwrap()).unwrap();
    let at = bench.now.as_millis();
    let chats = json!({
        "status": "present", "away_reason": null, "engaged": 0, "capacity": 4,
        "available": true, "unavailable_reason": null,
    });
    let nobody_writes = json!({
        "available": 1, "waiting": 0, "waiting_since_ms": null, "estimated_wait_ms": 0,
    });
    assert_eq!(
        serde_json::to_value(shown).unwrap(),
        json!({
            "you": {
                "id": "agent:bob", "name": "BOB", "teams": ["support"],
                "rights": {"support": {"answer": true, "listen": false, "manage": false}},
                "status": "present", "away_reason": null, "state": "wrap_up", "leg": "up",
                "wrap_up_until_ms": at + 30_000, "chat": chats,
            },
            "agents": [
                {"id": "agent:carol", "name": "CAROL", "teams": ["billing"],
                 "status": "present", "state": "talking", "available": false,
                 "unavailable_reason": "talking", "chat": chats},
                {"id": "agent:dave", "name": "DAVE", "teams": ["support"], "status": "away",
                 "state": "idle", "available": false, "unavailable_reason": "away",
                 "chat": {"status": "away", "away_reason": "meeting", "engaged": 0,
                          "capacity": 4, "available": false, "unavailable_reason": "away"}},
            ],
            "teams": [
                {"id": "billing", "name": "billing", "available": 0, "waiting": 0,
                 "waiting_since_ms": null, "estimated_wait_ms": 210_000, "delivery": "push",
                 "when_nobody": {"fallback_team": "support"}, "chat": nobody_writes},
                {"id": "support", "name": "support", "available": 0, "waiting": 1,
                 "waiting_since_ms": at, "estimated_wait_ms": 60_002,
                 "delivery": "push", "when_nobody": "reject", "chat": nobody_writes},
            ],
            "server_time_ms": at,
        })
    );
}

#[test]
fn a_desk_is_told_what_is_new_of_others_and_of_itself() {
    let mut bench = Bench::consult();
    let floor = |bench: &Bench| Floor::of(&bench.world, &bench.settings);
    let itself = |bench: &Bench, who: &str| {
        SelfView::of(&bench.world, person(who).as_agent().unwrap()).unwrap()
    };
    let (before, bob, carol) = (floor(&bench), itself(&bench, BOB), itself(&bench, CAROL));
    bench.signs_in(DAVE, &[SUPPORT]);
    bench.completes(BOB);
    let after = floor(&bench);
    let changes = after.since(&before);

    let to_bob = changes.at(&bob, &itself(&bench, BOB));
    assert_eq!(to_bob.you, Some(itself(&bench, BOB)));
    let named = |changes: &DeskChanges| {
        changes.agents.iter().map(|one| one.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(named(&to_bob), [DAVE]);
    let to_carol = changes.at(&carol, &itself(&bench, CAROL));
    assert_eq!((to_carol.you.is_none(), named(&to_carol)), (true, vec![BOB.into(), DAVE.into()]));
    assert!(after.since(&after).at(&carol, &carol).is_empty());
    let nothing = after.since(&after).at(&carol, &carol);
    let news = [
        DeskChanges { you: Some(carol.clone()), ..nothing.clone() },
        DeskChanges { agents: to_bob.agents, ..nothing.clone() },
        DeskChanges { agents_gone: vec![person(BOB)], ..nothing.clone() },
        DeskChanges {
            teams: after.desk(&bench.world, person(CAROL).as_agent().unwrap()).unwrap().teams,
            ..nothing.clone()
        },
        DeskChanges { teams_gone: vec![SUPPORT.parse().unwrap()], ..nothing },
    ];
    assert!(!news.iter().any(DeskChanges::is_empty), "each of them is told");

    let support: TeamId = SUPPORT.parse().unwrap();
    bench.settings.teams.remove(&support);
    let smaller = floor(&bench).since(&after).at(&carol, &carol);
    assert_eq!(smaller.teams_gone, [support]);
    assert!(smaller.teams.is_empty() && smaller.agents.is_empty());
}

#[test]
fn commands_read_as_they_are_written_on_the_wire() {
    let read = |wire: Value| serde_json::from_value::<Command>(wire).unwrap();
    let bench = Bench::connected();
    let invite = read(json!({
        "name": "invite", "conversation": "c1", "target": {"agent": "carol"},
        "note": "about the bill",
    }));
    assert_eq!(invite, bench.invite(agent(CAROL), HoldWhen::OnAnswer, OnFailure::Resume));
    let away = read(json!({"name": "set_status", "status": "away", "reason": "meeting"}));
    let status = Status::Away { reason: AwayReason::Meeting };
    assert_eq!(away, Command::SetStatus { status, medium: None });
    let away = read(json!({"name": "set_status", "status": "away"}));
    let status = Status::Away { reason: AwayReason::Other };
    assert_eq!(away, Command::SetStatus { status, medium: None });
    let hold = json!({"name": "hold", "conversation": "c1", "participant": "customer:alice"});
    assert_eq!(serde_json::to_value(read(hold.clone())).unwrap(), hold);
    assert_eq!(read(json!({"name": "finish_wrap_up"})), Command::FinishWrapUp);
}
