use super::*;
use contracts::{ids::ProductId, text::Name};
use jiff::SignedDuration;
use proptest::prelude::*;

mod difference;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn after(seconds: i64) -> Timestamp {
    NOW + SignedDuration::from_secs(seconds)
}

fn wish() -> ShipmentWanted {
    let name = Name::parse("Laptop").unwrap();
    let items = vec![Packed { product_id: ProductId::derived("laptop"), name, quantity: 1 }];
    let (order_id, method) = (OrderId::derived("order"), ShippingMethod::Express);
    ShipmentWanted { order_id, customer_id: None, method, address: None, items }
}

/// The same to be brought faster.
fn otherwise() -> ShipmentWanted {
    ShipmentWanted { method: ShippingMethod::Overnight, ..wish() }
}

fn pending() -> Shipment {
    Shipment::wanted(wish(), NOW).0
}

fn booked() -> Outcome {
    let (carrier, tracking_number) = ("Parcels".to_owned(), "TRK1".to_owned());
    Outcome::Booked(Booked { carrier, tracking_number })
}

fn seen(whereabouts: Whereabouts, location: &str, again: Timestamp) -> Outcome {
    Outcome::Sighted(Sighting { whereabouts, location: location.to_owned(), again })
}

/// Does the errand that is due, with this outcome.
fn run_errand(shipment: &mut Shipment, outcome: &Outcome, now: Timestamp) -> Events {
    assert!(shipment.claim(now), "{:?}", shipment.waiting);
    let claimed = shipment.waiting.clone().unwrap();
    shipment.conclude(&claimed, outcome, now)
}

fn noted(text: &str) -> Mark {
    Mark { location: Some(text.to_owned()), notes: None }
}

/// A shipment that stands like this.
fn standing(status: ShipmentStatus) -> Shipment {
    let mut it = pending();
    if status == ShipmentStatus::Pending {
        return it;
    }
    run_errand(&mut it, &booked(), NOW);
    match status {
        ShipmentStatus::Pending | ShipmentStatus::Processing => {}
        ShipmentStatus::Cancelled => drop(it.cancel("changed my mind", NOW).unwrap()),
        ShipmentStatus::Shipped | ShipmentStatus::Delivered | ShipmentStatus::Returned => {
            it.ship(&Handover::default(), Mark::default(), NOW).unwrap();
            if status == ShipmentStatus::Delivered {
                it.deliver(Mark::default(), NOW).unwrap();
            }
            if status == ShipmentStatus::Returned {
                it.send_back("broken", NOW).unwrap();
            }
        }
    }
    assert_eq!(it.status, status);
    it
}

const ALL: [ShipmentStatus; 6] = [
    ShipmentStatus::Pending,
    ShipmentStatus::Processing,
    ShipmentStatus::Shipped,
    ShipmentStatus::Delivered,
    ShipmentStatus::Cancelled,
    ShipmentStatus::Returned,
];

/// What staff do.
#[derive(Clone, Copy, Debug)]
enum Verb {
    Ship,
    Deliver,
    Cancel,
    SendBack,
    Note,
    Advance(ShipmentStatus),
}

fn take(it: &mut Shipment, verb: Verb, now: Timestamp) -> Result<Events, Refused> {
    match verb {
        Verb::Ship => it.ship(&Handover::default(), noted("Dock"), now),
        Verb::Deliver => it.deliver(noted("Door"), now),
        Verb::Cancel => it.cancel("why not", now),
        Verb::SendBack => it.send_back("broken", now),
        Verb::Note => it.note(noted("Road"), now),
        Verb::Advance(to) => it.advance(to, noted("Desk"), now),
    }
}

