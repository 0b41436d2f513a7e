use super::*;

/// What the order wants that was opened by hand as [`wish`].
fn other() -> ShipmentWanted {
    let address = serde_json::from_value(serde_json::json!({
        "street": "1 Main Street", "city": "London", "zipCode": "N1", "country": "GB",
    }));
    ShipmentWanted { address: Some(address.unwrap()), method: ShippingMethod::Standard, ..wish() }
}

fn is_other(it: &Shipment) -> bool {
    (&it.address, it.method) == (&other().address, ShippingMethod::Standard)
}

fn errand(it: &Shipment) -> Option<Errand> {
    it.waiting.as_ref().map(|it| it.errand)
}

#[test]
fn what_is_here_becomes_what_its_order_says_and_what_has_left_does_not() {
    use ShipmentStatus::{Delivered, Pending, Processing, Returned, Shipped};
    for status in ALL {
        let mut it = standing(status);
        let said = it.wanted_again(&other(), after(1)).into_envelopes();
        assert_eq!(
            (said.len(), it.status),
            (1, status),
            "it is answered, and stands where it stood"
        );
        let differs = match status {
            Pending | Processing => Some(Difference::Corrected),
            Shipped | Delivered | Returned => Some(Difference::TooLate),
            ShipmentStatus::Cancelled => None,
        };
        assert_eq!(it.differs, differs, "{status:?}");
        assert_eq!(is_other(&it), differs == Some(Difference::Corrected), "{status:?}");
        let before = it.clone();
        it.wanted_again(&other(), after(2));
        assert_eq!(it, before, "asked again it changes nothing more");
    }
}

#[test]
fn what_its_order_says_already_stays() {
    for status in ALL {
        let mut it = standing(status);
        let before = it.clone();
        assert_eq!(it.wanted_again(&wish(), after(1)).into_envelopes().len(), 1);
        assert_eq!(it, before, "{status:?}");
    }
}

#[test]
fn a_carrier_who_has_not_heard_of_it_is_told_once() {
    let mut it = pending();
    it.wanted_again(&other(), after(1));
    assert_eq!(errand(&it), Some(Errand::Book));
    run_errand(&mut it, &booked(), after(1));
    assert_eq!(errand(&it), Some(Errand::Follow));
}

#[test]
fn a_carrier_who_has_booked_it_is_told_anew() {
    let mut it = standing(ShipmentStatus::Processing);
    it.wanted_again(&other(), after(1));
    assert_eq!(errand(&it), Some(Errand::Correct));
    let days = SignedDuration::from_hours(24 * ShippingMethod::Standard.days());
    assert!(run_errand(&mut it, &booked(), after(2)).is_empty());
    assert_eq!(it.tracking.as_ref().unwrap().estimated_delivery, after(2) + days);
    assert_eq!((errand(&it), it.status), (Some(Errand::Follow), ShipmentStatus::Processing));
}

#[test]
fn a_booking_that_is_under_way_is_corrected_after_it() {
    let mut it = pending();
    assert!(it.claim(NOW));
    let claimed = it.waiting.clone().unwrap();
    it.wanted_again(&other(), after(1));
    assert!(!it.claim(after(2)), "the booking may still reach the carrier");
    assert_eq!(it.conclude(&claimed, &booked(), after(3)).into_envelopes().len(), 1);
    assert_eq!((errand(&it), it.status), (Some(Errand::Correct), ShipmentStatus::Processing));
    run_errand(&mut it, &booked(), after(3));
    assert_eq!(errand(&it), Some(Errand::Follow));

    // One whose holder has died is corrected when the lease is over.
    let mut it = pending();
    assert!(it.claim(NOW));
    it.wanted_again(&other(), after(1));
    let events = run_errand(&mut it, &booked(), after(45));
    assert_eq!((events.into_envelopes().len(), errand(&it)), (1, Some(Errand::Follow)));
    assert_eq!(it.status, ShipmentStatus::Processing);
    // The dead one's booking is noted late, and was corrected after it.
    assert!(it.conclude(&claimed, &booked(), after(46)).is_empty());
    assert_eq!(errand(&it), Some(Errand::Follow));
}

#[test]
fn what_is_not_corrected_yet_can_be_called_off_shipped_and_delivered() {
    let corrected = || {
        let mut it = standing(ShipmentStatus::Processing);
        it.wanted_again(&other(), after(1));
        it
    };
    let mut off = corrected();
    off.call_off("changed my mind", after(2));
    assert_eq!((off.status, errand(&off)), (ShipmentStatus::Cancelled, Some(Errand::Cancel)));

    let mut gone = corrected();
    gone.ship(&Handover::default(), Mark::default(), after(2)).unwrap();
    let number = gone.tracking.clone();
    run_errand(&mut gone, &booked(), after(3));
    assert_eq!((errand(&gone), gone.tracking), (Some(Errand::Follow), number));

    let mut there = corrected();
    there.ship(&Handover::default(), Mark::default(), after(2)).unwrap();
    there.deliver(Mark::default(), after(3)).unwrap();
    assert_eq!(there.waiting, None);
}
