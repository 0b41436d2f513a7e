//! The status of a Shop as a whole. Pure.

use super::{Parts, State, condition, conditions};
use crate::{
    blueprint::Blueprint,
    broker,
    children::env,
    crd::{Component, Shop, ShopStatus, TokenKey},
    credentials::TokenKeys,
    database,
    error::Error,
    names::STAFF,
    verdict::Verdict,
};
use contracts::catalog::GATEWAY;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{Condition, Time};

/// All that was seen of a shop in one pass.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// What it should be.
    pub shop: &'a Blueprint,
    /// How its pods are.
    pub parts: Parts,
    /// How the inside of the broker is.
    pub broker: &'a broker::Tended,
    /// How the inside of the database is.
    pub database: &'a database::Tended,
}

/// The status that says so.
pub fn report(report: &Report<'_>, before: &Shop, now: Timestamp) -> ShopStatus {
    let Report { shop, parts, broker, database } = report;
    let sides = vec![
        (condition::BROKER, unless_pods(&parts.broker, broker.cluster.clone())),
        (condition::TOPOLOGY, broker.topology.clone()),
        (condition::DATABASE, unless_pods(&parts.database, database.verdict.clone())),
        (condition::SERVICES, services(&parts.services)),
    ];
    let url = format!("{}.{}", env::url(shop, &GATEWAY), shop.identity.namespace);
    let ready = ready(shop, &sides, &url);
    let reconciling = opposite(&ready, "Settled", "nothing is left to be done");
    let stalled = Verdict::no("Settled", "nothing waits for a person");
    let summary = [
        (condition::READY, ready),
        (condition::RECONCILING, reconciling),
        (condition::STALLED, stalled),
    ];
    let settled = parts.services.iter().filter(|it| it.settled).count();
    ShopStatus {
        observed_generation: before.metadata.generation,
        conditions: dated(summary.into_iter().chain(sides).collect(), before, now),
        url: Some(url),
        version: Some(shop.version.clone()),
        services: Some(format!("{settled}/{}", parts.services.len())),
        broker: Some(format!("{}/{}", broker.running, shop.broker.replicas)),
        database: Some(format!("{}/{}", database.holding, shop.database.replicas)),
        staff_secret: Some(shop.identity.secret(STAFF)),
        token_key: Some(token_key(shop.credentials.token_keys())),
        components: parts.iter().map(component).collect(),
    }
}

fn token_key(keys: &TokenKeys) -> TokenKey {
    TokenKey {
        step: keys.step(),
        rolled: keys.rolled().map(str::to_owned),
        until: keys.until().map(Time),
    }
}

/// The status of a Shop that could not be looked after: what is known of it stays, beside why.
pub fn refused(error: &Error, before: &Shop, now: Timestamp) -> ShopStatus {
    let message = chassis::class::chain(error);
    let not_ready = Verdict::no(error.category(), message);
    let at_rest = Verdict::no("Settled", "nothing waits for a person");
    let waits = Verdict::no("Stalled", "waiting for a person: see Stalled");
    let (reconciling, stalled) = if error.needs_a_person() {
        (waits, Verdict { holds: true, ..not_ready.clone() })
    } else {
        (Verdict { holds: true, ..not_ready.clone() }, at_rest)
    };
    let verdicts = vec![
        (condition::READY, not_ready),
        (condition::RECONCILING, reconciling),
        (condition::STALLED, stalled),
    ];
    let known = before.status.clone().unwrap_or_default();
    let mut conditions = dated(verdicts, before, now);
    let said: Vec<_> = conditions.iter().map(|it| it.type_.clone()).collect();
    conditions.extend(known.conditions.into_iter().filter(|it| !said.contains(&it.type_)));
    ShopStatus { observed_generation: before.metadata.generation, conditions, ..known }
}

fn dated(verdicts: Vec<(&str, Verdict)>, before: &Shop, now: Timestamp) -> Vec<Condition> {
    let known = before.status.as_ref().map(|it| it.conditions.as_slice()).unwrap_or_default();
    conditions(verdicts, known, before.metadata.generation, now)
}

/// What its pods say goes before what its inside says, as long as they do not all serve.
fn unless_pods(state: &State, inside: Verdict) -> Verdict {
    match &state.problem {
        Some(problem) => Verdict::no(problem.reason, problem.message.clone()),
        None if inside.holds && !state.settled => {
            let State { component, ready, wanted, .. } = state;
            let message =
                format!("{ready} of {wanted} pods of {component} are ready and up to date");
            Verdict::no("Updating", message)
        }
        None => inside,
    }
}

fn services(states: &[State]) -> Verdict {
    let total = states.len();
    let waiting: Vec<_> = states.iter().filter(|it| !it.settled).collect();
    if waiting.is_empty() {
        return Verdict::yes("AllReady", format!("all {total} services are ready"));
    }
    let ready = total - waiting.len();
    let names: Vec<_> = waiting.iter().map(|it| it.component).collect();
    let so_far = format!("{ready} of {total} services are ready, waiting for {}", names.join(", "));
    match waiting.iter().find_map(|it| it.problem.as_ref()) {
        Some(problem) => Verdict::no(problem.reason, format!("{so_far}: {}", problem.message)),
        None => Verdict::no("Starting", so_far),
    }
}

fn ready(shop: &Blueprint, sides: &[(&str, Verdict)], url: &str) -> Verdict {
    if let Some((_, first)) = sides.iter().find(|(_, verdict)| !verdict.holds) {
        return first.clone();
    }
    let mail = if shop.sends_mail() {
        ""
    } else {
        "; mails are kept and not sent: write the mail server in spec.email.smtp"
    };
    Verdict::yes("AllReady", format!("the shop answers at {url}{mail}"))
}

fn opposite(of: &Verdict, reason: &'static str, message: &str) -> Verdict {
    if of.holds { Verdict::no(reason, message) } else { Verdict { holds: true, ..of.clone() } }
}

fn component(state: &State) -> (String, Component) {
    let component = Component {
        ready: format!("{}/{}", state.ready, state.wanted),
        image: state.image.clone(),
        problem: state.problem.as_ref().map(|it| it.message.clone()),
    };
    (state.component.to_owned(), component)
}
