//! Files pass here on their way to the disk and back: who may send and read them is the driver's to
//! say; the bytes never come near its loop.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};

use call_core::{ConversationId, FileNote, MessageAudience, PersonId, Refusal, may_write};
use futures_util::{sink, stream};
use media::{LegId, MediaHandle, Pipe, PipeReader, PipeWriter};
use signaling::files::{Begun, FilesLimits, Frame, Offer, READ_BYTES, Shelf, run};
use signaling::protocol::{Fault, WireError};
use storage::{FileError, FileStore, Journal, Offered, Transcript, Upload, file_id};
use tokio::sync::{mpsc, oneshot};

use super::Driver;
use super::chat::{sees, was_in};
use crate::telemetry::FileFigures;

/// Questions of all channels that may wait for the driver. Each channel has two at most.
pub(super) const QUESTIONS: usize = 1024;

/// What the driver needs to have files passed.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) store: FileStore,
    pub(crate) limits: FilesLimits,
}

/// What a channel asks the driver; answered from what is durable.
#[derive(Debug)]
pub(super) struct Question {
    person: PersonId,
    /// The one conversation that the person's token is for, if it is for one.
    only: Option<ConversationId>,
    conversation: ConversationId,
    wish: Wish,
    /// The number of the last message, or why not.
    answer: oneshot::Sender<Result<u64, WireError>>,
}

#[derive(Debug, Clone, Copy)]
enum Wish {
    Write(MessageAudience),
    Read,
}

impl Driver {
    /// A page has opened its channel for files.
    pub(super) fn files_opened(&self, leg: LegId, person: PersonId, pipe: Pipe) {
        let files_of = FileShelf {
            only: self.sessions.only(&person),
            person,
            leg,
            media: self.media.clone(),
            questions: self.questioning.clone(),
            store: self.files.store.clone(),
            journal: self.journal.clone(),
            figures: self.metrics.files.clone(),
        };
        let (limits, files) = (self.limits.clone(), self.files.limits.clone());
        let (reader, writer) = pipe.split();
        tokio::spawn(async move {
            let incoming = stream::unfold(reader, frame);
            let outgoing = sink::unfold(writer, |writer: PipeWriter, frame| async move {
                let frame = match frame {
                    Frame::Text(text) => media::Frame::Text(text),
                    Frame::Binary(bytes) => media::Frame::Binary(bytes),
                };
                writer.send(frame).await.map(|()| writer)
            });
            run(files_of, &limits, files, incoming, outgoing).await;
        });
    }

    /// Answers channels for files, from the state after the turn.
    pub(super) fn answer_questions(&self, questions: Vec<Question>) {
        for question in questions {
            let answer = self.allows(&question);
            if question.answer.send(answer).is_err() {
                tracing::trace!("the channel is gone");
            }
        }
    }

    fn allows(&self, question: &Question) -> Result<u64, WireError> {
        let Question { person, only, conversation: id, wish, .. } = question;
        let conversation = self.world.conversation(*id).filter(|one| {
            one.chat.is_some() && one.knows(person) && only.is_none_or(|only| only == *id)
        });
        let conversation = conversation.ok_or(Refusal::NotAParticipant)?;
        match wish {
            Wish::Write(audience) => may_write(conversation, person, *audience)?,
            Wish::Read if sees(conversation, person) => {}
            Wish::Read if !conversation.is_live() && was_in(conversation, person) => {}
            Wish::Read => return Err(Refusal::NotAParticipant.into()),
        }
        Ok(conversation.chat.as_ref().map_or(0, |chat| chat.last))
    }
}

async fn frame(mut reader: PipeReader) -> Option<(Frame, PipeReader)> {
    let frame = match reader.recv().await? {
        media::Frame::Text(text) => Frame::Text(text),
        media::Frame::Binary(bytes) => Frame::Binary(bytes),
    };
    Some((frame, reader))
}

/// The files that one person may send and read on one leg.
#[derive(Debug)]
struct FileShelf {
    person: PersonId,
    only: Option<ConversationId>,
    leg: LegId,
    media: MediaHandle,
    questions: mpsc::Sender<Question>,
    store: FileStore,
    journal: Journal,
    figures: FileFigures,
}

impl FileShelf {
    async fn ask(&self, conversation: ConversationId, wish: Wish) -> Result<u64, WireError> {
        let (answer, answered) = oneshot::channel();
        let (person, only) = (self.person.clone(), self.only);
        let question = Question { person, only, conversation, wish, answer };
        let sent = self.questions.send(question).await;
        sent.map_err(|_| Fault::ShuttingDown)?;
        answered.await.map_err(|_| Fault::ShuttingDown)?
    }

    fn offered(&self, offer: &Offer) -> Offered {
        let Offer { conversation, upload, audience, name, media_type, bytes, sha256 } = offer;
        let note = FileNote {
            file: file_id(*conversation, &self.person, upload),
            name: name.clone(),
            media_type: media_type.clone(),
            bytes: *bytes,
            sha256: *sha256,
            caption: String::new(),
        };
        let (by, conversation, audience) = (self.person.clone(), *conversation, *audience);
        Offered { conversation, by, audience, note }
    }

