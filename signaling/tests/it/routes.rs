use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH, LOCATION, ORIGIN, RETRY_AFTER,
};
use axum::http::{Request, Response, StatusCode};
use call_core::Rights;
use serde_json::{Value, json};
use signaling::{
    Admin, AppState, Demo, DemoAgent, DemoTeam, Limits, Rate, Setup, TrustedProxies, router,
};
use tower::ServiceExt;

use crate::support::{keys, team};

fn app(demo: Option<Demo>) -> Router {
    with(demo, Limits::default())
}

fn limited(limits: Limits) -> Router {
    with(Some(demo()), limits)
}

fn with(demo: Option<Demo>, limits: Limits) -> Router {
    let (driver, _) = tokio::sync::mpsc::channel(1);
    router(AppState::new(Setup {
        driver,
        keys: keys(),
        limits,
        proxies: TrustedProxies::default(),
        origins: Vec::new(),
        demo,
        server: "trefoil/test".to_owned(),
    }))
}

fn demo() -> Demo {
    let name = "Bob Baker".to_owned();
    let teams = [(team("support"), Rights::MANAGE)].into();
    Demo {
        teams: vec![DemoTeam { id: team("support"), name: "Support".to_owned() }],
        agents: vec![DemoAgent { id: "bob".parse().unwrap(), name, teams }],
    }
}

async fn get(app: Router, path: &str) -> Response<Body> {
    app.oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
}

async fn text(response: Response<Body>) -> String {
    let body = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

async fn asks_for_token(body: &str) -> (StatusCode, Value) {
    let request = Request::post("/v1/demo/token").header(CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let response = app(Some(demo())).oneshot(request).await.unwrap();
    let status = response.status();
    (status, serde_json::from_str(&text(response).await).unwrap())
}

#[tokio::test]
async fn the_pages_are_served_under_a_strict_policy() {
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/customer/", "text/html; charset=utf-8"),
        ("/desk/", "text/html; charset=utf-8"),
        ("/client/index.js", "text/javascript; charset=utf-8"),
    ] {
        let response = get(app(None), path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let headers = response.headers();
        assert_eq!(headers[CONTENT_TYPE], kind, "{path}");
        let policy = headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["cache-control"], "no-cache");
        assert!(!text(response).await.is_empty());
    }
}

#[tokio::test]
async fn only_the_customers_page_may_lie_in_a_foreign_one() {
    for (path, frames) in [
        ("/customer/", "frame-ancestors *"),
        ("/customer/main.js", "frame-ancestors 'self'"),
        ("/desk/", "frame-ancestors 'self'"),
        ("/", "frame-ancestors 'self'"),
        ("/nothing", "frame-ancestors 'self'"),
    ] {
        let response = get(app(None), path).await;
        let policy = response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.ends_with(frames), "{path}: {policy}");
    }
}

