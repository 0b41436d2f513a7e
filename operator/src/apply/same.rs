//! Whether a live object already is as wanted, so that it need not be written. Pure.
//!
//! Every field that we set must be there as we set it; what others set beside it is not looked at. A
//! field that we no longer set would go unnoticed by that, so the object carries a hash of all that was
//! set last.

use crate::{credentials::short, names::APPLIED};
use kube::{Resource, ResourceExt as _};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The object as it is sent: with a hash of itself.
pub fn stamped<K>(object: &K) -> serde_json::Result<Value>
where
    K: Resource + Clone + Serialize,
{
    let hash = short(&Sha256::digest(serde_json::to_vec(object)?));
    let mut object = object.clone();
    object.annotations_mut().insert(APPLIED.to_owned(), hash);
    serde_json::to_value(object)
}

/// Whether `found` has all of `wanted`.
pub fn holds(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => wanted
            .iter()
            .all(|(key, wanted)| found.get(key).is_some_and(|found| holds(found, wanted))),
        (Value::Array(found), Value::Array(wanted)) => all_held(found, wanted),
        (found, wanted) => found == wanted,
    }
}

/// A list holds another of the same length in the same order; a longer one, to which somebody added,
/// holds it by the names of the elements.
fn all_held(found: &[Value], wanted: &[Value]) -> bool {
    if found.len() == wanted.len() {
        return found.iter().zip(wanted).all(|(found, wanted)| holds(found, wanted));
    }
    found.len() > wanted.len() && wanted.iter().all(|wanted| named(found, wanted))
}

fn named(found: &[Value], wanted: &Value) -> bool {
    let keys = ["name", "uid", "mountPath"];
    let key = keys.into_iter().find(|key| wanted.get(key).is_some());
    key.is_some_and(|key| {
        found.iter().any(|found| found.get(key) == wanted.get(key) && holds(found, wanted))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_others_add_does_not_matter() {
        let wanted = json!({"spec": {"ports": [{"name": "http", "port": 80}]}});
        let more = json!({"name": "extra", "port": 81});
        let http = json!({"name": "http", "port": 80, "protocol": "TCP"});
        for ports in [json!([http]), json!([more, http]), json!([http, more])] {
            assert!(holds(&json!({"spec": {"ports": ports, "type": "ClusterIP"}}), &wanted));
        }
    }

    #[test]
    fn what_others_change_or_take_away_does() {
        let wanted = json!({"spec": {"replicas": 1, "args": ["a", "b"]}});
        for spec in [
            json!({"replicas": 2, "args": ["a", "b"]}),
            json!({"args": ["a", "b"]}),
            json!({"replicas": 1, "args": ["b", "a"]}),
            json!({"replicas": 1, "args": ["a"]}),
            json!({"replicas": 1, "args": ["a", "b", "c"]}),
        ] {
            assert!(!holds(&json!({ "spec": spec }), &wanted));
        }
    }
}
