use super::*;
use chassis::clock::{Clock as _, HeldClock};
use contracts::{
    address::Address, ids::OrderId, orders::ShipmentWanted, shipping::ShippingMethod, text::Name,
};
use std::sync::Arc;

const LEG: Duration = Duration::from_mins(1);

fn shipment(address: Option<Address>) -> Shipment {
    let (order_id, method) = (OrderId::derived("order"), ShippingMethod::Standard);
    let wish = ShipmentWanted { order_id, customer_id: None, method, address, items: Vec::new() };
    let (shipment, _events) = Shipment::wanted(wish, Timestamp::UNIX_EPOCH);
    Shipment { booked_at: Some(Timestamp::UNIX_EPOCH), ..shipment }
}

fn address() -> Address {
    let name = |it: &str| Name::parse(it).unwrap();
    Address {
        street: name("1 Main Street"),
        city: name("London"),
        state: None,
        zip_code: name("N1"),
        country: name("GB"),
    }
}

fn clock() -> Arc<HeldClock> {
    Arc::new(HeldClock::at(Timestamp::UNIX_EPOCH))
}

#[tokio::test]
async fn a_parcel_moves_by_the_clock_and_is_remembered_nowhere() {
    let (clock, sent) = (clock(), shipment(Some(address())));
    let mut way = Vec::new();
    for minute in 0..5 {
        // Each time another one, as after a restart.
        let carrier = Simulator::new(Pace::Leg(LEG), clock.clone());
        let it = carrier.track(&sent).await.unwrap();
        let minutes = it.again.as_second() / 60;
        assert!(minutes > minute.min(3), "there is news at {minutes}, and it is {minute}");
        way.push((it.whereabouts, it.location));
        clock.advance(SignedDuration::from_mins(1));
    }
    let expected = [
        (Whereabouts::Here, "Warehouse"),
        (Whereabouts::Underway, "Sorting centre"),
        (Whereabouts::Underway, "Delivery depot"),
        (Whereabouts::Arrived, "At the door"),
        (Whereabouts::Arrived, "At the door"),
    ];
    assert_eq!(way, expected.map(|(whereabouts, place)| (whereabouts, place.to_owned())));
}

#[tokio::test]
async fn what_is_collected_takes_the_same_steps_at_the_counter() {
    let (clock, collected) = (clock(), shipment(None));
    let carrier = Simulator::new(Pace::Leg(LEG), clock.clone());
    assert_eq!(carrier.book(&collected).await.unwrap().carrier, "Collection at the shop");
    clock.advance(SignedDuration::from_mins(1));
    let ready = carrier.track(&collected).await.unwrap();
    assert_eq!((ready.whereabouts, ready.location.as_str()), (Whereabouts::Underway, "Counter"));
    clock.advance(SignedDuration::from_mins(2));
    assert_eq!(carrier.track(&collected).await.unwrap().whereabouts, Whereabouts::Arrived);
}

#[tokio::test]
async fn the_same_key_is_the_same_parcel() {
    let (carrier, sent) = (Simulator::new(Pace::Off, clock()), shipment(Some(address())));
    let first = carrier.book(&sent).await.unwrap();
    assert_eq!(first, carrier.book(&sent).await.unwrap());
    let digits = first.tracking_number.strip_prefix("TRK").unwrap();
    assert!(digits.len() == 12 && digits.bytes().all(|it| it.is_ascii_digit()), "{digits}");
}

#[tokio::test]
async fn without_a_pace_nothing_moves_by_itself() {
    let clock = clock();
    let carrier = Simulator::new(Pace::Off, clock.clone());
    clock.advance(SignedDuration::from_hours(1_000));
    let it = carrier.track(&shipment(Some(address()))).await.unwrap();
    assert_eq!(it.whereabouts, Whereabouts::Here);
    assert!(it.again > clock.now());
}

#[tokio::test]
async fn it_is_out_of_order_when_told_so() {
    let (carrier, sent) = (Simulator::new(Pace::Off, clock()), shipment(None));
    carrier.fail(2);
    assert!(carrier.book(&sent).await.is_err());
    assert!(carrier.cancel(sent.shipment_id).await.is_err());
    assert!(carrier.track(&sent).await.is_ok());
}
