use std::sync::Arc;
use std::time::Duration;

use call_core::{ConversationId, Time};
use signaling::{Look, ToDriver};
use storage::{Forgotten, Retention};
use tokio::sync::{mpsc, oneshot, watch};

use super::{Keeper, now};

/// How often it is looked whether anything has been kept for long enough.
const FORGET_EVERY: Duration = Duration::from_hours(1);
/// Between two steps of forgetting, in which calls have the journal to themselves.
const FORGET_PAUSE: Duration = Duration::from_millis(200);

impl Keeper {
    /// Forgets every hour what is kept no longer, a little at a time, until shutdown; nothing of
    /// chats that go on or may go on again, which the driver knows.
    pub(crate) async fn forget(
        self: Arc<Self>,
        retention: Retention,
        driver: mpsc::Sender<ToDriver>,
        mut shutdown: watch::Receiver<bool>,
    ) {
        let mut pause = FORGET_PAUSE;
        loop {
            tokio::select! {
                _ = shutdown.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(pause) => {}
            }
            let now = now();
            let Some(spared) = spared(retention.records_before(now), &driver).await else { return };
            pause = match self.journal.forget(retention, now, &spared).await {
                Ok(forgotten) if forgotten.is_nothing() => FORGET_EVERY,
                Ok(Forgotten { records, messages, audit, sign_ins }) => {
                    tracing::info!(records, messages, audit, sign_ins, "forgotten as is due");
                    FORGET_PAUSE
                }
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "nothing could be forgotten; trying again");
                    FORGET_EVERY
                }
            };
        }
    }
}

/// The chats that began before a time and are not to be forgotten, because they go on or may be
/// returned to. One that begins or is returned to later is none of those. Nothing when the driver
/// has stopped.
async fn spared(
    before: Option<Time>,
    driver: &mpsc::Sender<ToDriver>,
) -> Option<Vec<ConversationId>> {
    let Some(before) = before else { return Some(Vec::new()) };
    let (answer, told) = oneshot::channel();
    driver.send(ToDriver::Look(Look::Chats { before, answer })).await.ok()?;
    told.await.ok()
}