#[tokio::test]
async fn a_page_that_is_known_is_not_sent_again() {
    let first = get(app(None), "/client/index.js").await;
    let tag = first.headers()[ETAG].clone();
    let again = Request::get("/client/index.js").header(IF_NONE_MATCH, tag);
    let again = app(None).oneshot(again.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert!(text(again).await.is_empty());
}

#[tokio::test]
async fn a_folder_gets_its_slash() {
    let response = get(app(None), "/desk").await;
    assert_eq!(response.status(), StatusCode::PERMANENT_REDIRECT);
    assert_eq!(response.headers()[LOCATION], "/desk/");
}

#[tokio::test]
async fn nothing_but_the_pages_is_served() {
    for path in [
        "/nothing",
        "/desk/nothing.js",
        "/package.json",
        "/test/",
        "/node_modules/typescript/package.json",
        "/../Cargo.toml",
        "/client/../../Cargo.toml",
        "/client/%2e%2e/%2e%2e/Cargo.toml",
        "/client/..%2f..%2fCargo.toml",
        "//etc/passwd",
        "/client//index.js",
        "/.gitignore",
        "/v1/demo",
        "/v1/nothing",
    ] {
        let response = get(app(None), path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        assert!(response.headers().contains_key(CONTENT_SECURITY_POLICY), "{path}");
    }
    let post = Request::post("/desk/").body(Body::empty()).unwrap();
    let status = app(None).oneshot(post).await.unwrap().status();
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn health_is_told() {
    let response = get(app(None), "/healthz").await;
    assert_eq!((response.status(), text(response).await.as_str()), (StatusCode::OK, "ok\n"));
}

#[tokio::test]
async fn the_demo_lists_its_teams_and_agents() {
    let response = get(app(Some(demo())), "/v1/demo").await;
    let directory: Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(
        directory,
        json!({"teams": [{"id": "support", "name": "Support"}],
               "agents": [{"id": "bob", "name": "Bob Baker", "teams": ["support"]}]})
    );
}

#[tokio::test]
async fn the_demo_mints_tokens_that_open_sessions() {
    let (status, body) = asks_for_token(r#"{"role":"agent","id":"bob"}"#).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["person"], json!({"id": "agent:bob", "name": "Bob Baker"}));
    let token = body["token"].as_str().unwrap();
    let person = keys().verify(token, SystemTime::now() + Duration::from_hours(11)).unwrap();
    assert_eq!(person.teams[&team("support")], Rights::MANAGE);

    let (_, first) = asks_for_token(r#"{"role":"customer","name":" Al\u0000ice "}"#).await;
    let (_, second) = asks_for_token(r#"{"role":"customer","name":""}"#).await;
    assert_eq!(first["person"]["name"], "Alice");
    assert_eq!(second["person"]["name"], "Guest");
    assert_ne!(first["person"]["id"], second["person"]["id"]);
    assert!(keys().verify(first["token"].as_str().unwrap(), SystemTime::now()).is_ok());
}

#[tokio::test]
async fn the_demo_refuses_what_it_does_not_know() {
    let long = format!(r#"{{"role":"customer","name":"{}"}}"#, "n".repeat(81));
    let huge = format!(r#"{{"role":"customer","name":"{}"}}"#, "n".repeat(10_000));
    for (body, status, code) in [
        (r#"{"role":"agent","id":"mallory"}"#, StatusCode::FORBIDDEN, "forbidden"),
        (r#"{"role":"boss"}"#, StatusCode::BAD_REQUEST, "malformed"),
        (r#"{"role":"customer","name":"a","admin":true}"#, StatusCode::BAD_REQUEST, "malformed"),
        ("{", StatusCode::BAD_REQUEST, "malformed"),
        (&long, StatusCode::BAD_REQUEST, "malformed"),
        (&huge, StatusCode::BAD_REQUEST, "malformed"),
    ] {
        let (got, error) = asks_for_token(body).await;
        assert_eq!((got, &error["error"]["code"]), (status, &json!(code)), "{body}");
    }
}

#[tokio::test]
async fn who_asks_for_token_after_token_is_slowed_down_and_only_they() {
    let app = limited(Limits { demo_tokens_per_source: Rate::per_min(60, 2), ..Limits::default() });
    let asks = |from: [u8; 4]| {
        let request = Request::post("/v1/demo/token")
            .header(CONTENT_TYPE, "application/json")
            .extension(ConnectInfo(SocketAddr::from((from, 4711))));
        let request = request.body(Body::from(r#"{"role":"agent","id":"bob"}"#)).unwrap();
        app.clone().oneshot(request)
    };
    for _ in 0..2 {
        assert_eq!(asks([192, 0, 2, 1]).await.unwrap().status(), StatusCode::OK);
    }
    let refused = asks([192, 0, 2, 1]).await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(["1", "2"].contains(&refused.headers()[RETRY_AFTER].to_str().unwrap()));
    let body: Value = serde_json::from_str(&text(refused).await).unwrap();
    assert_eq!(body["error"]["code"], "rate_limited");
    assert_eq!(body["error"]["limit"], "demo_tokens_per_source");
    assert_eq!(asks([192, 0, 2, 2]).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn outside_demo_mode_nobody_gets_a_token() {
    let request = Request::post("/v1/demo/token").header(CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(r#"{"role":"agent","id":"bob"}"#)).unwrap();
    let status = app(None).oneshot(request).await.unwrap().status();
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn pages_of_other_origins_get_no_token() {
    let request = Request::post("/v1/demo/token")
        .header(CONTENT_TYPE, "application/json")
        .header(HOST, "voice.example")
        .header(ORIGIN, "https://evil.example")
        .body(Body::from(r#"{"role":"agent","id":"bob"}"#));
    let response = app(Some(demo())).oneshot(request.unwrap()).await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_operator_sees_metrics_health_and_readiness() {
    let admin = |ready| Admin::new(|| "calls 3\n# EOF\n".to_owned(), move || ready).router();
    let metrics = get(admin(true), "/metrics").await;
    assert!(metrics.headers()[CONTENT_TYPE].to_str().unwrap().contains("openmetrics-text"));
    assert_eq!(text(metrics).await, "calls 3\n# EOF\n");
    assert_eq!(get(admin(false), "/healthz").await.status(), StatusCode::OK);
    assert_eq!(get(admin(true), "/readyz").await.status(), StatusCode::OK);
    assert_eq!(get(admin(false), "/readyz").await.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(get(app(None), "/metrics").await.status(), StatusCode::NOT_FOUND);
}
