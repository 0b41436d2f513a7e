//! Those who run the shop. The first of them is in a secret that whoever installs the shop can read; the
//! account follows the secret. Others are customers whom staff have made staff.

use super::{AddressBook, Customer, Password, PasswordHash, Refused, Registration, Sessions};
use chassis::identity::Role;
use contracts::{
    ids::CustomerId,
    message::Events,
    text::{EmailAddress, Name},
};
use jiff::Timestamp;

/// The first of those who run the shop. It does not show itself.
#[derive(Clone)]
pub struct FirstStaff {
    /// How they sign in; lower case. Nobody else may have it.
    pub email: EmailAddress,
    /// Their password.
    pub password: Password,
}

impl std::fmt::Debug for FirstStaff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FirstStaff").field("email", &self.email).finish_non_exhaustive()
    }
}

impl FirstStaff {
    /// The account's id.
    #[must_use]
    pub fn id() -> CustomerId {
        CustomerId::derived("the first of the staff")
    }

    /// The account as it is made when they sign in for the first time. Nobody is told of it, since it is
    /// no customer's.
    #[must_use]
    pub fn account(&self, password: PasswordHash, now: Timestamp) -> (Customer, Events) {
        let said = Registration {
            email: self.email.clone(),
            first_name: name(),
            last_name: name(),
            phone: None,
            addresses: AddressBook::default(),
        };
        let (account, _told) = Customer::register(said, password, now);
        (Customer { customer_id: Self::id(), role: Role::Staff, ..account }, Events::none())
    }
}

/// What they are called where a name is asked for.
#[expect(clippy::expect_used, reason = "the text is a name")]
fn name() -> Name {
    Name::parse("Staff").expect("the text is a name")
}

impl Customer {
    /// Makes the account of the first staff what the secret says by now. Who was signed in with what it
    /// said before is not any more.
    pub fn follow_secret(
        &mut self,
        email: &EmailAddress,
        password: &PasswordHash,
        now: Timestamp,
    ) -> Result<(), Refused> {
        let person = self.person.as_mut().ok_or(Refused::Gone)?;
        person.email = email.clone();
        person.password = password.clone();
        person.sessions = Sessions::default();
        self.updated_at = now;
        Ok(())
    }

    /// Makes somebody staff, or a customer again. Who loses by it is signed out, so that no new token
    /// says otherwise.
    pub fn take_role(&mut self, role: Role, now: Timestamp) -> Result<Events, Refused> {
        self.is_ours_to_change()?;
        if self.role == role {
            return Ok(Events::none());
        }
        let person = self.person.as_mut().ok_or(Refused::Gone)?;
        person.sessions = Sessions::default();
        self.role = role;
        self.revision += 1;
        self.updated_at = now;
        Ok(Events::none())
    }

    /// Refuses what would only last until the first staff sign in again.
    pub(super) fn is_ours_to_change(&self) -> Result<(), Refused> {
        if self.customer_id == FirstStaff::id() { Err(Refused::KeptBySecret) } else { Ok(()) }
    }
}
