//! How to call a service that may fail, without making it worse: whether it is asked at all
//! ([`circuit_breaker`]), whether a request is sent once more ([`retry`]), how many of all are
//! ([`retry::Budget`]), and how many there are at once ([`concurrency`]).
//!
//! Decisions only: nothing here waits, looks at a clock or draws a number. So each can be compared with a
//! plain model over millions of steps, and all interleavings of threads can be tried (`make loom`).

pub mod circuit_breaker;
pub mod concurrency;
pub mod retry;
mod slices;
