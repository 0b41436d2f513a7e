//! What is said about a shop: from what was seen to conditions, in words. Pure; the time comes from the
//! caller, and a condition's time moves only when it flips.

mod components;
mod pods;
mod summary;

pub(crate) use components::rolled_out;
pub use components::{Parts, State};
pub use pods::{address, is_ready, problem, stuck};
pub use summary::{Report, refused, report};

use crate::verdict::Verdict;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};

/// The conditions of a Shop. `Reconciling` and `Stalled` are bad when they hold, as kstatus has it.
pub mod condition {
    /// Everything is there and works.
    pub const READY: &str = "Ready";
    /// The operator is at work, or waits for something that will come by itself.
    pub const RECONCILING: &str = "Reconciling";
    /// Nothing goes on until a person does something.
    pub const STALLED: &str = "Stalled";
    /// The nodes of RabbitMQ are one cluster.
    pub const BROKER: &str = "BrokerReady";
    /// RabbitMQ holds what it should.
    pub const TOPOLOGY: &str = "TopologyReady";
    /// The members of MongoDB are one replica set, with a user for each service.
    pub const DATABASE: &str = "DatabaseReady";
    /// The pods of all services serve.
    pub const SERVICES: &str = "ServicesReady";
}

/// Turns verdicts into conditions, keeping the times of those that have not flipped.
pub fn conditions(
    verdicts: Vec<(&str, Verdict)>,
    before: &[Condition],
    generation: Option<i64>,
    now: Timestamp,
) -> Vec<Condition> {
    let since = |kind: &str, status: &str| {
        let same = before.iter().find(|it| it.type_ == kind && it.status == status);
        same.map_or_else(|| Time(whole_seconds(now)), |it| it.last_transition_time.clone())
    };
    let condition = |(kind, verdict): (&str, Verdict)| {
        let status = if verdict.holds { "True" } else { "False" };
        Condition {
            last_transition_time: since(kind, status),
            message: verdict.message,
            observed_generation: generation,
            reason: verdict.reason.to_owned(),
            status: status.to_owned(),
            type_: kind.to_owned(),
        }
    };
    verdicts.into_iter().map(condition).collect()
}

/// As the API server keeps it.
fn whole_seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
