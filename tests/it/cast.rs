//! Alice calls, Bob answers, Carol is brought in: the cast of most stories, taken to a phase.

use loadtest::person::{Agent, Customer, Place};
use loadtest::sound::Sound;

use crate::ears;

/// The three people of a transfer.
pub(crate) struct Cast {
    /// The customer.
    pub(crate) alice: Customer,
    /// The initiator.
    pub(crate) bob: Agent,
    /// The target.
    pub(crate) carol: Agent,
}

/// The ids on the wire.
pub(crate) const ALICE: &str = "customer:alice";
/// The initiator.
pub(crate) const BOB: &str = "agent:bob";
/// The target.
pub(crate) const CAROL: &str = "agent:carol";

impl Cast {
    /// Everybody is there; nobody has called.
    pub(crate) async fn arrives(place: &Place) -> Self {
        let (alice, bob, carol) = tokio::join!(
            Customer::arrives(place, "alice", Sound::tone(ears::ALICE)),
            Agent::arrives(place, "bob", &["support"], Sound::tone(ears::BOB)),
            Agent::arrives(place, "carol", &["billing"], Sound::tone(ears::CAROL)),
        );
        Self { alice: alice.unwrap(), bob: bob.unwrap(), carol: carol.unwrap() }
    }

    /// Alice talks with Bob.
    pub(crate) async fn connected(place: &Place) -> Self {
        let cast = Self::arrives(place).await;
        cast.alice.calls("support").await.unwrap();
        cast.bob.accepts().await.unwrap();
        cast.all_see("connected").await;
        cast
    }

    /// Carol is rung; Alice and Bob still talk.
    pub(crate) async fn ringing(place: &Place) -> Self {
        let cast = Self::connected(place).await;
        cast.bob.invites("carol").await.unwrap();
        cast.carol.is_rung().await.unwrap();
        cast.all_see("ringing").await;
        cast
    }

    /// Alice is on hold; Bob and Carol talk.
    pub(crate) async fn consult(place: &Place) -> Self {
        let cast = Self::ringing(place).await;
        cast.carol.accepts().await.unwrap();
        cast.all_see("consult").await;
        cast
    }

    /// Carol is on hold; Alice and Bob talk.
    pub(crate) async fn back_with_customer(place: &Place) -> Self {
        let cast = Self::consult(place).await;
        cast.bob.swaps().await.unwrap();
        cast.all_see("back_with_customer").await;
        cast
    }

    /// All three talk.
    pub(crate) async fn three_way(place: &Place) -> Self {
        let cast = Self::consult(place).await;
        cast.bob.merges().await.unwrap();
        cast.all_see("three_way").await;
        cast
    }

    /// Bob has left while Carol is still rung; Alice hears music.
    pub(crate) async fn handed_over(place: &Place) -> Self {
        let cast = Self::ringing(place).await;
        cast.bob.leaves().await.unwrap();
        cast.alice.sees_phase("handed_over").await.unwrap();
        cast
    }

    /// Whoever is in the conversation sees the phase.
    pub(crate) async fn all_see(&self, phase: &'static str) {
        self.alice.sees_phase(phase).await.unwrap();
        self.bob.sees_phase(phase).await.unwrap();
    }
}
