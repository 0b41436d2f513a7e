//! What others rely on: the form of each message, and the reference that is rendered from the topology.
//! `UPDATE=1` writes what has changed on purpose.

#![expect(clippy::expect_used, reason = "a test that cannot go on ends")]

use std::{fs, path::PathBuf};

mod forms;
mod reference;

/// Compares a file with what it should hold, or writes it.
#[expect(clippy::disallowed_methods, reason = "a person says whether files are to be written")]
fn holds(path: &str, wanted: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var("UPDATE").is_ok() {
        fs::create_dir_all(file.parent().expect("a file is in a folder"))
            .expect("the folder can be made");
        fs::write(&file, wanted).expect("the file can be written");
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(
        found, wanted,
        "{path} is out of date: run the tests with UPDATE=1 and look at what changed"
    );
}
