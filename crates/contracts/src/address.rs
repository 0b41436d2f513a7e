//! Where parcels go.

use crate::text::Name;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A postal address. Not every country has states, so that may be left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Address {
    /// Street and number.
    pub street: Name,
    /// The city.
    pub city: Name,
    /// The state or province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Name>,
    /// The postal code.
    pub zip_code: Name,
    /// The country.
    pub country: Name,
}
