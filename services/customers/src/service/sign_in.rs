//! Signing in and staying so.

use super::Customers;
use crate::{
    Error,
    domain::{BadPassword, Customer, Password, RefreshToken, Refused},
};
use chassis::{
    identity::{ACCESS_LIFE, Principal, Role},
    problem::FieldError,
};
use contracts::{
    ids::{CustomerId, MessageId},
    message::Events,
    text::EmailAddress,
};
use std::time::Duration;

/// What somebody gets who signs in. It does not show itself.
#[derive(Clone)]
pub(crate) struct Tokens {
    /// Says to all services who they are.
    pub(crate) access: String,
    /// How long it does so.
    pub(crate) expires_in: Duration,
    /// Gives new tokens, once.
    pub(crate) refresh: RefreshToken,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").finish_non_exhaustive()
    }
}

impl Customers {
    /// Signs in whoever knows the password. Whether there is no such account or the password is
    /// another cannot be told from the answer, nor from how long it takes.
    pub(crate) async fn sign_in(
        &self,
        email: &EmailAddress,
        password: Password,
    ) -> Result<Tokens, Error> {
        self.welcome(email, &password).await?;
        let found = self.by_email(email).await?;
        let Some((id, hash)) = found.and_then(|it| Some((it.customer_id, it.person?.password)))
        else {
            self.hasher.hash(password).await?;
            return Err(Error::WrongCredentials);
        };
        if !self.hasher.is_of(&hash, password).await? {
            return Err(Error::WrongCredentials);
        }
        let (token, now) = (RefreshToken::fresh(id), self.clock.now());
        let opened = self.update_sessions(id, {
            let token = token.clone();
            move |customer| customer.sign_in(&hash, &token, now)
        });
        match opened.await {
            Ok(customer) => Ok(self.tokens(customer.role, token)),
            Err(Error::NoSuchCustomer) => Err(Error::WrongCredentials),
            Err(error) => Err(error),
        }
    }

    /// Gives new tokens for a refresh token, which is used up by it. Used again, it ends its session.
    pub(crate) async fn refresh(&self, used: RefreshToken) -> Result<Tokens, Error> {
        let (id, next, now) = (used.customer_id, used.next(), self.clock.now());
        let refreshed = self.update_sessions(id, {
            let next = next.clone();
            move |customer| customer.refresh(&used, &next, now)
        });
        match refreshed.await {
            Ok(customer) if customer.has_session(&next) => Ok(self.tokens(customer.role, next)),
            Ok(_) => {
                tracing::warn!(customer.id = %id, "a refresh token was used again: session closed");
                Err(Error::BadRefreshToken)
            }
            Err(Error::NoSuchCustomer) => Err(Error::BadRefreshToken),
            Err(error) => Err(error),
        }
    }

    /// Ends the session of a refresh token, if there is still one.
    pub(crate) async fn sign_out(&self, token: RefreshToken) -> Result<(), Error> {
        let id = token.customer_id;
        let closed = self.update_sessions(id, move |customer| customer.sign_out(&token));
        match closed.await {
            Ok(_) | Err(Error::NoSuchCustomer | Error::BadRefreshToken) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Changes the password of whoever knows the old one. All sessions end but the one that begins.
    pub(crate) async fn change_password(
        &self,
        id: CustomerId,
        current: Password,
        new: Password,
    ) -> Result<Tokens, Error> {
        let person = self.get(id).await?.person.ok_or(Error::NoSuchCustomer)?;
        let new = new.unlike(&person.email).map_err(|it| wrong_field("#/newPassword", it))?;
        let old = person.password;
        if !self.hasher.is_of(&old, current).await? {
            return Err(Error::WrongPassword);
        }
        let new = self.hasher.hash(new).await?;
        let (token, now) = (RefreshToken::fresh(id), self.clock.now());
        let changed = self.update_sessions(id, {
            let token = token.clone();
            move |customer| customer.change_password(&old, &new, &token, now)
        });
        match changed.await {
            Ok(customer) => Ok(self.tokens(customer.role, token)),
            Err(Error::WrongCredentials) => Err(Error::WrongPassword),
            Err(error) => Err(error),
        }
    }

    /// Changes what others do not see, so it is no new revision and nothing is said.
    async fn update_sessions(
        &self,
        id: CustomerId,
        decide: impl Fn(&mut Customer) -> Result<(), Refused> + Send + 'static,
    ) -> Result<Customer, Error> {
        // The id lets a save whose answer was lost be known again: a token is not used up twice by it.
        let updated = self.customers.update(id, MessageId::fresh(), move |customer| {
            decide(customer)?;
            Ok(Events::none())
        });
        updated.await
    }

    fn tokens(&self, role: Role, refresh: RefreshToken) -> Tokens {
        let principal = Principal { id: refresh.customer_id.to_string(), role };
        let access = self.key.sign(&principal, self.clock.now(), ACCESS_LIFE);
        Tokens { access, expires_in: ACCESS_LIFE, refresh }
    }
}

fn wrong_field(pointer: &str, bad: BadPassword) -> Error {
    Error::Fields(vec![FieldError::new(pointer, bad.to_string())])
}
