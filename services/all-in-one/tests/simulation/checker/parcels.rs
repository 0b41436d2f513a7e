use crate::state::State;
use contracts::{orders::OrderStatus, shipping::ShipmentStatus};
use orders::domain::Order;
use shipping::domain::Shipment;

pub(super) fn are_where_orders_stand(state: &State) -> Vec<String> {
    let check = |order: &Order| {
        let shipment = state.shipment_of(order.id);
        let stands = shipment.map(|it| it.status);
        let fits = fits(order.status, stands) && shipment.is_none_or(|it| has_all(order, it));
        (!fits).then(|| format!("{} is {:?}, its parcel {shipment:?}", order.id, order.status))
    };
    let known = |it: &Shipment| state.orders.iter().any(|order| order.id == it.order_id);
    let strays = state.shipments.iter().filter(|it| !known(it));
    let strays = strays.map(|it| format!("nobody's: {it:?}"));
    state.orders.iter().filter_map(check).chain(strays).collect()
}

fn fits(order: OrderStatus, parcel: Option<ShipmentStatus>) -> bool {
    match order {
        OrderStatus::Pending => parcel.is_none(),
        OrderStatus::Processing => {
            matches!(parcel, Some(ShipmentStatus::Pending | ShipmentStatus::Processing))
        }
        OrderStatus::Shipped => parcel == Some(ShipmentStatus::Shipped),
        OrderStatus::Delivered => parcel == Some(ShipmentStatus::Delivered),
        OrderStatus::Cancelled => {
            matches!(parcel, None | Some(ShipmentStatus::Cancelled | ShipmentStatus::Returned))
        }
    }
}

/// Whether what was ordered is in the parcel, if anything is.
fn has_all(order: &Order, shipment: &Shipment) -> bool {
    let ordered = order.items.iter().map(|it| (it.product_id, it.quantity));
    let packed = shipment.items.iter().map(|it| (it.product_id, it.quantity));
    shipment.items.is_empty() && shipment.status == ShipmentStatus::Cancelled || ordered.eq(packed)
}
