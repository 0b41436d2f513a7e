//! Addresses as callers send them.

use crate::{
    Error,
    domain::{AddressChange, Edit},
};
use chassis::{http::present, problem::FieldErrors};
use contracts::{address::Address, text::Name};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct AddressRequest {
    street: String,
    city: String,
    state: Option<String>,
    zip_code: String,
    country: String,
    #[serde(default)]
    pub(super) is_default: bool,
}

impl AddressRequest {
    /// The address, and whether it shall be the default.
    pub(super) fn check(self, errors: &mut FieldErrors, at: &str) -> Option<(Address, bool)> {
        let mut name =
            |field: &str, text: &str| errors.check(format!("{at}/{field}"), Name::parse(text));
        let street = name("street", &self.street);
        let city = name("city", &self.city);
        let state = self.state.map(|it| name("state", &it));
        let zip_code = name("zipCode", &self.zip_code);
        let country = name("country", &self.country);
        let address = Address {
            street: street?,
            city: city?,
            state: state.flatten(),
            zip_code: zip_code?,
            country: country?,
        };
        Some((address, self.is_default))
    }
}

impl TryFrom<AddressRequest> for (Address, bool) {
    type Error = Error;

    fn try_from(request: AddressRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let checked = request.check(&mut errors, "#");
        errors.finish(checked).map_err(Error::Fields)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(in crate::api) struct AddressChangeRequest {
    #[serde(default, deserialize_with = "present")]
    street: Option<String>,
    #[serde(default, deserialize_with = "present")]
    city: Option<String>,
    #[serde(default)]
    state: Edit<String>,
    #[serde(default, deserialize_with = "present")]
    zip_code: Option<String>,
    #[serde(default, deserialize_with = "present")]
    country: Option<String>,
    #[serde(default, deserialize_with = "present")]
    is_default: Option<bool>,
}

impl TryFrom<AddressChangeRequest> for AddressChange {
    type Error = Error;

    fn try_from(request: AddressChangeRequest) -> Result<Self, Error> {
        let mut errors = FieldErrors::default();
        let names = [&request.street, &request.city, &request.zip_code, &request.country];
        let says_something = names.iter().any(|it| it.is_some())
            || request.state != Edit::Keep
            || request.is_default.is_some();
        let detail = "must have one of street, city, state, zipCode, country, isDefault";
        errors.require(says_something, "#", detail);
        let mut name = |pointer: &str, text: &str| errors.check(pointer, Name::parse(text));
        let change = Self {
            street: request.street.and_then(|it| name("#/street", &it)),
            city: request.city.and_then(|it| name("#/city", &it)),
            state: request.state.check(|it| name("#/state", &it)),
            zip_code: request.zip_code.and_then(|it| name("#/zipCode", &it)),
            country: request.country.and_then(|it| name("#/country", &it)),
            is_default: request.is_default,
        };
        errors.finish(Some(change)).map_err(Error::Fields)
    }
}
