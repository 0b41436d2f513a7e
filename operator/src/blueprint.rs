//! Spec in, a shop that can be built out. The only reader of the spec: everything in a blueprint is
//! defaulted, typed and legal, or there is none. Pure.

pub(crate) mod checks;
mod refused;

pub use refused::Refused;

use crate::{
    config::Images,
    crd::{
        DeletionPolicy, Email, GatewayService, MongoDb, Orders, Payments, RabbitMq,
        ServiceSettings, Shipping, Shop, ShopSpec, Storage,
    },
    credentials::Credentials,
    names::{Identity, MONGODB, RABBITMQ, ROLL_TOKEN_KEY},
};
use contracts::{
    catalog::{CATALOG, Service},
    gateway_settings::CheckedSettings,
};
use k8s_openapi::api::apps::v1::StatefulSet;
use kube::{Resource as _, ResourceExt as _};
use std::collections::BTreeMap;

/// Every default filled in, every name legal.
#[derive(Clone, Debug)]
pub struct Blueprint {
    /// Who it is.
    pub identity: Identity,
    /// Whether data outlives the Shop.
    pub retain: bool,
    /// The version of the services.
    pub version: String,
    /// The services, the entry first.
    pub workloads: Vec<Workload>,
    /// The broker.
    pub broker: Store,
    /// The database.
    pub database: Store,
    /// What everybody logs in with.
    pub credentials: Credentials,
    /// How the entry behaves.
    pub gateway: CheckedSettings,
    /// How it is reached.
    pub entry: GatewayService,
    /// How mail is sent.
    pub email: Email,
    /// How orders are processed.
    pub orders: Orders,
    /// How payments are taken.
    pub payments: Payments,
    /// How parcels travel.
    pub shipping: Shipping,
}

/// One of the services.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Which one.
    pub service: Service,
    /// What it runs.
    pub image: String,
    /// How often.
    pub replicas: i32,
    /// Environment variables that the Shop sets itself.
    pub env: BTreeMap<String, String>,
}

/// A set of pods that hold data: the broker or the database.
#[derive(Clone, Debug)]
pub struct Store {
    /// Its component name.
    pub component: &'static str,
    /// What it runs.
    pub image: String,
    /// How many nodes or members it has.
    pub replicas: i32,
    /// How much each of them keeps.
    pub size: Size,
    /// The size that its claims are made with. A `StatefulSet` cannot change it, so this is the size it was
    /// first made with; the claims are grown afterwards.
    pub template_size: Size,
    /// The storage class of its claims.
    pub class_name: Option<String>,
}

/// A size of storage, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Size {
    /// As it is written.
    pub text: String,
    /// In MiB.
    pub mebibytes: u64,
}

impl Size {
    /// Reads a size such as `10Gi`.
    pub fn parse(text: &str) -> Option<Self> {
        let units = [("Mi", 1), ("Gi", 1024), ("Ti", 1024 * 1024)];
        let (digits, unit) =
            units.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))?;
        let mebibytes = digits.parse::<u64>().ok().filter(|it| *it > 0)?.checked_mul(*unit)?;
        Some(Self { text: text.to_owned(), mebibytes })
    }
}

impl Blueprint {
    /// The only place that reads the spec. `existing` are the `StatefulSet`s of this shop, which cannot
    /// shrink.
    pub fn draw(
        shop: &Shop,
        images: &Images,
        credentials: Credentials,
        existing: &[StatefulSet],
    ) -> Result<Self, Refused> {
        let spec = &shop.spec;
        let identity = identity(shop)?;
        checks::spec(spec)?;
        let live = |component: &str| {
            let name = identity.child(component);
            existing.iter().find(|it| it.metadata.name.as_ref() == Some(&name))
        };
        let version = spec.version.as_ref().unwrap_or(&images.services_version);
        Ok(Self {
            retain: spec.deletion_policy == DeletionPolicy::Retain,
            version: version.clone(),
            workloads: CATALOG.map(|it| Workload::of(it, spec, images, version)).into(),
            broker: Store::broker(&spec.rabbitmq, images, live(RABBITMQ))?,
            database: Store::database(&spec.mongodb, images, live(MONGODB))?,
            credentials,
            gateway: checks::gateway(&spec.gateway)?,
            entry: spec.gateway.service.clone(),
            email: spec.email.clone(),
            orders: spec.orders.clone(),
            payments: spec.payments.clone(),
            shipping: spec.shipping.clone(),
            identity,
        })
    }

    /// Whether mail is sent, or only kept.
    pub fn sends_mail(&self) -> bool {
        self.email.smtp.is_some()
    }
}

impl Workload {
    fn of(service: Service, spec: &ShopSpec, images: &Images, version: &str) -> Self {
        let settings = spec.services.get(service.name).cloned().unwrap_or_default();
        let ServiceSettings { replicas, image, env } = settings;
        let usual = || format!("{}/{}:{version}", images.image_prefix, service.name);
        Self { service, image: image.unwrap_or_else(usual), replicas, env }
    }
}

impl Store {
    fn broker(
        wanted: &RabbitMq,
        images: &Images,
        live: Option<&StatefulSet>,
    ) -> Result<Self, Refused> {
        let image = wanted.image.as_ref().unwrap_or(&images.rabbitmq_image);
        Self::draw(RABBITMQ, image, wanted.replicas, &wanted.storage, live)
    }

    fn database(
        wanted: &MongoDb,
        images: &Images,
        live: Option<&StatefulSet>,
    ) -> Result<Self, Refused> {
        let image = wanted.image.as_ref().unwrap_or(&images.mongodb_image);
        Self::draw(MONGODB, image, wanted.members, &wanted.storage, live)
    }

    fn draw(
        component: &'static str,
        image: &str,
        replicas: i32,
        storage: &Storage,
        live: Option<&StatefulSet>,
    ) -> Result<Self, Refused> {
        let size = checks::size(component, &storage.size)?;
        checks::quorum(component, replicas)?;
        let template_size = match live {
            Some(live) => checks::growth(component, replicas, &size, storage, live)?,
            None => size.clone(),
        };
        Ok(Self {
            component,
            image: image.to_owned(),
            replicas,
            size,
            template_size,
            class_name: storage.class_name.clone(),
        })
    }
}

/// What a Shop says to have the key of customers' tokens rolled.
pub fn roll(shop: &Shop) -> Option<&str> {
    let wish = shop.annotations().get(ROLL_TOKEN_KEY)?;
    Some(wish.trim()).filter(|it| !it.is_empty())
}

/// Who the shop is, if it was ever stored in a cluster.
pub fn identity(shop: &Shop) -> Result<Identity, Refused> {
    let name = shop.name_any();
    checks::name(&name)?;
    Ok(Identity {
        name,
        namespace: shop.namespace().ok_or(Refused::NotStored)?,
        owner: shop.controller_owner_ref(&()).ok_or(Refused::NotStored)?,
    })
}
