//! Who may do what, asked of the whole shop: every operation of every service's table, as everybody
//! there is, with every kind of token. The tables are rendered into `docs/access.md`; `UPDATE=1` writes
//! what has changed on purpose.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod callers;
mod document;
mod shop;

use axum::http::Method;
use callers::{Caller, Expected};
use chassis::access::{Access, Operation};
use contracts::catalog::{
    CUSTOMERS, EMAIL, INVENTORY, ORDERS, PAYMENTS, PRODUCTS, SHIPPING, Service,
};
use shop::Shop;
use testkit::Answer;

/// The tables of all services.
fn tables() -> [(Service, Vec<Operation>); 7] {
    let with_letters =
        |table: &[Operation]| table.iter().cloned().chain(bus::STAFF_ACCESS).collect();
    [
        (PRODUCTS, with_letters(&products::ACCESS)),
        (ORDERS, with_letters(&orders::ACCESS)),
        (CUSTOMERS, customers::ACCESS.to_vec()),
        (PAYMENTS, with_letters(&payments::ACCESS)),
        (INVENTORY, with_letters(&inventory::ACCESS)),
        (SHIPPING, with_letters(&shipping::ACCESS)),
        (EMAIL, with_letters(&email::ACCESS)),
    ]
}

/// All operations, those at the end that leave less than there was.
fn operations() -> Vec<(Service, Operation)> {
    let each = tables()
        .into_iter()
        .flat_map(|(service, table)| table.into_iter().map(move |operation| (service, operation)));
    let mut all: Vec<_> = each.collect();
    all.sort_by_key(|(_, it)| it.method == Method::DELETE);
    all
}

/// What was answered, as far as it says whether somebody was let in.
fn seen(answer: &Answer) -> (u16, &str) {
    (answer.status.as_u16(), answer.body["code"].as_str().unwrap_or_default())
}

/// Whether an answer is what the table promises. Beyond the door anything may be answered, but that
/// nobody is known, or that the thing is not there.
fn fits(expected: Expected, access: Access, answer: &Answer) -> bool {
    let told = seen(answer);
    match expected {
        Expected::WhoAreYou => told == (401, "sign-in-required"),
        Expected::NotForYou => matches!(told, (403, "staff-only" | "customers-only")),
        Expected::NotThere => told.0 == 404,
        Expected::LetIn => {
            let is_somebodys = matches!(access, Access::Holder | Access::Owner);
            let is_refused = matches!(
                told.1,
                "sign-in-required"
                    | "bad-token"
                    | "token-expired"
                    | "staff-only"
                    | "customers-only"
            );
            let is_missing = is_somebodys && told.0 == 404;
            !is_refused && !is_missing && told.0 < 500 && told.0 != 405
        }
    }
}

#[tokio::test]
async fn every_operation_lets_in_whom_the_table_names() {
    let shop = Shop::open().await;
    let mut wrong = Vec::new();
    // First those who are sent away, while everything is there that they must not see.
    for is_let_in in [false, true] {
        for (service, operation) in operations() {
            for caller in Caller::ALL {
                let expected = caller.expects(operation.access);
                if is_let_in != (expected == Expected::LetIn) {
                    continue;
                }
                let answer = shop.asks(service, &operation, caller).await;
                if !fits(expected, operation.access, &answer) {
                    let Operation { method, path, access } = &operation;
                    let told = answer.body.to_string();
                    let told = (answer.status, told.get(..200).unwrap_or(&told).to_owned());
                    wrong.push(format!(
                        "{method} {path} ({access:?}) as {caller:?}: expected {expected:?}, {told:?}"
                    ));
                }
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn no_operation_takes_a_token_that_is_not_good() {
    let shop = Shop::open().await;
    let mut wrong = Vec::new();
    for (service, operation) in operations() {
        for (name, token) in shop.bad_tokens() {
            let answer = shop.asks_with(service, &operation, &[("authorization", &token)]).await;
            let is_refused = matches!(seen(&answer), (401, "bad-token" | "token-expired"));
            if is_refused == (operation.access == Access::Open) {
                wrong.push(format!("{} {} {name}", operation.method, operation.path));
            }
        }
        let forged = [("x-shop-inside", "0123456789abcdef0123456789abcdef")];
        let answer = shop.asks_with(service, &operation, &forged).await;
        if (seen(&answer) == (401, "bad-token")) == (operation.access == Access::Open) {
            wrong.push(format!("{} {} a forged service", operation.method, operation.path));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// A line that leads nowhere would be a promise about nothing.
#[tokio::test]
async fn every_line_leads_somewhere() {
    let shop = Shop::open().await;
    for (service, operation) in operations() {
        let answer = shop.asks(service, &operation, Caller::Nobody).await;
        let told = seen(&answer);
        assert!(told.1 != "no-such-route" && told.0 != 405, "{operation:?}: {told:?}");
    }
}
