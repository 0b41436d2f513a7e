//! All that is set at a gateway at one moment, and what follows from it. A request sees one of these from
//! its beginning to its end.

use crate::{
    cors, limits::Limits, peers::Peers, route::Routes, upstream::Upstream, upstreams::Upstreams,
};
use contracts::{
    catalog::Service,
    gateway_settings::{CheckedSettings, Time},
};
use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use tower_http::cors::CorsLayer;

/// All that is set at one moment.
#[derive(Debug)]
pub(crate) struct Policies {
    pub(crate) settings: CheckedSettings,
    /// Each service, of which its routes hold clones.
    upstreams: Vec<(Service, Upstream)>,
    pub(crate) routes: Routes,
    pub(crate) limits: Limits,
    /// What answers browsers that ask for pages of other origins.
    pub(crate) cors: Option<CorsLayer>,
}

impl Policies {
    fn new(settings: CheckedSettings, upstreams: &Upstreams, peers: &Peers) -> Self {
        let upstreams = upstreams.iter().map(|(service, origin)| {
            let protection = settings.protection(service.name);
            (service, Upstream::new(service.name, origin, protection))
        });
        Self::of(upstreams.collect(), Limits::new(&settings, peers), settings)
    }

    /// What follows from other settings; what they do not change is kept.
    fn next(&self, settings: CheckedSettings, peers: &Peers) -> Self {
        let upstreams = self.upstreams.iter();
        let upstreams =
            upstreams.map(|(service, it)| (*service, it.with(settings.protection(it.name))));
        Self::of(upstreams.collect(), self.limits.next(&settings, peers), settings)
    }

    fn of(upstreams: Vec<(Service, Upstream)>, limits: Limits, settings: CheckedSettings) -> Self {
        let (routes, cors) = (Routes::to(upstreams.iter().cloned()), cors::layer(&settings.cors));
        Self { settings, upstreams, routes, limits, cors }
    }

    /// How long a request to this path of a service may take.
    pub(crate) fn timeout(&self, path: &str, upstream: &Upstream) -> Duration {
        let own = self.settings.route(path).and_then(|it| it.timeout);
        own.map_or_else(|| upstream.timeout(), Time::length)
    }
}

/// What is set at present.
#[derive(Debug)]
pub(crate) struct Present(RwLock<Arc<Policies>>);

impl Present {
    pub(crate) fn new(settings: CheckedSettings, upstreams: &Upstreams, peers: &Peers) -> Self {
        Self(RwLock::new(Arc::new(Policies::new(settings, upstreams, peers))))
    }

    pub(crate) fn get(&self) -> Arc<Policies> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on something else is set.
    pub(crate) fn set(&self, settings: CheckedSettings, peers: &Peers) {
        let mut present = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *present = Arc::new(present.next(settings, peers));
    }
}
