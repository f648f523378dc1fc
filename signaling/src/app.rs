use std::fmt;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use tokio::sync::mpsc;

use crate::auth::Keys;
use crate::counters::Counters;
use crate::demo::{self, Demo};
use crate::door::Door;
use crate::driver::ToDriver;
use crate::limits::Limits;
use crate::origin::Origins;
use crate::places::Places;
use crate::rest::{self, Office};
use crate::session::Context;
use crate::source::TrustedProxies;
use crate::{health, pages, websocket};

/// Everything the public listener is made of.
#[derive(Debug)]
pub struct Setup {
    /// Where requests go: the driver's inbox. Its bound is what `overloaded` means.
    pub driver: mpsc::Sender<ToDriver>,
    /// What tokens are checked (and in demo mode minted) with.
    pub keys: Keys,
    /// What clients may do.
    pub limits: Limits,
    /// Proxies whose word about the client's address is taken.
    pub proxies: TrustedProxies,
    /// Origins besides the server's own whose pages may connect.
    pub origins: Vec<String>,
    /// Who may sign in without a token of their own; none outside demo mode.
    pub demo: Option<Demo>,
    /// What the server calls itself in `welcome`: `trefoil/0.1.0`.
    pub server: String,
}

/// What the routes share; cheap to clone.
#[derive(Clone)]
pub struct AppState {
    shared: Arc<Shared>,
    office: Option<Arc<dyn Office>>,
}

struct Shared {
    context: Context,
    proxies: TrustedProxies,
    origins: Origins,
    places: Places,
    demo: Option<Demo>,
}

impl AppState {
    /// Puts the parts together.
    pub fn new(setup: Setup) -> Self {
        let Setup { driver, keys, limits, proxies, origins, demo, server } = setup;
        let places = Places::new(limits.sockets, limits.sockets_per_source);
        let context = Context {
            door: Door::new(driver, &limits),
            server: server.into(),
            keys,
            limits: Arc::new(limits),
            counters: Arc::new(Counters::default()),
        };
        let origins = Origins::new(&origins);
        let shared = Arc::new(Shared { context, proxies, origins, places, demo });
        Self { shared, office: None }
    }

    /// With sign-in by password, administration and records.
    #[must_use]
    pub fn with_office(mut self, office: Arc<dyn Office>) -> Self {
        self.office = Some(office);
        self
    }

    /// What has been done so far, for the metrics.
    pub fn counters(&self) -> &Arc<Counters> {
        &self.shared.context.counters
    }

    pub(crate) fn context(&self) -> Context {
        self.shared.context.clone()
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.shared.context.keys
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.shared.context.limits
    }

    pub(crate) fn proxies(&self) -> &TrustedProxies {
        &self.shared.proxies
    }

    pub(crate) fn origins(&self) -> &Origins {
        &self.shared.origins
    }

    pub(crate) fn places(&self) -> &Places {
        &self.shared.places
    }

    pub(crate) fn office(&self) -> Option<&Arc<dyn Office>> {
        self.office.as_ref()
    }

    pub(crate) fn demo(&self) -> Option<&Demo> {
        self.shared.demo.as_ref()
    }
}

impl fmt::Debug for AppState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppState").field("demo", &self.demo().is_some()).finish_non_exhaustive()
    }
}

/// The public listener's routes, for [`serve`](crate::serve()), which tells them where a request
/// comes from.
pub fn router(state: AppState) -> Router {
    let mut router = Router::new()
        .route("/v1/ws", get(websocket::upgrade))
        .route("/healthz", get(health::healthy));
    if state.demo().is_some() {
        router = router
            .route("/v1/demo", get(demo::directory))
            .route("/v1/demo/token", post(demo::token))
            .layer(axum::extract::DefaultBodyLimit::max(demo::MAX_BODY_BYTES));
    }
    let office = state.office.clone().map(|office| rest::router(state.clone(), office));
    let router = router.fallback(get(pages::page)).with_state(state);
    office.map_or_else(|| router.clone(), |office| router.clone().merge(office))
}
