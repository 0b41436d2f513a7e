//! Typed ids, so that an order's id cannot be handed over as a product's. UUID v7 (RFC 9562): unique
//! without asking anybody, and in the order of creation, which keeps an index on them compact.

mod source;

pub use source::{Seeded, chance, seeded};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt, str::FromStr};
use uuid::Uuid;

/// Below this namespace lie all ids that are derived from a name.
const DERIVED: Uuid = Uuid::from_u128(0x5340_7040_1ee9_4e57_9a1e_0d5e_11ed_0001);

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// A new id.
            #[must_use]
            pub fn fresh() -> Self {
                Self(source::fresh())
            }

            /// The id that always follows from `name`: making it twice gives the same one, so what is
            /// created under it is created once.
            #[must_use]
            pub fn derived(name: &str) -> Self {
                Self(Uuid::new_v5(&DERIVED, name.as_bytes()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                read(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;

            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "format": "uuid"})
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

typed_id! {
    /// Names an order, everywhere and for ever.
    OrderId
}
typed_id! {
    /// Names a product.
    ProductId
}
typed_id! {
    /// Names a customer who has an account.
    CustomerId
}
typed_id! {
    /// Names one address of a customer.
    AddressId
}
typed_id! {
    /// Names one time that a customer signed in.
    SessionId
}
typed_id! {
    /// Names a cart.
    CartId
}
typed_id! {
    /// Names the payment of an order.
    PaymentId
}
typed_id! {
    /// Names one refund of a payment.
    RefundId
}
typed_id! {
    /// Names the shipment of an order.
    ShipmentId
}
typed_id! {
    /// Names one movement of stock.
    MovementId
}
typed_id! {
    /// Names a mail to one person about one thing.
    MailId
}
typed_id! {
    /// Names one message, and thereby the cause of what its hearer does; a redelivery carries the
    /// same one.
    MessageId
}

/// A text that is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a UUID such as 0192f0c1-7b3a-7c4e-9d57-0d1c7a9b2f10, in lower case")]
pub struct NotAnId;

/// Reads an id as it is written. A UUID has other spellings (RFC 9562 §4, and more that are in use), but
/// what is compared as text, in caches, logs and keys, must be spelt in one way.
fn read(text: &str) -> Result<Uuid, NotAnId> {
    let id: Uuid = text.parse().map_err(|_other: uuid::Error| NotAnId)?;
    let mut written = [0; uuid::fmt::Hyphenated::LENGTH];
    if id.hyphenated().encode_lower(&mut written) == text { Ok(id) } else { Err(NotAnId) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_as_it_was_written() {
        let id = OrderId::fresh();
        assert_eq!(id.to_string().parse::<OrderId>().unwrap(), id);
        assert!("17".parse::<OrderId>().is_err());
    }

    #[test]
    fn an_id_is_spelt_in_one_way() {
        let id = OrderId::fresh().to_string();
        for other in [
            id.to_uppercase(),
            id.replace('-', ""),
            format!("{{{id}}}"),
            format!("urn:uuid:{id}"),
            format!(" {id}"),
            format!("{id}\n"),
            String::new(),
        ] {
            assert_eq!(other.parse::<OrderId>(), Err(NotAnId), "{other:?}");
            assert_eq!(OrderId::try_from(other), Err(NotAnId));
        }
    }

    #[test]
    fn a_derived_id_is_always_the_same() {
        assert_eq!(MailId::derived("a"), MailId::derived("a"));
        assert_ne!(MailId::derived("a"), MailId::derived("b"));
    }
}