#[test]
fn every_step_from_everywhere() {
    use ShipmentStatus::{Cancelled, Delivered, Pending, Processing, Returned, Shipped};
    // What becomes of [pending, processing, shipped, delivered, cancelled, returned]; none is refused.
    let table = [
        (Verb::Ship, [None, Some(Shipped), Some(Shipped), None, None, None]),
        (Verb::Deliver, [None, None, Some(Delivered), Some(Delivered), None, None]),
        (Verb::Cancel, [Some(Cancelled), Some(Cancelled), None, None, Some(Cancelled), None]),
        (Verb::SendBack, [None, None, Some(Returned), Some(Returned), None, Some(Returned)]),
        (Verb::Note, [None, Some(Processing), Some(Shipped), None, None, None]),
        (Verb::Advance(Pending), [Some(Pending), None, None, None, None, None]),
        (Verb::Advance(Processing), [None, Some(Processing), None, None, None, None]),
        (Verb::Advance(Shipped), [None, Some(Shipped), Some(Shipped), None, None, None]),
        (Verb::Advance(Delivered), [None, None, Some(Delivered), Some(Delivered), None, None]),
        (
            Verb::Advance(Cancelled),
            [Some(Cancelled), Some(Cancelled), None, None, Some(Cancelled), None],
        ),
        (
            Verb::Advance(Returned),
            [None, None, Some(Returned), Some(Returned), None, Some(Returned)],
        ),
    ];
    for (verb, row) in table {
        for (from, to) in ALL.into_iter().zip(row) {
            let before = standing(from);
            let mut it = before.clone();
            match (take(&mut it, verb, after(1)), to) {
                (Ok(events), Some(to)) => {
                    assert_eq!(it.status, to, "{verb:?} from {from:?}");
                    assert_eq!(events.is_empty(), to == from, "{verb:?} from {from:?}");
                }
                (Err(refused), None) => {
                    assert_eq!(it, before, "{verb:?} from {from:?}");
                    assert!(refused.to_string().contains(word(from)), "{refused}");
                }
                (outcome, to) => panic!("{verb:?} from {from:?}: {outcome:?}, expected {to:?}"),
            }
        }
    }
}

#[test]
fn an_order_that_is_called_off_learns_how_its_shipment_stands() {
    for status in ALL {
        let mut it = standing(status);
        let said = it.call_off("changed my mind", after(1)).into_envelopes();
        let stays = matches!(status, ShipmentStatus::Pending | ShipmentStatus::Processing);
        assert_eq!(it.status, if stays { ShipmentStatus::Cancelled } else { status });
        assert_eq!(said.len(), 1, "{status:?}");
        let id = MessageId::derived(&format!("{}/{}", it.shipment_id, word(it.status)));
        assert_eq!(said[0].id, id);
    }
}

#[test]
fn a_booking_gives_a_number_and_a_date() {
    let mut it = pending();
    let said = run_errand(&mut it, &booked(), after(10)).into_envelopes();
    assert_eq!(said.len(), 1);
    assert!(said[0].body.contains("\"status\":\"processing\"") && said[0].body.contains("TRK1"));
    let tracking = it.tracking.clone().unwrap();
    assert_eq!(tracking.estimated_delivery, after(10 + 2 * 24 * 3_600));
    // A slower one found the same.
    let before = it.clone();
    let late = Waiting::from(Errand::Book, NOW);
    assert!(it.conclude(&late, &booked(), after(20)).is_empty());
    assert_eq!(it, before);
}

#[test]
fn a_parcel_is_followed_until_it_has_arrived() {
    let mut it = standing(ShipmentStatus::Processing);
    let here = seen(Whereabouts::Here, "Warehouse", after(60));
    assert!(run_errand(&mut it, &here, after(1)).is_empty());
    assert!(!it.claim(after(59)), "there is no news yet");
    let gone = seen(Whereabouts::Underway, "Sorting centre", after(120));
    assert_eq!(run_errand(&mut it, &gone, after(60)).into_envelopes().len(), 1);
    let depot = |again| seen(Whereabouts::Underway, "Depot", after(again));
    assert!(run_errand(&mut it, &depot(121), after(120)).is_empty());
    assert!(run_errand(&mut it, &depot(180), after(122)).is_empty());
    let door = seen(Whereabouts::Arrived, "Door", after(240));
    assert_eq!(run_errand(&mut it, &door, after(180)).into_envelopes().len(), 1);
    assert_eq!((it.status, it.actual_delivery), (ShipmentStatus::Delivered, Some(after(180))));
    assert_eq!(it.waiting, None);
    let places: Vec<_> = it.history.iter().filter_map(|it| it.location.as_deref()).collect();
    assert_eq!(places, ["Sorting centre", "Depot", "Door"]);
}

#[test]
fn a_parcel_that_nobody_saw_leave_has_left_all_the_same() {
    let mut it = standing(ShipmentStatus::Processing);
    let door = seen(Whereabouts::Arrived, "Door", after(2));
    let said = run_errand(&mut it, &door, after(1)).into_envelopes();
    assert!(said[0].body.contains("shipped") && said[1].body.contains("delivered"), "{said:?}");
    assert_eq!(said.len(), 2);
}

