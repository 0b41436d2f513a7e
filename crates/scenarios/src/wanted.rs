use serde_json::{Value, json};

/// An order before it is placed. Nothing said, it is paid and collected at the counter.
#[derive(Clone, Debug)]
pub struct Wanted(Value);

impl Wanted {
    /// So many of these products, for somebody with this address.
    pub fn of(email: &str, lines: &[(&str, u32)]) -> Self {
        let item =
            |(product, quantity): &(&str, u32)| json!({"productId": product, "quantity": quantity});
        Self(json!({"email": email, "items": lines.iter().map(item).collect::<Vec<_>>()}))
    }

    /// What lies in a cart.
    pub fn cart(email: &str, cart: &str) -> Self {
        Self(json!({"email": email, "cartId": cart}))
    }

    /// Paid by the card that a token stands for, and brought to a door.
    #[must_use]
    pub fn by_card(self, token: &str) -> Self {
        self.with("paymentMethod", json!("credit_card"))
            .with("paymentToken", json!(token))
            .brought()
    }

    /// Paid by a transfer that is awaited.
    #[must_use]
    pub fn by_transfer(self) -> Self {
        self.with("paymentMethod", json!("bank_transfer")).brought()
    }

    /// Brought to a door.
    #[must_use]
    pub fn brought(self) -> Self {
        let address = json!({
            "street": "Main Street 1", "city": "Springfield", "zipCode": "12345", "country": "US",
        });
        self.with("shippingMethod", json!("express")).with("shippingAddress", address)
    }

    fn with(mut self, field: &str, value: Value) -> Self {
        self.0[field] = value;
        self
    }

    /// As it is sent.
    pub fn body(&self) -> String {
        self.0.to_string()
    }
}
