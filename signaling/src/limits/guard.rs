use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use call_core::PersonId;
use tokio::time::Instant;

use super::memory::Memory;
use super::rate::millis;
use super::{Limits, Rate};
use crate::protocol::{Fault, Limit};
use crate::source::Source;

/// Remembers how often each source and each person did what costs something.
///
/// One for the whole process: a person with two sockets, or with a fresh one after each refusal,
/// is still one person. The time comes in, so there is nothing to wait for in its tests.
#[derive(Debug)]
pub(crate) struct Guard {
    /// Held for a look into a map, never over an await.
    memory: Mutex<Memories>,
}

#[derive(Debug)]
struct Memories {
    sign_ins: Both,
    legs: Both,
    calls: Both,
    admin: Both,
    failed_sign_ins: Memory<Source>,
    demo_tokens: Memory<Source>,
}

/// What is counted per source and per person.
#[derive(Debug)]
struct Both {
    sources: Memory<Source>,
    people: Memory<PersonId>,
    names: Names,
}

#[derive(Debug, Clone, Copy)]
struct Names {
    source: Limit,
    person: Limit,
}

impl Guard {
    pub(crate) fn new(limits: &Limits) -> Self {
        let memory = Memories {
            sign_ins: Both::new(
                (limits.sign_ins_per_source, Limit::SignInsPerSource),
                (limits.sign_ins_per_person, Limit::SignInsPerPerson),
            ),
            legs: Both::new(
                (limits.legs_per_source, Limit::LegsPerSource),
                (limits.legs_per_person, Limit::LegsPerPerson),
            ),
            calls: Both::new(
                (limits.calls_per_source, Limit::CallsPerSource),
                (limits.calls_per_person, Limit::CallsPerPerson),
            ),
            admin: Both::new(
                (limits.admin_per_source, Limit::AdminPerSource),
                (limits.admin_per_person, Limit::AdminPerPerson),
            ),
            failed_sign_ins: Memory::new(limits.failed_sign_ins_per_source),
            demo_tokens: Memory::new(limits.demo_tokens_per_source),
        };
        Self { memory: Mutex::new(memory) }
    }

    /// Somebody with a good token signs in.
    pub(crate) fn sign_in(
        &self,
        person: &PersonId,
        source: Option<Source>,
        now: Instant,
    ) -> Result<(), Fault> {
        self.with(|memory| memory.sign_ins.take(person, source, now))
    }

    /// Somebody tried to sign in with a bad token. Refused means: say no more than when to come
    /// back.
    pub(crate) fn failed_sign_in(&self, source: Option<Source>, now: Instant) -> Result<(), Fault> {
        let limit = Limit::FailedSignInsPerSource;
        self.with(|memory| take(&mut memory.failed_sign_ins, limit, source, now))
    }

    /// A person wants a leg.
    pub(crate) fn leg(
        &self,
        person: &PersonId,
        source: Option<Source>,
        now: Instant,
    ) -> Result<(), Fault> {
        self.with(|memory| memory.legs.take(person, source, now))
    }

    /// A person calls.
    pub(crate) fn call(
        &self,
        person: &PersonId,
        source: Option<Source>,
        now: Instant,
    ) -> Result<(), Fault> {
        self.with(|memory| memory.calls.take(person, source, now))
    }

    /// A person asks for something over HTTP.
    pub(crate) fn admin(
        &self,
        person: &PersonId,
        source: Option<Source>,
        now: Instant,
    ) -> Result<(), Fault> {
        self.with(|memory| memory.admin.take(person, source, now))
    }

    /// Somebody who is not known yet asks for something over HTTP.
    pub(crate) fn admin_from(&self, source: Option<Source>, now: Instant) -> Result<(), Fault> {
        self.with(|memory| {
            let Both { sources, names, .. } = &mut memory.admin;
            take(sources, names.source, source, now)
        })
    }

