//! Names, labels and annotations: what makes an object ours. Labels that select never change once shipped.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use std::collections::BTreeMap;

/// Who we are, in labels, as the manager of fields and as the reporter of events.
pub const MANAGER: &str = "shopkeeper-operator";
/// The label that says which Shop an object belongs to.
pub const SHOP: &str = "shopkeeper.dev/shop";
/// The annotation with the hash of what was last applied, by which a field that is no longer wanted is
/// noticed.
pub const APPLIED: &str = "shopkeeper.dev/applied-hash";
/// The annotation of a pod with the hash of the configuration and the credentials that it reads, so
/// that a change of them rolls it.
pub const CONTENT: &str = "shopkeeper.dev/content-hash";
/// The annotation of a Shop by which somebody asks for a new key for customers' tokens: any text that was not
/// there before.
pub const ROLL_TOKEN_KEY: &str = "shopkeeper.dev/roll-token-key";

/// The label that says which part of a shop an object is.
pub const COMPONENT: &str = "app.kubernetes.io/component";
const MANAGED_BY: &str = "app.kubernetes.io/managed-by";

/// The broker's component name.
pub const RABBITMQ: &str = "rabbitmq";
/// The database's component name.
pub const MONGODB: &str = "mongodb";

/// Whose Secret holds the first account of staff.
pub const STAFF: &str = "staff";

/// A set of labels or annotations.
pub type Labels = BTreeMap<String, String>;

/// Makes labels of pairs.
pub fn labels<const N: usize>(pairs: [(&str, &str); N]) -> Labels {
    pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

/// Who a shop is: the part of a blueprint that names its children.
#[derive(Clone, Debug)]
pub struct Identity {
    /// The Shop's name.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// What makes it the owner of its children.
    pub owner: OwnerReference,
}

impl Identity {
    /// The name of the child `component`.
    pub fn child(&self, component: &str) -> String {
        format!("{}-{component}", self.name)
    }

    /// The name of the Secret that `component` logs in with. That of staff is for people, so it is short.
    pub fn secret(&self, component: &str) -> String {
        if component == STAFF {
            return self.child(STAFF);
        }
        format!("{}-{component}-credentials", self.name)
    }

    /// Metadata of the child `component`, owned by the Shop.
    pub fn meta(&self, component: &str) -> ObjectMeta {
        ObjectMeta {
            name: Some(self.child(component)),
            namespace: Some(self.namespace.clone()),
            labels: Some(self.labels(component)),
            owner_references: Some(vec![self.owner.clone()]),
            ..ObjectMeta::default()
        }
    }

    /// What selects the pods of `component`.
    pub fn selector(&self, component: &str) -> Labels {
        labels([
            ("app.kubernetes.io/name", "shopkeeper"),
            ("app.kubernetes.io/instance", &self.name),
            (COMPONENT, component),
        ])
    }

    /// The selector, and what people and tools like to know.
    pub fn labels(&self, component: &str) -> Labels {
        let mut all = self.selector(component);
        all.extend(labels([
            (MANAGED_BY, MANAGER),
            ("app.kubernetes.io/part-of", "shopkeeper"),
            (SHOP, &self.name),
        ]));
        all
    }

    /// How an object of a name that we want relates to this shop.
    pub fn claim(&self, live: &ObjectMeta) -> Claim {
        let controller =
            live.owner_references.iter().flatten().find(|it| it.controller == Some(true));
        match controller {
            Some(owner) if owner.uid == self.owner.uid => Claim::Ours,
            Some(owner) if owner.kind == self.owner.kind && owner.name == self.name => {
                Claim::Leftover
            }
            None if self.labelled(live) => Claim::Ours,
            Some(_) | None => Claim::Foreign,
        }
    }

    fn labelled(&self, live: &ObjectMeta) -> bool {
        let has = |key: &str, value: &str| {
            live.labels.as_ref().and_then(|it| it.get(key)).is_some_and(|it| it == value)
        };
        has(SHOP, &self.name) && has(MANAGED_BY, MANAGER)
    }
}

/// How an object relates to a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It is the shop's, or was left for it to take over.
    Ours,
    /// It belonged to a Shop of the same name that was deleted, and is about to go.
    Leftover,
    /// It is somebody else's.
    Foreign,
}
