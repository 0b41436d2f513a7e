//! Those who run the shop.

use super::Customers;
use crate::{
    Error,
    domain::{Customer, FirstStaff, Password, Refused},
};
use chassis::{http::IfMatch, identity::Role};
use contracts::{
    ids::{CustomerId, MessageId},
    message::Events,
    text::EmailAddress,
};
use store::Created;

impl Customers {
    /// Makes somebody staff, or a customer again.
    pub(crate) async fn take_role(
        &self,
        id: CustomerId,
        condition: IfMatch,
        role: Role,
    ) -> Result<Customer, Error> {
        self.revise(id, condition, move |it, now| it.take_role(role, now)).await
    }

    /// Refuses the e-mail of the first staff to everybody else.
    pub(super) fn is_free(&self, email: &EmailAddress) -> Result<(), Error> {
        let is_theirs = self.staff.as_ref().is_some_and(|it| it.email == *email);
        if is_theirs { Err(Error::EmailTaken) } else { Ok(()) }
    }

    /// Sees to it that the first staff have the account that their secret says, when they sign in.
    pub(super) async fn welcome(
        &self,
        email: &EmailAddress,
        given: &Password,
    ) -> Result<(), Error> {
        match &self.staff {
            Some(staff) if staff.email == *email && staff.password.is(given) => {
                self.follow_secret(staff).await
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn follow_secret(&self, staff: &FirstStaff) -> Result<(), Error> {
        let kept = match self.customers.look_up(&FirstStaff::id()).await? {
            Some(account) => account.person.ok_or(Error::NoSuchCustomer)?,
            None => match self.open_account(staff).await? {
                Created::New(_) => return Ok(()),
                Created::Existing(account) => account.person.ok_or(Error::NoSuchCustomer)?,
            },
        };
        let is_same = self.hasher.is_of(&kept.password, staff.password.clone()).await?;
        if is_same && kept.email == staff.email {
            return Ok(());
        }
        let (email, now) = (staff.email.clone(), self.clock.now());
        let password = self.hasher.hash(staff.password.clone()).await?;
        let follow = move |it: &mut Customer| -> Result<Events, Refused> {
            it.follow_secret(&email, &password, now)?;
            Ok(Events::none())
        };
        let decide = move |it: &mut Customer| -> Result<Events, Error> { Ok(follow(it)?) };
        self.customers.update(FirstStaff::id(), MessageId::fresh(), decide).await.map(drop)
    }

    async fn open_account(&self, staff: &FirstStaff) -> Result<Created<Customer>, Error> {
        let hash = self.hasher.hash(staff.password.clone()).await?;
        let (account, events) = staff.account(hash, self.clock.now());
        Ok(self.customers.create(account, events).await?)
    }
}
