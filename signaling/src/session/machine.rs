use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::permission;
use crate::auth::{Keys, Person, TokenError};
use crate::convert;
use crate::driver::WireCommand;
use crate::limits::{Bucket, Limits, millis};
use crate::protocol::{
    Command, Fault, Hello, Limit, Parsed, Resume, ServerMessage, WireError, parse,
};

/// What one socket is, without the socket: frames in, reactions out, time as an argument.
///
/// ```text
///   Nameless ---- hello, good token ----> Named ---- any end ----> (gone)
///       |                                                            ^
///       +---- deadline, bad token, too many errors ------------------+
/// ```
#[derive(Debug)]
pub(super) struct Machine {
    keys: Keys,
    limits: Arc<Limits>,
    state: State,
    bucket: Bucket,
    /// Pings and pongs of the WebSocket itself: nobody needs many, and each ping is answered.
    signs_of_life: Bucket,
    errors_in_a_row: u32,
    rate_limited_in_a_row: u32,
}

#[derive(Debug)]
enum State {
    Nameless,
    Named(Person),
}

/// What is to be done about a frame.
#[derive(Debug)]
pub(super) enum Reaction {
    /// Nothing.
    Nothing,
    /// Send this.
    Reply(ServerMessage),
    /// Turn away whoever it is: the token cannot be taken.
    Stranger(TokenError),
    /// Tell the driver who is there.
    Open { person: Person, client: Option<String>, resume: Option<Resume> },
    /// Hand the command on.
    Forward { id: u64, command: WireCommand },
    /// End the session.
    End(WireError),
}

impl Machine {
    pub(super) fn new(keys: Keys, limits: Arc<Limits>, now: Instant) -> Self {
        Self {
            keys,
            limits,
            state: State::Nameless,
            bucket: Bucket::full(now),
            signs_of_life: Bucket::full(now),
            errors_in_a_row: 0,
            rate_limited_in_a_row: 0,
        }
    }

    pub(super) fn is_nameless(&self) -> bool {
        match self.state {
            State::Nameless => true,
            State::Named(_) => false,
        }
    }

    pub(super) fn text(&mut self, text: &str, now: Instant, wall: SystemTime) -> Reaction {
        let parsed = if text.len() > self.limits.message_bytes {
            return Reaction::End(Fault::TooLarge.into());
        } else {
            parse(text)
        };
        if let Err(wait) = self.bucket.take(self.limits.messages, now) {
            return self.rate_limited(&parsed, wait);
        }
        self.rate_limited_in_a_row = 0;
        match parsed {
            Err(error) => self.complain(error),
            Ok(Parsed::Hello(hello)) => self.hello(*hello, wall),
            Ok(Parsed::Ping) if self.is_nameless() => self.complain(Fault::NotAuthenticated.into()),
            Ok(Parsed::Ping) => Reaction::Reply(ServerMessage::Pong {}),
            Ok(Parsed::Request { id, command }) => self.request(id, command),
        }
    }

    pub(super) fn binary(&mut self) -> Reaction {
        self.complain(Fault::BinaryNotSupported.into())
    }

    pub(super) fn sign_of_life(&mut self, now: Instant) -> Reaction {
        if self.signs_of_life.take(self.limits.messages, now).is_ok() {
            return Reaction::Nothing;
        }
        self.one_more_over_the_rate().map_or(Reaction::Nothing, Reaction::End)
    }

    fn hello(&mut self, hello: Hello, wall: SystemTime) -> Reaction {
        if !self.is_nameless() {
            return self.complain(Fault::Malformed.because("This session has said hello."));
        }
        match self.keys.verify(&hello.token, wall) {
            Err(error) => Reaction::Stranger(error),
            Ok(person) => {
                self.errors_in_a_row = 0;
                self.state = State::Named(person.clone());
                Reaction::Open { person, client: hello.client, resume: hello.resume }
            }
        }
    }

    fn request(&mut self, id: u64, command: Result<Command, WireError>) -> Reaction {
        let State::Named(person) = &self.state else {
            return self.refuse(id, Fault::NotAuthenticated.into());
        };
        let allowed = command.and_then(convert::command).and_then(|command| {
            permission::check(person, &command)?;
            Ok(command)
        });
        match allowed {
            Ok(command) => {
                self.errors_in_a_row = 0;
                Reaction::Forward { id, command }
            }
            Err(error) => self.refuse(id, error),
        }
    }

    fn refuse(&mut self, id: u64, error: WireError) -> Reaction {
        self.one_more_error(ServerMessage::refusal(id, error))
    }

    fn complain(&mut self, error: WireError) -> Reaction {
        self.one_more_error(ServerMessage::error(error))
    }

    fn one_more_error(&mut self, reply: ServerMessage) -> Reaction {
        self.errors_in_a_row += 1;
        if self.errors_in_a_row >= self.limits.errors_in_a_row {
            return Reaction::End(Fault::TooManyErrors.into());
        }
        Reaction::Reply(reply)
    }

    fn rate_limited(&mut self, parsed: &Result<Parsed, WireError>, wait: Duration) -> Reaction {
        if let Some(end) = self.one_more_over_the_rate() {
            return Reaction::End(end);
        }
        let fault = Fault::RateLimited { limit: Limit::Messages, retry_after_ms: millis(wait) };
        Reaction::Reply(match parsed {
            Ok(Parsed::Request { id, .. }) => ServerMessage::refusal(*id, fault),
            Ok(Parsed::Hello(_) | Parsed::Ping) | Err(_) => ServerMessage::error(fault),
        })
    }

    /// The end, for whoever never slows down.
    fn one_more_over_the_rate(&mut self) -> Option<WireError> {
        self.rate_limited_in_a_row += 1;
        let enough = self.rate_limited_in_a_row >= self.limits.rate_limited_in_a_row;
        enough.then(|| Fault::TooManyErrors.into())
    }
}
