//! Watches Shops and what they own, and reconciles what has changed: a few at a time, with back-off when
//! it fails, and now and then when nothing has.

use crate::{
    crd::Shop,
    error::Error,
    metrics,
    names::SHOP,
    reconcile::{Context, Next, reconcile},
};
use futures::{Stream, StreamExt as _};
use k8s_openapi::api::{
    apps::v1::{Deployment, StatefulSet},
    core::v1::{ConfigMap, Pod, Service, ServiceAccount},
    policy::v1::PodDisruptionBudget,
};
use kube::{
    Api, Client, ResourceExt as _,
    core::DeserializeGuard,
    runtime::{
        Controller,
        controller::{self, Action},
        reflector::ObjectRef,
        watcher,
    },
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio_util::sync::CancellationToken;

/// How often a settled shop is looked at: less than a minute after something inside it was deleted by
/// hand, it is back.
const RESYNC: Duration = Duration::from_secs(30);
/// How soon one is looked at that waits for something.
const SOON: Duration = Duration::from_secs(2);
/// How soon a name that is taken is tried again.
const LATER: Duration = Duration::from_secs(30);
/// How many shops are worked on at the same time.
const AT_ONCE: u16 = 8;
/// How long changes are gathered before a shop is looked at.
const GATHER: Duration = Duration::from_millis(300);

type Guarded = DeserializeGuard<Shop>;

/// What the controller keeps between reconciliations.
struct Desk {
    context: Context,
    failures: Mutex<BTreeMap<String, u32>>,
}

/// Adds a watch on each kind that Shops own.
macro_rules! owns {
    ($controller:expr, $scope:expr, [$($kind:ty),+ $(,)?]) => {
        $controller$(.owns($scope.api::<$kind>(), ours()))+
    };
}

/// Where to look.
struct Scope {
    client: Client,
    namespace: Option<String>,
}

impl Scope {
    fn api<K>(&self) -> Api<K>
    where
        K: kube::Resource<DynamicType = (), Scope = kube::core::NamespaceResourceScope>,
    {
        match &self.namespace {
            Some(namespace) => Api::namespaced(self.client.clone(), namespace),
            None => Api::all(self.client.clone()),
        }
    }
}

/// Only what carries the label of a Shop, so that the cache stays small in a large cluster.
fn ours() -> watcher::Config {
    watcher::Config::default().labels(SHOP)
}

/// Runs until `stop`; what has begun is finished.
pub async fn run(
    client: Client,
    namespace: Option<String>,
    context: Context,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    let scope = Scope { client, namespace };
    let settings = controller::Config::default().concurrency(AT_ONCE).debounce(GATHER);
    let watches = Controller::new(scope.api::<Guarded>(), watcher::Config::default())
        .with_config(settings)
        .watches(scope.api::<Pod>(), ours(), |it| shop_of(&it))
        .graceful_shutdown_on(stop.cancelled_owned());
    let watches = owns!(
        watches,
        scope,
        [ServiceAccount, ConfigMap, Service, PodDisruptionBudget, StatefulSet, Deployment]
    );
    let desk = Arc::new(Desk { context, failures: Mutex::default() });
    log_failures(watches.run(work, retry, desk)).await;
    Ok(())
}

/// The Shop that a pod belongs to, by its label.
fn shop_of(pod: &Pod) -> Option<ObjectRef<Guarded>> {
    let shop = ObjectRef::new(pod.labels().get(SHOP)?);
    Some(shop.within(pod.namespace()?.as_str()))
}

async fn log_failures<T, E>(results: impl Stream<Item = Result<T, controller::Error<Error, E>>>)
where
    E: std::error::Error + 'static,
{
    let failures = results.filter_map(async |result| result.err());
    failures.for_each(async |error| log(&error)).await;
}

/// What the controller says of a failure repeats what the failure says itself; and that the children of a
/// Shop that is gone are going too is no failure.
fn log<E: std::error::Error + 'static>(error: &controller::Error<Error, E>) {
    match error {
        controller::Error::ReconcilerFailed(error, shop) => {
            tracing::warn!(shop = %shop, error = chassis::class::chain(error), "not reconciled");
        }
        controller::Error::ObjectNotFound(_) => {}
        controller::Error::QueueError(_) | controller::Error::RunnerError(_) => {
            tracing::warn!(error = chassis::class::chain(error), "cannot watch");
        }
    }
}

async fn work(shop: Arc<Guarded>, desk: Arc<Desk>) -> Result<Action, Error> {
    let start = Instant::now();
    let result = match &shop.0 {
        Ok(shop) => Box::pin(reconcile(shop, &desk.context)).await,
        Err(error) => Err(Error::Malformed(Box::new(error.clone()))),
    };
    let outcome = match &result {
        Ok(Next::Settled) => "Settled",
        Ok(Next::Soon) => "Progressing",
        Ok(Next::Wait) => "Waiting",
        Err(error) => error.category(),
    };
    metrics::reconciled(outcome, start.elapsed());
    if result.is_ok() {
        desk.failures().remove(&key(&shop));
    }
    result.map(|next| match next {
        Next::Settled => Action::requeue(RESYNC),
        Next::Soon => Action::requeue(SOON),
        Next::Wait => Action::await_change(),
    })
}

/// A refused spec waits for an edit; everything else is tried again, less and less often.
#[expect(clippy::needless_pass_by_value, reason = "the controller asks for this signature")]
fn retry(shop: Arc<Guarded>, error: &Error, desk: Arc<Desk>) -> Action {
    match error {
        Error::Malformed(_) | Error::Refused(_) => Action::await_change(),
        Error::Leftover { .. } => Action::requeue(SOON),
        Error::NameTaken { .. } => Action::requeue(LATER),
        Error::Read { .. }
        | Error::Apply { .. }
        | Error::Delete { .. }
        | Error::Report { .. }
        | Error::Encode { .. } => Action::requeue(desk.back_off(key(&shop))),
    }
}

fn key(shop: &Guarded) -> String {
    format!("{}/{}", shop.namespace().unwrap_or_default(), shop.name_any())
}

impl Desk {
    fn failures(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, u32>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One second, then twice as long each time, up to the resync.
    fn back_off(&self, key: String) -> Duration {
        let mut failures = self.failures();
        let count = failures.entry(key).or_default();
        *count = (*count + 1).min(16);
        Duration::from_secs(1 << (*count - 1).min(5)).min(RESYNC)
    }
}
