//! What serde complains of, as callers read it: where, and in words that are not those of Rust.

use serde_path_to_error::{Error, Segment};
use std::fmt::Display;

/// What Rust's names of numbers say.
const WORDS: [(&str, &str); 6] = [
    (", expected u8", ", expected a whole number from 0 to 255"),
    (", expected u16", ", expected a whole number from 0 to 65535"),
    (", expected u32", ", expected a whole number from 0 to 4294967295"),
    (", expected u64", ", expected a whole number that is not negative"),
    (", expected usize", ", expected a whole number that is not negative"),
    (", expected i64", ", expected a whole number of at most 64 bits"),
];
/// How what Rust says of a text that is no number begins.
const NO_NUMBER: [&str; 3] = ["invalid digit found", "cannot parse integer", "number too"];

/// The pointer to what is wrong, and what is wrong with it.
pub(super) fn of<E: Display>(error: &Error<E>) -> (String, String) {
    let text = error.inner().to_string();
    (shortened(&pointer(error, &text)), shortened(&in_words(&text)))
}

/// Where it went wrong. A field that is missing, or there twice, is noticed at its parent, so its name
/// is taken from serde's message.
fn pointer<E>(error: &Error<E>, text: &str) -> String {
    let named = ["missing field `", "duplicate field `"].iter().find_map(|it| {
        let name = text.strip_prefix(it)?.split('`').next()?;
        Some(escaped(name))
    });
    let path = error.path().iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(escaped(key)),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    path.chain(named).fold("#".to_owned(), |pointer, part| pointer + "/" + &part)
}

/// RFC 6901 §3.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn in_words(text: &str) -> String {
    if NO_NUMBER.iter().any(|it| text.starts_with(it)) {
        return "must be a whole number".to_owned();
    }
    // What is expected stands at the end; before it may stand what the caller has sent.
    let found = WORDS.iter().find_map(|(rust, words)| {
        let (before, after) = text.rsplit_once(rust)?;
        (after.is_empty() || after.starts_with(' ')).then(|| format!("{before}{words}{after}"))
    });
    found.unwrap_or_else(|| text.to_owned())
}

/// As much of a text that the caller has sent as is worth repeating.
fn shortened(text: &str) -> String {
    const MOST: usize = 300;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
