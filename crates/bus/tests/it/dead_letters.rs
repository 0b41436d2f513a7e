//! What was set aside can be looked at as often as one likes, and sent again.

use crate::{
    Backend,
    ear::{Ear, Failure, Listening, QUEUE},
    eventually, on_both,
};
use bus::{DeadLetter, DeadLetterError, DeadLetters, Raw, Redriven};
use contracts::{
    catalog::INVENTORY,
    ids::{MessageId, OrderId},
    topology::{INVENTORY_LEDGER, ORDERS_EVENTS},
};
use futures::{FutureExt, future::ready};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use testkit::Caller;
use tokio::time::timeout;

on_both! {
    looking_loses_none_and_keeps_their_order,
    a_look_that_is_given_up_loses_none,
    one_is_read_and_no_other_service_reads_it,
    one_is_sent_again_and_the_others_stay,
    all_are_sent_again_once_even_if_they_fail_anew,
    what_the_queue_does_not_take_stays,
    staff_see_to_them_over_http,
}

/// A service that refuses what it hears until it is told to agree.
struct Stubborn {
    ear: Ear,
    agrees: Arc<AtomicBool>,
    letters: DeadLetters,
    _listening: Listening,
}

impl Stubborn {
    /// It has refused so many messages.
    async fn with(backend: &Backend, count: usize) -> Self {
        let agrees = Arc::new(AtomicBool::new(false));
        let told = agrees.clone();
        let ear = Ear::that(move |_| {
            let agrees = told.load(Ordering::Relaxed);
            ready(if agrees { Ok(()) } else { Err(Failure::Refused) }).boxed()
        });
        let listening = ear.listen(backend);
        for number in 0..count {
            backend.publish(confirmed(number)).await;
            eventually(number + 1, async || backend.dead_letters(QUEUE).await.len()).await;
        }
        let letters = backend.bus(INVENTORY).dead_letters();
        Self { ear, agrees, letters, _listening: listening }
    }

    fn agree(&self) {
        self.agrees.store(true, Ordering::Relaxed);
    }

    async fn list(&self) -> Vec<DeadLetter> {
        self.letters.list(QUEUE, 1_000).await.unwrap().0
    }

    async fn count(&self) -> usize {
        self.list().await.len()
    }
}

fn id(number: usize) -> MessageId {
    MessageId::derived(&format!("letter {number}"))
}

