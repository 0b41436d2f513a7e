use super::{Order, StockLeg};
use contracts::{
    message::Events,
    orders::{
        CaptureWanted, OrderCancelled, OrderItem, OrderStatus, Packed, PaymentUnwanted,
        PaymentWanted, ShipmentUnwanted, ShipmentWanted, StockWanted,
    },
    payments::{PaymentMethod, PaymentStatus},
    shipping::ShipmentStatus,
};
use jiff::Timestamp;

/// What an order wants of another service. It is asked for until it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wish {
    /// Its stock set aside.
    Stock,
    /// Its money promised, or awaited.
    Payment,
    /// The promised money taken.
    Capture,
    /// Its parcel on its way; and, until it has arrived, to hear how it is.
    Shipment,
    /// Its parcel kept here.
    NoShipment,
    /// Its stock free again.
    NoStock,
    /// Its money given up or given back.
    NoPayment,
}

impl Order {
    /// What this order wants of others, as its legs stand.
    pub fn wishes(&self) -> Vec<Wish> {
        let wanted = [
            (Wish::Stock, self.wants_stock()),
            (Wish::Payment, self.wants_payment()),
            (Wish::Capture, self.wants_capture()),
            (Wish::Shipment, self.wants_shipment()),
            (Wish::NoShipment, self.wants_no_shipment()),
            (Wish::NoStock, self.wants_no_stock()),
            (Wish::NoPayment, self.wants_no_payment()),
        ];
        wanted.into_iter().filter(|(_, is_wanted)| *is_wanted).map(|(wish, _)| wish).collect()
    }

    fn wants_stock(&self) -> bool {
        self.status == OrderStatus::Pending && self.legs.stock == StockLeg::Wanted
    }

    fn wants_payment(&self) -> bool {
        self.status == OrderStatus::Pending && !self.is_secured()
    }

    /// Money is taken once the stock is there; at the door, once the parcel is.
    fn wants_capture(&self) -> bool {
        let due = match self.payment_method {
            PaymentMethod::CashOnDelivery => self.status == OrderStatus::Delivered,
            PaymentMethod::CreditCard | PaymentMethod::Paypal | PaymentMethod::BankTransfer => {
                self.status == OrderStatus::Processing
            }
        };
        due && self.legs.payment == PaymentStatus::Authorized
    }

    fn wants_shipment(&self) -> bool {
        let under_way = matches!(self.status, OrderStatus::Processing | OrderStatus::Shipped);
        under_way && self.legs.shipment.is_some() && self.legs.call_off.is_none()
    }

    fn wants_no_shipment(&self) -> bool {
        self.status == OrderStatus::Processing && self.legs.call_off.is_some()
    }

    fn wants_no_stock(&self) -> bool {
        let is_held = matches!(self.legs.stock, StockLeg::Wanted | StockLeg::Held);
        self.status == OrderStatus::Cancelled && is_held
    }

    fn wants_no_payment(&self) -> bool {
        let may_be_taken = matches!(
            self.legs.payment,
            PaymentStatus::Pending | PaymentStatus::Authorized | PaymentStatus::Completed
        );
        self.status == OrderStatus::Cancelled && may_be_taken
    }

    /// Whether all that it wants takes days by nature.
    pub(super) fn is_slow(&self) -> bool {
        self.wishes().iter().all(|wish| match wish {
            Wish::Payment => self.payment_method == PaymentMethod::BankTransfer,
            Wish::Shipment => self.legs.shipment != Some(ShipmentStatus::Pending),
            Wish::Stock | Wish::Capture | Wish::NoShipment | Wish::NoStock | Wish::NoPayment => {
                false
            }
        })
    }

    /// Says a wish to whoever can grant it.
    pub(super) fn say(&self, wish: Wish, events: Events, now: Timestamp) -> Events {
        let (order_id, reason) = (self.id, self.why());
        match wish {
            Wish::Stock => events.and(now, &self.stock_wanted()),
            Wish::Payment => events.and(now, &self.payment_wanted()),
            Wish::Capture => events.and(now, &CaptureWanted { order_id }),
            Wish::Shipment => events.and(now, &self.shipment_wanted()),
            Wish::NoShipment => events.and(now, &ShipmentUnwanted { order_id, reason }),
            Wish::NoStock => events.and(now, &OrderCancelled { order_id, reason }),
            Wish::NoPayment => events.and(now, &PaymentUnwanted { order_id, reason }),
        }
    }

    fn why(&self) -> String {
        self.reason.as_ref().or(self.legs.call_off.as_ref()).cloned().unwrap_or_default()
    }

    fn stock_wanted(&self) -> StockWanted {
        StockWanted { message: "Order placed".to_owned(), order: self.summary() }
    }

    fn payment_wanted(&self) -> PaymentWanted {
        PaymentWanted {
            order_id: self.id,
            customer_id: self.customer_id,
            amount: self.total,
            method: self.payment_method,
            token: self.payment_token.clone(),
        }
    }

    fn shipment_wanted(&self) -> ShipmentWanted {
        ShipmentWanted {
            order_id: self.id,
            customer_id: self.customer_id,
            method: self.shipping_method,
            address: self.shipping_address.clone(),
            items: self.items.iter().map(packed).collect(),
        }
    }
}

fn packed(item: &OrderItem) -> Packed {
    Packed { product_id: item.product_id, name: item.name.clone(), quantity: item.quantity }
}
