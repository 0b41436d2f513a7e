//! Turns one `Shop` resource into a running shop, and keeps it running.
//!
//! - [`crd`]: what people write. [`blueprint`]: the same, defaulted and legal, or a refusal. [`plan`]: every
//!   child in order, each made by a function in [`children`]. All pure.
//! - [`observe`], [`apply`], [`report`]: what is read and written at the API server ([`cluster`]), and
//!   nothing else is.
//! - [`broker`], [`database`]: care for the insides of both, by way of a trait each; [`outside`] is the
//!   real thing.
//! - [`status`], [`events`]: what is said about it, in words. Pure.
//! - [`reconcile`]: the pipeline of these. [`controller`]: when it runs.
//! - [`rbac`]: what the operator may do.

pub mod apply;
pub mod blueprint;
pub mod broker;
pub mod children;
pub mod cluster;
pub mod config;
pub mod controller;
pub mod crd;
pub mod credentials;
pub mod database;
pub mod error;
pub mod events;
pub mod metrics;
pub mod names;
pub mod observe;
pub mod outside;
pub mod plan;
pub mod rbac;
pub mod reconcile;
pub mod report;
pub mod status;
pub mod verdict;
