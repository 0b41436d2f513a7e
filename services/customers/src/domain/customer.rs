//! A customer, and how they change.

use super::{AddressBook, Edit, PasswordHash, Phone, RefreshToken, Refused, Sessions};
use chassis::identity::Role;
use contracts::{
    customers::{CustomerDeleted, CustomerRegistered, CustomerState, CustomerUpdated},
    ids::CustomerId,
    message::Events,
    text::{EmailAddress, Name},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Somebody who has, or had, an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Customer {
    /// Names them.
    pub customer_id: CustomerId,
    /// What they are to the shop.
    #[serde(default = "customer", skip_serializing_if = "is_customer")]
    pub role: Role,
    /// Whether they are still there.
    pub state: State,
    /// What is known of them; nothing once they have left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person>,
    /// Counts the changes of what can be seen of them.
    pub revision: u64,
    /// When they registered.
    pub created_at: Timestamp,
    /// When something was last changed.
    pub updated_at: Timestamp,
    /// When they left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Timestamp>,
}

const fn customer() -> Role {
    Role::Customer
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_customer(role: &Role) -> bool {
    *role == Role::Customer
}

/// Whether a customer is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// They have an account.
    Active,
    /// They have left; only that they were there is still known.
    Deleted,
}

/// What is known of a customer, and by what they prove who they are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// How they sign in, and where they are written to; lower case.
    pub email: EmailAddress,
    /// The first name.
    pub first_name: Name,
    /// The last name.
    pub last_name: Name,
    /// Where they can be called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Phone>,
    /// Where their parcels go.
    pub addresses: AddressBook,
    /// What is kept of their password.
    pub password: PasswordHash,
    /// Where they are signed in.
    pub sessions: Sessions,
}

/// What somebody says who registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// How they will sign in; lower case.
    pub email: EmailAddress,
    /// The first name.
    pub first_name: Name,
    /// The last name.
    pub last_name: Name,
    /// Where they can be called.
    pub phone: Option<Phone>,
    /// Where their parcels go.
    pub addresses: AddressBook,
}

/// What shall be different; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonChange {
    /// Another e-mail; lower case.
    pub email: Option<EmailAddress>,
    /// Another first name.
    pub first_name: Option<Name>,
    /// Another last name.
    pub last_name: Option<Name>,
    /// Another number, or none any more.
    pub phone: Edit<Phone>,
}

impl Customer {
    /// Gives somebody an account.
    #[must_use]
    pub fn register(said: Registration, password: PasswordHash, now: Timestamp) -> (Self, Events) {
        let Registration { email, first_name, last_name, phone, addresses } = said;
        let sessions = Sessions::default();
        let person = Person { email, first_name, last_name, phone, addresses, password, sessions };
        let customer_id = CustomerId::fresh();
        let registered = CustomerRegistered { customer: person.told(customer_id, 1) };
        let customer = Self {
            customer_id,
            role: Role::Customer,
            state: State::Active,
            person: Some(person),
            revision: 1,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        };
        (customer, Events::none().and(now, &registered))
    }

    /// What is known of them, while they are there.
    pub fn person(&self) -> Result<&Person, Refused> {
        self.person.as_ref().ok_or(Refused::Gone)
    }

    fn person_mut(&mut self) -> Result<&mut Person, Refused> {
        self.person.as_mut().ok_or(Refused::Gone)
    }

    /// Changes what is known of them.
    pub fn change(&mut self, change: &PersonChange, now: Timestamp) -> Result<Events, Refused> {
        let PersonChange { email, first_name, last_name, phone } = change.clone();
        self.revise(now, |person| {
            person.email = email.unwrap_or_else(|| person.email.clone());
            person.first_name = first_name.unwrap_or_else(|| person.first_name.clone());
            person.last_name = last_name.unwrap_or_else(|| person.last_name.clone());
            phone.apply(&mut person.phone);
            Ok(())
        })
    }

    /// Changes their addresses.
    pub fn change_addresses(
        &mut self,
        now: Timestamp,
        edit: impl FnOnce(&mut AddressBook) -> Result<(), Refused>,
    ) -> Result<Events, Refused> {
        self.revise(now, |person| edit(&mut person.addresses))
    }

    /// Makes it a new revision and tells of it, if it changes anything.
    fn revise(
        &mut self,
        now: Timestamp,
        edit: impl FnOnce(&mut Person) -> Result<(), Refused>,
    ) -> Result<Events, Refused> {
        let (id, revision) = (self.customer_id, self.revision + 1);
        let person = self.person_mut()?;
        let before = person.clone();
        edit(person)?;
        if *person == before {
            return Ok(Events::none());
        }
        let updated = CustomerUpdated { customer: person.told(id, revision) };
        self.revision = revision;
        self.updated_at = now;
        Ok(Events::none().and(now, &updated))
    }

    /// Erases what is known of them. That they were there, and when, is kept.
    pub fn delete(&mut self, now: Timestamp) -> Result<Events, Refused> {
        self.is_ours_to_change()?;
        self.person.take().ok_or(Refused::Gone)?;
        self.state = State::Deleted;
        self.revision += 1;
        self.updated_at = now;
        self.deleted_at = Some(now);
        let deleted = CustomerDeleted { customer_id: self.customer_id };
        Ok(Events::none().and(now, &deleted))
    }

    /// Signs in whoever has given the password that `compared` is the hash of.
    pub fn sign_in(
        &mut self,
        compared: &PasswordHash,
        token: &RefreshToken,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let person = self.person_mut()?;
        if person.password != *compared {
            return Err(Refused::PasswordChanged);
        }
        person.sessions.open(token, now);
        Ok(())
    }

    /// Gives another token for this one, which is used up by it. One that was used up before closes its
    /// session instead: either it was stolen, or the one that came after it was.
    pub fn refresh(
        &mut self,
        used: &RefreshToken,
        next: &RefreshToken,
        now: Timestamp,
    ) -> Result<(), Refused> {
        self.person_mut()?.sessions.refresh(used, next, now)
    }

    /// Ends the session of a token.
    pub fn sign_out(&mut self, token: &RefreshToken) -> Result<(), Refused> {
        self.person_mut()?.sessions.close(token)
    }

    /// Whether a token is one that would be taken now.
    #[must_use]
    pub fn has_session(&self, token: &RefreshToken) -> bool {
        self.person.as_ref().is_some_and(|it| it.sessions.has(token))
    }

    /// Changes the password of whoever has given the old one, and ends all sessions but the one that
    /// begins with it.
    pub fn change_password(
        &mut self,
        compared: &PasswordHash,
        new: &PasswordHash,
        token: &RefreshToken,
        now: Timestamp,
    ) -> Result<(), Refused> {
        self.is_ours_to_change()?;
        let person = self.person_mut()?;
        if person.password != *compared {
            return Err(Refused::PasswordChanged);
        }
        person.password = new.clone();
        person.sessions = Sessions::default();
        person.sessions.open(token, now);
        Ok(())
    }
}

impl Person {
    fn told(&self, customer_id: CustomerId, revision: u64) -> CustomerState {
        CustomerState {
            customer_id,
            email: self.email.clone(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            revision,
        }
    }
}