fn confirmed(number: usize) -> Raw {
    Raw {
        exchange: "orders_exchange".to_owned(),
        key: "orders.confirmed".to_owned(),
        id: Some(id(number).to_string()),
        kind: None,
        body: format!(r#"{{"orderId":"{}"}}"#, OrderId::derived(&number.to_string())),
    }
}

async fn looking_loses_none_and_keeps_their_order(backend: Backend) {
    let service = Stubborn::with(&backend, 5).await;
    // More often than a broker would hand out a message whose deliveries it counts.
    for _ in 0..30 {
        let letters = service.list().await;
        let ids: Vec<_> = letters.iter().map(|it| it.id).collect();
        assert_eq!(ids, [id(0), id(1), id(2), id(3), id(4)]);
    }
    let (some, has_more) = service.letters.list(QUEUE, 2).await.unwrap();
    assert_eq!((some.len(), has_more), (2, true));
    let (all, has_more) = service.letters.list(QUEUE, 5).await.unwrap();
    assert_eq!((all.len(), has_more), (5, false));
    let first = &all[0];
    assert_eq!((first.queue.as_str(), first.key.as_str()), (QUEUE, "orders.confirmed"));
    assert_eq!((first.attempts, &first.body), (1, &None));
    assert_eq!(first.reason, "nothing-to-confirm: there is nothing to confirm");
    assert_eq!(service.letters.list(INVENTORY_LEDGER, 10).await.unwrap(), (Vec::new(), false));
}

async fn a_look_that_is_given_up_loses_none(backend: Backend) {
    let service = Stubborn::with(&backend, 3).await;
    for wait in 0..20 {
        let wait = Duration::from_millis(wait);
        let _given_up = timeout(wait, service.letters.list(QUEUE, 10)).await;
        let _given_up = timeout(wait, service.letters.get(QUEUE, id(2))).await;
    }
    eventually(3, async || service.count().await).await;
    assert_eq!(service.list().await[2].id, id(2));
}

async fn one_is_read_and_no_other_service_reads_it(backend: Backend) {
    let service = Stubborn::with(&backend, 2).await;
    let letter = service.letters.get(QUEUE, id(1)).await.unwrap();
    assert_eq!(letter.body, Some(confirmed(1).body));
    let unknown = service.letters.get(QUEUE, id(7)).await;
    assert!(matches!(unknown, Err(DeadLetterError::NoSuchLetter { .. })), "{unknown:?}");
    for foreign in [ORDERS_EVENTS, "nowhere", &format!("{QUEUE}.dead")] {
        let refused = service.letters.get(foreign, id(1)).await;
        assert!(matches!(refused, Err(DeadLetterError::NoSuchQueue { .. })), "{refused:?}");
    }
    let others = backend.bus(contracts::catalog::ORDERS).dead_letters();
    let refused = others.redrive(QUEUE, id(1)).await;
    assert!(matches!(refused, Err(DeadLetterError::NoSuchQueue { .. })), "{refused:?}");
}

async fn one_is_sent_again_and_the_others_stay(backend: Backend) {
    let service = Stubborn::with(&backend, 3).await;
    service.agree();
    service.letters.redrive(QUEUE, id(1)).await.unwrap();
    eventually(4, async || service.ear.heard().len()).await;
    let heard = service.ear.heard()[3];
    assert_eq!((heard.id, heard.attempt), (id(1), 1));
    let left: Vec<_> = service.list().await.iter().map(|it| it.id).collect();
    assert_eq!(left, [id(0), id(2)]);
    let again = service.letters.redrive(QUEUE, id(1)).await;
    assert!(matches!(again, Err(DeadLetterError::NoSuchLetter { .. })), "{again:?}");
}

async fn all_are_sent_again_once_even_if_they_fail_anew(backend: Backend) {
    let service = Stubborn::with(&backend, 5).await;
    let some = service.letters.redrive_all(QUEUE, 2).await.unwrap();
    assert_eq!(some.redriven, 2);
    eventually(5, async || service.count().await).await;
    let all = service.letters.redrive_all(QUEUE, 1_000).await.unwrap();
    assert_eq!(all.redriven, 5);
    eventually(5, async || service.count().await).await;
    assert_eq!(service.ear.heard().len(), 12);
    service.agree();
    let all = service.letters.redrive_all(QUEUE, 1_000).await.unwrap();
    assert_eq!(all, Redriven { redriven: 5, left: 0 });
    eventually(17, async || service.ear.heard().len()).await;
    assert_eq!(service.letters.redrive_all(QUEUE, 10).await.unwrap(), Redriven::default());
    assert_eq!(service.count().await, 0);
}

async fn what_the_queue_does_not_take_stays(backend: Backend) {
    let service = Stubborn::with(&backend, 2).await;
    service.agree();
    backend.delete(QUEUE).await;
    for refused in [
        service.letters.redrive(QUEUE, id(0)).await.map(|()| Redriven::default()),
        service.letters.redrive_all(QUEUE, 10).await,
    ] {
        assert!(matches!(refused, Err(DeadLetterError::NotTaken { .. })), "{refused:?}");
    }
    eventually(2, async || service.count().await).await;
    backend.repair().await;
    assert_eq!(service.letters.redrive_all(QUEUE, 10).await.unwrap().redriven, 2);
    eventually(4, async || service.ear.heard().len()).await;
}

async fn staff_see_to_them_over_http(backend: Backend) {
    let service = Stubborn::with(&backend, 3).await;
    let process = testkit::process("inventory");
    let caller =
        Caller::staff(&process.serve(backend.bus(INVENTORY).staff_routes(), bus::STAFF_ACCESS));
    let listed = caller.get("/staff/dead-letters?limit=2").await;
    assert_eq!((listed.status.as_u16(), &listed.body["page"]), (200, &json!({ "hasMore": true })));
    let first = &listed.body["data"][0];
    assert_eq!((&first["queue"], &first["id"]), (&json!(QUEUE), &json!(id(0).to_string())));
    assert_eq!((&first["attempts"], first.get("body")), (&json!(1), None));

    let one = format!("/staff/dead-letters/{QUEUE}/{}", id(0));
    assert_eq!(caller.get(&one).await.body["body"], json!(confirmed(0).body));
    service.agree();
    let again = caller.post(&format!("{one}/redrive"), &json!(null)).await;
    assert_eq!((again.status.as_u16(), again.body), (200, json!({ "redriven": 1 })));
    let all = format!("/staff/dead-letters/{QUEUE}/redrive?limit=10");
    let all = caller.post(&all, &json!(null)).await;
    assert_eq!(all.body, json!({ "redriven": 2, "left": 0 }));
    eventually(6, async || service.ear.heard().len()).await;

    let gone = caller.get(&one).await;
    assert_eq!((gone.status.as_u16(), &gone.body["code"]), (404, &json!("no-such-dead-letter")));
    let foreign = format!("/staff/dead-letters/{ORDERS_EVENTS}/{}", id(0));
    let foreign = caller.get(&foreign).await;
    assert_eq!((foreign.status.as_u16(), &foreign.body["code"]), (404, &json!("no-such-queue")));
    for wrong in ["limit=many", "limit=0", "limit=1001", "limti=1"] {
        let path = format!("/staff/dead-letters?{wrong}");
        assert_eq!(caller.get(&path).await.status.as_u16(), 400, "{wrong}");
    }
}
