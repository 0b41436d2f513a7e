//! The rules of the custom resource once more, for objects that came past the API server's, and those
//! that only what already runs can answer.

use super::{Refused, Size};
use crate::{
    crd::{
        Email, Gateway, GatewayService, ServiceSettings, ServiceType, ShopSpec, Storage,
        rules::{LONGEST_NAME, SLOWEST_PACE},
    },
    names::RABBITMQ,
};
use contracts::{
    catalog::CATALOG,
    gateway_settings::{BadSettings, CheckedSettings, GatewaySettings},
};
use k8s_openapi::api::{apps::v1::StatefulSet, core::v1::PersistentVolumeClaimSpec};
use std::{collections::BTreeMap, time::Duration};

type Check = Result<(), Refused>;

pub(super) fn name(name: &str) -> Check {
    let starts = name.starts_with(|it: char| it.is_ascii_lowercase());
    let ends = !name.ends_with('-');
    let made_of = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    let legal = starts && ends && name.len() <= LONGEST_NAME && name.chars().all(made_of);
    holds(legal, || Refused::Name { name: name.to_owned() })
}

/// All that can be said without looking at what runs.
pub(super) fn spec(spec: &ShopSpec) -> Check {
    services(&spec.services)?;
    node_port(&spec.gateway.service)?;
    email(&spec.email)?;
    durations(spec)?;
    pace(spec.shipping.carrier_pace.as_deref())
}

fn services(services: &BTreeMap<String, ServiceSettings>) -> Check {
    services.iter().try_for_each(|(name, settings)| service(name, settings))
}

fn service(name: &str, settings: &ServiceSettings) -> Check {
    let known = CATALOG.map(|it| it.name);
    holds(known.contains(&name), || Refused::UnknownService {
        name: name.to_owned(),
        known: known.join(", "),
    })?;
    let replicas = settings.replicas;
    holds(replicas >= 0, || Refused::Replicas { service: name.to_owned(), replicas })?;
    settings.env.keys().try_for_each(|variable| {
        holds(is_variable(variable), || Refused::Variable {
            service: name.to_owned(),
            variable: variable.clone(),
        })
    })
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}

fn node_port(service: &GatewayService) -> Check {
    let on_nodes = service.kind != ServiceType::ClusterIP;
    holds(on_nodes || service.node_port.is_none(), || Refused::NodePort)
}

/// The settings of the gateway, if it would take them: by the same types and the same rules.
pub(super) fn gateway(gateway: &Gateway) -> Result<CheckedSettings, Refused> {
    let read = serde_path_to_error::deserialize::<_, GatewaySettings>(gateway.settings());
    let read = read.map_err(|it| Refused::Gateway {
        wrong: format!("spec.gateway.{}: {}", it.path(), it.inner()),
    })?;
    read.checked().map_err(|BadSettings(wrong)| {
        let wrong = wrong.iter().map(|it| format!("spec.gateway.{it}"));
        Refused::Gateway { wrong: wrong.collect::<Vec<_>>().join("; ") }
    })
}

fn email(email: &Email) -> Check {
    holds(email.smtp.is_none() || email.from.is_some(), || Refused::Sender)?;
    email
        .from
        .iter()
        .chain(&email.stakeholders)
        .try_for_each(|it| holds(is_address(it), || Refused::Address { value: it.clone() }))
}

/// As far as its form tells.
fn is_address(text: &str) -> bool {
    let parts: Vec<_> = text.split('@').collect();
    let alone = !text.contains(|it: char| it.is_whitespace() || it == ',');
    alone && parts.len() == 2 && parts.iter().all(|it| !it.is_empty())
}

/// Those that may be left out.
fn durations(spec: &ShopSpec) -> Check {
    let each = [
        ("spec.orders.deadline", &spec.orders.deadline),
        ("spec.orders.nudge", &spec.orders.nudge),
        ("spec.payments.transferDeadline", &spec.payments.transfer_deadline),
    ];
    each.into_iter()
        .filter_map(|(field, value)| Some((field, value.as_ref()?)))
        .try_for_each(|(field, value)| duration(field, value))
}

fn pace(pace: Option<&str>) -> Check {
    let Some(pace) = pace.filter(|it| *it != "off") else { return Ok(()) };
    let slowest = Duration::from_hours(SLOWEST_PACE);
    let legal = humantime::parse_duration(pace).is_ok_and(|it| !it.is_zero() && it <= slowest);
    holds(legal, || Refused::Pace { value: pace.to_owned() })
}

fn duration(field: &'static str, value: &str) -> Check {
    let positive = humantime::parse_duration(value).is_ok_and(|it| !it.is_zero());
    holds(positive, || Refused::Duration { field, value: value.to_owned() })
}

pub(super) fn quorum(part: &'static str, count: i32) -> Check {
    holds([1, 3].contains(&count), || Refused::Quorum { field: count_field(part), count })
}

pub(super) fn size(part: &'static str, value: &str) -> Result<Size, Refused> {
    Size::parse(value).ok_or_else(|| Refused::Size { part, value: value.to_owned() })
}

/// Whether what runs can become what is wanted; the size that its claims are made with.
pub(super) fn growth(
    part: &'static str,
    wanted: i32,
    size: &Size,
    storage: &Storage,
    live: &StatefulSet,
) -> Result<Size, Refused> {
    let present = live.spec.as_ref().and_then(|it| it.replicas).unwrap_or(wanted);
    holds(wanted >= present, || Refused::Fewer { field: count_field(part), wanted, present })?;
    let Some(claim) = claim(live) else { return Ok(size.clone()) };
    let made_with = claim_size(claim).unwrap_or_else(|| size.clone());
    holds(size.mebibytes >= made_with.mebibytes, || Refused::Smaller {
        part,
        wanted: size.text.clone(),
        present: made_with.text.clone(),
    })?;
    let present = claim.storage_class_name.as_ref();
    holds(storage.class_name.as_ref() == present, || Refused::Class {
        part,
        present: present.map_or_else(|| "none".to_owned(), |it| format!("'{it}'")),
    })?;
    Ok(made_with)
}

fn claim(live: &StatefulSet) -> Option<&PersistentVolumeClaimSpec> {
    live.spec.as_ref()?.volume_claim_templates.as_ref()?.first()?.spec.as_ref()
}

/// How much storage a claim asks for.
pub(crate) fn claim_size(claim: &PersistentVolumeClaimSpec) -> Option<Size> {
    Size::parse(&claim.resources.as_ref()?.requests.as_ref()?.get("storage")?.0)
}

fn count_field(part: &str) -> &'static str {
    if part == RABBITMQ { "spec.rabbitmq.replicas" } else { "spec.mongodb.members" }
}

fn holds(holds: bool, refusal: impl FnOnce() -> Refused) -> Check {
    if holds { Ok(()) } else { Err(refusal()) }
}
