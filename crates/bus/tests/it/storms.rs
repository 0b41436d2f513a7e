//! What a simulation may let go wrong at the broker in this process, and that it can be replayed.

use crate::{
    Backend,
    ear::{Ear, Failure, QUEUE},
    eventually,
    voice::Voice,
};
use bus::{Delivering, Faults, Passing, Publishing};
use contracts::ids::{MessageId, OrderId, chance, seeded};
use futures::{FutureExt, future::ready};
use std::{collections::BTreeSet, time::Duration};
use tokio::{
    runtime,
    time::{Instant, sleep},
};

/// Lets the first message that passes have one bad day.
struct Once {
    publishing: Option<Publishing>,
    delivering: Option<Delivering>,
}

impl Faults for Once {
    fn on_publish(&mut self, it: &Passing<'_>) -> Publishing {
        assert_eq!((it.kind, it.to, it.exchange), ("orders.confirmed", it.kind, "orders_exchange"));
        self.publishing.take().unwrap_or_default()
    }

    fn on_delivery(&mut self, it: &Passing<'_>) -> Delivering {
        assert_eq!((it.kind, it.to), ("orders.confirmed", QUEUE));
        self.delivering.take().unwrap_or_default()
    }
}

/// Says two things while the first has a bad day; tells which were heard, and when.
async fn heard_with(faults: Once) -> Vec<(usize, Duration)> {
    let backend = Backend::memory();
    let Backend::Memory(memory) = &backend else { return Vec::new() };
    let (ear, voice) = (Ear::content(), Voice::new(&backend));
    let (start, orders) = (Instant::now(), [OrderId::fresh(), OrderId::fresh()]);
    memory.set_faults(faults);
    for it in orders {
        voice.confirm(it);
    }
    // Whoever hears comes after both were said.
    sleep(Duration::from_millis(200)).await;
    let _listening = ear.listen(&backend);
    eventually(0, async || voice.outbox.len()).await;
    sleep(Duration::from_secs(20)).await;
    assert!(memory.is_idle());
    let heard = ear.heard();
    assert!(heard.iter().all(|it| it.attempt == 1), "{heard:?}");
    let ids: BTreeSet<_> = heard.iter().map(|it| it.id).collect();
    assert_eq!(ids.len(), 2, "a message that comes again has the same id");
    let which = |order| orders.iter().position(|it| *it == order).unwrap();
    heard.iter().map(|it| (which(it.order), it.at - start)).collect()
}

fn which(heard: &[(usize, Duration)]) -> Vec<usize> {
    heard.iter().map(|it| it.0).collect()
}

#[tokio::test(start_paused = true)]
async fn a_message_is_delivered_as_badly_as_one_likes() {
    let delivered = async |it| heard_with(Once { publishing: None, delivering: Some(it) }).await;
    assert_eq!(which(&delivered(Delivering::Well).await), [0, 1]);
    assert_eq!(which(&delivered(Delivering::Twice).await), [0, 1, 0]);
    let mut lost = which(&delivered(Delivering::LoseAck).await);
    lost.sort_unstable();
    assert_eq!(lost, [0, 0, 1]);
    let late = delivered(Delivering::Later(Duration::from_secs(7))).await;
    assert_eq!(which(&late), [1, 0]);
    assert!(late[1].1 >= Duration::from_secs(7), "{late:?}");
}