    /// Somebody wants a demo token.
    pub(crate) fn demo_token(&self, source: Option<Source>, now: Instant) -> Result<(), Fault> {
        let limit = Limit::DemoTokensPerSource;
        self.with(|memory| take(&mut memory.demo_tokens, limit, source, now))
    }

    fn with<T>(&self, ask: impl FnOnce(&mut Memories) -> T) -> T {
        // A panic elsewhere cannot leave a map of moments half changed.
        ask(&mut self.memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Both {
    fn new(source: (Rate, Limit), person: (Rate, Limit)) -> Self {
        Self {
            sources: Memory::new(source.0),
            people: Memory::new(person.0),
            names: Names { source: source.1, person: person.1 },
        }
    }

    /// Takes of both or of neither: one person in a loop is refused at the person's own expense,
    /// and uses up nothing of those behind the same address.
    fn take(
        &mut self,
        person: &PersonId,
        source: Option<Source>,
        now: Instant,
    ) -> Result<(), Fault> {
        let Names { source: by_source, person: by_person } = self.names;
        self.people.wait(person, now).map_err(|wait| refused(by_person, wait))?;
        take(&mut self.sources, by_source, source, now)?;
        self.people.spend(person, now);
        Ok(())
    }
}

/// An unknown source (no socket, in a test) is not counted.
fn take(
    memory: &mut Memory<Source>,
    limit: Limit,
    source: Option<Source>,
    now: Instant,
) -> Result<(), Fault> {
    let Some(source) = source else { return Ok(()) };
    memory.wait(&source, now).map_err(|wait| refused(limit, wait))?;
    memory.spend(&source, now);
    Ok(())
}

fn refused(limit: Limit, wait: Duration) -> Fault {
    Fault::RateLimited { limit, retry_after_ms: millis(wait) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard() -> Guard {
        Guard::new(&Limits {
            sign_ins_per_source: Rate::per_min(60, 4),
            sign_ins_per_person: Rate::per_min(60, 2),
            failed_sign_ins_per_source: Rate::per_min(60, 2),
            ..Limits::default()
        })
    }

    fn office() -> Source {
        Source::of([192, 0, 2, 1].into())
    }

    fn person(name: &str) -> PersonId {
        format!("agent:{name}").parse().unwrap()
    }

    fn limit(refused: Result<(), Fault>) -> Option<Limit> {
        match refused {
            Err(Fault::RateLimited { limit, retry_after_ms: 1_001 }) => Some(limit),
            Ok(()) => None,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_person_in_a_loop_leaves_the_others_of_the_office_their_share() {
        let (guard, now) = (guard(), Instant::now());
        for _ in 0..2 {
            assert_eq!(limit(guard.sign_in(&person("bob"), Some(office()), now)), None);
        }
        for _ in 0..100 {
            let refused = guard.sign_in(&person("bob"), Some(office()), now);
            assert_eq!(limit(refused), Some(Limit::SignInsPerPerson));
        }
        assert_eq!(limit(guard.sign_in(&person("carol"), Some(office()), now)), None);
        assert_eq!(limit(guard.sign_in(&person("dave"), Some(office()), now)), None);
        let full = guard.sign_in(&person("erin"), Some(office()), now);
        assert_eq!(limit(full), Some(Limit::SignInsPerSource));
        // The refusal cost Erin nothing, and another office is another matter.
        let home = Some(Source::of([192, 0, 2, 2].into()));
        for _ in 0..2 {
            assert_eq!(limit(guard.sign_in(&person("erin"), home, now)), None);
        }
    }

    #[test]
    fn bad_tokens_are_counted_apart_from_good_ones() {
        let (guard, now) = (guard(), Instant::now());
        for _ in 0..2 {
            assert_eq!(limit(guard.failed_sign_in(Some(office()), now)), None);
        }
        let refused = guard.failed_sign_in(Some(office()), now);
        assert_eq!(limit(refused), Some(Limit::FailedSignInsPerSource));
        assert_eq!(limit(guard.sign_in(&person("bob"), Some(office()), now)), None);
    }
}
