//! What is promised of the bus, held against every broker it runs on.
//!
//! Each fact is a function of a [`Backend`]. It is always checked on the broker in this process, with
//! time held still, and on a real RabbitMQ when `TEST_RABBITMQ_URL` and `TEST_RABBITMQ_MANAGEMENT_URL`
//! say where one is. With `REQUIRE_BACKENDS=1` it is a failure to skip the latter.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod backend;
mod consuming;
mod dead_letters;
mod ear;
mod faults;
mod management;
mod relaying;
mod storms;
mod voice;

use backend::Backend;
use std::{fmt::Debug, time::Duration};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

/// How long something may take that does not happen at once.
const PATIENCE: Duration = Duration::from_mins(1);

/// Checks each fact on both brokers.
macro_rules! on_both {
    ($($fact:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test(start_paused = true)]
            async fn $fact() {
                super::$fact($crate::Backend::memory()).await;
            })+
        }
        $crate::on_rabbit!($($fact),+);
    };
}

/// Checks each fact on the real broker, where there is one.
macro_rules! on_rabbit {
    ($($fact:ident),+ $(,)?) => {
        mod rabbit {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $fact() {
                if let Some(backend) = $crate::Backend::rabbit(stringify!($fact)).await {
                    super::$fact(backend.clone()).await;
                    backend.end().await;
                }
            })+
        }
    };
}

use {on_both, on_rabbit};

/// Starts a task that a test waits for, or ends with.
#[expect(clippy::disallowed_methods, reason = "the runtime of a test ends with the test")]
fn spawn<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(work)
}

/// Waits until `look` sees what is hoped for, and says what it saw last if that never happens.
async fn eventually<T: PartialEq + Debug>(hoped: T, mut look: impl AsyncFnMut() -> T) {
    let start = Instant::now();
    loop {
        let seen = look().await;
        if seen == hoped {
            return;
        }
        assert!(start.elapsed() < PATIENCE, "hoped for {hoped:?}, saw {seen:?}");
        sleep(Duration::from_millis(20)).await;
    }
}
