//! A call that has nothing to do with the test around it, and must not notice it.

use std::time::Duration;

use loadtest::peer::Reception;
use loadtest::person::{Agent, Customer, Person, Place};
use loadtest::sound::Sound;

use crate::ears::{self, hears};

/// Erin and Dave, who just talk.
pub(crate) struct Bystanders {
    erin: Customer,
    dave: Agent,
}

/// What a leg had sent and received at the start of the trouble.
struct Mark {
    sent: u64,
    reception: Reception,
}

impl Mark {
    fn of(person: &Person) -> Self {
        let status = person.leg().unwrap().status();
        Self { sent: status.sent, reception: status.reception }
    }
}

impl Bystanders {
    /// Connects the two and makes sure that they hear each other.
    pub(crate) async fn talk(place: &Place) -> Self {
        let (erin, dave) = tokio::join!(
            Customer::arrives(place, "erin", Sound::tone(ears::ALICE)),
            Agent::arrives(place, "dave", &["sales"], Sound::tone(ears::DAVE)),
        );
        let (erin, dave) = (erin.unwrap(), dave.unwrap());
        erin.calls("sales").await.unwrap();
        dave.accepts().await.unwrap();
        tokio::join!(hears(&erin, &[ears::DAVE]), hears(&dave, &[ears::ALICE]));
        Self { erin, dave }
    }

    /// Lets the trouble happen and proves that every packet the one sent meanwhile reached the
    /// other, in an unbroken stream.
    pub(crate) async fn lose_nothing_during<T>(&self, trouble: impl Future<Output = T>) -> T {
        let before = (Mark::of(&self.erin), Mark::of(&self.dave));
        let outcome = trouble.await;
        // At least as much media as makes a sentence, however short the trouble was.
        self.erin.leg().unwrap().listens(25).await;
        let after = (Mark::of(&self.erin), Mark::of(&self.dave));
        is_whole(&before.0, &after.0, &before.1, &after.1, &self.dave).await;
        is_whole(&before.1, &after.1, &before.0, &after.0, &self.erin).await;
        outcome
    }
}

/// Compares what a talker sent with what its listener got of it.
async fn is_whole(
    talker_before: &Mark,
    talker_after: &Mark,
    before: &Mark,
    after: &Mark,
    listener: &Person,
) {
    let sent = talker_after.sent - talker_before.sent;
    let name = listener.id();
    // What the talker had sent by its mark may still be on the way: it is given time to arrive.
    let arrived = listener.leg().unwrap().until("the last packets", Duration::from_secs(2), |s| {
        s.reception.packets - before.reception.packets >= sent.saturating_sub(2)
    });
    arrived.await.unwrap_or_else(|error| panic!("{name} is short of {sent} packets: {error}"));
    let (old, new) = (before.reception, after.reception);
    assert_eq!(new.lost, old.lost, "{name}: {new:?}");
    assert_eq!(new.timestamp_regressions, old.timestamp_regressions, "{name}: {new:?}");
    assert_eq!(new.identity_changes, old.identity_changes, "{name}: {new:?}");
}
