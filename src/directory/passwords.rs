//! Hashes and checks passwords where nobody waits for it, a few at a time.

use std::sync::Arc;
use std::thread::available_parallelism;

use directory::{Password, PasswordHash, SALT_BYTES, Verdict};
use signaling::rest::Denied;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Sign-ins that may wait for their turn; more are told to come back. At some tens of milliseconds
/// each, the last of them waits for a second or two.
const WAITING: usize = 64;

/// The bound on how much of the machine passwords may take: half the cores, and 19 MiB for each.
#[derive(Debug)]
pub(super) struct Passwords {
    working: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        let at_once = (cores / 2).max(1);
        let places = |places| Arc::new(Semaphore::new(places));
        Self { working: places(at_once), waiting: places(at_once + WAITING) }
    }
}

impl Passwords {
    /// Checks one; as long for nobody's as for somebody's.
    pub(super) async fn check(
        &self,
        password: Password,
        against: Option<PasswordHash>,
    ) -> Result<(Password, Verdict), Denied> {
        self.work(move || {
            let verdict = password.check(against.as_ref());
            Ok((password, verdict))
        })
        .await
    }

    /// Hashes one.
    pub(super) async fn hash(&self, password: Password) -> Result<PasswordHash, Denied> {
        self.work(move || {
            let mut salt = [0; SALT_BYTES];
            getrandom::fill(&mut salt).map_err(|error| {
                tracing::error!(%error, "the system gives no randomness");
                Denied::Failed
            })?;
            Ok(password.hash(salt))
        })
        .await
    }

    async fn work<T: Send + 'static>(
        &self,
        task: impl FnOnce() -> Result<T, Denied> + Send + 'static,
    ) -> Result<T, Denied> {
        let place = Arc::clone(&self.waiting).try_acquire_owned().map_err(|_| Denied::Busy)?;
        let turn = Arc::clone(&self.working).acquire_owned().await;
        let turn = turn.expect("the semaphore is never closed");
        let work = move || {
            // They are the thread's, not the request's: whoever asked may have gone meanwhile, and
            // many who ask and go must not have more threads at work than there are turns.
            let _held = (place, turn);
            task()
        };
        spawn_blocking(work).await.map_err(|error| {
            tracing::error!(%error, "a password could not be worked on");
            Denied::Failed
        })?
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn who_goes_away_while_a_password_is_checked_makes_no_room_for_another() {
        let passwords = Arc::new(Passwords::default());
        let turns = passwords.working.available_permits();
        let (done, wait) = mpsc::channel::<()>();
        let (begun, started) = tokio::sync::oneshot::channel();
        let long = move || {
            begun.send(()).map_err(|()| Denied::Failed)?;
            // Until the test lets go of the other end.
            wait.recv().map_or(Ok(()), Ok)
        };
        let asked = {
            let passwords = Arc::clone(&passwords);
            tokio::spawn(async move { passwords.work(long).await })
        };
        started.await.unwrap();
        asked.abort();
        assert!(asked.await.unwrap_err().is_cancelled());
        assert_eq!(passwords.working.available_permits(), turns - 1, "the thread works on");
        drop(done);
        let free = async {
            while passwords.working.available_permits() < turns {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), free).await.unwrap();
    }
}