    /// The file of a message that the person may read.
    async fn note(&self, id: ConversationId, number: u64) -> Result<FileNote, WireError> {
        let last = self.ask(id, Wish::Read).await?;
        let before = number.checked_sub(1).filter(|_| number <= last).ok_or(Fault::NoSuchFile)?;
        let transcript = Transcript::for_reader(id, &self.person);
        let found = self.journal.messages_after(transcript, before, 1).await.map_err(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "what was written cannot be read");
            Fault::StorageFailed
        })?;
        let message = found.into_iter().map(|stored| stored.message).next();
        let message = message.filter(|message| message.number == number);
        let note = message.and_then(|message| message.body.file().cloned());
        note.ok_or_else(|| Fault::NoSuchFile.into())
    }
}

impl Shelf for FileShelf {
    type Upload = Upload;
    type Download = File;

    async fn begin(&self, offer: &Offer) -> Result<Begun<Upload>, WireError> {
        self.ask(offer.conversation, Wish::Write(offer.audience)).await?;
        let (store, offered) = (self.store.clone(), self.offered(offer));
        let file = offered.note.file;
        let bytes = offered.note.bytes;
        Ok(match blocking(move || store.begin(&offered)).await? {
            storage::Begun::Kept => Begun { file, offset: bytes, upload: None },
            storage::Begun::Open(upload) => {
                Begun { file, offset: upload.written(), upload: Some(*upload) }
            }
        })
    }

    async fn write(&self, mut upload: Upload, bytes: Vec<u8>) -> Result<Upload, WireError> {
        self.figures.received(bytes.len());
        blocking(move || upload.write(&bytes).map(|()| upload)).await
    }

    async fn keep(&self, offer: &Offer, upload: Upload) -> Result<(), WireError> {
        // Meanwhile somebody else may answer for the chat.
        if let Err(error) = self.ask(offer.conversation, Wish::Write(offer.audience)).await {
            self.discard(upload).await;
            return Err(error);
        }
        blocking(move || upload.keep()).await?;
        self.figures.kept.inc();
        Ok(())
    }

    async fn discard(&self, upload: Upload) {
        if let Err(error) = blocking(move || upload.discard()).await {
            // It is looked at again when nobody has touched it for a day.
            tracing::debug!(code = error.code(), "what was written of a file stays for now");
        }
    }

    async fn fetch(
        &self,
        conversation: ConversationId,
        number: u64,
        offset: u64,
    ) -> Result<(File, u64), WireError> {
        let note = self.note(conversation, number).await?;
        let store = self.store.clone();
        let found = blocking(move || {
            let Some((mut file, bytes)) = store.read(conversation, note.file)? else {
                return Ok(None);
            };
            file.seek(SeekFrom::Start(offset))?;
            Ok(Some((file, bytes)))
        });
        let found = found.await?.ok_or(Fault::FileGone)?;
        self.figures.fetched.inc();
        Ok(found)
    }

    async fn read(&self, file: File) -> Result<(File, Vec<u8>), WireError> {
        let more = move || -> Result<_, FileError> {
            let mut bytes = Vec::with_capacity(READ_BYTES);
            (&file).take(READ_BYTES as u64).read_to_end(&mut bytes)?;
            Ok((file, bytes))
        };
        let (file, bytes) = blocking(more).await?;
        self.figures.sent(bytes.len());
        Ok((file, bytes))
    }

    fn refused(&self, error: &WireError) {
        self.figures.refused(error.code());
    }

    fn transfers(&self, under_way: bool) {
        self.media.transfers(self.leg, under_way);
        self.figures.transfers(under_way);
    }
}

/// Does what takes its time on the disk where nobody else has to wait for it.
pub(super) async fn blocking<T: Send + 'static>(
    does: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, WireError> {
    let done = tokio::task::spawn_blocking(does).await;
    let done = done.unwrap_or_else(|error| Err(FileError::Disk(io::Error::other(error))));
    done.map_err(|error| told(&error).into())
}

/// What a failure is to a client; the log says the rest.
fn told(error: &FileError) -> Fault {
    match error {
        FileError::Differs => Fault::FileDiffers,
        FileError::TooMany => Fault::TooManyFiles,
        FileError::NotAsOffered => Fault::FileHashWrong,
        FileError::NoSuchPicture => Fault::FileTypeWrong,
        FileError::TakenOver => Fault::Busy,
        FileError::Full => {
            tracing::warn!("the disk has no room for files");
            Fault::StorageFailed
        }
        FileError::Disk(_) => {
            let error = error as &dyn std::error::Error;
            tracing::error!(error, "a file cannot be written or read");
            Fault::StorageFailed
        }
    }
}
