//! Why no shop can be built from a spec, in words that say what to write instead.

use crate::crd::rules::{LONGEST_NAME, SLOWEST_PACE};

/// Why no shop can be built from a spec; the text goes into a condition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It has no identity.
    #[error("the Shop has no uid or namespace: it was never stored in a cluster")]
    NotStored,
    /// Its name does not fit host names.
    #[error(
        "metadata.name '{name}' becomes part of host names: write at most {LONGEST_NAME} small letters, digits and '-', starting with a letter"
    )]
    Name {
        /// The name.
        name: String,
    },
    /// There is no such service.
    #[error("spec.services.{name}: there is no such service: write one of {known}")]
    UnknownService {
        /// What was written.
        name: String,
        /// What there is.
        known: String,
    },
    /// A number of replicas that cannot be.
    #[error("spec.services.{service}.replicas is {replicas}: write 0 or more")]
    Replicas {
        /// Of which service.
        service: String,
        /// How many.
        replicas: i32,
    },
    /// A name that no environment variable can have.
    #[error(
        "spec.services.{service}.env has '{variable}': write a name of letters, digits and '_', not starting with a digit"
    )]
    Variable {
        /// Of which service.
        service: String,
        /// The name.
        variable: String,
    },
    /// No duration.
    #[error("{field} is '{value}': write a number and ms, s, m or h, such as 5s")]
    Duration {
        /// Where it is written.
        field: &'static str,
        /// What was written.
        value: String,
    },
    /// No pace of the carrier.
    #[error(
        "spec.shipping.carrierPace is '{value}': write off, or a number and ms, s, m or h, such as 1m, and at most {SLOWEST_PACE}h"
    )]
    Pace {
        /// What was written.
        value: String,
    },
    /// Settings that the gateway would not take.
    #[error("{wrong}")]
    Gateway {
        /// Each field, and what to write instead.
        wrong: String,
    },
    /// A port where none can be.
    #[error(
        "spec.gateway.service.nodePort needs type: NodePort beside it: write that, or leave nodePort out"
    )]
    NodePort,
    /// A mail server and nobody to send.
    #[error("spec.email.smtp needs a sender: write spec.email.from, such as shop@example.com")]
    Sender,
    /// No address.
    #[error("spec.email has '{value}', which is no address: write one such as shop@example.com")]
    Address {
        /// What was written.
        value: String,
    },
    /// A number that cannot keep a majority.
    #[error("{field} is {count}, which cannot keep a majority when one is lost: write 1 or 3")]
    Quorum {
        /// Where it is written.
        field: &'static str,
        /// The number.
        count: i32,
    },
    /// No size of storage.
    #[error("spec.{part}.storage.size is '{value}': write a number and Mi, Gi or Ti, such as 10Gi")]
    Size {
        /// Of the broker or the database.
        part: &'static str,
        /// What was written.
        value: String,
    },
    /// Fewer than there are.
    #[error(
        "{field} is {wanted} and there are {present}, which cannot be taken away: write {present} or more"
    )]
    Fewer {
        /// Where it is written.
        field: &'static str,
        /// What was written.
        wanted: i32,
        /// What there is.
        present: i32,
    },
    /// Less storage than there is.
    #[error(
        "spec.{part}.storage.size is {wanted} and the volumes have {present}, which cannot shrink: write {present} or more"
    )]
    Smaller {
        /// Of the broker or the database.
        part: &'static str,
        /// What was written.
        wanted: String,
        /// What there is.
        present: String,
    },
    /// Another storage class than there is.
    #[error(
        "spec.{part}.storage.className differs from that of the volumes, which cannot move: write {present}"
    )]
    Class {
        /// Of the broker or the database.
        part: &'static str,
        /// What there is.
        present: String,
    },
}
