//! A client as clients are: what is not answered is sent again, under the same key.

use crate::{
    chance::{between, millis, percent},
    world::World,
};
use axum::http::Method;
use chassis::identity::{Principal, Role};
use contracts::{
    catalog::{CATALOG, Service},
    ids::CustomerId,
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use testkit::Answer;
use tokio::time::{Instant, sleep, timeout};

/// How long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(6);
/// How long a client goes on asking: longer than anything is out of order.
const PERSISTENCE: Duration = Duration::from_mins(15);
/// How long somebody stays signed in here: for ever.
const SIGNED_IN: Duration = Duration::from_hours(1_000);

/// Somebody who asks a shop.
#[derive(Clone)]
pub(crate) struct Client {
    world: Arc<World>,
    token: Option<String>,
}

/// One request, however often it is sent.
pub(crate) struct Asking<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a Value,
}

/// Who answers at a path.
pub(crate) fn answers(path: &str) -> Service {
    let is_theirs = |it: &Service| it.routes.iter().any(|route| path.starts_with(route));
    CATALOG.into_iter().find(is_theirs).expect("the path belongs to a service")
}

impl Client {
    /// Nobody in particular.
    pub(crate) fn guest(world: &Arc<World>) -> Self {
        Self { world: world.clone(), token: None }
    }

    /// A customer who has signed in.
    pub(crate) fn customer(world: &Arc<World>, id: CustomerId) -> Self {
        Self::known(world, &Principal::customer(id))
    }

    /// Staff.
    pub(crate) fn staff(world: &Arc<World>) -> Self {
        Self::known(world, &Principal { id: "staff".to_owned(), role: Role::Staff })
    }

    fn known(world: &Arc<World>, principal: &Principal) -> Self {
        let (key, now) = (&world.ground.key, world.ground.clock.now());
        Self { world: world.clone(), token: Some(key.sign(principal, now, SIGNED_IN)) }
    }

    /// Asks until it is answered; what then is, is the answer. Nothing, when that takes too long.
    pub(crate) async fn insist(&self, asking: &Asking<'_>) -> Option<Answer> {
        let deadline = Instant::now() + PERSISTENCE;
        while Instant::now() < deadline {
            let answer = self.ask(asking).await.filter(is_final);
            if answer.is_some() {
                return answer;
            }
            sleep(millis(50, 2_500)).await;
        }
        None
    }

    /// Asks once, and may not hear the answer.
    pub(crate) async fn ask(&self, asking: &Asking<'_>) -> Option<Answer> {
        let Asking { method, path, headers, body } = asking;
        let (is_lost, is_there) = (self.world.mischief.strikes(|it| it.request_lost), percent(50));
        if is_lost && !is_there {
            self.world.tally().count("a request is lost");
            self.world.trace.note(format_args!("{method} {path} is lost"));
            return None;
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let bearer = self.token.as_ref().map(|it| format!("Bearer {it}"));
        let mut headers = headers.to_vec();
        headers.extend(bearer.as_deref().map(|it| ("authorization", it)));
        let asking = self.world.doors.knock(answers(path), method.clone(), path, &headers, body);
        if is_lost {
            self.world.tally().count("an answer is lost");
        }
        let limit = if is_lost { Duration::from_millis(between(0, 50)) } else { PATIENCE };
        let answer = timeout(limit, asking).await.ok().flatten().filter(|_| !is_lost);
        let status = answer.as_ref().map_or(0, |it| it.status.as_u16());
        self.world.trace.note(format_args!("{method} {path} is answered {status}"));
        answer
    }
}

/// Whether asking again would be in vain.
fn is_final(answer: &Answer) -> bool {
    !answer.status.is_server_error() && answer.body["code"] != "changed-meanwhile"
}
