//! What the product service and the shipping service say.

use super::{
    Form,
    orders::{name, order_id, price, product, tracking},
};
use contracts::{
    ids::ShipmentId,
    products::{ProductCreated, ProductDeleted, ProductUpdated},
    shipping::{ShipmentStatus, ShippingUpdated},
};

pub(super) fn forms() -> Vec<Form> {
    let product_id = product();
    let (description, images) =
        ("Light".to_owned(), vec!["https://example.com/laptop.png".to_owned()]);
    vec![
        Form::of(&ProductCreated {
            product_id,
            name: name("Laptop"),
            category: name("Electronics"),
            price: price(),
            description: description.clone(),
            images: images.clone(),
            revision: 1,
        }),
        Form::of(&ProductUpdated {
            product_id,
            name: name("Laptop 14"),
            category: name("Electronics"),
            price: price(),
            description,
            images,
            revision: 2,
        }),
        Form::of(&ProductDeleted { product_id, revision: 3 }),
        Form::of(&ShippingUpdated {
            shipment_id: ShipmentId::derived("first"),
            order_id: order_id(),
            status: ShipmentStatus::Returned,
            tracking: Some(tracking()),
            reason: Some("Nobody was at home".to_owned()),
        }),
    ]
}
