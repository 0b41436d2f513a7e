use super::key;
use chassis::env;
use contracts::catalog::{self, Service};

/// An entry of a Secret that a service is given beside its logins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// The variable that it reads.
    pub variable: &'static str,
    /// Whose Secret holds it.
    pub owner: &'static str,
    /// Under which key.
    pub key: &'static str,
}

/// What `service` is given beside its logins.
pub fn given(service: &Service) -> Vec<Given> {
    let given = |variable, owner: Service, key| Given { variable, owner: owner.name, key };
    let inside = given(env::INSIDE_TOKEN, catalog::ORDERS, key::INSIDE_TOKEN);
    let mut all = match *service {
        catalog::CUSTOMERS => {
            vec![given(env::TOKEN_SIGNING_KEY, catalog::CUSTOMERS, key::TOKEN_SIGNING_KEY)]
        }
        catalog::PAYMENTS => {
            let webhook =
                given(env::PAYMENT_WEBHOOK_SECRET, catalog::PAYMENTS, key::WEBHOOK_SECRET);
            vec![webhook, inside]
        }
        catalog::GATEWAY | catalog::ORDERS | catalog::INVENTORY | catalog::SHIPPING => vec![inside],
        _ => Vec::new(),
    };
    // Whoever answers customers has to know them.
    if !service.routes.is_empty() {
        all.push(given(env::TOKEN_PUBLIC_KEYS, catalog::CUSTOMERS, key::TOKEN_PUBLIC_KEY));
    }
    all
}
