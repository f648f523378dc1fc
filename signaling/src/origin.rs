use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

/// Whose pages may connect: the server's own, and those the operator listed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origins {
    allowed: Vec<String>,
}

impl Origins {
    /// Takes origins as browsers write them: `https://shop.example`.
    pub(crate) fn new(allowed: &[String]) -> Self {
        let plain = |origin: &String| origin.trim_end_matches('/').to_ascii_lowercase();
        Self { allowed: allowed.iter().map(plain).collect() }
    }

    /// Whether the request may come from where it says. Who says nothing is no browser, and a
    /// program can write whatever it likes anyway: the token is what lets people in, this keeps
    /// foreign pages from using a visitor's.
    pub(crate) fn allow(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(ORIGIN) else {
            return true;
        };
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        let origin = origin.to_ascii_lowercase();
        let host = headers.get(HOST).and_then(|host| host.to_str().ok());
        let same = origin.split_once("://").is_some_and(|(_, authority)| {
            host.is_some_and(|host| !host.is_empty() && host.eq_ignore_ascii_case(authority))
        });
        same || self.allowed.contains(&origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(origin: &str, host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, origin.parse().unwrap());
        headers.insert(HOST, host.parse().unwrap());
        Origins::new(&["https://Shop.example/".to_owned()]).allow(&headers)
    }

    #[test]
    fn own_pages_listed_pages_and_programs_may() {
        assert!(from("http://127.0.0.1:8080", "127.0.0.1:8080"));
        assert!(from("https://Voice.example", "voice.example"));
        assert!(from("https://shop.example", "voice.example"));
        assert!(Origins::default().allow(&HeaderMap::new()));
    }

    #[test]
    fn nobody_else_may() {
        assert!(!from("http://evil.example", "voice.example"));
        assert!(!from("http://voice.example.evil", "voice.example"));
        assert!(!from("http://voice.example:81", "voice.example"));
        assert!(!from("http://shop.example", "voice.example"));
        assert!(!from("null", "voice.example"));
        assert!(!from("voice.example", "voice.example"));
    }
}
