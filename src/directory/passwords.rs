//! Hashes and checks passwords where nobody waits for it, a few at a time.

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
    working: Semaphore,
    waiting: Semaphore,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        let at_once = (cores / 2).max(1);
        Self { working: Semaphore::new(at_once), waiting: Semaphore::new(at_once + WAITING) }
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
        let _place = self.waiting.try_acquire().map_err(|_| Denied::Busy)?;
        let _turn = self.working.acquire().await.expect("the semaphore is never closed");
        // The permits are kept here until the thread is done, also when it panics.
        spawn_blocking(task).await.map_err(|error| {
            tracing::error!(%error, "a password could not be worked on");
            Denied::Failed
        })?
    }
}
