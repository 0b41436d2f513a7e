use super::*;
use contracts::message::Events;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const PATIENCE: Patience =
    Patience { nudge: Duration::from_secs(15), expiry: Duration::from_mins(15) };

fn after(seconds: i64) -> Timestamp {
    NOW + SignedDuration::from_secs(seconds)
}

fn line() -> Line {
    Line { product_id: ProductId::fresh(), quantity: 1 }
}

fn pending() -> Reservation {
    let line = line();
    Reservation::new(OrderId::fresh(), [line, line], NOW)
}

fn reserved(mut reservation: Reservation) -> Reservation {
    reservation.conclude(after(4), Ok(Vec::new()), NOW, PATIENCE).unwrap();
    reservation
}

fn rejected() -> Reservation {
    let mut reservation = pending();
    reservation.conclude(after(4), Err(Vec::new()), NOW, PATIENCE).unwrap();
    reservation
}

fn sold() -> Reservation {
    let mut reservation = reserved(pending());
    reservation.sell(NOW, PATIENCE).unwrap();
    reservation
}

fn released() -> Reservation {
    let mut reservation = reserved(pending());
    reservation.cancel(NOW, PATIENCE).unwrap();
    reservation
}

fn returning() -> Reservation {
    let mut reservation = sold();
    reservation.cancel(NOW, PATIENCE).unwrap();
    reservation
}

fn returned() -> Reservation {
    let mut reservation = returning();
    reservation.returned(after(4)).unwrap();
    reservation
}

/// As it is once its lines have followed it.
fn cleared(mut reservation: Reservation) -> Reservation {
    let closed = reservation.clone();
    reservation.cleared(&closed, NOW);
    reservation
}

fn says_released(events: &Events) -> bool {
    let envelopes = events.clone().into_envelopes();
    envelopes.iter().map(|it| it.key.as_str()).eq(["inventory.released"])
}

#[test]
fn lines_of_the_same_product_are_one() {
    let lines = pending().lines;
    assert_eq!((lines.len(), lines[0].quantity), (1, 2));
}

#[test]
fn a_claim_is_taken_over_only_when_its_holder_must_have_stopped() {
    let mut reservation = pending();
    assert_eq!(reservation.lease(), Claim::Until(after(4)));
    assert_eq!(reservation.claim_holds(after(9)), Claim::Taken);
    assert_eq!(reservation.claim_holds(after(10)), Claim::Until(after(14)));
    let late = reservation.conclude(after(4), Ok(Vec::new()), after(11), PATIENCE);
    assert_eq!(late, Err(NotNow::Claimed), "whoever was too slow does not conclude");
    reservation.cancel(after(11), PATIENCE).unwrap();
    assert_eq!(reservation.claim_holds(after(60)), Claim::Closed);
}

#[test]
fn a_cancelled_order_is_not_reserved_for_any_more() {
    let mut reservation = pending();
    reservation.cancel(NOW, PATIENCE).unwrap();
    assert!(reservation.is_claimed(after(1)), "somebody may still place a hold");
    let concluded = reservation.conclude(after(4), Ok(Vec::new()), NOW, PATIENCE).unwrap();
    assert!(concluded.is_empty());
    assert_eq!((reservation.state.name(), reservation.is_claimed(after(1))), ("released", false));
}

#[test]
fn what_becomes_of_a_reservation() {
    for (state, confirmed, cancelled) in [
        (pending(), Err(NotNow::Early), "released"),
        (reserved(pending()), Ok("sold"), "released"),
        (rejected(), Err(NotNow::NotReserved), "released"),
        (sold(), Ok("sold"), "returning"),
        (released(), Ok("released"), "released"),
        (returned(), Ok("returned"), "returned"),
        (returning(), Ok("returning"), "taken"),
    ] {
        let name = state.state.name();
        let mut it = state.clone();
        let became = it.sell(after(1), PATIENCE).map(|_| it.state.name());
        assert_eq!(became, confirmed, "{name} is confirmed");
        let mut it = state;
        let became = it.cancel(after(1), PATIENCE).map_or("taken", |_| it.state.name());
        assert_eq!(became, cancelled, "{name} is cancelled");
    }
}

#[test]
fn what_is_sold_is_given_back_by_one_at_a_time() {
    let mut reservation = returning();
    assert!(reservation.is_claimed_since(NOW));
    assert_eq!(reservation.cancel(after(9), PATIENCE), Err(NotNow::Claimed));
    reservation.cancel(after(10), PATIENCE).unwrap();
    assert!(reservation.is_claimed_since(after(10)));
    assert_eq!(reservation.returned(after(4)), Err(NotNow::Claimed), "it was too slow");
    reservation.returned(after(14)).unwrap();
    assert_eq!(reservation.state, State::Returned);
    assert_eq!(reservation.returned(after(4)), Ok(Events::none()), "it is done anyway");
}

