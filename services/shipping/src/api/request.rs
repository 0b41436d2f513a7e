//! The bodies of requests, checked field by field.

use crate::{
    Error,
    domain::{Handover, Mark},
};
use chassis::problem::FieldErrors;
use contracts::{
    address::Address,
    ids::{CustomerId, OrderId, ProductId},
    orders::{Packed, ShipmentWanted},
    shipping::{ShipmentStatus, ShippingMethod},
    text::Name,
};
use serde::Deserialize;

/// How many lines a shipment has at most.
const MOST_ITEMS: usize = 100;
/// How many of one product are in a parcel at most.
const MOST_OF_ONE: u32 = 10_000;

/// An order that is to be shipped by hand.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct OpenRequest {
    order_id: OrderId,
    customer_id: Option<CustomerId>,
    #[serde(default, alias = "shippingMethod")]
    method: ShippingMethod,
    address: Option<AddressRequest>,
    items: Vec<ItemRequest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddressRequest {
    street: String,
    city: String,
    state: Option<String>,
    zip_code: String,
    country: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ItemRequest {
    product_id: ProductId,
    name: String,
    quantity: u32,
}

impl TryFrom<OpenRequest> for ShipmentWanted {
    type Error = Error;

    fn try_from(it: OpenRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let count = it.items.len();
        let detail = format!("must have 1 to {MOST_ITEMS} lines");
        errors.require((1..=MOST_ITEMS).contains(&count), "#/items", detail);
        let address = it.address.map(|it| it.checked(&mut errors));
        let lines = it.items.into_iter().take(MOST_ITEMS).enumerate();
        let items: Vec<_> = lines.filter_map(|(at, it)| it.checked(at, &mut errors)).collect();
        let wish = Self {
            order_id: it.order_id,
            customer_id: it.customer_id,
            method: it.method,
            address: address.flatten(),
            items,
        };
        errors.finish(Some(wish)).map_err(Error::Fields)
    }
}

impl AddressRequest {
    fn checked(self, errors: &mut FieldErrors) -> Option<Address> {
        let mut name =
            |field: &str, text: &str| errors.check(format!("#/address/{field}"), Name::parse(text));
        let street = name("street", &self.street);
        let city = name("city", &self.city);
        let state = self.state.as_deref().map(|it| name("state", it));
        let zip_code = name("zipCode", &self.zip_code);
        let country = name("country", &self.country);
        Some(Address {
            street: street?,
            city: city?,
            state: state.flatten(),
            zip_code: zip_code?,
            country: country?,
        })
    }
}

impl ItemRequest {
    fn checked(self, at: usize, errors: &mut FieldErrors) -> Option<Packed> {
        let Self { product_id, name, quantity } = self;
        let detail = format!("must be from 1 to {MOST_OF_ONE}");
        let fits = (1..=MOST_OF_ONE).contains(&quantity);
        errors.require(fits, format!("#/items/{at}/quantity"), detail);
        let name = errors.check(format!("#/items/{at}/name"), Name::parse(&name))?;
        Some(Packed { product_id, name, quantity })
    }
}

/// What a shipment is to become.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct StatusRequest {
    status: ShipmentStatus,
    location: Option<String>,
    notes: Option<String>,
}

impl StatusRequest {
    pub(super) fn checked(self) -> Result<(ShipmentStatus, Mark), Error> {
        let mut errors = FieldErrors::default();
        if matches!(self.status, ShipmentStatus::Cancelled | ShipmentStatus::Returned) {
            let detail = "must say why, when a shipment is cancelled or returned";
            errors.require(self.notes.is_some(), "#/notes", detail);
        }
        let mark = mark(&mut errors, self.location.as_deref(), self.notes.as_deref());
        errors.finish(Some((self.status, mark))).map_err(Error::Fields)
    }
}

/// Who a parcel is handed to.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ShipRequest {
    tracking_number: Option<String>,
    carrier: Option<String>,
    location: Option<String>,
}

impl ShipRequest {
    pub(super) fn checked(self) -> Result<(Handover, Mark), Error> {
        let mut errors = FieldErrors::default();
        let is_named = self.carrier.is_none() || self.tracking_number.is_some();
        errors.require(is_named, "#/trackingNumber", "must be given together with a carrier");
        let to = Handover {
            carrier: text(&mut errors, "carrier", self.carrier.as_deref()),
            tracking_number: text(&mut errors, "trackingNumber", self.tracking_number.as_deref()),
        };
        let mark = mark(&mut errors, self.location.as_deref(), None);
        errors.finish(Some((to, mark))).map_err(Error::Fields)
    }
}

/// How a parcel has arrived.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DeliverRequest {
    location: Option<String>,
    notes: Option<String>,
}

impl DeliverRequest {
    pub(super) fn checked(self) -> Result<Mark, Error> {
        let mut errors = FieldErrors::default();
        let mark = mark(&mut errors, self.location.as_deref(), self.notes.as_deref());
        errors.finish(Some(mark)).map_err(Error::Fields)
    }
}

/// Why a shipment is called off, or comes back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndRequest {
    reason: String,
}

impl EndRequest {
    pub(super) fn checked(self) -> Result<String, Error> {
        let mut errors = FieldErrors::default();
        let reason = text(&mut errors, "reason", Some(&self.reason));
        errors.finish(reason).map_err(Error::Fields)
    }
}

/// Where a parcel was seen.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteRequest {
    location: String,
    notes: Option<String>,
}

impl NoteRequest {
    pub(super) fn checked(self) -> Result<Mark, Error> {
        let mut errors = FieldErrors::default();
        let mark = mark(&mut errors, Some(&self.location), self.notes.as_deref());
        errors.finish(Some(mark)).map_err(Error::Fields)
    }
}

fn mark(errors: &mut FieldErrors, location: Option<&str>, notes: Option<&str>) -> Mark {
    Mark { location: text(errors, "location", location), notes: text(errors, "notes", notes) }
}

fn text(errors: &mut FieldErrors, field: &str, text: Option<&str>) -> Option<String> {
    errors.check(format!("#/{field}"), Name::parse(text?)).map(String::from)
}
