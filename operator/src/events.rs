//! Events, on transitions only: what a person would want to find in `kubectl describe`.

use crate::{
    crd::{Shop, ShopStatus, TokenKeyStep},
    names::MANAGER,
};
use k8s_openapi::api::core::v1::ObjectReference;
use kube::{
    Client, Resource as _,
    runtime::events::{Event, EventType, Recorder, Reporter},
};

/// Something worth telling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Whether it is bad.
    pub warning: bool,
    /// In one word.
    pub reason: String,
    /// In a sentence.
    pub note: String,
    /// What the operator was doing.
    pub action: &'static str,
}

/// What has changed between two states of a Shop: each condition that flipped, or fails for another
/// reason than before. `Reconciling` only repeats what the others say.
pub fn transitions(before: Option<&ShopStatus>, after: &ShopStatus) -> Vec<Told> {
    let known = before.map(|it| it.conditions.as_slice()).unwrap_or_default();
    let changed = after.conditions.iter().filter(|it| it.type_ != "Reconciling").filter(|new| {
        let old = known.iter().find(|it| it.type_ == new.type_);
        match old {
            Some(old) => old.status != new.status || is_bad(new) && is_news(old, new),
            None => new.status == "True",
        }
    });
    changed.map(told).chain(key_step(before, after)).collect()
}

/// A step of the change to a new key for customers' tokens.
fn key_step(before: Option<&ShopStatus>, after: &ShopStatus) -> Option<Told> {
    let step = |it: &ShopStatus| it.token_key.as_ref().map(|it| it.step);
    let (old, new) = (before.and_then(step)?, step(after)?);
    let (reason, note) = match new {
        TokenKeyStep::Announcing => {
            ("TokenKeyAnnounced", "a new key for customers' tokens is made known to all services")
        }
        TokenKeyStep::Switching => {
            ("TokenKeySwitched", "customers' tokens are signed with the new key")
        }
        TokenKeyStep::Retiring => {
            ("TokenKeyRetiring", "the old key is good until the last of its tokens has expired")
        }
        TokenKeyStep::Settled => {
            ("TokenKeyRolled", "only the new key is good for customers' tokens")
        }
    };
    (old != new).then(|| Told {
        warning: false,
        reason: reason.to_owned(),
        note: note.to_owned(),
        action: "RollTokenKey",
    })
}

type Condition = k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;

/// Reasons that do not pass by themselves; the others only say that things are on their way.
const LASTING: [&str; 9] = [
    "ImagePullBackOff",
    "ErrImageNeverPull",
    "InvalidImageName",
    "CrashLoopBackOff",
    "Unschedulable",
    "SpecInvalid",
    "NameTaken",
    "ApplyFailed",
    "DeclarationFailed",
];

fn is_news(old: &Condition, new: &Condition) -> bool {
    old.reason != new.reason && LASTING.contains(&&*new.reason)
}

fn is_bad(condition: &Condition) -> bool {
    (condition.status == "True") == (condition.type_ == "Stalled")
}

fn told(condition: &Condition) -> Told {
    let reason = if condition.status == "True" && condition.type_ != "Stalled" {
        condition.type_.clone()
    } else {
        condition.reason.clone()
    };
    Told {
        warning: is_bad(condition),
        reason,
        note: condition.message.clone(),
        action: "Reconcile",
    }
}

/// Something inside the broker or the database was put right.
pub fn repaired(reason: &str, what: &[String]) -> Told {
    let note = format!("put back: {}", what.join(", "));
    Told { warning: true, reason: reason.to_owned(), note, action: "Repair" }
}

/// Tells the API server. What cannot be told is logged: events are no reason to fail.
#[derive(Clone)]
pub struct Teller(Recorder);

impl std::fmt::Debug for Teller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Teller").finish_non_exhaustive()
    }
}

impl Teller {
    /// Tells by way of `client`.
    pub fn new(client: Client) -> Self {
        let reporter = Reporter { controller: MANAGER.to_owned(), instance: None };
        Self(Recorder::new(client, reporter))
    }

    /// Tells all of it about a Shop.
    pub async fn tell(&self, shop: &Shop, all: Vec<Told>) {
        let about = shop.object_ref(&());
        for told in all {
            self.publish(&about, told).await;
        }
    }

    async fn publish(&self, about: &ObjectReference, told: Told) {
        tracing::info!(shop = about.name, reason = told.reason, note = told.note, "event");
        let event = Event {
            type_: if told.warning { EventType::Warning } else { EventType::Normal },
            reason: told.reason,
            note: Some(told.note.chars().take(1000).collect()),
            action: told.action.to_owned(),
            secondary: None,
        };
        if let Err(error) = self.0.publish(&event, about).await {
            tracing::warn!(error = chassis::class::chain(&error), "cannot tell an event");
        }
    }
}
