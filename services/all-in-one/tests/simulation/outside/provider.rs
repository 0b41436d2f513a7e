use super::Mood;
use crate::mischief::Mischief;
use async_trait::async_trait;
use axum::Router;
use chassis::process::Process;
use futures::future::BoxFuture;
use payments::{
    Door, Provider, Simulator,
    provider::{Answer, Request},
};

/// A provider with moods.
pub(crate) struct MoodyProvider {
    pub(crate) simulator: Simulator,
    pub(crate) mischief: Mischief,
}

impl MoodyProvider {
    async fn ask(&self, asking: BoxFuture<'_, Answer>) -> Answer {
        let mood = Mood::drawn(self.mischief.strikes(|it| it.provider));
        let mood = mood.counted("provider", &self.mischief.tally);
        mood.ask(asking).await.unwrap_or_else(|| Answer::Unknown("a bad mood".to_owned()))
    }
}

#[async_trait]
impl Provider for MoodyProvider {
    async fn authorize(&self, request: &Request) -> Answer {
        self.ask(self.simulator.authorize(request)).await
    }

    async fn capture(&self, request: &Request) -> Answer {
        self.ask(self.simulator.capture(request)).await
    }

    async fn void(&self, request: &Request) -> Answer {
        self.ask(self.simulator.void(request)).await
    }

    async fn refund(&self, request: &Request) -> Answer {
        self.ask(self.simulator.refund(request)).await
    }

    fn routes(&self) -> Router {
        self.simulator.routes()
    }

    fn attach(&self, process: Process, door: Door) -> Process {
        self.simulator.attach(process, door)
    }
}
