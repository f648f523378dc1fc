//! Bodies and paths, with errors in the form of all others.

use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::extract::rejection::BytesRejection;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Rest;
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
pub(super) fn form<T: DeserializeOwned>(body: Body) -> Result<T, RestError> {
    let bytes = bytes(body)?;
    serde_json::from_slice(&bytes).map_err(|error| {
        RestError::from(Fault::Malformed.because(format!("The body cannot be read: {error}")))
    })
}

/// What a path names, with the errors of all others: what is no text names nothing.
pub(super) struct Path<T>(pub(super) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Rest> for Path<T> {
    type Rejection = RestError;

    async fn from_request_parts(parts: &mut Parts, rest: &Rest) -> Result<Self, RestError> {
        let named = axum::extract::Path::<T>::from_request_parts(parts, rest).await;
        named.map(|axum::extract::Path(named)| Self(named)).map_err(|_| RestError::NotFound)
    }
}

/// An id in a path. What is no id is the id of nothing.
pub(super) fn id<T: FromStr>(text: &str) -> Result<T, RestError> {
    text.parse().map_err(|_| RestError::NotFound)
}
