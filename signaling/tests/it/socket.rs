//! One real listener, real sockets, an independent WebSocket client.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use signaling::protocol::{Answer, ServerMessage};
use signaling::{
    AppState, Counters, Limits, Opening, Serving, Setup, ToDriver, TrustedProxies, router, serve,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame as RawFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::support::{bob, hello, keys, request};

const SOON: Duration = Duration::from_secs(10);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

struct Server {
    address: SocketAddr,
    driver: mpsc::Receiver<ToDriver>,
    counters: std::sync::Arc<Counters>,
    _running: watch::Sender<bool>,
}

impl Server {
    async fn start(limits: Limits) -> Self {
        let (sender, driver) = mpsc::channel(64);
        let state = AppState::new(Setup {
            driver: sender,
            keys: keys(),
            limits,
            proxies: TrustedProxies::default(),
            origins: vec!["https://shop.example".to_owned()],
            demo: None,
            server: "trefoil/test".to_owned(),
        });
        let counters = std::sync::Arc::clone(state.counters());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = Serving::new(100, 100, std::sync::Arc::clone(&counters));
        let (running, stopped) = watch::channel(false);
        tokio::spawn(serve(listener, router(state), serving, stopped));
        Self { address, driver, counters, _running: running }
    }

    async fn connect(&self) -> Socket {
        self.connect_as(Some("trefoil.v1"), None).await.unwrap()
    }

    async fn connect_as(
        &self,
        protocol: Option<&'static str>,
        origin: Option<&str>,
    ) -> Result<Socket, Error> {
        let mut request = format!("ws://{}/v1/ws", self.address).into_client_request().unwrap();
        if let Some(protocol) = protocol {
            request.headers_mut().insert("sec-websocket-protocol", protocol.parse().unwrap());
        }
        if let Some(origin) = origin {
            request.headers_mut().insert("origin", origin.parse().unwrap());
        }
        connect_async(request).await.map(|(socket, _)| socket)
    }

    /// The status and code of a refused upgrade.
    async fn refuses(&self, protocol: Option<&'static str>, origin: Option<&str>) -> (u16, Value) {
        match self.connect_as(protocol, origin).await {
            Err(Error::Http(response)) => {
                let body = response.body().as_deref().unwrap_or_default();
                let body: Value = serde_json::from_slice(body).unwrap();
                (response.status().as_u16(), body["error"]["code"].clone())
            }
            other => panic!("{other:?}"),
        }
    }

    async fn opens(&mut self) -> Socket {
        let mut socket = self.connect().await;
        socket.send(text(&hello(&bob()))).await.unwrap();
        let Ok(Some(ToDriver::Opened(opening))) = timeout(SOON, self.driver.recv()).await else {
            panic!("opened");
        };
        let Opening { welcome, outbox, .. } = *opening;
        outbox.send(ServerMessage::Welcome(welcome));
        assert_eq!(next(&mut socket).await["type"], "welcome");
        tokio::spawn(answer_everything(
            std::mem::replace(&mut self.driver, mpsc::channel(1).1),
            outbox,
        ));
        socket
    }
}

async fn answer_everything(mut driver: mpsc::Receiver<ToDriver>, outbox: signaling::Outbox) {
    while let Some(heard) = driver.recv().await {
        if let ToDriver::Request { id, .. } = heard {
            outbox.send(ServerMessage::Answer { id, result: Answer::Done {} });
        }
    }
}

fn text(message: &Value) -> Message {
    Message::text(message.to_string())
}

async fn next(socket: &mut Socket) -> Value {
    loop {
        match timeout(SOON, socket.next()).await.unwrap().unwrap().unwrap() {
            Message::Text(text) => return serde_json::from_str(&text).unwrap(),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

async fn closes(socket: &mut Socket, code: u16) {
    loop {
        match timeout(SOON, socket.next()).await.unwrap().unwrap().unwrap() {
            Message::Close(Some(close)) => return assert_eq!(u16::from(close.code), code),
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Waits for the condition; it fails the test when it does not come true soon.
async fn eventually(condition: impl Fn() -> bool) {
    let come_true = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(SOON, come_true).await.expect("it comes true");
}

async fn lives(socket: &mut Socket) {
    socket.send(text(&request(1, &json!({"name": "finish_wrap_up"})))).await.unwrap();
    assert_eq!(next(socket).await, json!({"type": "answer", "id": 1, "result": {}}));
}

#[tokio::test]
async fn hello_request_answer_over_a_real_socket() {
    let mut server = Server::start(Limits::default()).await;
    let mut socket = server.opens().await;
    lives(&mut socket).await;
    let counters = server.counters.snapshot();
    assert_eq!((counters.sockets_open, counters.sessions_open), (1, 1));
    socket.close(None).await.unwrap();
    while socket.next().await.is_some() {}
    eventually(|| server.counters.snapshot().sockets_open == 0).await;
}

#[tokio::test]
async fn the_sub_protocol_is_asked_for() {
    let server = Server::start(Limits::default()).await;
    for protocol in [None, Some("trefoil.v2"), Some("chat")] {
        let (status, code) = server.refuses(protocol, None).await;
        assert_eq!((status, code), (400, json!("unsupported_version")), "{protocol:?}");
    }
    let among_others = server.connect_as(Some("trefoil.v9, trefoil.v1"), None).await;
    assert!(among_others.is_ok());
    assert_eq!(server.counters.snapshot().sockets_refused, 3);
}

#[tokio::test]
async fn foreign_pages_are_refused_own_and_listed_ones_are_not() {
    let server = Server::start(Limits::default()).await;
    let own = format!("http://{}", server.address);
    for origin in [own.as_str(), "https://shop.example"] {
        assert!(server.connect_as(Some("trefoil.v1"), Some(origin)).await.is_ok(), "{origin}");
    }
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let (status, code) = server.refuses(Some("trefoil.v1"), Some(origin)).await;
        assert_eq!((status, code), (403, json!("forbidden")), "{origin}");
    }
}

#[tokio::test]
async fn one_address_gets_its_share_of_sockets() {
    let server = Server::start(Limits { sockets_per_source: 2, ..Limits::default() }).await;
    let first = server.connect().await;
    let _second = server.connect().await;
    let (status, code) = server.refuses(Some("trefoil.v1"), None).await;
    assert_eq!((status, code), (429, json!("rate_limited")));
    drop(first);
    for _ in 0..500 {
        if server.connect_as(Some("trefoil.v1"), None).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the place of a closed socket is free again");
}

#[tokio::test]
async fn a_binary_message_is_an_error_and_the_socket_lives_on() {
    let mut server = Server::start(Limits::default()).await;
    let mut socket = server.opens().await;
    socket.send(Message::binary(vec![1, 2, 3])).await.unwrap();
    assert_eq!(next(&mut socket).await["error"]["code"], "binary_not_supported");
    lives(&mut socket).await;
}

#[tokio::test]
async fn a_megabyte_is_too_large() {
    let mut server = Server::start(Limits::default()).await;
    let mut socket = server.opens().await;
    socket.send(Message::text("x".repeat(1_000_000))).await.unwrap();
    let error = next(&mut socket).await;
    assert_eq!((&error["error"]["code"], &error["fatal"]), (&json!("too_large"), &json!(true)));
    closes(&mut socket, 1009).await;
}

#[tokio::test]
async fn a_megabyte_in_small_frames_is_too_large() {
    let mut server = Server::start(Limits::default()).await;
    let mut socket = server.opens().await;
    for n in 0..100 {
        let opcode = if n == 0 { Data::Text } else { Data::Continue };
        let frame = RawFrame::message(vec![b'x'; 10_000], OpCode::Data(opcode), n == 99);
        if socket.send(Message::Frame(frame)).await.is_err() {
            break;
        }
    }
    assert_eq!(next(&mut socket).await["error"]["code"], "too_large");
    closes(&mut socket, 1009).await;
}

#[tokio::test]
async fn the_largest_message_is_taken() {
    let mut server = Server::start(Limits::default()).await;
    let mut socket = server.opens().await;
    let mut message = request(1, &json!({"name": "finish_wrap_up"})).to_string();
    message.push_str(&" ".repeat(64 * 1024 - message.len()));
    socket.send(Message::text(message)).await.unwrap();
    assert_eq!(next(&mut socket).await["type"], "answer");
}

#[tokio::test]
async fn invalid_utf_8_is_malformed_and_fatal() {
    let mut server = Server::start(Limits::default()).await;
    let mut socket = server.opens().await;
    let frame = RawFrame::message(vec![b'{', 0xff, 0xfe], OpCode::Data(Data::Text), true);
    socket.send(Message::Frame(frame)).await.unwrap();
    let error = next(&mut socket).await;
    assert_eq!((&error["error"]["code"], &error["fatal"]), (&json!("malformed"), &json!(true)));
    closes(&mut socket, 1008).await;
}

#[tokio::test]
async fn bytes_that_are_no_frames_end_only_their_own_socket() {
    let mut server = Server::start(Limits::default()).await;
    let mut bystander = server.opens().await;
    let mut raw = TcpStream::connect(server.address).await.unwrap();
    let upgrade = format!(
        "GET /v1/ws HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: trefoil.v1\r\n\r\n",
        server.address
    );
    raw.write_all(upgrade.as_bytes()).await.unwrap();
    // Reserved bits and an unmasked frame: RFC 6455 sections 5.2 and 5.1.
    raw.write_all(&[0xff; 64]).await.unwrap();
    let mut answer = Vec::new();
    timeout(SOON, raw.read_to_end(&mut answer)).await.unwrap().unwrap();
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.contains("101 Switching") && answer.contains("malformed"), "{answer}");
    lives(&mut bystander).await;
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_closed_and_others_are_served() {
    let limits = Limits { farewell: Duration::from_millis(200), ..Limits::default() };
    let mut server = Server::start(limits).await;
    let mut deaf = server.connect().await;
    deaf.send(text(&hello(&bob()))).await.unwrap();
    let Some(ToDriver::Opened(opening)) = server.driver.recv().await else {
        panic!("opened");
    };
    let Opening { welcome, outbox, .. } = *opening;
    // The kernel's buffers take some megabytes first.
    let mut sent = 0;
    while !outbox.is_closed() && sent < 100_000 {
        outbox.send(ServerMessage::Welcome(welcome.clone()));
        sent += 1;
        if sent % 100 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
    assert!(outbox.is_closed(), "closed after {sent}");
    assert!(outbox.outstanding_bytes() < 520_000, "{}", outbox.outstanding_bytes());
    let Ok(Some(ToDriver::Closed { .. })) = timeout(SOON, server.driver.recv()).await else {
        panic!("closed");
    };
    eventually(|| server.counters.snapshot().slow_readers == 1).await;
    let mut other = server.opens().await;
    lives(&mut other).await;
}
