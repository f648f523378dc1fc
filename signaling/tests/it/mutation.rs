use serde_json::{Value, json};
use signaling::protocol::{Answer, ServerMessage};
use signaling::session::Incoming;
use signaling::{Limits, Rate, ToDriver};

use crate::samples::client_samples;
use crate::support::{Rig, bob};

const MESSAGES: usize = 20_000;

/// Xorshift: the same bytes for the same seed, on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// One to four changes to the text: bytes flipped, dropped, doubled, put in, cut off, spliced.
fn mutate(random: &mut Random, samples: &[String]) -> String {
    let mut bytes = random.pick(samples).clone().into_bytes();
    for _ in 0..=random.below(4) * random.below(2) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(12)).min(bytes.len());
        match random.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            3 => {
                let piece = *random.pick(&[
                    "\"",
                    "{",
                    "}",
                    "[",
                    "]",
                    ",",
                    ":",
                    "null",
                    "-1",
                    "1e999",
                    "\\u0000",
                    "\u{202e}",
                    "\"type\":\"request\",",
                    "\"id\":9007199254740992,",
                    "\"name\":\"hold\",",
                    "\\",
                ]);
                bytes.splice(at..at, piece.bytes());
            }
            4 => bytes.truncate(at),
            5 => {
                let other = random.pick(samples).as_bytes();
                let from = random.below(other.len());
                bytes.splice(at..end, other[from..].iter().copied());
            }
            _ => bytes.splice(at..at, std::iter::repeat_n(b'9', random.below(30))).for_each(drop),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test(start_paused = true)]
async fn mutated_messages_are_accepted_or_answered_with_a_typed_error() {
    let seed = std::env::var("MUTATION_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(0x7265_666f_696c);
    println!("MUTATION_SEED={seed}");
    let mut random = Random(seed);
    let samples: Vec<String> = client_samples().iter().map(Value::to_string).collect();
    let limits = Limits {
        messages: Rate::per_min(1_200, u32::MAX),
        errors_in_a_row: u32::MAX,
        outstanding_requests: usize::MAX,
        ..Limits::default()
    };
    let mut rig = Rig::with(limits);
    let (_, outbox) = rig.opens(&bob()).await;
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..MESSAGES {
        let text = mutate(&mut random, &samples);
        rig.sends_frame(Incoming::Text(text.clone()));
        let answer = tokio::select! {
            biased;
            heard = rig.driver.recv() => match heard {
                Some(ToDriver::Request { id, .. }) => {
                    outbox.send(ServerMessage::Answer { id, result: Answer::Done {} });
                    rig.message().await
                }
                other => panic!("{other:?} for {text}"),
            },
            answer = next_message(&mut rig.written) => answer,
        };
        match answer["type"].as_str() {
            Some("answer" | "pong") => accepted += 1,
            Some("refusal" | "error") => {
                assert!(answer["error"]["code"].is_string(), "{answer}");
                assert!(answer["error"]["message"].is_string(), "{answer}");
                assert_ne!(answer["fatal"], json!(true), "{text}: {answer}");
                refused += 1;
            }
            _ => panic!("{text}: {answer}"),
        }
    }
    assert_eq!(accepted + refused, MESSAGES);
    assert!(accepted > 500 && refused > 5_000, "{accepted} accepted, {refused} refused");
}

async fn next_message(
    written: &mut tokio::sync::mpsc::Receiver<signaling::session::Frame>,
) -> Value {
    loop {
        match written.recv().await.expect("the session lives on") {
            signaling::session::Frame::Text(text) => return serde_json::from_str(&text).unwrap(),
            signaling::session::Frame::Ping => {}
            other @ signaling::session::Frame::Close { .. } => panic!("{other:?}"),
        }
    }
}
