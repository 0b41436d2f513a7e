use super::*;
use contracts::{
    ids::AddressId,
    message::Events,
    text::{EmailAddress, Name},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

fn now() -> Timestamp {
    "2026-11-01T12:00:00Z".parse().unwrap()
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn ada() -> (Customer, Events) {
    let said = Registration {
        email: EmailAddress::parse("ada@example.com").unwrap(),
        first_name: name("Ada"),
        last_name: name("Lovelace"),
        phone: None,
        addresses: AddressBook::default(),
    };
    Customer::register(said, hash("old"), now())
}

fn hash(text: &str) -> PasswordHash {
    PasswordHash::new(text.to_owned())
}

fn keys(events: Events) -> Vec<String> {
    events.into_envelopes().into_iter().map(|it| it.key).collect()
}

fn married() -> PersonChange {
    PersonChange { last_name: Some(name("King")), ..PersonChange::default() }
}

#[test]
fn a_customer_registers_changes_and_leaves() {
    let (mut customer, events) = ada();
    assert_eq!(keys(events), ["customers.registered"]);
    let later = now() + SignedDuration::from_secs(1);
    assert_eq!(keys(customer.change(&married(), later).unwrap()), ["customers.updated"]);
    assert_eq!((customer.revision, customer.updated_at), (2, later));
    assert_eq!(customer.person().unwrap().last_name, name("King"));
    assert!(customer.change(&married(), later).unwrap().is_empty());
    assert_eq!(customer.revision, 2);
    assert_eq!(keys(customer.delete(later).unwrap()), ["customers.deleted"]);
    let kept = serde_json::to_value(&customer).unwrap();
    let mut kept: Vec<_> = kept.as_object().unwrap().keys().cloned().collect();
    kept.sort_unstable();
    assert_eq!(kept, ["createdAt", "customerId", "deletedAt", "revision", "state", "updatedAt"]);
    assert_eq!(customer.delete(later), Err(Refused::Gone));
    assert_eq!(customer.change(&married(), later), Err(Refused::Gone));
}

#[test]
fn nothing_that_is_said_tells_more_than_the_name_and_the_email() {
    let (mut customer, registered) = ada();
    let phone = PersonChange {
        phone: Edit::Replace(Phone::parse("+49 30 123456").unwrap()),
        ..PersonChange::default()
    };
    let updated = customer.change(&phone, now()).unwrap();
    for envelope in registered.into_envelopes().into_iter().chain(updated.into_envelopes()) {
        let body: serde_json::Value = serde_json::from_str(&envelope.body).unwrap();
        let mut told: Vec<_> = body["customer"].as_object().unwrap().keys().cloned().collect();
        told.sort_unstable();
        assert_eq!(told, ["customerId", "email", "firstName", "lastName", "revision"]);
    }
}

#[test]
fn sessions_end_with_the_password_and_the_account() {
    let (mut customer, _) = ada();
    let (first, second) =
        (RefreshToken::fresh(customer.customer_id), RefreshToken::fresh(customer.customer_id));
    assert_eq!(customer.sign_in(&hash("other"), &first, now()), Err(Refused::PasswordChanged));
    customer.sign_in(&hash("old"), &first, now()).unwrap();
    let wrong = customer.change_password(&hash("other"), &hash("new"), &second, now());
    assert_eq!(wrong, Err(Refused::PasswordChanged));
    assert!(customer.has_session(&first));
    customer.change_password(&hash("old"), &hash("new"), &second, now()).unwrap();
    assert!(!customer.has_session(&first) && customer.has_session(&second));
    assert_eq!(customer.sign_in(&hash("old"), &first, now()), Err(Refused::PasswordChanged));
    assert_eq!(customer.revision, 1);
    customer.delete(now()).unwrap();
    assert!(!customer.has_session(&second));
    let next = second.next();
    assert_eq!(customer.refresh(&second, &next, now()), Err(Refused::Gone));
    assert_eq!(customer.sign_in(&hash("new"), &next, now()), Err(Refused::Gone));
}

#[derive(Clone, Debug)]
enum Step {
    Rename(u8),
    Add(u8),
    Remove,
    SignIn,
    Delete,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..3_u8).prop_map(Step::Rename),
        4 => (0..3_u8).prop_map(Step::Add),
        2 => Just(Step::Remove),
        2 => Just(Step::SignIn),
        1 => Just(Step::Delete),
    ]
}

fn address(number: u8) -> contracts::address::Address {
    let (city, country) = (name("Berlin"), name("Germany"));
    let (street, zip_code) = (name(&format!("Street {number}")), name("10115"));
    contracts::address::Address { street, city, state: None, zip_code, country }
}

fn take(customer: &mut Customer, step: &Step) -> Result<Events, Refused> {
    match step {
        Step::Rename(number) => {
            let first_name = Some(name(&format!("Ada {number}")));
            customer.change(&PersonChange { first_name, ..PersonChange::default() }, now())
        }
        Step::Add(number) => {
            let add = |it: &mut AddressBook| it.add(AddressId::fresh(), &address(*number), false);
            customer.change_addresses(now(), add)
        }
        Step::Remove => customer.change_addresses(now(), |it| {
            let first = it.entries().first().map(|it| it.address_id);
            it.remove(first.ok_or(Refused::NoSuchAddress)?)
        }),
        Step::SignIn => {
            let token = RefreshToken::fresh(customer.customer_id);
            customer.sign_in(&hash("old"), &token, now()).map(|()| Events::none())
        }
        Step::Delete => customer.delete(now()),
    }
}

proptest! {
    /// Whoever hears all that is said can tell each revision from each other, and misses none.
    #[test]
    fn each_revision_is_said_once(steps in prop::collection::vec(step(), 0..40)) {
        let (mut customer, _) = ada();
        for step in steps {
            let before = customer.clone();
            let said = take(&mut customer, &step).map_or(0, |it| it.into_envelopes().len());
            prop_assert_eq!(customer.revision, before.revision + said as u64);
            prop_assert_eq!(customer.person.is_some(), customer.state == State::Active);
            prop_assert_eq!(customer.deleted_at.is_some(), customer.state == State::Deleted);
        }
    }
}
