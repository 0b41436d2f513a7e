//! The form of each message, as JSON files `history/<key>.v<version>.json`. The newest version is what is
//! said today. Each older one was said once and may still lie in a queue or an outbox, so it is understood
//! for ever: its file is never changed. `UPDATE=1` adds a version where a message has a new form.

mod inventory;
mod orders;
mod people;
mod things;
mod wishes;

use super::{is_update, path_of};
use contracts::{ids::MessageId, message::Envelope, message::Message, registry::SAID};
use jiff::Timestamp;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    fs,
};

/// Where the files are.
const HISTORY: &str = "tests/it/history";

/// A message as it is said today.
pub(crate) struct Form {
    /// The message, sealed.
    pub(crate) envelope: Envelope,
    /// Its body, as the newest file has it.
    pub(crate) text: String,
    /// Reads a body as the type of today and says it again.
    repeat: fn(&str) -> serde_json::Result<Value>,
}

impl Form {
    fn of<M: Message + Debug + PartialEq>(message: &M) -> Self {
        let text = serde_json::to_string_pretty(message).expect("a message has a JSON form") + "\n";
        let understood: M = serde_json::from_str(&text).expect("what is said is understood");
        assert_eq!(understood, *message, "what is said is understood as it was meant");
        let id = MessageId::derived(M::KEY);
        let envelope = Envelope::seal(id, Timestamp::constant(1_800_000_000, 0), message);
        let repeat = |text: &str| serde_json::to_value(serde_json::from_str::<M>(text)?);
        Self { envelope, text, repeat }
    }

    /// The routing key.
    pub(crate) fn key(&self) -> &str {
        &self.envelope.key
    }
}

/// One of each message, by key.
pub(crate) fn all() -> BTreeMap<String, Form> {
    let all =
        [orders::forms(), wishes::forms(), inventory::forms(), things::forms(), people::forms()];
    all.into_iter().flatten().map(|form| (form.key().to_owned(), form)).collect()
}

/// The files there are: versions and texts, by key.
fn history() -> BTreeMap<String, BTreeMap<u32, String>> {
    let mut history = BTreeMap::<_, BTreeMap<_, _>>::new();
    for file in fs::read_dir(path_of(HISTORY)).expect("there is a history") {
        let path = file.expect("the history can be listed").path();
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        let parts = name.strip_suffix(".json").and_then(|it| it.rsplit_once(".v"));
        let parts = parts.and_then(|(key, version)| Some((key, version.parse().ok()?)));
        let (key, version) = parts.unwrap_or_else(|| panic!("{name} is no <key>.v<version>.json"));
        let text = fs::read_to_string(&path).expect("the file is text");
        history.entry(key.to_owned()).or_default().insert(version, text);
    }
    history
}

/// Adds the forms of today that are not there yet.
fn update() {
    let history = history();
    for (key, form) in all() {
        let newest = history.get(&key).and_then(BTreeMap::last_key_value);
        if newest.is_none_or(|(_, text)| *text != form.text) {
            let version = newest.map_or(1, |(version, _)| version + 1);
            let file = path_of(HISTORY).join(format!("{key}.v{version}.json"));
            fs::write(file, &form.text).expect("the file can be written");
        }
    }
}

#[test]
fn each_registered_message_has_a_form() {
    let said: BTreeSet<_> = SAID.iter().map(|it| it.key.to_owned()).collect();
    let formed: BTreeSet<_> = all().into_keys().collect();
    assert_eq!(formed, said, "forms() of the sayer's module has one of each message");
}

#[test]
fn what_is_said_today_is_the_newest_in_the_history() {
    if is_update() {
        update();
    }
    let history = history();
    let keys = |it: &BTreeMap<String, _>| it.keys().cloned().collect::<BTreeSet<_>>();
    let forms = all();
    assert_eq!(keys(&history), forms.keys().cloned().collect(), "files and messages");
    for (key, versions) in history {
        let numbers: Vec<_> = versions.keys().copied().collect();
        let counted: Vec<_> = (1..).take(numbers.len()).collect();
        assert_eq!(numbers, counted, "the versions of {key}");
        let newest = versions.last_key_value().map(|(_, text)| text);
        assert_eq!(
            newest,
            Some(&forms[&key].text),
            "{key} has a new form: run the tests with UPDATE=1, which adds a version"
        );
    }
}

#[test]
fn what_was_ever_said_is_understood_and_nothing_of_it_is_lost() {
    let forms = all();
    for (key, versions) in history() {
        for (version, text) in versions {
            let form = forms.get(&key).unwrap_or_else(|| panic!("{key} is not said any more"));
            let repeated = (form.repeat)(&text).unwrap_or_else(|error| {
                panic!("{key}.v{version} is not understood any more: {error}")
            });
            let said: Value = serde_json::from_str(&text).expect("the file is JSON");
            assert!(is_within(&said, &repeated), "{key}.v{version} became {repeated:#}");
        }
    }
}

/// Whether all that `one` says `other` says too.
fn is_within(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.iter().all(|(name, it)| other.get(name).is_some_and(|at| is_within(it, at)))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_within(a, b))
        }
        (
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_),
            other,
        ) => one == other,
    }
}
