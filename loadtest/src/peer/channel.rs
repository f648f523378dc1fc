//! A data channel of a leg, opened in band (RFC 8832) as a page opens it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use rtc::data_channel::RTCDataChannelMessage;
use rtc::peer_connection::event::{RTCDataChannelEvent, RTCPeerConnectionEvent};
use rtc::peer_connection::message::{RTCMessage, TaggedRTCMessage};
use rtc::sansio::Protocol as _;
use rtc::shared::error::Error;
use tokio::sync::{mpsc, oneshot};

use super::connection::{Connection, Output};
use super::engine::{Command, Reach};
use super::{Leg, LegError};

/// How long opening a channel may take: one round trip, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(5);

/// One message on a data channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// A frame of text.
    Text(String),
    /// A frame of bytes.
    Binary(Bytes),
}

/// One open data channel. Dropping it closes the channel.
#[derive(Debug)]
pub struct ChatPipe {
    reach: Reach,
    id: usize,
    inbox: mpsc::UnboundedReceiver<Message>,
}

impl Leg {
    /// Opens a data channel and waits until the far end has agreed.
    ///
    /// After one of a leg's channels was closed no other opens: the stack takes the number of the
    /// closed one again, and the far end hears nothing. A fresh leg can.
    ///
    /// # Errors
    ///
    /// When the leg offered none, or the far end does not answer.
    pub async fn open_channel(&self, label: &str) -> Result<ChatPipe, LegError> {
        // One that is opened amid the handshake of the association is never heard of again.
        self.until("the association", PATIENCE, |status| status.carries_data).await?;
        let reach = self.remote.reach();
        // What the far end sends waits here until it is read: a test decides how much that is.
        let (news, inbox) = mpsc::unbounded_channel();
        let (reply, opened) = oneshot::channel();
        let label = label.to_owned();
        reach.send(Command::Channel(Wish::Open { label, reply, news }))?;
        let in_vain = || LegError::InVain {
            awaited: "an open channel",
            bound: PATIENCE,
            status: Box::new(self.status()),
        };
        let opened = tokio::time::timeout(PATIENCE, opened).await.map_err(|_| in_vain())?;
        let id = opened.map_err(|_| in_vain())??;
        Ok(ChatPipe { reach, id, inbox })
    }
}

impl ChatPipe {
    /// Sends a frame of text. One that the stack refuses closes the pipe.
    ///
    /// # Errors
    ///
    /// When the engine is gone.
    pub fn send(&self, text: &str) -> Result<(), LegError> {
        self.send_bytes(true, text.as_bytes())
    }

    /// Sends a frame of bytes. One that the stack refuses closes the pipe.
    ///
    /// # Errors
    ///
    /// When the engine is gone.
    pub fn send_binary(&self, bytes: &[u8]) -> Result<(), LegError> {
        self.send_bytes(false, bytes)
    }

    /// Sends bytes that are called text, whether they are or not.
    ///
    /// # Errors
    ///
    /// When the engine is gone.
    pub fn send_as_text(&self, bytes: &[u8]) -> Result<(), LegError> {
        self.send_bytes(true, bytes)
    }

    /// The next frame; `None` when the channel or the leg is gone.
    pub async fn recv(&mut self) -> Option<Message> {
        self.inbox.recv().await
    }

    /// The next frame that is text; `None` when the channel or the leg is gone.
    pub async fn recv_text(&mut self) -> Option<String> {
        loop {
            match self.inbox.recv().await? {
                Message::Text(text) => return Some(text),
                Message::Binary(_) => {}
            }
        }
    }

    fn send_bytes(&self, is_text: bool, bytes: &[u8]) -> Result<(), LegError> {
        let (id, bytes) = (self.id, BytesMut::from(bytes));
        self.reach.send(Command::Channel(Wish::Send { id, is_text, bytes }))
    }
}

impl Drop for ChatPipe {
    fn drop(&mut self) {
        // An engine that is gone has no channel to close.
        drop(self.reach.send(Command::Channel(Wish::Close { id: self.id })));
    }
}

/// What is wanted of a channel.
#[derive(Debug)]
pub(super) enum Wish {
    /// Open one.
    Open {
        label: String,
        reply: oneshot::Sender<Result<usize, LegError>>,
        news: mpsc::UnboundedSender<Message>,
    },
    /// Send a frame.
    Send { id: usize, is_text: bool, bytes: BytesMut },
    /// Close one.
    Close { id: usize },
}

