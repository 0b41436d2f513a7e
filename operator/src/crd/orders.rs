//! The parts of a `Shop` that say how orders are carried out.

use super::rules;
use kube::KubeSchema;
use serde::{Deserialize, Serialize};

/// The order process. What is left out is as the service has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
pub struct Orders {
    /// How long an order may stay without an answer before it is cancelled, such as `15m`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_duration())]
    pub deadline: Option<String>,

    /// How long an order waits for an answer before it asks again, such as `10s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_duration())]
    pub nudge: Option<String>,
}

/// Payments. What is left out is as the service has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase")]
pub struct Payments {
    /// How long a bank transfer is waited for before its order is cancelled, such as `168h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_duration())]
    pub transfer_deadline: Option<String>,
}

/// Parcels. What is left out is as the service has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, KubeSchema)]
#[serde(rename_all = "camelCase")]
pub struct Shipping {
    /// How long the simulated carrier takes for one leg of a parcel's way, such as `1m`, and at most
    /// `720h`; with `"off"`, in quotes, staff say what becomes of a parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 12))]
    #[x_kube(validation = rules::is_pace())]
    pub carrier_pace: Option<String>,
}
