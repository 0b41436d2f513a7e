//! A shop in which a story is told.

use crate::{client::answers, plan::Odds, plan::Plan, tally::Tally, trace::Trace, world::World};
use anyhow::{Context as _, Result};
use axum::http::Method;
use bus::Raw;
use chassis::identity::{Principal, Role};
use contracts::catalog::Service;
use orders::Timing;
use scenarios::{Answer, Mail, Request, Said, Shop, Who};
use serde_json::Value;
use shop_dev::Patience;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// How patient services are where a story is told: so much as on the cluster, but for transfers, whose
/// week would be half a million sweeps.
pub(crate) const PATIENCE: Patience = Patience {
    orders: Timing {
        nudge: Duration::from_secs(3),
        deadline: Duration::from_mins(15),
        transfer_deadline: Duration::from_mins(12),
    },
    reservations: inventory::Patience {
        nudge: Duration::from_secs(15),
        expiry: Duration::from_mins(15),
    },
    transfer: Duration::from_mins(10),
};
/// How long it is tried to have something answered; and the pause in between.
const TRYING: (Duration, Duration) = (Duration::from_mins(1), Duration::from_millis(200));
/// How long staff are signed in.
const SHIFT: Duration = Duration::from_hours(24);

/// A shop in which a story is told.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) world: Arc<World>,
    count: Arc<AtomicU64>,
    /// Whether things go wrong, so that some must be asked again.
    is_rough: bool,
}

impl Stage {
    /// What is shown by whoever asks.
    fn token(&self, who: Who) -> Option<String> {
        let ground = &self.world.ground;
        match who {
            Who::Anybody => None,
            Who::Holder(token) => Some(token),
            Who::Staff => {
                let staff = Principal { id: "staff".to_owned(), role: Role::Staff };
                Some(ground.key.sign(&staff, ground.clock.now(), SHIFT))
            }
        }
    }

    /// A shop in which no parcel moves unless somebody moves it.
    pub(crate) fn set(odds: Odds, trace: &Trace) -> Self {
        let plan = Plan { odds, leg: Some(SHIFT), ..Plan::calm() };
        let world = World::new(&plan, PATIENCE, trace.clone(), Tally::default());
        world.mischief.begin();
        Self { world, count: Arc::default(), is_rough: odds != Odds::default() }
    }
}

/// Whether a request may be sent again that failed, and may have been carried out all the same: what is
/// the same however often it is sent, what has a key, and what no story counts. That are empty carts,
/// sessions, and wishes to call an order off. What makes a product, stock, an account, a guest's order or
/// a refund without a key is not sent again: it works at once, or the story fails.
fn bears_repetition(method: &Method, path: &str, key: Option<&str>) -> bool {
    let is_uncounted =
        matches!(path, "/api/carts" | "/api/customers/login") || path.ends_with("/cancel");
    *method != Method::POST || key.is_some() || is_uncounted
}

impl Shop for Stage {
    /// Where things go wrong, what failed is asked again if that does no harm; where all is well nothing
    /// fails.
    async fn ask(&self, request: Request) -> Result<Answer> {
        let Request { method, path, key, who, body } = request;
        let may_again = self.is_rough && bears_repetition(&method, &path, key.as_deref());
        let token = self.token(who).map(|it| format!("Bearer {it}"));
        let key = key.iter().map(|it| ("idempotency-key", it.as_str()));
        let token = token.iter().map(|it| ("authorization", it.as_str()));
        let headers: Vec<_> = key.chain(token).collect();
        let start = Instant::now();
        loop {
            let (service, method) = (answers(&path), method.clone());
            let asked = self.world.doors.knock(service, method, &path, &headers, body.clone());
            let answer = asked.await.context("nobody answers")?;
            let may_again = may_again && start.elapsed() < TRYING.0;
            if answer.status.is_server_error() && may_again {
                sleep(TRYING.1).await;
                continue;
            }
            let kind = answer.headers.get("content-type").and_then(|it| it.to_str().ok());
            let kind = kind.unwrap_or_default().to_owned();
            return Ok(Answer { status: answer.status, kind, body: answer.body });
        }
    }

    async fn inside(&self, service: Service, path: &str) -> Result<Value> {
        let get = Method::GET;
        let staff = self.token(Who::Staff).map(|it| format!("Bearer {it}")).unwrap_or_default();
        let headers = [("authorization", staff.as_str())];
        let asked = self.world.doors.knock(service, get, path, &headers, String::new());
        Ok(asked.await.context("nobody answers")?.body)
    }

    async fn mails(&self, who: &str) -> Result<Vec<Mail>> {
        let sent = self.world.mailer.memory.sent().into_iter();
        let own = sent.filter(|it| it.to.as_str().starts_with(who));
        let mail = |it: email::domain::Mail| Mail {
            message_id: it.mail_id.to_string(),
            to: it.to.to_string(),
            subject: it.letter.subject.into(),
        };
        Ok(own.map(mail).collect())
    }

    async fn say(&self, messages: Vec<Said>) -> Result<()> {
        for Said { exchange, key, id, body } in messages {
            let raw = Raw {
                exchange: exchange.to_owned(),
                key: key.to_owned(),
                kind: Some(key.to_owned()),
                id: Some(id),
                body: body.to_string(),
            };
            anyhow::ensure!(self.world.ground.broker.send(raw), "{key} leads nowhere");
        }
        Ok(())
    }

    fn unique(&self) -> String {
        self.count.fetch_add(1, Ordering::Relaxed).to_string()
    }
}
