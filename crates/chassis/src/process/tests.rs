use super::*;
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

type Ends = Arc<Mutex<Vec<&'static str>>>;

/// Notes that it is gone.
struct Trace(&'static str, Ends);

impl Drop for Trace {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(self.0);
    }
}

fn process() -> Process {
    let config = web::Config { port: 1, shutdown_grace: Duration::from_secs(5) };
    Process::new("test", &config).without_socket()
}

fn with_tasks(ends: &Ends, started: oneshot::Sender<()>) -> Process {
    let (writer, hearer) = (Trace("writer", ends.clone()), Trace("hearer", ends.clone()));
    let writes = async move |stop: CancellationToken| {
        let _trace = writer;
        stop.cancelled().await;
        Ok(())
    };
    let hears = async move |stop: CancellationToken| {
        let _trace = hearer;
        let _told = started.send(());
        stop.cancelled().await;
        Ok(())
    };
    process().run(Stage::Write, "writer", writes).run(Stage::Consume, "hearer", hears)
}

#[tokio::test(start_paused = true)]
async fn without_a_socket_it_stops_in_order_and_at_once() {
    let (ends, (started, has_started)) = (Ends::default(), oneshot::channel());
    let before = tokio::time::Instant::now();
    let stop = async { has_started.await.unwrap() };
    with_tasks(&ends, started).until(stop).await.unwrap();
    assert_eq!(*ends.lock().unwrap(), ["hearer", "writer"]);
    assert_eq!(before.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn dropped_it_dies_with_all_its_tasks() {
    let (ends, (started, has_started)) = (Ends::default(), oneshot::channel());
    let life = with_tasks(&ends, started).until(std::future::pending());
    tokio::select! {
        ended = life => panic!("{ended:?}"),
        started = has_started => started.unwrap(),
    }
    let gone = async {
        while ends.lock().unwrap().len() < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), gone).await.unwrap();
}

#[tokio::test]
async fn a_task_that_fails_ends_it() {
    let fails = async |_: CancellationToken| anyhow::bail!("no luck");
    let ended = process().run(Stage::Relay, "it", fails).until(std::future::pending()).await;
    assert_eq!(format!("{:#}", ended.unwrap_err()), "it failed: no luck");
}