#[test]
fn who_called_it_off_is_told_once_it_is_done_and_whenever_they_ask() {
    for closed in [released(), returned()] {
        let mut reservation = closed;
        assert!(reservation.cancel(NOW, PATIENCE).unwrap().is_empty(), "not yet");
        let seen = reservation.clone();
        let told = reservation.cleared(&seen, NOW);
        assert!(says_released(&told));
        assert_eq!(reservation.nudge_at, None);
        let again = reservation.cancel(after(1), PATIENCE).unwrap();
        let id = |it: Events| it.into_envelopes()[0].id;
        assert_eq!(id(again), id(told), "it is the same message");
    }
    let mut reservation = cleared(rejected());
    assert!(says_released(&reservation.cancel(NOW, PATIENCE).unwrap()));
    let (mut reservation, told) = Reservation::never_wanted(OrderId::fresh(), NOW);
    assert!(says_released(&told));
    assert!(says_released(&reservation.cancel(NOW, PATIENCE).unwrap()));
}

#[test]
fn it_is_looked_after_until_its_lines_have_followed() {
    let mut reservation = sold();
    assert!(reservation.nudge_at.is_some());
    reservation.sold();
    assert_eq!(reservation.nudge_at, None);
    assert_eq!(cleared(rejected()).nudge_at, None);
    let mut reservation = returning();
    assert_eq!(reservation.look_after(after(9), PATIENCE), Err(NotNow::Claimed));
    assert!(reservation.look_after(after(15), PATIENCE).unwrap().is_empty());
    assert!(reservation.is_claimed_since(after(15)));
    reservation.sold();
    assert!(reservation.nudge_at.is_some(), "whoever sells it comes late");
}

#[test]
fn a_reservation_that_nobody_ends_is_announced_less_and_less_often() {
    let mut reservation = reserved(pending());
    assert_eq!(reservation.look_after(after(14), PATIENCE), Err(NotNow::Claimed), "not yet");
    assert!(!reservation.look_after(after(15), PATIENCE).unwrap().is_empty());
    assert_eq!(reservation.nudge_at, Some(45_000));
}

#[test]
fn what_is_made_by_hand_runs_out_and_no_order_hears_of_it() {
    let order = OrderId::fresh();
    let by_hand = || Reservation::by_hand(order, [line()], NOW, PATIENCE);
    let mut reservation = by_hand();
    let told = reservation.conclude(after(4), Ok(Vec::new()), NOW, PATIENCE).unwrap();
    assert!(told.is_empty());
    assert_eq!(reservation.clone().look_after(after(899), PATIENCE), Err(NotNow::Claimed));
    let mut late = reservation.clone();
    assert_eq!(late.commit(after(900), PATIENCE), Err(NotNow::Is("expired")));
    assert!(late.look_after(after(900), PATIENCE).unwrap().is_empty());
    assert_eq!(late.state, State::Released);
    let seen = late.clone();
    assert!(late.cleared(&seen, after(900)).is_empty());
    reservation.commit(after(899), PATIENCE).unwrap();
    reservation.sold();
    assert_eq!(reservation.nudge_at, None);
    assert!(reservation.commit(after(1_000), PATIENCE).is_ok());
    assert_eq!(reservation.let_go(after(1_000), PATIENCE), Err(NotNow::Is("sold")));
    let mut abandoned = by_hand();
    abandoned.look_after(after(900), PATIENCE).unwrap();
    assert_eq!(abandoned.state, State::Released, "whoever placed its holds has died");
}

#[test]
fn people_may_ask_again_and_only_for_what_is_theirs() {
    let wanted = [line()];
    let new = Reservation::by_hand(OrderId::fresh(), wanted, NOW, PATIENCE);
    let ask = |mut it: Reservation, lines: &[Line], at| {
        let answer = it.again(lines, at, PATIENCE);
        answer.map(|_| (it.state.name(), it.holder().attempt))
    };
    assert_eq!(ask(new.clone(), &wanted, after(1)), Err(NotNow::Claimed));
    assert_eq!(ask(new.clone(), &wanted, after(10)), Ok(("pending", 0)));
    let held = reserved(new.clone());
    assert_eq!(ask(held.clone(), &wanted, after(1)), Ok(("reserved", 0)));
    assert_eq!(ask(held, &[line()], after(1)), Err(NotNow::HoldsOther));
    let mut short = new;
    short.conclude(after(4), Err(Vec::new()), NOW, PATIENCE).unwrap();
    assert_eq!(ask(short.clone(), &wanted, after(1)), Err(NotNow::Claimed), "not cleared yet");
    let mut anew = cleared(short.clone());
    assert_eq!(ask(anew.clone(), &wanted, after(1)), Ok(("pending", 1)));
    anew.again(&wanted, after(1), PATIENCE).unwrap();
    assert!(anew.cleared(&short, after(2)).is_empty(), "whoever cleared the last attempt is late");
    assert!(anew.nudge_at.is_some());
    let mut of_order = reserved(pending());
    assert_eq!(ask(of_order.clone(), &wanted, after(1)), Err(NotNow::OfOrder));
    assert_eq!(of_order.let_go(after(1), PATIENCE), Err(NotNow::OfOrder));
    assert_eq!(of_order.commit(after(1), PATIENCE), Err(NotNow::OfOrder));
}
