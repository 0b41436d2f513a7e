//! What others rely on: the form of each message, that whoever says something is heard, and the references
//! that are rendered from that. `UPDATE=1` writes what has changed on purpose.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on ends")]

use std::{fs, path::PathBuf};

mod asyncapi;
mod conversation;
mod forms;
mod gateway_settings;
mod reference;
mod schema;

/// A path from the root of this crate.
fn path_of(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Whether what has changed is to be written.
#[expect(clippy::disallowed_methods, reason = "a person says whether files are to be written")]
fn is_update() -> bool {
    std::env::var("UPDATE").is_ok()
}

/// Compares a file with what it should hold, or writes it.
fn holds(path: &str, wanted: &str) {
    if is_update() {
        fs::write(path_of(path), wanted).expect("the file can be written");
    }
    let found = fs::read_to_string(path_of(path)).unwrap_or_default();
    assert_eq!(
        found, wanted,
        "{path} is out of date: run the tests with UPDATE=1 and look at what changed"
    );
}
