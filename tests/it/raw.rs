//! A WebSocket client without manners.

use std::net::{IpAddr, SocketAddr};

use futures_util::{SinkExt as _, StreamExt as _};
use loadtest::person::Place;
use loadtest::signal::{self, SUB_PROTOCOL, Socket};
use loadtest::token::Claims;
use serde_json::{Value, json};
use tokio::net::TcpSocket;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

use crate::PATIENCE;

/// An open WebSocket on which anything can be sent.
pub(crate) struct Raw {
    socket: Socket,
}

/// What comes out of a socket.
enum Word {
    /// A message.
    Said(Value),
    /// The end, with the close code when there was one.
    Closed(Option<u16>),
}

/// How a socket came to its end.
#[derive(Debug)]
pub(crate) struct End {
    /// The codes of the errors that were told before.
    pub(crate) errors: Vec<String>,
    /// The close code; `None` when the socket just broke.
    pub(crate) code: Option<u16>,
}

impl Raw {
    /// Connects and says nothing.
    pub(crate) async fn connects(place: &Place) -> Self {
        let socket = signal::open(place.http, &place.origin, SUB_PROTOCOL).await.unwrap();
        Self { socket }
    }

    /// Connects from an address of this machine, and says nothing.
    pub(crate) async fn connects_from(place: &Place, address: IpAddr) -> Self {
        Self::connects_as(place, address, None).await
    }

    /// The same, with what a proxy would say about whom it asks for.
    pub(crate) async fn connects_as(
        place: &Place,
        address: IpAddr,
        forwarded_for: Option<&str>,
    ) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(address, 0)).unwrap();
        let stream = MaybeTlsStream::Plain(socket.connect(place.http).await.unwrap());
        let mut request = format!("ws://{}/v1/ws", place.http).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", SUB_PROTOCOL.parse().unwrap());
        if let Some(told) = forwarded_for {
            request.headers_mut().insert("x-forwarded-for", told.parse().unwrap());
        }
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        Self { socket }
    }

    /// Connects, is welcomed, and from then on reads only when asked to; the system takes little
    /// for it meanwhile.
    pub(crate) async fn sleeps(place: &Place, claims: &Claims) -> Self {
        let window = Some(4096);
        let socket = signal::open_with(place.http, &place.origin, SUB_PROTOCOL, window).await;
        let mut raw = Self { socket: socket.unwrap() };
        raw.says(&json!({"type": "hello", "token": claims.sign(&place.secret)})).await;
        raw.is_told("welcome").await;
        raw
    }

    /// Connects and is welcomed.
    pub(crate) async fn signs_in(place: &Place, claims: &Claims) -> Self {
        let mut raw = Self::connects(place).await;
        raw.says(&json!({"type": "hello", "token": claims.sign(&place.secret)})).await;
        let welcome = raw.is_told("welcome").await;
        assert_eq!(welcome["protocol"], 1);
        raw
    }

    pub(crate) async fn says(&mut self, message: &Value) {
        self.sends(signal::text(message)).await;
    }

    pub(crate) async fn sends(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// Sends although the server may have closed already.
    pub(crate) async fn tries_to_send(&mut self, message: Message) {
        drop(self.socket.send(message).await);
    }

    /// The next message of a type; others are passed over.
    pub(crate) async fn is_told(&mut self, kind: &str) -> Value {
        self.is_told_one_of(&[kind]).await
    }

    /// The next message of one of the types.
    pub(crate) async fn is_told_one_of(&mut self, kinds: &[&str]) -> Value {
        let told = async {
            loop {
                match self.hears().await {
                    Word::Said(message) if kinds.iter().any(|kind| message["type"] == *kind) => {
                        return message;
                    }
                    Word::Said(_) => {}
                    Word::Closed(code) => panic!("closed with {code:?} before {kinds:?}"),
                }
            }
        };
        tokio::time::timeout(PATIENCE, told).await.unwrap_or_else(|_| panic!("no {kinds:?} came"))
    }

    /// The next thing that means something.
    async fn hears(&mut self) -> Word {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => {
                    return Word::Said(serde_json::from_str(&text).unwrap());
                }
                Some(Ok(Message::Close(frame))) => {
                    return Word::Closed(frame.map(|frame| u16::from(frame.code)));
                }
                Some(Err(_)) | None => return Word::Closed(None),
                Some(Ok(
                    Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_),
                )) => {}
            }
        }
    }

    /// The code of the next error that answers no request.
    pub(crate) async fn is_scolded(&mut self) -> String {
        let message = self.is_told("error").await;
        message["error"]["code"].as_str().unwrap().to_owned()
    }

    /// The code with which a request is refused.
    pub(crate) async fn is_refused(&mut self, command: Value) -> String {
        self.says(&json!({"type": "request", "id": 7, "command": command})).await;
        let refusal = self.is_told("refusal").await;
        assert_eq!(refusal["id"], 7);
        assert!(!refusal["error"]["message"].as_str().unwrap().is_empty());
        refusal["error"]["code"].as_str().unwrap().to_owned()
    }

    /// The session still works.
    pub(crate) async fn is_alive(&mut self) {
        self.says(&json!({"type": "ping"})).await;
        self.is_told("pong").await;
    }

    /// Reads until the server has closed.
    pub(crate) async fn ends(mut self) -> End {
        let mut errors = Vec::new();
        let ended = async {
            loop {
                match self.hears().await {
                    Word::Said(message) => {
                        errors.extend(message["error"]["code"].as_str().map(str::to_owned));
                    }
                    Word::Closed(code) => return code,
                }
            }
        };
        let code =
            tokio::time::timeout(PATIENCE, ended).await.expect("the server closes the socket");
        End { errors, code }
    }
}

/// A plain GET, for what is not a WebSocket: the status and the body.
pub(crate) async fn get(address: SocketAddr, path: &str) -> std::io::Result<(u16, String)> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut socket = tokio::net::TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    socket.write_all(request.as_bytes()).await?;
    let mut response = String::new();
    socket.read_to_string(&mut response).await?;
    let (head, body) = response.split_once("\r\n\r\n").unwrap_or((&response, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Ok((status, body.to_owned()))
}
