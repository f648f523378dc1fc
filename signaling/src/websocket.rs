use axum::body::Bytes;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRequestParts, Request, State};
use axum::response::{IntoResponse, Response};
use futures_util::{SinkExt, StreamExt, future};
use tungstenite::error::CapacityError;

use crate::app::AppState;
use crate::limits::{PLACE_RETRY, millis};
use crate::places::{NoPlace, Place};
use crate::protocol::{Fault, Limit, SUB_PROTOCOL, WireError};
use crate::session::{Frame, Incoming, run};
use crate::source::Source;

/// Enough for an ordinary message; what is larger grows the buffer for as long as it lives.
const READ_BUFFER_BYTES: usize = 8 * 1024;
/// Messages are flushed one by one, so there is nothing to gain from collecting them.
const WRITE_BUFFER_BYTES: usize = 0;

/// `GET /v1/ws`
pub(crate) async fn upgrade(State(state): State<AppState>, request: Request) -> Response {
    match accept(&state, request).await {
        Ok(response) => response,
        Err(refused) => {
            state.counters().socket_refused();
            refused
        }
    }
}

async fn accept(state: &AppState, request: Request) -> Result<Response, Response> {
    let (mut parts, _) = request.into_parts();
    if !state.origins().allow(&parts.headers) {
        return Err(Fault::Forbidden.because("Pages of this origin may not.").into_response());
    }
    let limits = state.limits();
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, state)
        .await
        .map_err(WebSocketUpgradeRejection::into_response)?
        .protocols([SUB_PROTOCOL]);
    if upgrade.selected_protocol().is_none() {
        return Err(WireError::from(Fault::UnsupportedVersion).into_response());
    }
    let source = state.proxies().source_of(&parts.extensions, &parts.headers);
    let place = state.places().take(source).map_err(|refused| {
        let retry_after_ms = millis(PLACE_RETRY);
        let error = WireError::from(match refused {
            NoPlace::Source => {
                Fault::RateLimited { limit: Limit::SocketsPerSource, retry_after_ms }
            }
            NoPlace::All => Fault::Overloaded { limit: Some(Limit::Sockets), retry_after_ms },
        });
        state.counters().refused(&error);
        error.into_response()
    })?;
    let state = state.clone();
    Ok(upgrade
        .max_message_size(limits.message_bytes)
        .max_frame_size(limits.message_bytes)
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        // One message is never larger than what may be outstanding in all.
        .max_write_buffer_size(limits.outstanding_bytes + 1024)
        .on_upgrade(move |socket| serve(state, socket, source, place)))
}

async fn serve(state: AppState, socket: WebSocket, source: Option<Source>, place: Place) {
    state.counters().socket_opened();
    let (sink, stream) = socket.split();
    let incoming = stream.take_while(|read| future::ready(!is_end(read))).filter_map(|read| {
        future::ready(match read {
            Ok(message) => incoming(message),
            Err(error) => Some(broken(&error)),
        })
    });
    let outgoing = sink.with(|frame| future::ready(Ok::<_, axum::Error>(message(frame))));
    run(state.context(), source, incoming, outgoing).await;
    state.counters().socket_closed();
    drop(place);
}

/// Whether the socket is at its end: closed by the client, or cut.
fn is_end(read: &Result<Message, axum::Error>) -> bool {
    match read {
        Ok(Message::Close(_)) => true,
        Ok(Message::Text(_) | Message::Binary(_) | Message::Ping(_) | Message::Pong(_)) => false,
        Err(error) => !matches!(
            tungstenite_error(error),
            Some(
                tungstenite::Error::Capacity(_)
                    | tungstenite::Error::Utf8(_)
                    | tungstenite::Error::Protocol(_)
            )
        ),
    }
}

fn incoming(message: Message) -> Option<Incoming> {
    match message {
        Message::Text(text) => Some(Incoming::Text(text.as_str().to_owned())),
        Message::Binary(_) => Some(Incoming::Binary),
        Message::Ping(_) | Message::Pong(_) => Some(Incoming::Pong),
        Message::Close(_) => None,
    }
}

fn broken(error: &axum::Error) -> Incoming {
    match tungstenite_error(error) {
        Some(tungstenite::Error::Capacity(CapacityError::MessageTooLong { .. })) => {
            Incoming::TooLarge
        }
        _ => Incoming::Broken,
    }
}

fn tungstenite_error(error: &axum::Error) -> Option<&tungstenite::Error> {
    std::error::Error::source(error)?.downcast_ref()
}

fn message(frame: Frame) -> Message {
    match frame {
        Frame::Text(text) => Message::Text(text.into()),
        Frame::Ping => Message::Ping(Bytes::new()),
        Frame::Close { code, reason } => {
            Message::Close(Some(CloseFrame { code, reason: reason.into() }))
        }
    }
}
