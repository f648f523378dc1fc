//! Bodies and paths, with errors in the form of all others.

use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use serde_json::Value;

use super::error::RestError;
use crate::protocol::Fault;

/// A body as it arrives.
pub(super) type Body = Result<Bytes, BytesRejection>;

/// The bytes of a body.
pub(super) fn bytes(body: Body) -> Result<Bytes, RestError> {
    body.map_err(|rejection| {
        let too_large = rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE;
        let fault = if too_large { Fault::TooLarge } else { Fault::Malformed };
        fault.because(rejection.body_text()).into()
    })
}

/// A body of JSON.
pub(super) fn json(body: Body) -> Result<Value, RestError> {
    let bytes = bytes(body)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        RestError::from(Fault::Malformed.because(format!("The body is not JSON: {error}")))
    })
}

/// A body of JSON that has a form of its own.
pub(super) fn form<T: serde::de::DeserializeOwned>(body: Body) -> Result<T, RestError> {
    let bytes = bytes(body)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        RestError::from(Fault::Malformed.because(format!("The body cannot be read: {error}")))
    })
}

/// An id in a path. What is no id is the id of nothing.
pub(super) fn id<T: FromStr>(text: &str) -> Result<T, RestError> {
    text.parse().map_err(|_| RestError::NotFound)
}
