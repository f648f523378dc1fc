//! Rules of the house that a machine can check: who may name whom, and how long a file may be.

use std::fs;
use std::path::{Path, PathBuf};

/// A Rust or JavaScript file longer than this is a place to stop and cut.
const MAX_LINES: usize = 600;
/// Widest line of code and comments, in characters.
const MAX_WIDTH: usize = 100;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(extensions: &[&str]) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, extensions: &[&str], found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("a folder of the repository is readable") {
            let path = entry.expect("an entry of the repository is readable").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                let foreign = ["target", "node_modules", "out", "data"].contains(&name);
                if !foreign && !name.starts_with('.') {
                    walk(&path, extensions, found);
                }
            } else if path
                .extension()
                .and_then(|extension| extension.to_str())
                .is_some_and(|extension| extensions.contains(&extension))
            {
                let text = fs::read_to_string(&path).expect("a source file is UTF-8 text");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), extensions, &mut found);
    assert!(found.len() > 20, "the walk found the repository");
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).expect("the walk starts at the root").display().to_string()
}

fn assert_clean(rule: &str, offences: &[String]) {
    assert!(offences.is_empty(), "{rule}:\n{}", offences.join("\n"));
}

/// Lines of code that name a crate in a path or an import.
fn names_crate<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let path = format!("{name}::");
    text.lines().find(|line| {
        let code = line.split("//").next().unwrap_or_default();
        code.match_indices(&path).any(|(at, _)| {
            !code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_')
        })
    })
}

#[test]
fn files_and_lines_are_short_enough_to_read() {
    let mut offences = Vec::new();
    for (path, text) in sources(&["rs", "js", "mjs"]) {
        let lines = text.lines().count();
        if lines > MAX_LINES {
            offences.push(format!("{}: {lines} lines", relative(&path)));
        }
        for (at, line) in text.lines().enumerate() {
            if line.chars().count() > MAX_WIDTH && !line.contains("http") {
                offences.push(format!("{}:{}: wide line", relative(&path), at + 1));
            }
        }
    }
    assert_clean("a file has at most 600 lines of at most 100 characters", &offences);
}

#[test]
fn only_the_room_that_owns_a_foreign_crate_names_it() {
    let rules = [
        ("str0m", vec!["crates/transport/"]),
        ("sqlx", vec!["crates/storage/"]),
        ("rtc", vec!["loadtest/", "tests/it/", "bench/"]),
        ("axum", vec!["signaling/"]),
        ("hyper", vec!["signaling/"]),
    ];
    let mut offences = Vec::new();
    for (path, text) in sources(&["rs"]) {
        let path = relative(&path);
        for (name, rooms) in &rules {
            let at_home = rooms.iter().any(|room| path.starts_with(room));
            // A dev-dependency may stand in a room's own tests: an independent peer, for instance.
            let in_tests = path.contains("/tests/") && *name != "sqlx";
            if !at_home
                && !in_tests
                && let Some(line) = names_crate(&text, name)
            {
                offences.push(format!("{path}: {name}: {}", line.trim()));
            }
        }
    }
    assert_clean("a foreign crate is named in one room only", &offences);
}

#[test]
fn pure_crates_depend_on_nothing_impure_and_shells_not_on_each_other() {
    let allowed: [(&str, &[&str]); 7] = [
        ("crates/call-core", &["jiff", "schemars", "serde", "thiserror"]),
        (
            "crates/directory",
            &[
                "argon2",
                "base64ct",
                "call-core",
                "schemars",
                "serde",
                "serde_json",
                "sha2",
                "thiserror",
                "toml",
                "unicode-normalization",
                "zeroize",
            ],
        ),
        ("crates/media-core", &["bytes", "ebur128", "ogg", "opus", "thiserror"]),
        ("crates/transport", &["bytes", "media-core", "str0m", "thiserror", "tracing"]),
        (
            "crates/media",
            &[
                "bytes",
                "cpu-time",
                "crossbeam-queue",
                "media-core",
                "mio",
                "rustix",
                "socket2",
                "thiserror",
                "tokio",
                "tracing",
                "transport",
            ],
        ),
        (
            "crates/storage",
            &[
                "call-core",
                "directory",
                "futures-util",
                "rustix",
                "serde",
                "serde_json",
                "sha2",
                "sqlx",
                "thiserror",
                "tokio",
                "tracing",
            ],
        ),
        ("web", &[]),
    ];
    let mut offences = Vec::new();
    for (room, allowed) in allowed {
        let manifest = root().join(room).join("Cargo.toml");
        let Ok(text) = fs::read_to_string(&manifest) else {
            continue;
        };
        let manifest: toml::Table = text.parse().expect("a manifest is TOML");
        let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
        for name in dependencies.into_iter().flat_map(toml::Table::keys) {
            if !allowed.contains(&name.as_str()) {
                offences.push(format!("{room} depends on {name}"));
            }
        }
    }
    assert_clean("who may know whom (ARCHITECTURE.md)", &offences);
}

#[test]
fn lints_are_expected_with_a_reason_never_allowed() {
    let mut offences = Vec::new();
    for (path, text) in sources(&["rs"]) {
        let path = relative(&path);
        if path == "tests/tidy.rs" {
            continue;
        }
        for (at, line) in text.lines().enumerate() {
            if line.contains("#[allow(") || line.contains("#![allow(") {
                offences.push(format!("{path}:{}", at + 1));
            }
        }
    }
    assert_clean("use #[expect(lint, reason = \"...\")]", &offences);
}

#[test]
fn pages_never_build_markup_from_text() {
    let mut offences = Vec::new();
    for (path, text) in sources(&["js", "html"]) {
        let path = relative(&path);
        if !path.starts_with("web/") || path.starts_with("web/test/") {
            continue;
        }
        for (at, line) in text.lines().enumerate() {
            let builds =
                ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("];
            if builds.iter().any(|word| line.contains(word)) {
                offences.push(format!("{path}:{}: {}", at + 1, line.trim()));
            }
        }
    }
    assert_clean("text reaches a page as text only", &offences);
}
