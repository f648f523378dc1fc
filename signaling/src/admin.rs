//! The operator's listener, apart from the public one.

use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::health;

/// The media type Prometheus and its kin ask for.
const METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What the operator's routes ask.
#[derive(Clone)]
pub struct Admin {
    metrics: Arc<dyn Fn() -> String + Send + Sync>,
    ready: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl Admin {
    /// Takes what gives the metrics page, and whether calls can be taken.
    pub fn new(
        metrics: impl Fn() -> String + Send + Sync + 'static,
        ready: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { metrics: Arc::new(metrics), ready: Arc::new(ready) }
    }

    /// `/metrics`, `/healthz` and `/readyz`.
    pub fn router(self) -> Router {
        Router::new()
            .route("/metrics", get(metrics))
            .route("/healthz", get(health::healthy))
            .route("/readyz", get(readiness))
            .with_state(self)
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Admin").finish_non_exhaustive()
    }
}

async fn metrics(State(admin): State<Admin>) -> Response {
    let page = (admin.metrics)();
    std::future::ready(([(CONTENT_TYPE, METRICS_TYPE)], page).into_response()).await
}

async fn readiness(State(admin): State<Admin>) -> (StatusCode, &'static str) {
    let answer = if (admin.ready)() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    };
    std::future::ready(answer).await
}
