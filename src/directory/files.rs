//! What people sent each other, for those who read it over HTTP.

use std::fs::File;
use std::io::{self, Read as _};

use call_core::{ConversationId, FileId, MessageAudience};
use futures_util::stream;
use signaling::files::READ_BYTES;
use signaling::rest::{Denied, StoredFile};

use super::Keeper;
use super::keeper::unreadable;

impl Keeper {
    /// A file that a message carries which the reader may read.
    pub(super) async fn file(
        &self,
        conversation: ConversationId,
        reader: MessageAudience,
        file: FileId,
    ) -> Result<Option<StoredFile>, Denied> {
        let Some(store) = self.files.clone() else { return Ok(None) };
        let notes = self.journal.files(conversation, reader).await.map_err(unreadable)?;
        let Some(note) = notes.into_iter().find(|note| note.file == file) else { return Ok(None) };
        let found = tokio::task::spawn_blocking(move || store.read(conversation, file)).await;
        let found =
            found.map_err(io::Error::other).and_then(|found| found.map_err(io::Error::other));
        let found = found.map_err(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "a file cannot be read");
            Denied::Failed
        })?;
        // One that is shorter than its message says is not what was sent.
        let found = found.filter(|(_, bytes)| *bytes == note.bytes);
        let contents = |(file, _)| Box::pin(stream::try_unfold(file, read)) as _;
        Ok(found.map(contents).map(|contents| StoredFile { note, contents }))
    }
}

/// The next piece of a file.
async fn read(file: File) -> io::Result<Option<(Vec<u8>, File)>> {
    let read = move || {
        let mut bytes = Vec::with_capacity(READ_BYTES);
        (&file).take(READ_BYTES as u64).read_to_end(&mut bytes)?;
        Ok((!bytes.is_empty()).then_some((bytes, file)))
    };
    tokio::task::spawn_blocking(read).await.map_err(io::Error::other)?
}
