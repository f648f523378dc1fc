use axum::http::StatusCode;

/// `GET /healthz`: whoever can answer is alive.
pub(crate) async fn healthy() -> (StatusCode, &'static str) {
    std::future::ready((StatusCode::OK, "ok\n")).await
}
