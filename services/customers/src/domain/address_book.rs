//! The addresses of a customer, of which one is the default.

use super::{Edit, Refused};
use contracts::{address::Address, ids::AddressId, text::Name};
use serde::{Deserialize, Serialize};

/// How many addresses a customer may have.
pub const MOST_ADDRESSES: usize = 20;

/// An address that a customer has saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedAddress {
    /// Names it.
    pub address_id: AddressId,
    /// The address.
    pub address: Address,
    /// Whether it is taken when no other is named.
    pub is_default: bool,
}

/// All addresses of a customer, oldest first. If there are any, exactly one is the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AddressBook(Vec<SavedAddress>);

/// What shall be different of an address; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressChange {
    /// Another street.
    pub street: Option<Name>,
    /// Another city.
    pub city: Option<Name>,
    /// Another state, or none any more.
    pub state: Edit<Name>,
    /// Another postal code.
    pub zip_code: Option<Name>,
    /// Another country.
    pub country: Option<Name>,
    /// Whether it shall be the default.
    pub is_default: Option<bool>,
}

impl AddressBook {
    /// Its entries, oldest first.
    #[must_use]
    pub fn entries(&self) -> &[SavedAddress] {
        &self.0
    }

    /// Adds an address; the first is the default. One that is there already is not added again, so that
    /// whoever repeats it does no harm.
    pub fn add(
        &mut self,
        address_id: AddressId,
        address: &Address,
        is_default: bool,
    ) -> Result<(), Refused> {
        let known = self.0.iter().find(|it| it.address == *address).map(|it| it.address_id);
        if known.is_none() && self.0.len() >= MOST_ADDRESSES {
            return Err(Refused::TooManyAddresses);
        }
        let is_default = is_default || self.0.is_empty();
        if known.is_none() {
            let address = address.clone();
            self.0.push(SavedAddress { address_id, address, is_default: false });
        }
        if is_default {
            self.make_default(known.unwrap_or(address_id));
        }
        Ok(())
    }

    /// Changes an address. Another that it is the same as from then on is no longer needed.
    pub fn change(&mut self, id: AddressId, change: &AddressChange) -> Result<(), Refused> {
        let saved = self.0.iter().find(|it| it.address_id == id).ok_or(Refused::NoSuchAddress)?;
        if change.is_default == Some(false) && saved.is_default {
            return Err(Refused::DefaultNeeded);
        }
        let mut changed = saved.address.clone();
        change.apply(&mut changed);
        let twin = |it: &SavedAddress| it.address_id != id && it.address == changed;
        let replaces_default = self.0.iter().any(|it| it.is_default && twin(it));
        if change.is_default == Some(false) && replaces_default {
            return Err(Refused::DefaultNeeded);
        }
        self.0.retain(|it| !twin(it));
        self.0
            .iter_mut()
            .filter(|it| it.address_id == id)
            .for_each(|it| it.address = changed.clone());
        if replaces_default || change.is_default == Some(true) {
            self.make_default(id);
        }
        Ok(())
    }

    /// Removes an address. If it was the default, the oldest that is left is.
    pub fn remove(&mut self, id: AddressId) -> Result<(), Refused> {
        let place =
            self.0.iter().position(|it| it.address_id == id).ok_or(Refused::NoSuchAddress)?;
        if self.0.remove(place).is_default {
            self.0.iter_mut().take(1).for_each(|it| it.is_default = true);
        }
        Ok(())
    }

    fn make_default(&mut self, id: AddressId) {
        for it in &mut self.0 {
            it.is_default = it.address_id == id;
        }
    }
}

impl AddressChange {
    fn apply(&self, address: &mut Address) {
        let Self { street, city, state, zip_code, country, is_default: _ } = self.clone();
        address.street = street.unwrap_or_else(|| address.street.clone());
        address.city = city.unwrap_or_else(|| address.city.clone());
        state.apply(&mut address.state);
        address.zip_code = zip_code.unwrap_or_else(|| address.zip_code.clone());
        address.country = country.unwrap_or_else(|| address.country.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn address(street: usize) -> Address {
        let name = |text: &str| Name::parse(text).unwrap();
        let (city, country) = (name("Berlin"), name("Germany"));
        let street = name(&format!("Street {street}"));
        Address { street, city, state: None, zip_code: name("10115"), country }
    }

    #[derive(Clone, Debug)]
    enum Step {
        Add(usize, bool),
        Default(usize, bool),
        Move(usize, usize, Option<bool>),
        Remove(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            3 => (0..40_usize, any::<bool>()).prop_map(|(it, yes)| Step::Add(it, yes)),
            1 => (0..25_usize, any::<bool>()).prop_map(|(it, yes)| Step::Default(it, yes)),
            1 => (0..25_usize, 0..40_usize, any::<Option<bool>>())
                .prop_map(|(it, to, is_default)| Step::Move(it, to, is_default)),
            1 => (0..25_usize).prop_map(Step::Remove),
        ]
    }

    fn nth(book: &AddressBook, place: usize) -> AddressId {
        book.entries().get(place).map_or_else(AddressId::fresh, |it| it.address_id)
    }

    fn take(book: &mut AddressBook, step: &Step) -> Result<(), Refused> {
        match *step {
            Step::Add(it, yes) => book.add(AddressId::fresh(), &address(it), yes),
            Step::Default(it, yes) => {
                let change = AddressChange { is_default: Some(yes), ..AddressChange::default() };
                book.change(nth(book, it), &change)
            }
            Step::Move(it, to, is_default) => {
                let street = Some(address(to).street);
                let change = AddressChange { street, is_default, ..AddressChange::default() };
                book.change(nth(book, it), &change)
            }
            Step::Remove(it) => book.remove(nth(book, it)),
        }
    }

    proptest! {
        #[test]
        fn exactly_one_is_the_default(steps in prop::collection::vec(step(), 0..80)) {
            let mut book = AddressBook::default();
            for step in steps {
                let before = book.clone();
                if take(&mut book, &step).is_err() {
                    prop_assert_eq!(&book, &before);
                }
                let defaults = book.entries().iter().filter(|it| it.is_default).count();
                prop_assert_eq!(defaults, usize::from(!book.entries().is_empty()));
                prop_assert!(book.entries().len() <= MOST_ADDRESSES);
                let streets: BTreeSet<_> = book.entries().iter().map(|it| &it.address.street).collect();
                prop_assert_eq!(streets.len(), book.entries().len(), "no two are the same");
            }
        }
    }

    #[test]
    fn what_is_there_already_is_not_added_again() {
        let (mut book, id) = (AddressBook::default(), AddressId::fresh());
        book.add(id, &address(0), false).unwrap();
        book.add(AddressId::fresh(), &address(1), true).unwrap();
        book.add(AddressId::fresh(), &address(0), true).unwrap();
        assert_eq!(book.entries().len(), 2);
        assert!(book.entries()[0].is_default && book.entries()[0].address_id == id);
        for it in 2..20 {
            book.add(AddressId::fresh(), &address(it), false).unwrap();
        }
        let more = book.add(AddressId::fresh(), &address(20), false);
        assert_eq!(more, Err(Refused::TooManyAddresses));
        assert_eq!(book.add(AddressId::fresh(), &address(19), false), Ok(()));
    }
}
