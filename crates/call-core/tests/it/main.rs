//! Phone stories: what behaviour asks for, told with a bench of people and a virtual clock.
//!
//! Each row of its tables, and the story that reads like it; a test sees that each exists.
//!
//! Who hears whom:
//!
//! * customer and agent connected
//!   `hearing::connected`
//! * target ringing, customer not held; held
//!   `hearing::ringing`
//! * consult
//!   `hearing::consult`
//! * back with the customer
mod channels;
//!   `hearing::back_with_the_customer`
//! * three-way
//!   `hearing::three_way`
//! * the initiator left
//!   `hearing::after_the_initiator_left`
//! * the customer alone
mod hours;
//!   `losing::an_agent_lost_alone_with_the_customer_may_return_before_it_is_requeued`
//! * monitor
//!   `supervising::a_monitor_hears_all_and_changes_nothing_for_anybody`
//! * ... the customer included, also during a consult
//!   `supervising::a_monitor_hears_the_customer_also_during_a_consult`
//! * coach
//!   `supervising::a_coach_is_heard_by_its_one_agent_who_hears_everything_else_as_before`
//! * barge
//!   `supervising::a_supervisor_who_barges_takes_a_seat_and_everybody_hears_it`
//! * ... refused when full
//!   `supervising::barging_into_a_full_conversation_is_refused_and_changes_nothing`
//! * listener
//!   `listening::a_listener_is_rung_and_hears_all_and_nobody_hears_it`
//!
//! Invite, consult, complete:
//!
//! * offer open: the target accepts
//!   `inviting::on_accept_the_customer_goes_on_hold_and_the_agents_talk`
//! * ... with `now`
//!   `inviting::with_now_the_customer_hears_music_and_the_initiator_ringback`
//! * ... with `never`
//!   `inviting::with_never_all_three_talk_at_once`
//! * accept counts when the media is up
//!   `inviting::accepting_counts_when_the_leg_is_up_within_three_seconds`
//! * ... otherwise the next
//!   `inviting::accepting_does_not_count_when_the_leg_stays_down`
//! * declines: its reason
//!   `inviting::the_reason_of_a_decline_reaches_the_initiator`
//! * no answer, dropped: the next
//!   `teams::a_candidate_who_declines_or_is_lost_makes_room_for_the_next`
//! * ninety seconds in all
//!   `teams::an_invitation_to_a_team_lasts_ninety_seconds_in_all`
//! * the last fails: it ends
//!   `teams::when_the_last_candidate_fails_the_invitation_ends_with_its_reason`
//! * failed: the customer is resumed
//!   `inviting::a_failed_invitation_resumes_the_customer_it_held`
//! * ... or stays held
//!   `inviting::a_failed_invitation_may_leave_the_customer_on_hold`
//! * cancelled
//!   `inviting::the_colleague_may_cancel_as_well_and_only_what_rings`
//! * the initiator leaves while it rings
//!   `handing_over::leaving_or_completing_while_it_rings_hands_over`
//! * handed over, the offer fails: recall
//!   `handing_over::a_recall_rings_twice_for_fifteen_seconds_ten_apart_and_then_requeues`
//! * ... not reachable: requeued
//!   `handing_over::an_initiator_who_cannot_be_reached_is_not_recalled`
//! * ... at the head
//!   `handing_over::a_requeued_customer_goes_before_those_who_were_never_answered`
//! * offer open: the customer leaves
//!   `inviting::a_customer_who_leaves_withdraws_the_alert_at_once`
//! * consult: merge
//!   `consulting::merge_makes_it_three_way`
//! * consult: resume the customer
//!   `consulting::resuming_the_customer_makes_it_three_way_too_and_the_colleague_may_do_it`
//! * swap
//!   `consulting::swap_exchanges_the_customer_and_the_colleague_and_back`
//! * the initiator leaves: transferred
//!   `consulting::when_the_initiator_goes_the_customer_talks_with_the_target_from_every_phase`
//! * consult: the target leaves
//!   `consulting::when_the_target_leaves_a_consult_it_is_as_a_failed_invitation`
//! * consult: the target is lost
//!   `losing::a_target_lost_in_a_consult_fails_it_only_after_its_grace`
//! * consult: the customer leaves
//!   `consulting::after_the_customer_left_the_agents_talk_until_one_leaves`
//! * ... who ended it, in which phase
//!   `views::the_last_view_says_how_it_ended`
//! * the initiator is lost, the target in
//!   `losing::with_the_target_in_a_lost_initiator_leaves_customer_and_target_talking_at_once`
//! * ... the target ringing
//!   `losing::with_the_target_ringing_a_lost_initiator_has_handed_over`
//! * ... alone
//!   `losing::an_agent_lost_alone_with_the_customer_may_return_before_it_is_requeued`
//! * the customer is lost
//!   `losing::a_lost_customer_has_twenty_seconds_and_the_phase_is_kept`
//! * ... in a queue
//!   `calling::a_customer_lost_in_the_queue_keeps_its_place_for_a_minute`
//! * a second invitation
//!   `refusing::one_invitation_at_a_time_even_when_the_seats_are_taken`
//! * full
//!   `refusing::a_full_conversation_is_full_whoever_is_meant`
//! * full: barge
//!   `supervising::barging_into_a_full_conversation_is_refused_and_changes_nothing`
//! * blind transfer
//!   `handing_over::a_blind_transfer_is_an_invitation_and_leaving_in_one`
//! * nobody unmutes another
//!   `consulting::nobody_hears_who_is_muted_and_it_hears_everybody`
//! * a force-muted agent is unmuted when the supervisor leaves
//!   `intervening::who_is_force_muted_is_heard_by_nobody_until_the_supervisor_lets_it_or_leaves`
//! * remove the other agent
//!   `consulting::an_agent_removes_the_other_and_never_the_customer`
//! * only who is present is a candidate
//!   `status::an_agent_signs_in_present_and_takes_calls_once_its_leg_is_up`
//! * never the initiator
//!   `teams::the_initiator_is_never_a_candidate_of_its_own_team`
//! * the longest idle first
//!   `teams::candidates_ring_one_after_another_the_longest_idle_first`
//! * round robin
//!   `ringing::round_robin_goes_on_after_who_was_rung_last`
//! * first accept wins, `rescinded{winner}`
//!   `ringing::all_at_once_rings_everybody_and_the_first_to_accept_wins`
//! * nobody available: `reject`
//!   `teams::reject_refuses_and_says_how_many_wait`
//! * ... `wait`
//!   `teams::wait_stays_open_and_rings_whoever_frees_up`
//! * ... `queue`
//!   `teams::queue_takes_the_customer_over_when_the_initiator_leaves`
//! * ... `fallback_team`
//!   `teams::a_fallback_team_stands_in`
//! * available count and estimated wait
//!   `queueing::the_desk_shows_who_is_available_who_waits_and_for_how_long`
//! * two unanswered set away
//!   `status::two_unanswered_offers_in_a_row_set_an_agent_away_with_notice`
//! * one live conversation; `target_busy`
//!   `refusing::an_agent_who_talks_rings_or_wraps_up_is_busy_and_the_customer_is_untouched`
//!
//! Queues, presence, directory:
//!
//! * directory: changed while running
//!   `directory::an_agent_of_another_team_now_is_rung_for_its_calls_at_once`
//! * removed in a call
//!   `directory::an_agent_removed_while_in_a_call_finishes_it_and_gets_no_other`
//! * rights per team
//!   `directory::who_may_only_listen_to_a_team_is_not_rung_for_it`
//! * presence is a lease
//!   `status::an_agent_whose_page_is_gone_is_no_candidate_at_once_and_signed_out_after_its_lease`
//! * capacity: one voice
//!   `status::an_agent_has_one_call_at_a_time`
//! * priority, then arrival
//!   `queueing::a_higher_priority_comes_first_and_among_equals_who_came_first`
//! * positions without holes
//!   `queueing::positions_are_one_to_n_without_holes_and_close_up`
//! * push
//!   `calling::the_longest_idle_agent_of_the_team_rings_first_and_then_the_next`
//! * pull
//!   `queueing::a_team_that_pulls_is_not_rung_and_fetches_the_first`
//! * position and wait told when they improve
//!   `queueing::a_waiting_customer_is_told_its_place_and_again_only_when_it_got_better`
//! * abandoned after the grace
//!   `calling::a_customer_lost_in_the_queue_keeps_its_place_for_a_minute`
//! * overflow
//!   `overflowing::a_full_queue_may_send_callers_to_another_team_or_let_them_wait`
//! * ... after a long wait
//!   `overflowing::who_has_waited_for_long_goes_on_to_the_other_team_and_keeps_its_place`
//! * closed hours
//!   `overflowing::outside_of_its_hours_a_team_refuses_and_says_when_it_opens`
//! * wrap-up: timer
//!   `wrapping_up::wrap_up_lasts_thirty_seconds`
//! * ... extend, finish
//!   `wrapping_up::wrap_up_can_be_extended_and_finished`
//! * dashboard: incoming is answered from it
//!   `queueing::a_call_that_rings_elsewhere_may_be_fetched_and_the_other_is_told_who_took_it`
//! * transfer to a queue
//!   `queueing::sent_to_a_queue_the_initiator_talks_on_and_when_it_leaves_the_customer_waits_there`
//! * internal call
//!   `internal::an_agent_calls_a_colleague_hears_it_ring_and_talks_when_it_answers`
//! * ongoing can be monitored by who may listen
//!   `intervening::who_may_listen_is_shown_what_goes_on_and_what_it_may_do`
//! * take over
//!   `intervening::taking_over_puts_the_supervisor_in_the_place_of_the_owner_in_each_phase`
//! * transfer on behalf
//!   `intervening::a_transfer_on_behalf_is_the_agents_blind_transfer_and_comes_back_to_it`
//! * end for all
//!   `intervening::a_supervisor_ends_it_for_all_in_any_phase`
//! * audit log
//!   `intervening::every_act_stands_in_the_audit_log`
//! * records: per agent segment, split at the transfer
//!   `segments::a_transfer_splits_the_time_between_the_agents`
//! * ... wrap-up included
//!   `segments::the_record_is_there_at_the_end_and_final_when_the_last_wrap_up_is_over`

#![expect(clippy::unwrap_used, reason = "a story that cannot go on fails")]
#![expect(clippy::wildcard_enum_match_arm, reason = "a story asks for one kind of news")]

mod accounting;
mod attached;
mod bench;
mod calling;
mod consulting;
mod deadlines;
mod directory;
mod failing;
mod handing_over;
mod hearing;
mod internal;
mod intervening;
mod inviting;
mod keeping;
mod listening;
mod losing;
mod notices;
mod outlasting;
mod overflowing;
mod queueing;
mod racing;
mod refusing;
mod restarting;
mod ringing;
mod segments;
mod standing;
mod status;
mod supervising;
mod teams;
mod views;
mod wrapping_up;

#[test]
fn every_row_has_its_story() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it");
    let rows = include_str!("main.rs").lines().filter_map(|line| line.strip_prefix("//!   `"));
    let named = rows.filter_map(|row| row.trim_end_matches('`').split_once("::"));
    let mut count = 0;
    for (module, story) in named {
        let text = std::fs::read_to_string(format!("{folder}/{module}.rs")).unwrap();
        assert!(text.contains(&format!("\nfn {story}() {{")), "{module} tells no {story}");
        count += 1;
    }
    assert!(count > 50, "the rows are found");
}
