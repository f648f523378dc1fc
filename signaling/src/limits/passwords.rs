use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::Rate;
use super::memory::{MOST, Memory};
use super::rate::millis;
use crate::protocol::{Fault, Limit};
use crate::source::Source;

/// Wrong passwords for one login name from everywhere it has not signed in from before: who
/// guesses from a thousand addresses gets no more tries than this.
const PER_LOGIN: Rate = Rate::per_min(10, 20);
/// The longest login name that is told from others.
const MAX_LOGIN_CHARS: usize = 128;

/// Slows down who guesses passwords, without locking out whose password it is.
///
/// Every try is counted before it is checked, so that many at once are no way around it, and given
/// back when it was right. From where somebody has signed in before, what others try elsewhere does
/// not count: guessing at a login name costs its owner nothing at the usual desk.
#[derive(Debug)]
pub(crate) struct Passwords {
    /// Held for a look into a map, never over an await.
    tries: Mutex<Tries>,
}

#[derive(Debug)]
struct Tries {
    sources: Memory<Source>,
    here: Memory<(String, Option<Source>)>,
    everywhere: Memory<String>,
    known: BTreeSet<(String, Option<Source>)>,
}

/// One try that was let through and has not been found right.
#[derive(Debug)]
pub(crate) struct Try {
    login: String,
    source: Option<Source>,
}

impl Passwords {
    /// How many wrong ones may come from one source, in all and under one login name.
    pub(crate) fn new(per_source: Rate, per_login: Rate) -> Self {
        let tries = Tries {
            sources: Memory::new(per_source),
            here: Memory::new(per_login),
            everywhere: Memory::new(PER_LOGIN),
            known: BTreeSet::new(),
        };
        Self { tries: Mutex::new(tries) }
    }

    /// Somebody is about to have a password checked.
    pub(crate) fn tries(
        &self,
        login: &str,
        source: Option<Source>,
        now: Instant,
    ) -> Result<Try, Fault> {
        let login: String = login.trim().chars().take(MAX_LOGIN_CHARS).collect();
        let login = login.to_lowercase();
        let here = (login.clone(), source);
        self.with(|tries| {
            let strange = !tries.known.contains(&here);
            let slow_down = |limit, wait: Duration| {
                Err(Fault::RateLimited { limit, retry_after_ms: millis(wait) })
            };
            if let Err(wait) = tries.here.wait(&here, now) {
                return slow_down(Limit::FailedSignInsPerLogin, wait);
            }
            if let (true, Err(wait)) = (strange, tries.everywhere.wait(&login, now)) {
                return slow_down(Limit::FailedSignInsPerLogin, wait);
            }
            if let Some(source) = source {
                if let Err(wait) = tries.sources.wait(&source, now) {
                    return slow_down(Limit::FailedSignInsPerSource, wait);
                }
                tries.sources.spend(&source, now);
            }
            tries.here.spend(&here, now);
            if strange {
                tries.everywhere.spend(&login, now);
            }
            Ok(Try { login, source })
        })
    }

    /// It was the password: the try costs nothing, and the place is known from then on.
    pub(crate) fn was_right(&self, Try { login, source }: Try) {
        self.with(|tries| {
            let here = (login.clone(), source);
            if let Some(source) = source {
                tries.sources.give_back(&source);
            }
            tries.here.give_back(&here);
            if !tries.known.contains(&here) {
                tries.everywhere.give_back(&login);
                if tries.known.len() >= MOST {
                    // Any of them: being forgotten only means to be a stranger again.
                    tries.known.pop_first();
                }
                tries.known.insert(here);
            }
        });
    }

    fn with<T>(&self, ask: impl FnOnce(&mut Tries) -> T) -> T {
        // A panic elsewhere cannot leave a map of moments half changed.
        ask(&mut self.tries.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slow(per_min: u32, burst: u32) -> Passwords {
        Passwords::new(Rate::per_min(per_min, burst), Rate::per_min(6, 5))
    }

    fn from(last: u8) -> Source {
        Source::of([192, 0, 2, last].into())
    }

    fn tries(passwords: &Passwords, login: &str, from: Source, now: Instant) -> Result<Try, Fault> {
        passwords.tries(login, Some(from), now)
    }

    fn wrong(passwords: &Passwords, from: Source, now: Instant) -> bool {
        tries(passwords, "Bob", from, now).is_ok()
    }

    #[test]
    fn a_few_wrong_ones_pass_and_then_one_in_a_while() {
        let (passwords, now) = (slow(60, 100), Instant::now());
        assert!((0..5).all(|_| wrong(&passwords, from(1), now)));
        let refused = tries(&passwords, "bob", from(1), now).unwrap_err();
        let Fault::RateLimited { limit, retry_after_ms } = refused else { panic!("{refused:?}") };
        assert_eq!((limit, retry_after_ms), (Limit::FailedSignInsPerLogin, 10_001));
        // The right one, after the wait, clears what it cost itself.
        let now = now + Duration::from_millis(retry_after_ms);
        let right = tries(&passwords, "bob", from(1), now).unwrap();
        passwords.was_right(right);
        assert!(tries(&passwords, "bob", from(1), now).is_ok());
        assert!(tries(&passwords, "carol", from(1), now).is_ok());
    }

    #[test]
    fn guessing_elsewhere_does_not_reach_the_usual_desk() {
        let (passwords, now) = (slow(60, 100), Instant::now());
        passwords.was_right(tries(&passwords, "bob", from(1), now).unwrap());
        let guessed = (10..100).filter(|last| wrong(&passwords, from(*last), now)).count();
        assert_eq!(guessed, 20, "however many addresses guess");
        assert!(!wrong(&passwords, from(200), now), "a place nobody knows");
        assert!(wrong(&passwords, from(1), now), "the usual desk");
    }

    #[test]
    fn one_source_has_so_many_for_all_names() {
        let (passwords, now) = (slow(1, 7), Instant::now());
        let names = (0..20).map(|name| format!("name{name}"));
        let tried = names.filter(|name| tries(&passwords, name, from(1), now).is_ok()).count();
        assert_eq!(tried, 7);
        assert!(tries(&passwords, "name1", from(2), now).is_ok());
    }
}
