//! A listener on the open internet, and clients that do not do what clients do.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::routing::{get, post};
use signaling::{Counters, Serving, TrustedProxies, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

const SOON: Duration = Duration::from_secs(10);
const HERE: [u8; 4] = [127, 0, 0, 1];
const ELSEWHERE: [u8; 4] = [127, 0, 0, 2];
/// More than any buffer on the way takes.
const LONG_PAGE: usize = 32 * 1024 * 1024;

struct Listener {
    address: SocketAddr,
    counters: Arc<Counters>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Serves a page, a long page and a form, with short patience.
    async fn opens(change: impl FnOnce(&mut Serving)) -> Self {
        let counters = Arc::new(Counters::default());
        let mut serving = Serving::new(1_000, 1_000, Arc::clone(&counters));
        serving.head_timeout = Duration::from_millis(1_500);
        serving.request_timeout = Duration::from_millis(1_500);
        serving.write_timeout = Duration::from_millis(1_500);
        change(&mut serving);
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/long", get(|| async { vec![b'x'; LONG_PAGE] }))
            .route("/form", post(|form: Bytes| async move { form.len().to_string() }));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(serve(listener, router, serving, stopped));
        Self { address, counters, stop, task }
    }

    async fn connects(&self, from: [u8; 4]) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(IpAddr::from(from), 0)).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    /// Connects, sends this and reads on until the server closes.
    async fn asks(&self, from: [u8; 4], request: &str) -> String {
        let mut socket = self.connects(from).await;
        socket.write_all(request.as_bytes()).await.unwrap();
        everything(&mut socket).await
    }

    /// Somebody with a browser sees the page.
    async fn serves(&self, from: [u8; 4]) {
        let request = "GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        let answer = self.asks(from, request).await;
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with("here"), "{answer}");
    }

    fn refused(&self, limit: &str) -> u64 {
        self.counters.snapshot().limits_hit.get(limit).copied().unwrap_or_default()
    }
}

/// What comes until the other end is closed or reset.
async fn everything(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = timeout(SOON, socket.read_to_end(&mut bytes)).await.expect("the server closes");
    // A reset is an end as well.
    drop(read);
    String::from_utf8(bytes).unwrap()
}

/// Sends a byte now and then until the server has had enough.
async fn dribbles(mut socket: TcpStream) -> Duration {
    let began = Instant::now();
    for byte in "GET / HTTP/1.1\r\nx-long: ".bytes().chain(std::iter::repeat(b'a')) {
        if socket.write_all(&[byte]).await.is_err() {
            break;
        }
        let heard = timeout(Duration::from_millis(100), socket.read(&mut [0; 64])).await;
        if let Ok(Ok(0) | Err(_)) = heard {
            break;
        }
    }
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_who_dribble_keep_nobody_out_and_are_closed() {
    let listener = Listener::opens(|_| {}).await;
    let mut dribblers = Vec::new();
    for _ in 0..200 {
        dribblers.push(tokio::spawn(dribbles(listener.connects(HERE).await)));
    }
    for _ in 0..10 {
        listener.serves(HERE).await;
        listener.serves(ELSEWHERE).await;
    }
    for dribbler in dribblers {
        let took = timeout(SOON, dribbler).await.expect("a dribbler is closed").unwrap();
        assert!(took >= Duration::from_secs(1), "given its time: {took:?}");
    }
    listener.serves(HERE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_source_cannot_take_every_connection() {
    let listener = Listener::opens(|serving| serving.connections_per_source = 3).await;
    let mut silent = Vec::new();
    for _ in 0..3 {
        silent.push(listener.connects(HERE).await);
    }
    // Closed unread, at once; the others are served meanwhile.
    assert_eq!(everything(&mut listener.connects(HERE).await).await, "");
    listener.serves(ELSEWHERE).await;
    assert_eq!(listener.refused("connections_per_source"), 1);
    // Who says nothing makes room in time.
    for mut socket in silent {
        assert_eq!(everything(&mut socket).await, "");
    }
    listener.serves(HERE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_of_ours_is_many_people() {
    let listener = Listener::opens(|serving| {
        serving.connections = 3;
        serving.connections_per_source = 1;
        serving.proxies = TrustedProxies::read(["127.0.0.1"]).unwrap();
    })
    .await;
    let _one = listener.connects(HERE).await;
    let _two = listener.connects(HERE).await;
    let mut three = listener.connects(HERE).await;
    three.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let mut answer = [0; 13];
    timeout(SOON, three.read_exact(&mut answer)).await.expect("it is served").unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 ");
    // The bound on all of them holds for proxies too.
    assert_eq!(everything(&mut listener.connects(HERE).await).await, "");
    assert_eq!(listener.refused("connections"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_without_end_is_refused() {
    let listener = Listener::opens(|_| {}).await;
    let long = format!("GET / HTTP/1.1\r\nhost: a\r\nx: {}", "a".repeat(32 * 1024));
    let answer = listener.asks(HERE, &long).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    let many = format!("GET / HTTP/1.1\r\n{}\r\n", "x: a\r\n".repeat(200));
    let answer = listener.asks(HERE, &many).await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 431 "), "{answer}");
    for garbage in ["\0\0\0\0\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02\x00\x01\r\n\r\n"] {
        let answer = listener.asks(HERE, garbage).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    listener.serves(HERE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_never_comes_is_given_up() {
    let listener = Listener::opens(|_| {}).await;
    let head = "POST /form HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n";
    let answer = listener.asks(HERE, &format!("{head}some")).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_nobody_reads_is_given_up() {
    let listener = Listener::opens(|serving| serving.connections_per_source = 1).await;
    let mut socket = listener.connects(HERE).await;
    socket.write_all(b"GET /long HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    // Reads nothing; its place is free again when it has been given up.
    let given_up = async {
        loop {
            let before = listener.refused("connections_per_source");
            let mut next = listener.connects(HERE).await;
            next.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.ok();
            if everything(&mut next).await.ends_with("here") {
                break before;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    let refused = timeout(SOON, given_up).await.expect("the reader is given up");
    assert!(refused > 0, "it was there for a while");
    drop(socket);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_hold_up_the_end() {
    let listener = Listener::opens(|serving| {
        serving.head_timeout = Duration::from_mins(1);
        serving.write_timeout = Duration::from_mins(1);
    })
    .await;
    let _silent = listener.connects(HERE).await;
    let mut idle = listener.connects(HERE).await;
    idle.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    let mut half = listener.connects(HERE).await;
    half.write_all(b"GET / HT").await.unwrap();
    let mut unread = listener.connects(HERE).await;
    unread.write_all(b"GET /long HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
    listener.serves(HERE).await;

    listener.stop.send(true).unwrap();
    timeout(SOON, listener.task).await.expect("the end within seconds").unwrap();
    assert!(TcpStream::connect(listener.address).await.is_err());
}