#[test]
fn a_carrier_that_cannot_be_asked_is_asked_less_and_less_often_and_for_ever() {
    let (mut it, mut now, mut pauses) = (pending(), NOW, Vec::new());
    for _ in 0..12 {
        run_errand(&mut it, &Outcome::PutOff("down".to_owned()), now);
        let waiting = it.waiting.clone().unwrap();
        assert_eq!(waiting.trouble.as_deref(), Some("down"));
        pauses.push((waiting.next_attempt_at - now.as_millisecond()) / 1_000);
        now = Timestamp::from_millisecond(waiting.next_attempt_at).unwrap();
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    run_errand(&mut it, &booked(), now);
    let waiting = it.waiting.unwrap();
    assert_eq!((waiting.errand, waiting.attempts, waiting.trouble), (Errand::Follow, 0, None));
}

#[test]
fn who_holds_an_errand_has_it_alone_until_the_lease_is_over() {
    let mut it = pending();
    assert!(it.claim(NOW));
    let first = it.waiting.clone().unwrap();
    assert!(!it.claim(after(44)));
    assert!(it.claim(after(45)));
    let second = it.waiting.clone();
    // Whoever was too slow has no say in when it is tried next.
    it.conclude(&first, &Outcome::PutOff("slow".to_owned()), after(46));
    assert_eq!(it.waiting, second);
}

#[test]
fn the_carrier_is_told_of_a_cancellation_when_it_may_know_of_the_parcel() {
    let mut unknown = pending();
    unknown.cancel("too dear", NOW).unwrap();
    assert_eq!(unknown.waiting, None, "the carrier has never heard of it");

    let mut known = standing(ShipmentStatus::Processing);
    known.cancel("too dear", NOW).unwrap();
    assert_eq!(known.waiting.as_ref().map(|it| it.errand), Some(Errand::Cancel));
    run_errand(&mut known, &Outcome::Cancelled, NOW);
    assert_eq!(known.waiting, None);
}

#[test]
fn a_booking_that_is_under_way_is_taken_back_after_it() {
    let mut it = pending();
    assert!(it.claim(NOW));
    let claimed = it.waiting.clone().unwrap();
    it.cancel("too dear", after(1)).unwrap();
    assert!(!it.claim(after(2)), "the booking may still reach the carrier");
    assert!(it.conclude(&claimed, &booked(), after(3)).is_empty());
    assert_eq!(it.status, ShipmentStatus::Cancelled);
    assert!(it.claim(after(3)), "now it is known to be there");
    let too_early = Waiting::from(Errand::Cancel, NOW);
    it.conclude(&too_early, &Outcome::Cancelled, after(4));
    assert!(it.waiting.is_some(), "whoever was too early has no say");
}

#[test]
fn another_carrier_takes_over() {
    let to = |carrier: Option<&str>, number: &str| Handover {
        carrier: carrier.map(str::to_owned),
        tracking_number: Some(number.to_owned()),
    };
    let mut same = standing(ShipmentStatus::Processing);
    same.ship(&to(Some("Parcels"), "TRK2"), Mark::default(), NOW).unwrap();
    assert_eq!(same.tracking.as_ref().unwrap().tracking_number, "TRK2");
    assert_eq!(same.waiting.as_ref().unwrap().errand, Errand::Follow);
    assert!(same.ship(&to(None, "TRK2"), Mark::default(), NOW).unwrap().is_empty());
    let refused = same.ship(&to(None, "TRK3"), Mark::default(), NOW).unwrap_err();
    assert!(refused.to_string().contains("TRK2"), "{refused}");

    let mut other = standing(ShipmentStatus::Processing);
    assert!(other.claim(NOW));
    let claimed = other.waiting.clone().unwrap();
    other.ship(&to(Some("Bicycle"), "B1"), Mark::default(), NOW).unwrap();
    assert_eq!(other.waiting.as_ref().unwrap().errand, Errand::Cancel);
    let ours = seen(Whereabouts::Arrived, "Door", after(5));
    assert!(other.conclude(&claimed, &ours, NOW).is_empty(), "it is another's parcel now");
    other.deliver(Mark::default(), NOW).unwrap();
    run_errand(&mut other, &Outcome::Cancelled, NOW);
    assert_eq!(other.waiting, None);
}

#[test]
fn a_history_has_room_for_steps_and_not_for_everything() {
    let mut it = standing(ShipmentStatus::Shipped);
    let refused = (0..).find_map(|at| it.note(noted("Road"), after(at)).err());
    assert_eq!(refused, Some(Refused::Full(ShipmentStatus::Shipped)));
    let length = it.history.len();
    for place in ["Here", "There"] {
        run_errand(&mut it, &seen(Whereabouts::Underway, place, NOW), after(100_000));
        it.waiting.as_mut().unwrap().next_attempt_at = 0;
    }
    assert_eq!(it.history.len(), length);
    it.deliver(Mark::default(), NOW).unwrap();
    assert_eq!(it.history.len(), length + 1);
}

#[test]
fn a_shipment_reads_as_it_was_written() {
    for status in ALL {
        let it = standing(status);
        let text = serde_json::to_string(&it).unwrap();
        assert_eq!(serde_json::from_str::<Shipment>(&text).unwrap(), it);
    }
}

/// What may happen to a shipment.
#[derive(Clone, Debug)]
enum Happening {
    Staff(Verb),
    CalledOff,
    WantedOtherwise,
    Claim,
    Note(Outcome),
}

fn happenings() -> impl Strategy<Value = Happening> {
    let status = prop::sample::select(ALL.to_vec());
    let verb = prop_oneof![
        Just(Verb::Ship),
        Just(Verb::Deliver),
        Just(Verb::Cancel),
        Just(Verb::SendBack),
        Just(Verb::Note),
        status.prop_map(Verb::Advance),
    ];
    let outcomes = vec![
        booked(),
        Outcome::Cancelled,
        Outcome::PutOff("down".to_owned()),
        seen(Whereabouts::Here, "Warehouse", NOW),
        seen(Whereabouts::Underway, "Sorting centre", NOW),
        seen(Whereabouts::Underway, "Depot", NOW),
        seen(Whereabouts::Arrived, "Door", NOW),
    ];
    prop_oneof![
        2 => verb.prop_map(Happening::Staff),
        1 => Just(Happening::CalledOff),
        1 => Just(Happening::WantedOtherwise),
        3 => Just(Happening::Claim),
        3 => prop::sample::select(outcomes).prop_map(Happening::Note),
    ]
}

fn is_legal(from: ShipmentStatus, to: ShipmentStatus) -> bool {
    use ShipmentStatus::{Cancelled, Delivered, Pending, Processing, Returned, Shipped};
    from == to
        || match from {
            Pending => matches!(to, Processing | Cancelled),
            Processing => matches!(to, Shipped | Cancelled),
            Shipped => matches!(to, Delivered | Returned),
            Delivered => to == Returned,
            Cancelled | Returned => false,
        }
}

proptest! {
    #[test]
    fn whatever_happens_a_shipment_has_one_legal_history(
        all in prop::collection::vec(happenings(), 0..60),
    ) {
        let mut it = pending();
        let (mut claims, mut said) = (vec![Waiting::from(Errand::Book, NOW)], Vec::new());
        for (second, happening) in (0..).zip(&all) {
            let (now, before) = (after(second * 20), it.clone());
            let events = match happening {
                Happening::Staff(verb) => take(&mut it, *verb, now).unwrap_or_default(),
                Happening::CalledOff => it.call_off("changed my mind", now),
                Happening::WantedOtherwise => it.wanted_again(&otherwise(), now),
                Happening::Claim => {
                    if it.claim(now) {
                        claims.extend(it.waiting.clone());
                    }
                    Events::none()
                }
                // Old claims are noted too, as by somebody slow.
                Happening::Note(outcome) => {
                    let claimed = &claims[usize::try_from(second).unwrap() % claims.len()];
                    it.conclude(claimed, outcome, now)
                }
            };
            prop_assert!(it.status == before.status || !events.is_empty(), "a silent step");
            said.extend(events.into_envelopes().into_iter().map(|it| it.id));
            let is_over = matches!(it.status, ShipmentStatus::Cancelled | ShipmentStatus::Returned);
            let errand = it.waiting.as_ref().map(|it| it.errand);
            prop_assert!(!is_over || matches!(errand, None | Some(Errand::Cancel)), "{errand:?}");
            // The carrier hears of what has changed, before it is followed.
            let corrects = errand == Some(Errand::Correct);
            prop_assert!(!corrects || it.differs == Some(Difference::Corrected), "{it:?}");
            prop_assert_eq!(
                it.method == ShippingMethod::Overnight,
                it.differs == Some(Difference::Corrected)
            );
        }
        for pair in it.history.windows(2) {
            prop_assert!(is_legal(pair[0].status, pair[1].status), "{:?}", it.history);
            prop_assert!(pair[0].at <= pair[1].at);
        }
        prop_assert_eq!(it.history.last().map(|it| it.status), Some(it.status));
        let passed = |status| it.history.iter().any(|it| it.status == status);
        prop_assert_eq!(it.actual_delivery.is_some(), passed(ShipmentStatus::Delivered));
        prop_assert_eq!(it.tracking.is_some(), passed(ShipmentStatus::Processing));
        for status in ALL.into_iter().filter(|it| *it != ShipmentStatus::Pending) {
            let id = MessageId::derived(&format!("{}/{}", it.shipment_id, word(status)));
            prop_assert_eq!(said.contains(&id), passed(status), "{:?}", status);
        }
    }
}
