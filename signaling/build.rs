//! Builds anew when a page comes or goes: the embedding macro itself sees only changed files.

use std::fs;

/// What is not embedded need not be watched.
const NOT_PAGES: [&str; 2] = ["node_modules", "test"];

fn main() {
    let entries = fs::read_dir("../web").expect("the pages are in web/");
    for entry in entries {
        let name = entry.expect("web/ is readable").file_name();
        let name = name.to_string_lossy();
        if !NOT_PAGES.contains(&name.as_ref()) {
            println!("cargo::rerun-if-changed=../web/{name}");
        }
    }
}
