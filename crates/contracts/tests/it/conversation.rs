//! Whoever says something is heard, and whoever listens hears something.

use contracts::{
    catalog::ORDERS,
    registry::{SAID, Said, TERMINAL, must_be_heard},
    topology::{Binding, Exchange, queues},
};
use std::collections::{BTreeMap, BTreeSet};

/// What is heard somewhere, by key.
fn heard() -> BTreeMap<&'static str, Binding> {
    queues().into_iter().flat_map(|it| it.bindings).map(|it| (it.key, it)).collect()
}

fn keys() -> BTreeSet<&'static str> {
    SAID.iter().map(|it| it.key).collect()
}

#[test]
fn each_message_has_a_key_of_its_own_that_begins_with_who_says_it() {
    assert_eq!(keys().len(), SAID.len());
    for Said { key, by, .. } in SAID {
        let of = key.strip_prefix(by.name).and_then(|it| it.strip_prefix('.'));
        assert!(of.is_some_and(|it| !it.is_empty()), "{key} is said by {}", by.name);
        assert!(by.has_bus, "{} says {key} without a bus", by.name);
    }
}

#[test]
fn what_is_heard_is_said_by_somebody_and_on_that_exchange() {
    let said: BTreeMap<_, _> = SAID.iter().map(|it| (it.key, it)).collect();
    for (key, binding) in heard() {
        let said = said.get(key).unwrap_or_else(|| panic!("{key} is heard and never said"));
        assert_eq!(
            (said.exchange, said.meaning),
            (binding.exchange, binding.meaning),
            "{key} is said and heard as the same thing"
        );
    }
}

#[test]
fn what_is_said_is_heard_or_known_to_be_terminal() {
    let heard: BTreeSet<_> = heard().into_keys().collect();
    let terminal: BTreeSet<_> = TERMINAL.into();
    let unheard: BTreeSet<_> = keys().difference(&heard).copied().collect();
    assert_eq!(unheard, terminal);
    for key in keys() {
        assert_eq!(must_be_heard(key), heard.contains(key), "{key}");
    }
}

#[test]
fn orders_alone_says_something_on_its_exchange() {
    for Said { key, exchange, by, .. } in SAID {
        assert_eq!(exchange == Exchange::Orders, by == ORDERS, "{key}");
    }
}

#[test]
fn no_queue_hears_a_key_twice_and_each_service_with_a_queue_has_a_bus() {
    for queue in queues() {
        let keys: BTreeSet<_> = queue.bindings.iter().map(|it| it.key).collect();
        assert_eq!(keys.len(), queue.bindings.len(), "{}", queue.name);
        assert!(!keys.is_empty() && queue.service.has_bus, "{}", queue.name);
    }
}