/// What happened on a channel.
#[derive(Debug)]
pub(super) enum News {
    /// The far end has agreed.
    Open,
    /// A frame came.
    Message(Message),
    /// It is over.
    Closed,
}

/// The channels of a leg, as its thread knows them.
#[derive(Debug, Default)]
pub(super) struct Channels(HashMap<usize, End>);

#[derive(Debug)]
struct End {
    /// Who waits for the channel to open.
    opening: Option<oneshot::Sender<Result<usize, LegError>>>,
    news: mpsc::UnboundedSender<Message>,
}

impl Channels {
    /// Does what is wanted of a channel.
    pub(super) fn obey(
        &mut self,
        wish: Wish,
        connection: &mut Connection,
        now: Instant,
        out: &mut Vec<Output>,
    ) {
        match wish {
            Wish::Open { label, reply, news } => match connection.open_channel(&label, out) {
                Ok(id) => drop(self.0.insert(id, End { opening: Some(reply), news })),
                // Nobody may be waiting for it any more.
                Err(error) => drop(reply.send(Err(LegError::Connection(error.into())))),
            },
            Wish::Send { id, is_text, bytes } => {
                if connection.send_on_channel(id, is_text, bytes, now, out).is_err() {
                    self.0.remove(&id);
                }
            }
            Wish::Close { id } => {
                self.0.remove(&id);
                connection.close_channel(id, out);
            }
        }
    }

    /// Tells the owner of a channel what happened on it.
    pub(super) fn tell(&mut self, id: usize, news: News) {
        let Some(end) = self.0.get_mut(&id) else { return };
        match news {
            News::Open => {
                if let Some(opening) = end.opening.take() {
                    drop(opening.send(Ok(id)));
                }
            }
            // An owner who is gone closes the channel himself.
            News::Message(message) => drop(end.news.send(message)),
            News::Closed => drop(self.0.remove(&id)),
        }
    }

    /// The leg is gone, and so are they.
    pub(super) fn end(&mut self) {
        self.0.clear();
    }
}

impl Connection {
    fn open_channel(&mut self, label: &str, out: &mut Vec<Output>) -> Result<usize, Error> {
        let id = self.pc.create_data_channel(label, None)?.id();
        self.drain(out);
        Ok(id)
    }

    fn send_on_channel(
        &mut self,
        id: usize,
        is_string: bool,
        data: BytesMut,
        now: Instant,
        out: &mut Vec<Output>,
    ) -> Result<(), Error> {
        let message = RTCMessage::DataChannelMessage(id, RTCDataChannelMessage { is_string, data });
        self.pc.handle_write(TaggedRTCMessage { now, message })?;
        self.drain(out);
        Ok(())
    }

    fn close_channel(&mut self, id: usize, out: &mut Vec<Output>) {
        if let Some(mut channel) = self.pc.data_channel(id) {
            // One that is closed already needs no closing.
            drop(channel.close());
        }
        self.drain(out);
    }
}

/// What an event says about a channel.
pub(super) fn news_of(event: &RTCPeerConnectionEvent, silent: Option<usize>) -> Option<Output> {
    let RTCPeerConnectionEvent::OnDataChannel(event) = event else { return None };
    match event {
        RTCDataChannelEvent::OnOpen(id) if Some(*id) == silent => Some(Output::CarriesData),
        RTCDataChannelEvent::OnOpen(id) => Some(Output::Channel(*id, News::Open)),
        RTCDataChannelEvent::OnClose(id) => Some(Output::Channel(*id, News::Closed)),
        // On the way, or about buffers; the enum is open besides.
        RTCDataChannelEvent::OnError(_)
        | RTCDataChannelEvent::OnClosing(_)
        | RTCDataChannelEvent::OnBufferedAmountLow(_)
        | RTCDataChannelEvent::OnBufferedAmountHigh(_)
        | _ => None,
    }
}

/// A frame that came.
pub(super) fn message_of(id: usize, message: RTCDataChannelMessage) -> Output {
    let message = if message.is_string {
        Message::Text(String::from_utf8_lossy(&message.data).into_owned())
    } else {
        Message::Binary(message.data.freeze())
    };
    Output::Channel(id, News::Message(message))
}
