use contracts::ids::OrderId;

/// Who a hold is for: an order, and at which attempt. An order that is reserved for by hand may be
/// reserved for again when it came to nothing; whoever is late with the attempt before does not touch
/// what the next one holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The order.
    pub order: OrderId,
    /// Which attempt, from 0.
    pub attempt: u32,
}

impl Holder {
    /// The first attempt of an order, which is the only one unless it is reserved for by hand.
    pub const fn first(order: OrderId) -> Self {
        Self { order, attempt: 0 }
    }

    /// What its holds are called in the documents of the products.
    pub(super) fn key(self) -> OrderId {
        match self.attempt {
            0 => self.order,
            attempt => OrderId::derived(&format!("{}/attempt/{attempt}", self.order)),
        }
    }
}
