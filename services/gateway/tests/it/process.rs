//! The gateway as a process.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

fn environment() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        ("PORT", "0"),
        ("PRODUCTS_SERVICE_URL", "http://127.0.0.1:1"),
        ("ORDERS_SERVICE_URL", "http://127.0.0.1:1"),
        ("INVENTORY_SERVICE_URL", "http://127.0.0.1:1"),
    ])
}

fn gateway(environment: &BTreeMap<&str, &str>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway"));
    command.env_clear().envs(environment).stderr(Stdio::piped());
    command
}

fn check_refused(environment: &BTreeMap<&str, &str>, name: &str) {
    let output = gateway(environment).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(64), "{text}");
    assert!(text.contains(name), "{name} is not in {text}");
}

#[test]
fn a_missing_variable_is_named() {
    for name in environment().into_keys() {
        let mut environment = environment();
        environment.remove(name);
        check_refused(&environment, name);
    }
}

#[test]
fn a_wrong_variable_is_named() {
    for (name, value) in [
        ("PORT", "http"),
        ("ORDERS_SERVICE_URL", "orders:3002"),
        ("RATE_LIMIT_REQUESTS", "0"),
        ("RATE_LIMIT_PER", "often"),
        ("REQUEST_TIMEOUT", "0s"),
    ] {
        let mut environment = environment();
        environment.insert(name, value);
        check_refused(&environment, name);
    }
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
    let mut running = Running(gateway(&environment()).spawn().unwrap());
    let log = BufReader::new(running.0.stderr.take().unwrap());
    let listening = log.lines().map_while(Result::ok).find(|it| it.contains("listening"));
    assert!(listening.is_some());
}
