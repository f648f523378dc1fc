//! Deletes files that are left behind: uploads that nobody goes on with, files that no message
//! names, and those of chats of which nothing is kept any more.

use std::io;
use std::time::{Duration, SystemTime};

use call_core::{ConversationId, MessageAudience};
use storage::{FileStore, Journal};
use tokio::sync::watch;

use crate::telemetry::FileFigures;

/// How often it is looked. What is left behind has lain there for a day.
const EVERY: Duration = Duration::from_hours(1);

/// What it takes to delete files.
#[derive(Debug)]
pub(crate) struct Sweeper {
    pub(crate) store: FileStore,
    pub(crate) journal: Journal,
    pub(crate) figures: FileFigures,
}

impl Sweeper {
    /// Looks at the start and then every hour, until shutdown.
    pub(crate) async fn run(self, mut shutdown: watch::Receiver<bool>) {
        loop {
            let sweeping = async {
                if let Err(error) = self.sweep(SystemTime::now()).await {
                    let error = error.as_ref() as &dyn std::error::Error;
                    tracing::warn!(error, "files that are left behind stay for now");
                }
                tokio::time::sleep(EVERY).await;
            };
            tokio::select! {
                _ = shutdown.wait_for(|stop| *stop) => return,
                () = sweeping => {}
            }
        }
    }

    async fn sweep(&self, now: SystemTime) -> anyhow::Result<()> {
        for conversation in self.blocking(FileStore::conversations).await? {
            // One that cannot be looked at keeps nobody from looking at the others.
            match self.sweep_one(conversation, now).await {
                Ok(0) => {}
                Ok(deleted) => {
                    self.figures.deleted.inc_by(deleted);
                    tracing::info!(%conversation, deleted, "files were left behind");
                }
                Err(error) => {
                    let error = error.as_ref() as &dyn std::error::Error;
                    tracing::warn!(error, %conversation, "files could not be looked at");
                }
            }
        }
        Ok(())
    }

    /// Gives how many were deleted.
    async fn sweep_one(&self, id: ConversationId, now: SystemTime) -> anyhow::Result<u64> {
        let examined = self.blocking(move |store| store.examine(id, now)).await?;
        let mut deleted = examined.deleted;
        if !examined.unsure.is_empty() {
            let named = self.journal.files(id, MessageAudience::Agents).await?;
            for file in examined.unsure {
                if named.iter().any(|note| note.file == file) {
                    self.blocking(move |store| store.settle(id, file)).await?;
                } else {
                    let gone = self.blocking(move |store| store.delete_old(id, file, now)).await?;
                    deleted += u64::from(gone);
                }
            }
        }
        if examined.has_named && !self.journal.has_messages(id).await? {
            deleted += self.blocking(move |store| store.forget(id, now)).await?;
        }
        Ok(deleted)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        does: impl FnOnce(&FileStore) -> io::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        let store = self.store.clone();
        Ok(tokio::task::spawn_blocking(move || does(&store)).await??)
    }
}
