//! Who may do what. A service says it in one table, one line per operation, and serves nothing that has
//! no line there: [`Process::serve`](crate::process::Process::serve) puts the table before its routes.
//!
//! What the table cannot know is whose a thing is. Where it says [`Access::Holder`] or [`Access::Owner`],
//! the handler looks, and to a stranger it is as if the thing were not there.

use crate::{
    identity::{Identity, Principal, Role},
    problem::Problem,
};
use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, Method, StatusCode, header};
use std::{collections::BTreeMap, sync::Arc};

/// Who may use an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody, and no token is looked at: this is where one goes without a good one.
    Open,
    /// Everybody. A token that is shown must be good, here and in all that follows.
    Public,
    /// Of a guest's thing, whoever knows its id, which nobody can guess; of a customer's thing, its
    /// owner, staff, and services.
    Holder,
    /// The customer whose it is, staff, and services.
    Owner,
    /// Everybody who is somebody, and sees what is theirs.
    SignedIn,
    /// Customers only, since it is for them alone.
    Customer,
    /// Those who run the shop.
    Staff,
    /// Those who run the shop, and services; the gateway leads nobody here.
    Inside,
}

impl Access {
    /// How it is called in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Public => "public",
            Self::Holder => "holder",
            Self::Owner => "owner",
            Self::SignedIn => "signed in",
            Self::Customer => "customer",
            Self::Staff => "staff",
            Self::Inside => "inside",
        }
    }

    /// Whether somebody may come as far as the handler.
    fn admits(self, asking: Option<&Principal>) -> Result<(), Problem> {
        let role = asking.map(|it| it.role);
        match (self, role) {
            (Self::Open | Self::Public | Self::Holder, _)
            | (Self::Owner | Self::SignedIn, Some(_))
            | (Self::Customer, Some(Role::Customer))
            | (Self::Staff | Self::Inside, Some(Role::Staff))
            | (Self::Inside, Some(Role::Service)) => Ok(()),
            (_, None) => Err(nobody()),
            (Self::Customer, Some(_)) => Err(another("customers-only", "This is for customers.")),
            (Self::Staff | Self::Inside, Some(_)) => Err(another("staff-only", STAFF_ONLY)),
        }
    }
}

const STAFF_ONLY: &str = "This is for those who run the shop.";

pub(crate) fn nobody() -> Problem {
    let detail = "Say who you are: Authorization: Bearer, and a token from signing in.";
    Problem::new(StatusCode::UNAUTHORIZED, "sign-in-required", detail)
}

fn another(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, code, detail)
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The method. What may be read by GET may be asked for by HEAD.
    pub method: Method,
    /// The path as the route is written, such as `/api/orders/{order}`.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
}

/// A line for reading something.
#[must_use]
pub const fn get(path: &'static str, access: Access) -> Operation {
    Operation { method: Method::GET, path, access }
}

/// A line for making or doing something.
#[must_use]
pub const fn post(path: &'static str, access: Access) -> Operation {
    Operation { method: Method::POST, path, access }
}

/// A line for changing something.
#[must_use]
pub const fn put(path: &'static str, access: Access) -> Operation {
    Operation { method: Method::PUT, path, access }
}

/// A line for removing something.
#[must_use]
pub const fn delete(path: &'static str, access: Access) -> Operation {
    Operation { method: Method::DELETE, path, access }
}

/// All that a service serves, and to whom.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table(Arc<BTreeMap<&'static str, Vec<Operation>>>);

impl Table {
    pub(crate) fn of(operations: impl IntoIterator<Item = Operation>) -> Self {
        let mut table: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for operation in operations {
            table.entry(operation.path).or_default().push(operation);
        }
        Self(Arc::new(table))
    }

    fn access(&self, method: &Method, path: &str) -> Result<Access, Problem> {
        let there = self.0.get(path).map(Vec::as_slice).unwrap_or_default();
        let method = if method == Method::HEAD { &Method::GET } else { method };
        let found = there.iter().find(|it| it.method == *method);
        found.map(|it| it.access).ok_or_else(|| {
            let methods: Vec<_> = there.iter().map(|it| it.method.as_str()).collect();
            match HeaderValue::from_str(&methods.join(", ")) {
                Ok(methods) => no_such_method().allow(methods),
                Err(_no_field_value) => no_such_method(),
            }
        })
    }
}

pub(crate) fn no_such_method() -> Problem {
    let detail = "This path does not know this method.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "no-such-method", detail)
}

/// Lets a request pass that the table admits, with the word on who is asking for its handler.
pub(crate) async fn guard(table: Table, request: Request, next: Next) -> Response {
    let Some(path) = request.extensions().get::<MatchedPath>().cloned() else {
        return next.run(request).await;
    };
    match admitted(&table, path.as_str(), request) {
        Ok(request) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn admitted(table: &Table, path: &str, mut request: Request) -> Result<Request, Problem> {
    let access = table.access(request.method(), path)?;
    let asking = match access {
        Access::Open => {
            request.headers_mut().remove(header::AUTHORIZATION);
            Identity(None)
        }
        Access::Public
        | Access::Holder
        | Access::Owner
        | Access::SignedIn
        | Access::Customer
        | Access::Staff
        | Access::Inside => Identity::of(request.headers(), request.extensions())?,
    };
    access.admits(asking.0.as_ref())?;
    request.extensions_mut().insert(asking);
    Ok(request)
}

#[cfg(test)]
mod tests;
