use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LOCATION,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

/// Nothing from elsewhere, nothing inline, no plug-ins. Pictures that people send are shown out of
/// the page's memory.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
     img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; \
     object-src 'none'; base-uri 'none'; form-action 'self'";

/// The one page that others may put into theirs, as `embed/trefoil-widget.js` does: whoever it is
/// shown to speaks and writes for themselves alone, and is known there by no cookie.
const EMBEDDED: &str = "/customer/";

/// The pages, read from the folder in a debug build and carried in the binary otherwise. What the
/// pages are checked and tested with stays outside.
#[derive(RustEmbed)]
#[folder = "../web"]
#[exclude = "node_modules/*"]
#[exclude = "test/*"]
#[exclude = "*.json"]
#[exclude = "*.md"]
#[exclude = ".*"]
struct Web;

/// Every path that is no route: a file of the pages, or not found.
pub(crate) async fn page(uri: Uri, headers: HeaderMap) -> Response {
    let mut response = std::future::ready(find(uri.path(), &headers)).await;
    let frames = if uri.path() == EMBEDDED { "*" } else { "'self'" };
    let policy = HeaderValue::try_from(format!("{POLICY}; frame-ancestors {frames}"));
    let policy = policy.expect("a policy is plain text");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    let always = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-cache"),
        (HeaderName::from_static("permissions-policy"), "microphone=(self), camera=()"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in always {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn find(path: &str, headers: &HeaderMap) -> Response {
    let Some(path) = path.strip_prefix('/').filter(|path| is_plain(path)) else {
        return not_found();
    };
    let name = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.into()
    };
    if let Some(file) = Web::get(&name) {
        return serve(&name, file, headers);
    }
    // A folder without its slash would resolve its page's relative links one level too high.
    if Web::get(&format!("{path}/index.html")).is_some() {
        return (StatusCode::PERMANENT_REDIRECT, [(LOCATION, format!("/{path}/"))]).into_response();
    }
    not_found()
}

fn serve(name: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let digest = file.metadata.sha256_hash();
    // Half of the digest is plenty to tell two versions of a file apart.
    let half = u128::from_be_bytes(*digest.first_chunk().expect("SHA-256 has 32 bytes"));
    let tag = format!("\"{half:032x}\"");
    let known = headers.get(IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    if known.is_some_and(|tags| tags.contains(&tag)) {
        return (StatusCode::NOT_MODIFIED, [(ETAG, tag)]).into_response();
    }
    let kind = content_type(name);
    ([(ETAG, tag), (CONTENT_TYPE, kind.to_owned())], file.data.into_owned()).into_response()
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "There is no such page.\n").into_response()
}

/// Only names as we write them: no escapes, no empty parts, no way up, nothing hidden.
fn is_plain(path: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
    let doubled = path.starts_with('/') || path.contains("//");
    path.chars().all(plain) && !doubled && !path.split('/').any(|part| part.starts_with('.'))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("opus" | "ogg") => "audio/ogg",
        Some("wav") => "audio/wav",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
