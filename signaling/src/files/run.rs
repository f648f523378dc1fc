use std::fmt::Display;
use std::pin::{Pin, pin};

use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout};

use super::limits::{ANSWERS, PATIENCE};
use super::machine::Machine;
use super::wants::{Data, Want};
use super::wire::{FilesLimits, FilesServerMessage};
use super::{Begun, Frame, Shelf};
use crate::chat::pace::Pace;
use crate::limits::Limits;
use crate::protocol::WireError;
use crate::under_way::outcome;

/// Runs one channel for files until its client goes or asks too much. Dropping `outgoing` closes
/// the channel.
///
/// What is said about an upload is sent before what is sent of a download, and a client that takes
/// its time with the one does not keep the other waiting.
pub async fn run<In, Out, S>(
    shelf: S,
    limits: &Limits,
    files: FilesLimits,
    incoming: In,
    outgoing: Out,
) where
    In: Stream<Item = Frame>,
    Out: Sink<Frame>,
    Out::Error: Display,
    S: Shelf,
{
    let pace = Pace::new(limits.errors_in_a_row, limits.rate_limited_in_a_row, Instant::now());
    let (answers, to_answer) = mpsc::channel(1);
    let (data, to_send) = mpsc::channel(1);
    let mut channel = Channel {
        shelf: &shelf,
        machine: Machine::new(files, pace),
        doing: None,
        uploading: None,
        reading: None,
        fetched: None,
        transfers: false,
    };
    let serving = async {
        channel.serve(pin!(incoming), answers, data).await;
    };
    let writing = async {
        write_all(to_answer, to_send, pin!(outgoing)).await;
    };
    tokio::join!(serving, writing);
    if channel.transfers {
        shelf.transfers(false);
    }
}

type Later<'s, T> = Pin<Box<dyn Future<Output = T> + Send + 's>>;

/// What was done with an upload.
enum Done<U> {
    Begun(Result<Begun<U>, WireError>),
    Wrote(Result<U, WireError>),
    Kept(Result<(), WireError>),
    Discarded,
}

/// What was done with a download.
enum Read<D> {
    Found(Result<(D, u64), WireError>),
    More(Result<(D, Vec<u8>), WireError>),
}

struct Channel<'s, S: Shelf> {
    shelf: &'s S,
    machine: Machine,
    /// What is being done with the upload, which is away meanwhile.
    doing: Option<Later<'s, Done<S::Upload>>>,
    uploading: Option<S::Upload>,
    /// The same of the download.
    reading: Option<Later<'s, Read<S::Download>>>,
    fetched: Option<S::Download>,
    transfers: bool,
}

impl<'s, S: Shelf> Channel<'s, S> {
    async fn serve<In>(
        &mut self,
        mut incoming: Pin<&mut In>,
        answers: mpsc::Sender<Frame>,
        data: mpsc::Sender<Frame>,
    ) where
        In: Stream<Item = Frame>,
    {
        loop {
            self.does();
            let waiting = self.machine.answers();
            if self.machine.is_over() && waiting == 0 {
                return;
            }
            let (listens, sends) = (waiting < ANSWERS, self.machine.download.has_data());
            tokio::select! {
                () = answers.closed() => return,
                Ok(place) = answers.reserve(), if waiting > 0 => {
                    if let Some(answer) = self.machine.next_answer() {
                        place.send(self.said(&answer));
                    }
                }
                Ok(place) = data.reserve(), if sends => match self.machine.next_data() {
                    Some(Data::Message(message)) => place.send(self.said(&message)),
                    Some(Data::Chunk(bytes)) => place.send(Frame::Binary(bytes)),
                    None => {}
                },
                done = outcome(&mut self.doing) => self.done(done),
                read = outcome(&mut self.reading) => self.read(read),
                frame = incoming.next(), if listens && !self.machine.is_over() => match frame {
                    Some(Frame::Text(text)) => self.machine.text(&text, Instant::now()),
                    Some(Frame::Binary(bytes)) => self.machine.binary(&bytes),
                    None => return,
                },
            }
        }
    }

