//! What was recorded of the day, kept beside the world and compared with it.

use std::collections::{BTreeMap, BTreeSet};

use call_core::conversation::EndReason;
use call_core::{
    AgentId, ConversationId, ConversationRecord, Event, PersonId, Recorded, Time, World, record,
};

/// What the facts say of a call.
#[derive(Debug, Default)]
struct Account {
    started_at: Time,
    answered_at: Option<Time>,
    customer_left_at: Option<Time>,
    ended_at: Option<Time>,
    agents: Vec<AgentId>,
    offered: BTreeSet<AgentId>,
    offers: usize,
    customer: Option<PersonId>,
}

#[derive(Debug, Default)]
pub(crate) struct Books {
    accounts: BTreeMap<ConversationId, Account>,
    records: BTreeMap<ConversationId, ConversationRecord>,
    /// Where an agent is being rung.
    rung: BTreeMap<AgentId, ConversationId>,
    facts: Vec<Event>,
}

impl Books {
    pub(crate) fn facts(&self) -> usize {
        self.facts.len()
    }

    pub(crate) fn count(&self, is_such: impl Fn(&Event) -> bool) -> usize {
        self.facts.iter().filter(|event| is_such(event)).count()
    }

    /// How often each way to end there was.
    pub(crate) fn ends(&self) -> BTreeMap<String, usize> {
        let mut ends = BTreeMap::new();
        for record in self.records.values() {
            *ends.entry(format!("{:?}", record.reason)).or_default() += 1;
        }
        ends
    }

    /// Takes a fact in; `world` is the world with it applied.
    pub(crate) fn enter(&mut self, world: &World, recorded: &Recorded) {
        let (at, event) = (recorded.at, &recorded.event);
        if let Some(id) = event.conversation() {
            self.enter_call(id, at, event);
        }
        if let Event::ConversationEnded { conversation, .. } = event {
            let kept = record(world, *conversation).expect("what has ended has a record");
            let twice = self.records.insert(*conversation, kept);
            assert!(twice.is_none(), "one record for each conversation");
        }
        self.facts.push(event.clone());
    }

    fn enter_call(&mut self, id: ConversationId, at: Time, event: &Event) {
        let account = self.accounts.entry(id).or_default();
        match event {
            Event::ConversationStarted { customer, .. } => {
                account.started_at = at;
                account.customer = Some(customer.clone().into());
            }
            Event::InternalCallStarted { caller, .. } => {
                account.started_at = at;
                account.agents.push(caller.clone());
            }
            Event::OfferOpened { .. } => {
                account.offers += 1;
                assert_eq!(account.offers, 1, "one open offer");
            }
            Event::CandidateRung { candidate, .. } => {
                let elsewhere = self.rung.insert(candidate.clone(), id);
                assert_eq!(elsewhere, None, "{candidate} is offered one at a time");
                assert!(account.offered.insert(candidate.clone()));
            }
            Event::CandidateFailed { candidate, .. } => {
                account.offered.remove(candidate);
                self.rung.remove(candidate);
            }
            Event::OfferAccepted { agent, .. } => {
                assert!(account.offered.contains(agent), "who wins was rung");
                account.offers -= 1;
                account.answered_at.get_or_insert(at);
                if !account.agents.contains(agent) {
                    account.agents.push(agent.clone());
                }
                account.offered.clear();
                self.rung.retain(|_, call| *call != id);
            }
            Event::OfferEnded { .. } => {
                account.offers -= 1;
                account.offered.clear();
                self.rung.retain(|_, call| *call != id);
            }
            Event::ParticipantLeft { participant: PersonId::Customer(_), .. } => {
                account.customer_left_at = Some(at);
            }
            Event::ConversationEnded { .. } => {
                assert_eq!(account.offers, 0, "nothing rings for what is over");
                account.ended_at = Some(at);
            }
            _ => {}
        }
    }

    /// The day is over: nobody is left in a call, and every record says what the facts say.
    pub(crate) fn close(&self, world: &World) {
        assert_eq!(world.conversations().count(), 0, "all has ended and was forgotten");
        assert!(self.rung.is_empty(), "nothing rings");
        assert_eq!(self.accounts.len(), self.records.len(), "each call has its record");
        for (id, account) in &self.accounts {
            let kept = &self.records[id];
            assert_eq!(kept.started_at, account.started_at);
            assert_eq!(kept.answered_at, account.answered_at);
            assert_eq!(kept.customer_left_at, account.customer_left_at);
            assert_eq!(Some(kept.ended_at), account.ended_at);
            assert_eq!(kept.agents, account.agents);
            assert_eq!(kept.customer.clone().map(PersonId::Customer), account.customer);
            nobody_was_lost(kept);
        }
    }
}

/// A customer's call ends by the customer, or by an agent who has answered it.
fn nobody_was_lost(kept: &ConversationRecord) {
    let Some(customer) = &kept.customer else { return };
    match (kept.reason, &kept.ended_by) {
        (EndReason::CustomerLeft, PersonId::Customer(by)) => assert_eq!(by, customer),
        (EndReason::Completed, PersonId::Agent(by)) => assert!(kept.agents.contains(by)),
        other => panic!("a customer was lost: {other:?}"),
    }
}
