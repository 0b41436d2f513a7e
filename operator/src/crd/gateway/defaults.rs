//! What a field of the gateway is when it is left out, one function for each, as serde asks for: all of
//! it from `contracts`.

use super::{CircuitBreaker, Concurrency, Cors, Gateway, RateLimit, Retry, SignInRateLimit};

/// The custom resource has no unsigned numbers.
pub(super) fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

pub(super) fn trusted_hops() -> i32 {
    Gateway::default().trusted_hops
}

pub(super) fn timeout() -> String {
    Gateway::default().timeout
}

pub(super) fn stale_catalogue() -> String {
    Gateway::default().stale_catalogue
}

pub(super) fn requests() -> i32 {
    RateLimit::default().requests
}

pub(super) fn per() -> String {
    RateLimit::default().per
}

pub(super) fn sign_in_requests() -> i32 {
    SignInRateLimit::default().requests
}

pub(super) fn sign_in_per() -> String {
    SignInRateLimit::default().per
}

pub(super) fn limit() -> i32 {
    Concurrency::default().limit
}

pub(super) fn adaptive() -> bool {
    Concurrency::default().adaptive
}

pub(super) fn min() -> i32 {
    Concurrency::default().min
}

pub(super) fn max() -> i32 {
    Concurrency::default().max
}

pub(super) fn queue() -> i32 {
    Concurrency::default().queue
}

pub(super) fn queue_timeout() -> String {
    Concurrency::default().queue_timeout
}

pub(super) fn attempts() -> i32 {
    Retry::default().attempts
}

pub(super) fn base_delay() -> String {
    Retry::default().base_delay
}

pub(super) fn max_delay() -> String {
    Retry::default().max_delay
}

pub(super) fn budget_percent() -> i32 {
    Retry::default().budget_percent
}

pub(super) fn failure_rate() -> i32 {
    CircuitBreaker::default().failure_rate
}

pub(super) fn slow_call_rate() -> i32 {
    CircuitBreaker::default().slow_call_rate
}

pub(super) fn slow_call_duration() -> String {
    CircuitBreaker::default().slow_call_duration
}

pub(super) fn minimum_calls() -> i32 {
    CircuitBreaker::default().minimum_calls
}

pub(super) fn open_for() -> String {
    CircuitBreaker::default().open_for
}

pub(super) fn max_open_for() -> String {
    CircuitBreaker::default().max_open_for
}

pub(super) fn probes() -> i32 {
    CircuitBreaker::default().probes
}

pub(super) fn methods() -> Vec<String> {
    Cors::default().methods
}

pub(super) fn headers() -> Vec<String> {
    Cors::default().headers
}

pub(super) fn max_age() -> String {
    Cors::default().max_age
}
