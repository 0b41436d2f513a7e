//! What of a process runs.

use super::Stage;
use anyhow::Context as _;
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// What a task does until it is told to stop.
pub(super) type Work =
    Box<dyn FnOnce(CancellationToken) -> BoxFuture<'static, anyhow::Result<()>> + Send>;

/// A part of a process that runs by itself.
pub(super) struct Task {
    pub(super) stage: Stage,
    pub(super) name: &'static str,
    pub(super) work: Work,
}

/// The tasks of a process that runs; each is waited for.
#[derive(Default)]
pub(super) struct Running {
    stages: BTreeMap<Stage, (CancellationToken, JoinSet<anyhow::Result<()>>)>,
}

impl Running {
    pub(super) fn spawn(&mut self, Task { stage, name, work }: Task) {
        let (stop, tasks) = self.stages.entry(stage).or_default();
        let work = work(stop.clone());
        tasks.spawn(async move { work.await.with_context(|| format!("{name} failed")) });
    }

    /// Why a task ended although nobody asked it to.
    pub(super) async fn first_end(&mut self) -> anyhow::Error {
        let ends = self.stages.values_mut().filter(|(_, tasks)| !tasks.is_empty());
        let ends: Vec<_> = ends.map(|(_, tasks)| Box::pin(tasks.join_next())).collect();
        if ends.is_empty() {
            return std::future::pending().await;
        }
        match futures::future::select_all(ends).await.0 {
            Some(Ok(Err(error))) => error,
            Some(Err(panic)) => anyhow::Error::from(panic).context("a task panicked"),
            Some(Ok(Ok(()))) | None => anyhow::anyhow!("a task ended although nobody asked it to"),
        }
    }

    /// Stops one stage after the other; tells the first failure once all have ended.
    pub(super) async fn stop(mut self) -> anyhow::Result<()> {
        let mut result = Ok(());
        for stage in Stage::ALL {
            let Some((stop, mut tasks)) = self.stages.remove(&stage) else { continue };
            stop.cancel();
            while let Some(ended) = tasks.join_next().await {
                let ended = ended.unwrap_or_else(|panic| Err(panic.into()));
                result = result.and(ended);
            }
        }
        result
    }
}
