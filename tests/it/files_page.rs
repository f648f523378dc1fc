//! A page that sends and fetches files over the independent stack: it waits for what is written as
//! it is told to, and goes on where the server is.

use std::path::Path;

use call_core::ContentHash;
use loadtest::peer::{ChatPipe, Message};
use loadtest::person::Person;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::time::timeout;

use crate::PATIENCE;

const CHUNK: usize = 16 * 1024;

/// A file of somebody's.
#[derive(Clone)]
pub(crate) struct Paper {
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) contents: Vec<u8>,
    pub(crate) audience: &'static str,
}

impl Paper {
    /// A picture of so many bytes, as far as anybody looks.
    pub(crate) fn picture(bytes: usize) -> Self {
        let mut contents = b"\x89PNG\r\n\x1a\n".to_vec();
        contents.extend((0..bytes.saturating_sub(8)).map(|at| (at % 251) as u8));
        Self {
            name: "holiday.png".to_owned(),
            media_type: "image/png".to_owned(),
            contents,
            audience: "everyone",
        }
    }

    pub(crate) fn hash(&self) -> String {
        ContentHash(Sha256::digest(&self.contents).into()).to_string()
    }

    /// As it is offered.
    pub(crate) fn offer(&self, conversation: &str, upload: &str) -> Value {
        json!({"type": "offer", "conversation": conversation, "upload": upload,
            "audience": self.audience, "name": self.name, "media_type": self.media_type,
            "bytes": self.contents.len(), "sha256": self.hash()})
    }
}

/// One person's channel for files.
pub(crate) struct FilesPage {
    pub(crate) pipe: ChatPipe,
    conversation: String,
    ahead: usize,
}

impl FilesPage {
    pub(crate) async fn opens(person: &Person, conversation: &str) -> Self {
        let pipe = person.leg().unwrap().open_channel("files").await.unwrap();
        let mut page = Self { pipe, conversation: conversation.to_owned(), ahead: 0 };
        let ready = page.hears().await;
        assert_eq!(ready["type"], "ready", "{ready}");
        page.ahead = ready["limits"]["ahead_bytes"].as_u64().unwrap() as usize;
        page
    }

    pub(crate) fn says(&self, message: &Value) {
        self.pipe.send(&message.to_string()).unwrap();
    }

    /// The next frame; nothing once the channel is closed.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        timeout(PATIENCE, self.pipe.recv()).await.expect("a frame, or the end")
    }

    /// The next frame, which is text.
    pub(crate) async fn hears(&mut self) -> Value {
        match self.next().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    /// What an offer is answered with.
    pub(crate) async fn offers(&mut self, paper: &Paper, upload: &str) -> Value {
        self.says(&paper.offer(&self.conversation, upload));
        self.hears().await
    }

    /// Offers a file, and is refused by this code.
    pub(crate) async fn is_refused(&mut self, paper: &Paper, upload: &str, code: &str) {
        let answer = self.offers(paper, upload).await;
        assert_eq!((&answer["type"], &answer["error"]["code"]), (&json!("refused"), &json!(code)));
    }

    /// Offers a file and sends it up to a place, waiting for what is written; where it began.
    pub(crate) async fn sends_up_to(&mut self, paper: &Paper, upload: &str, end: usize) -> usize {
        let go = self.offers(paper, upload).await;
        assert_eq!(go["type"], "go", "{go}");
        let begin = go["offset"].as_u64().unwrap() as usize;
        let (mut sent, mut written) = (begin, begin);
        while written < end {
            while sent < end && sent + CHUNK <= written + self.ahead {
                let more = CHUNK.min(end - sent);
                self.pipe.send_binary(&paper.contents[sent..sent + more]).unwrap();
                sent += more;
            }
            let got = self.hears().await;
            assert_eq!((&got["type"], &got["upload"]), (&json!("got"), &json!(upload)), "{got}");
            let offset = got["offset"].as_u64().unwrap() as usize;
            assert!((written..=sent).contains(&offset), "{offset} after {written} of {sent}");
            written = offset;
        }
        begin
    }

    /// Sends a file, or the rest of it, and is told what comes of it.
    pub(crate) async fn sends(&mut self, paper: &Paper, upload: &str) -> Value {
        self.sends_up_to(paper, upload, paper.contents.len()).await;
        self.hears().await
    }

    /// Has a file kept; its id.
    pub(crate) async fn keeps(&mut self, paper: &Paper, upload: &str) -> String {
        let kept = self.sends(paper, upload).await;
        assert_eq!(kept["type"], "kept", "{kept}");
        kept["file"].as_str().unwrap().to_owned()
    }

    pub(crate) fn asks_for(&self, number: u64, offset: usize) {
        self.says(&json!({"type": "fetch", "conversation": self.conversation, "number": number,
            "offset": offset}));
    }

    /// Fetches the file of a message from a place on.
    pub(crate) async fn fetches(&mut self, number: u64, offset: usize) -> Vec<u8> {
        self.asks_for(number, offset);
        let sending = self.hears().await;
        assert_eq!(sending["type"], "sending", "{sending}");
        let bytes = sending["bytes"].as_u64().unwrap() as usize - offset;
        let mut contents = Vec::new();
        while contents.len() < bytes {
            match self.next().await {
                Some(Message::Binary(chunk)) => contents.extend_from_slice(&chunk),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(self.hears().await["type"], "sent");
        contents
    }

    /// Asks for the file of a message, and is refused by this code.
    pub(crate) async fn fetches_nothing(&mut self, number: u64, code: &str) {
        self.asks_for(number, 0);
        let answer = self.hears().await;
        let (told, error) = (&answer["type"], &answer["error"]["code"]);
        assert_eq!((told, error), (&json!("unsent"), &json!(code)), "{answer}");
    }
}

/// Everything that lies in the folder of files.
pub(crate) fn lies_there(data: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for folder in std::fs::read_dir(data.join("files")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            found.push(file.unwrap().file_name().into_string().unwrap());
        }
    }
    found
}
