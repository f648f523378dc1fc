use axum::Json;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::protocol::{Cause, Fault, WireError};

#[derive(Serialize)]
struct Body {
    error: WireError,
}

impl IntoResponse for WireError {
    fn into_response(self) -> Response {
        let wait = retry_after_s(&self);
        let mut response = (status(&self), Json(Body { error: self })).into_response();
        if let Some(wait) = wait {
            response.headers_mut().insert(RETRY_AFTER, wait.into());
        }
        response
    }
}

/// `Retry-After` (RFC 9110 section 10.2.3) counts in whole seconds.
fn retry_after_s(error: &WireError) -> Option<u64> {
    match error.cause {
        Cause::Fault(
            Fault::RateLimited { retry_after_ms, .. } | Fault::Overloaded { retry_after_ms, .. },
        ) => Some(retry_after_ms.div_ceil(1_000)),
        Cause::Fault(_) | Cause::Refusal(_) => None,
    }
}

/// The one place that chooses an HTTP status for an error.
fn status(error: &WireError) -> StatusCode {
    let fault = match &error.cause {
        Cause::Refusal(_) => return StatusCode::CONFLICT,
        Cause::Fault(fault) => fault,
    };
    match fault {
        Fault::NotAuthenticated | Fault::TokenInvalid | Fault::TokenExpired => {
            StatusCode::UNAUTHORIZED
        }
        Fault::Forbidden => StatusCode::FORBIDDEN,
        Fault::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Fault::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
        Fault::StorageFailed
        | Fault::Overloaded { .. }
        | Fault::MediaUnavailable
        | Fault::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
        Fault::Malformed
        | Fault::UnknownType
        | Fault::UnknownCommand
        | Fault::BinaryNotSupported
        | Fault::UnsupportedVersion
        | Fault::Superseded
        | Fault::SlowReader
        | Fault::TooManyErrors
        | Fault::TimedOut
        | Fault::SdpInvalid
        | Fault::SdpNoAudio
        | Fault::SdpNoFingerprint
        | Fault::FileTooLarge { .. }
        | Fault::FileTypeNotAllowed { .. }
        | Fault::FileEmpty
        | Fault::TooManyFiles
        | Fault::FileHashWrong
        | Fault::FileDiffers
        | Fault::FileTypeWrong
        | Fault::NoSuchFile
        | Fault::FileGone
        | Fault::Busy
        | Fault::Stopped => StatusCode::BAD_REQUEST,
    }
}