    /// Begins what the channel wants done.
    fn does(&mut self) {
        let all = self.shelf;
        while let Some(want) = self.machine.next_want() {
            match want {
                Want::Begin(offer) => {
                    let begin = async move { Done::Begun(all.begin(&offer).await) };
                    self.doing = Some(Box::pin(begin));
                }
                Want::Write(bytes) => self.with_upload(|upload| {
                    Box::pin(async move { Done::Wrote(all.write(upload, bytes).await) })
                }),
                Want::Keep(offer) => self.with_upload(|upload| {
                    Box::pin(async move { Done::Kept(all.keep(&offer, upload).await) })
                }),
                Want::Discard => self.with_upload(|upload| {
                    Box::pin(async move {
                        all.discard(upload).await;
                        Done::Discarded
                    })
                }),
                Want::Fetch { conversation, number, offset } => {
                    let fetch = all.fetch(conversation, number, offset);
                    self.reading = Some(Box::pin(async move { Read::Found(fetch.await) }));
                }
                Want::Read => self.read_more(),
                Want::LetGo => (self.reading, self.fetched) = (None, None),
            }
        }
        let transfers = self.machine.transfers();
        if std::mem::replace(&mut self.transfers, transfers) != transfers {
            self.shelf.transfers(transfers);
        }
    }

    fn read_more(&mut self) {
        let Some(file) = self.fetched.take() else { return };
        let all = self.shelf;
        self.reading = Some(Box::pin(async move { Read::More(all.read(file).await) }));
    }

    /// Does something with the upload, which is there whenever something is to be done with it.
    fn with_upload(&mut self, does: impl FnOnce(S::Upload) -> Later<'s, Done<S::Upload>>) {
        self.doing = self.uploading.take().map(does);
    }

    fn done(&mut self, done: Done<S::Upload>) {
        self.doing = None;
        match done {
            Done::Begun(begun) => {
                let begun = begun.map(|Begun { file, offset, upload }| {
                    let is_kept = upload.is_none();
                    self.uploading = upload;
                    (file, offset, is_kept)
                });
                self.machine.upload.begun(begun);
            }
            Done::Wrote(wrote) => {
                let wrote = wrote.map(|upload| self.uploading = Some(upload));
                self.machine.upload.wrote(wrote);
            }
            Done::Kept(kept) => self.machine.upload.kept(kept),
            Done::Discarded => self.machine.upload.discarded(),
        }
    }

    fn read(&mut self, read: Read<S::Download>) {
        self.reading = None;
        match read {
            Read::Found(found) => {
                let found = found.map(|(file, bytes)| {
                    self.fetched = Some(file);
                    bytes
                });
                self.machine.download.found(found);
            }
            Read::More(more) => {
                let more = more.map(|(file, bytes)| {
                    self.fetched = Some(file);
                    bytes
                });
                self.machine.download.read(more);
            }
        }
    }

    /// A message as it is sent.
    fn said(&self, message: &FilesServerMessage) -> Frame {
        if let FilesServerMessage::Refused { error, .. }
        | FilesServerMessage::Unsent { error, .. } = message
        {
            self.shelf.refused(error);
        }
        let text = serde_json::to_string(message).expect("every server message is plain data");
        Frame::Text(text)
    }
}

/// Writes what is to be sent until there is no more, or nobody takes it.
async fn write_all<Out>(
    mut answers: mpsc::Receiver<Frame>,
    mut data: mpsc::Receiver<Frame>,
    mut outgoing: Pin<&mut Out>,
) where
    Out: Sink<Frame>,
    Out::Error: Display,
{
    loop {
        let frame = tokio::select! {
            biased;
            Some(frame) = answers.recv() => frame,
            Some(frame) = data.recv() => frame,
            else => return,
        };
        match timeout(PATIENCE, outgoing.send(frame)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::debug!(%error, "the channel cannot be written to");
                return;
            }
            Err(_) => {
                tracing::debug!("the client takes nothing");
                return;
            }
        }
    }
}
