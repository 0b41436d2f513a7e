//! The use cases, one method per verb; those of signing in are in `service/sign_in.rs`.

mod sign_in;
mod staff;

pub(crate) use sign_in::Tokens;

use crate::{
    Error,
    domain::{
        AddressBook, AddressChange, Customer, FirstStaff, Password, PersonChange, Refused,
        Registration,
    },
    hasher::Hasher,
    storage,
};
use chassis::{clock::SharedClock, http::IfMatch, identity::SigningKey};
use contracts::{
    address::Address,
    ids::{AddressId, CustomerId, MessageId},
    message::Events,
    text::EmailAddress,
};
use jiff::Timestamp;
use store::{Page, Repository, Store};

/// What can be done with customers. Cheap to clone.
#[derive(Clone)]
pub struct Customers {
    customers: Repository<Customer>,
    clock: SharedClock,
    hasher: Hasher,
    key: SigningKey,
    staff: Option<FirstStaff>,
}

impl std::fmt::Debug for Customers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Customers").finish_non_exhaustive()
    }
}

impl Customers {
    /// The customers in `store`, whose tokens are signed with `key`, and the first of the staff.
    pub fn new(
        store: &mut Store,
        clock: SharedClock,
        key: SigningKey,
        staff: Option<FirstStaff>,
    ) -> Self {
        Self { customers: store.repository(), clock, hasher: Hasher::new(), key, staff }
    }

    /// Gives somebody an account.
    pub async fn register(
        &self,
        said: Registration,
        password: Password,
    ) -> Result<Customer, Error> {
        self.is_free(&said.email)?;
        let password = self.hasher.hash(password).await?;
        let (customer, events) = Customer::register(said, password, self.clock.now());
        Ok(self.customers.create(customer, events).await?.into_inner())
    }

    /// The customer of this id, while they have an account.
    pub async fn get(&self, id: CustomerId) -> Result<Customer, Error> {
        let customer = self.customers.get(&id).await?;
        customer.person()?;
        Ok(customer)
    }

    /// A page of those who have an account, in the order in which they came; just who has an e-mail,
    /// where one is named.
    pub async fn list(
        &self,
        email: Option<&EmailAddress>,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<Customer>, Error> {
        let wanted = email.map_or_else(storage::present, storage::by_email);
        Ok(self.customers.page_after(&wanted, cursor, limit).await?)
    }

    /// Who has this e-mail, if anybody has.
    pub async fn by_email(&self, email: &EmailAddress) -> Result<Option<Customer>, Error> {
        Ok(self.customers.find(&storage::by_email(email)).await?.pop())
    }

    /// Changes what is known of a customer.
    pub async fn change(
        &self,
        id: CustomerId,
        condition: IfMatch,
        change: PersonChange,
    ) -> Result<Customer, Error> {
        change.email.as_ref().map_or(Ok(()), |it| self.is_free(it))?;
        self.revise(id, condition, move |customer, now| customer.change(&change, now)).await
    }

    /// Erases what is known of a customer.
    pub async fn delete(&self, id: CustomerId, condition: IfMatch) -> Result<(), Error> {
        self.revise(id, condition, Customer::delete).await.map(drop)
    }

    /// Adds an address; one that is there already is not added again.
    pub async fn add_address(
        &self,
        id: CustomerId,
        condition: IfMatch,
        address: Address,
        is_default: bool,
    ) -> Result<Customer, Error> {
        let name = AddressId::fresh();
        let add = move |book: &mut AddressBook| book.add(name, &address, is_default);
        self.revise(id, condition, move |it, now| it.change_addresses(now, &add)).await
    }

    /// Changes an address.
    pub async fn change_address(
        &self,
        id: CustomerId,
        condition: IfMatch,
        address: AddressId,
        change: AddressChange,
    ) -> Result<Customer, Error> {
        let edit = move |book: &mut AddressBook| book.change(address, &change);
        self.revise(id, condition, move |it, now| it.change_addresses(now, &edit)).await
    }

    /// Removes an address.
    pub async fn remove_address(
        &self,
        id: CustomerId,
        condition: IfMatch,
        address: AddressId,
    ) -> Result<Customer, Error> {
        let remove = move |book: &mut AddressBook| book.remove(address);
        self.revise(id, condition, move |it, now| it.change_addresses(now, remove)).await
    }

    /// Changes a customer, if the caller has the present revision in mind.
    async fn revise(
        &self,
        id: CustomerId,
        condition: IfMatch,
        decide: impl Fn(&mut Customer, Timestamp) -> Result<Events, Refused> + Send + 'static,
    ) -> Result<Customer, Error> {
        let now = self.clock.now();
        // The id lets a save whose answer was lost be known again, by which the condition still held.
        let revised = self.customers.update(id, MessageId::fresh(), move |customer| {
            customer.person()?;
            if !condition.allows(customer.revision) {
                return Err(Error::Stale(customer.revision));
            }
            Ok(decide(customer, now)?)
        });
        revised.await
    }
}
