//! What the order process wants of others.

use super::{
    Form,
    orders::{customer, name, order_id, price, product},
};
use contracts::{
    address::Address,
    orders::{
        CaptureWanted, Packed, PaymentUnwanted, PaymentWanted, ShipmentUnwanted, ShipmentWanted,
    },
    payments::PaymentMethod,
    shipping::ShippingMethod,
};

pub(super) fn forms() -> Vec<Form> {
    let order_id = order_id();
    let reason = "The customer has changed their mind".to_owned();
    let address = Address {
        street: name("12 St James's Square"),
        city: name("London"),
        state: Some(name("England")),
        zip_code: name("SW1Y 4JH"),
        country: name("GB"),
    };
    vec![
        Form::of(&PaymentWanted {
            order_id,
            customer_id: Some(customer()),
            amount: price(),
            method: PaymentMethod::CreditCard,
            token: Some(name("tok_visa")),
        }),
        Form::of(&CaptureWanted { order_id }),
        Form::of(&PaymentUnwanted { order_id, reason: reason.clone() }),
        Form::of(&ShipmentWanted {
            order_id,
            customer_id: Some(customer()),
            method: ShippingMethod::Express,
            address: Some(address),
            items: vec![Packed { product_id: product(), name: name("Laptop"), quantity: 1 }],
        }),
        Form::of(&ShipmentUnwanted { order_id, reason }),
    ]
}
