//! The bodies of requests, checked field by field.

use crate::{
    Error,
    domain::{Adjustment, ByHand, Key, MOST, Settings},
};
use chassis::{
    http::{IfMatch, present},
    problem::FieldErrors,
};
use contracts::{ids::ProductId, inventory::MovementKind, text::Name};
use serde::Deserialize;

/// From how few on somebody should order more, unless it is said otherwise.
const LOW_STOCK: u32 = 5;
/// Where stock lies, unless it is said otherwise.
const WAREHOUSE: &str = "main-warehouse";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CountRequest {
    product_id: ProductId,
    quantity: u32,
    location: Option<String>,
    low_stock_threshold: Option<u32>,
}

pub(super) struct Count {
    pub(super) product: ProductId,
    pub(super) quantity: u32,
    pub(super) location: Name,
    pub(super) threshold: u32,
}

impl TryFrom<CountRequest> for Count {
    type Error = Error;

    fn try_from(it: CountRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        countable(&mut errors, it.quantity, "#/quantity");
        let threshold = it.low_stock_threshold.unwrap_or(LOW_STOCK);
        countable(&mut errors, threshold, "#/lowStockThreshold");
        let location = Name::parse(it.location.as_deref().unwrap_or(WAREHOUSE));
        let count = errors.check("#/location", location).map(|location| Self {
            product: it.product_id,
            quantity: it.quantity,
            location,
            threshold,
        });
        errors.finish(count).map_err(Error::Fields)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AdjustRequest {
    quantity: u32,
    operation: Operation,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Operation {
    Increment,
    Decrement,
    Set,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RestockRequest {
    quantity: u32,
    reason: Option<String>,
}

/// A change by hand, as far as the body tells.
pub(super) struct Wanted {
    by: Adjustment,
    kind: MovementKind,
    reason: Option<Name>,
}

impl Wanted {
    /// With what the headers tell.
    pub(super) fn by_hand(self, key: Option<Key>, if_match: IfMatch) -> ByHand {
        ByHand { by: self.by, kind: self.kind, reason: self.reason, key, if_match }
    }

    fn checked(
        mut errors: FieldErrors,
        by: Adjustment,
        kind: MovementKind,
        reason: Option<&str>,
    ) -> Result<Self, Error> {
        let reason = reason.and_then(|it| errors.check("#/reason", Name::parse(it)));
        errors.finish(Some(Self { by, kind, reason })).map_err(Error::Fields)
    }
}

impl TryFrom<AdjustRequest> for Wanted {
    type Error = Error;

    fn try_from(it: AdjustRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        countable(&mut errors, it.quantity, "#/quantity");
        let by = match it.operation {
            Operation::Increment => Adjustment::Increment(it.quantity),
            Operation::Decrement => Adjustment::Decrement(it.quantity),
            Operation::Set => Adjustment::Set(it.quantity),
        };
        Self::checked(errors, by, MovementKind::Adjusted, it.reason.as_deref())
    }
}

impl TryFrom<RestockRequest> for Wanted {
    type Error = Error;

    fn try_from(it: RestockRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        some(&mut errors, it.quantity, "#/quantity");
        let by = Adjustment::Increment(it.quantity);
        Self::checked(errors, by, MovementKind::Restocked, it.reason.as_deref())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SettingsRequest {
    #[serde(default, deserialize_with = "present")]
    low_stock_threshold: Option<u32>,
    #[serde(default, deserialize_with = "present")]
    location: Option<String>,
}

impl TryFrom<SettingsRequest> for Settings {
    type Error = Error;

    fn try_from(it: SettingsRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let says_something = it.low_stock_threshold.is_some() || it.location.is_some();
        errors.require(says_something, "#", "must have lowStockThreshold or location");
        countable(&mut errors, it.low_stock_threshold.unwrap_or_default(), "#/lowStockThreshold");
        let location = it.location.as_deref().map(Name::parse);
        let location = location.and_then(|it| errors.check("#/location", it));
        let threshold = it.low_stock_threshold;
        let settings = Self { threshold, location, ..Self::default() };
        errors.finish(Some(settings)).map_err(Error::Fields)
    }
}

fn countable(errors: &mut FieldErrors, count: u32, pointer: &str) {
    errors.require(count <= MOST, pointer, format!("must not be above {MOST}"));
}

/// A number of things of which there is at least one.
pub(super) fn some(errors: &mut FieldErrors, count: u32, pointer: &str) {
    errors.require((1..=MOST).contains(&count), pointer, format!("must be 1 to {MOST}"));
}
