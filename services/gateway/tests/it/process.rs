//! The gateway as a process.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gateway");

const REQUIRED: [(&str, &str); 7] = [
    ("PORT", "0"),
    ("PRODUCTS_SERVICE_URL", "http://127.0.0.1:1"),
    ("ORDERS_SERVICE_URL", "http://127.0.0.1:1"),
    ("CUSTOMERS_SERVICE_URL", "http://127.0.0.1:1"),
    ("PAYMENTS_SERVICE_URL", "http://127.0.0.1:1"),
    ("INVENTORY_SERVICE_URL", "http://127.0.0.1:1"),
    ("SHIPPING_SERVICE_URL", "http://127.0.0.1:1"),
];

#[test]
fn a_missing_or_wrong_variable_ends_the_process() {
    let nonsense = [
        ("PORT", "http"),
        ("ORDERS_SERVICE_URL", "orders:3002"),
        ("RATE_LIMIT_REQUESTS", "0"),
        ("RATE_LIMIT_PER", "often"),
        ("REQUEST_TIMEOUT", "0s"),
        ("INSIDE_TOKEN", "short"),
        ("TOKEN_PUBLIC_KEYS", "many"),
        ("GATEWAY_SETTINGS", "/there/is/none"),
    ];
    testkit::insists_on(PROGRAM, &REQUIRED, &nonsense);
}

/// A process that does not outlive the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _already_gone = self.0.kill();
        let _status = self.0.wait();
    }
}

#[test]
fn it_starts_without_any_service() {
    let mut command = Command::new(PROGRAM);
    command.env_clear().envs(REQUIRED).stderr(Stdio::piped());
    let mut running = Running(command.spawn().unwrap());
    let log = BufReader::new(running.0.stderr.take().unwrap());
    let listening = log.lines().map_while(Result::ok).find(|it| it.contains("listening"));
    assert!(listening.is_some());
}