#[tokio::test(start_paused = true)]
async fn a_message_is_published_as_badly_as_one_likes() {
    let published = async |it| {
        let heard = heard_with(Once { publishing: Some(it), delivering: None }).await;
        let mut which = which(&heard);
        which.sort_unstable();
        which
    };
    assert_eq!(published(Publishing::Well).await, [0, 1]);
    assert_eq!(published(Publishing::Refuse).await, [0, 1]);
    assert_eq!(published(Publishing::LoseMessage).await, [0, 1]);
    assert_eq!(published(Publishing::LoseConfirm).await, [0, 0, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_consumer_that_is_killed_gives_back_what_it_had() {
    let backend = Backend::memory();
    let Backend::Memory(memory) = &backend else { return };
    let first = OrderId::fresh();
    let doomed = Ear::that(move |it| {
        if it.order == first {
            ready(Err(Failure::Asleep)).boxed()
        } else {
            futures::future::pending().boxed()
        }
    });
    let (listening, voice) = (doomed.listen(&backend), Voice::new(&backend));
    voice.confirm(first);
    let mut orders = voice.confirm_many(300);
    orders.insert(first);
    // One waits in a delay queue, 200 are in hand, and the others in the queue.
    eventually(201, async || doomed.heard().len()).await;
    eventually(0, async || voice.outbox.len()).await;
    assert!(!memory.is_idle());
    listening.task.abort();
    assert!(listening.task.await.unwrap_err().is_cancelled());
    eventually(300, async || backend.waiting(QUEUE).await).await;
    let heir = Ear::content();
    let _listening = heir.listen(&backend);
    eventually(orders.clone(), async || heir.orders()).await;
    let attempts = heir.heard().into_iter().map(|it| (it.order == first, it.attempt));
    assert_eq!(attempts.collect::<BTreeSet<_>>(), BTreeSet::from([(false, 1), (true, 2)]));
    eventually(true, async || memory.is_idle()).await;
}

/// Lets whatever it likes go wrong, by a chance that follows from the seed.
struct Storm;

impl Faults for Storm {
    fn on_publish(&mut self, _it: &Passing<'_>) -> Publishing {
        match chance() % 8 {
            0 => Publishing::Refuse,
            1 => Publishing::LoseMessage,
            2 => Publishing::LoseConfirm,
            _ => Publishing::Well,
        }
    }

    fn on_delivery(&mut self, _it: &Passing<'_>) -> Delivering {
        match chance() % 8 {
            0 => Delivering::Twice,
            1 => Delivering::Later(Duration::from_millis(chance() % 3_000)),
            2 => Delivering::LoseAck,
            _ => Delivering::Well,
        }
    }
}

/// Something that was heard in a storm.
type Heard = (MessageId, OrderId, u32, Duration);

/// Runs a service through a storm and a while after it; gives what it heard, in order.
fn weather(seed: u64) -> Vec<Heard> {
    let _seeded = seeded(seed);
    let runtime =
        runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let (backend, start) = (Backend::memory(), Instant::now());
        let Backend::Memory(memory) = &backend else { return Vec::new() };
        memory.set_faults(Storm);
        let moody = Ear::that(|it| {
            let fails = it.attempt < 4 && chance().is_multiple_of(4);
            let outcome = if fails { Err(Failure::Asleep) } else { Ok(()) };
            sleep(Duration::from_millis(chance() % 50)).map(|()| outcome).boxed()
        });
        let (first, voice) = (moody.listen(&backend), Voice::new(&backend));
        let mut orders = voice.confirm_many(50);
        sleep(Duration::from_secs(1)).await;
        first.task.abort();
        let _second = moody.listen(&backend);
        orders.extend(voice.confirm_many(50));
        sleep(Duration::from_secs(10)).await;
        memory.heal();
        // What failed three times is back after less than two minutes.
        sleep(Duration::from_mins(2)).await;
        eventually(0, async || voice.outbox.len()).await;
        eventually(true, async || memory.is_idle()).await;
        assert_eq!(moody.orders(), orders, "seed {seed}: what was said is heard");
        let heard = moody.heard().into_iter();
        heard.map(|it| (it.id, it.order, it.attempt, it.at - start)).collect()
    })
}

#[test]
fn nothing_is_lost_in_any_storm() {
    for seed in 0..50 {
        assert!(weather(seed).len() >= 100, "seed {seed}");
    }
}

#[test]
fn the_same_seed_makes_the_same_weather() {
    let first = weather(7);
    assert_eq!(first, weather(7));
    assert_ne!(first, weather(8));
}
