use super::*;
use contracts::gateway_settings::Time;
use futures::FutureExt as _;

fn bulkhead(limit: u32, queue: u32) -> Bulkhead {
    Bulkhead::new(Concurrency { limit, queue, ..Concurrency::default() })
}

#[tokio::test(start_paused = true)]
async fn turns_come_in_the_order_of_asking() {
    let bulkhead = bulkhead(1, 2);
    let first = bulkhead.turn(Side::Outside).await.unwrap();
    let mut second = Box::pin(bulkhead.turn(Side::Outside));
    let mut third = Box::pin(bulkhead.turn(Side::Outside));
    assert!(second.as_mut().now_or_never().is_none());
    assert!(third.as_mut().now_or_never().is_none());
    drop(first);
    assert!(third.as_mut().now_or_never().is_none());
    drop(second.await.unwrap());
    third.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn who_finds_too_many_waiting_is_told_at_once() {
    let bulkhead = bulkhead(1, 1);
    let _first = bulkhead.turn(Side::Outside).await.unwrap();
    let mut second = Box::pin(bulkhead.turn(Side::Outside));
    assert!(second.as_mut().now_or_never().is_none());
    let third = bulkhead.turn(Side::Outside).now_or_never();
    assert!(matches!(third, Some(Err(Busy))));
    let inside = bulkhead.turn(Side::Inside).now_or_never();
    assert!(matches!(inside, Some(Ok(None))));
}

#[tokio::test(start_paused = true)]
async fn who_waits_too_long_is_told_and_leaves_their_place() {
    let bulkhead = bulkhead(1, 1);
    let first = bulkhead.turn(Side::Outside).await.unwrap();
    assert!(bulkhead.turn(Side::Outside).await.is_err());
    drop(first);
    bulkhead.turn(Side::Outside).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn staff_have_turns_that_nobody_else_takes() {
    let bulkhead = bulkhead(1, 0);
    let _first = bulkhead.turn(Side::Outside).await.unwrap();
    assert!(bulkhead.turn(Side::Outside).await.is_err());
    let mut turns = Vec::new();
    for _ in 0..RESERVE {
        turns.push(bulkhead.turn(Side::Staff).await.unwrap());
    }
    assert!(bulkhead.turn(Side::Staff).await.is_err());
    assert_eq!(turns.len(), RESERVE);
}

#[tokio::test(start_paused = true)]
async fn who_would_wait_in_vain_is_told_at_once() {
    let settings = Concurrency {
        limit: 1,
        queue: 9,
        queue_timeout: Time::from_secs(3),
        ..Concurrency::default()
    };
    let bulkhead = Bulkhead::new(settings);
    let _first = bulkhead.turn(Side::Outside).await.unwrap();
    bulkhead.hear(Duration::from_secs(2), false);
    let mut second = Box::pin(bulkhead.turn(Side::Outside));
    assert!(second.as_mut().now_or_never().is_none());
    assert!(matches!(bulkhead.turn(Side::Outside).now_or_never(), Some(Err(Busy))));
}

#[tokio::test(start_paused = true)]
async fn seats_follow_a_limit_that_moves() {
    let settings =
        Concurrency { limit: 8, adaptive: true, min: 2, max: 8, ..Concurrency::default() };
    let bulkhead = Bulkhead::new(settings);
    let becomes = |limit, is_overloaded| {
        let start = Instant::now();
        while bulkhead.limit() != limit {
            bulkhead.hear(Duration::from_millis(1), is_overloaded);
            assert!(start.elapsed() < Duration::from_secs(10), "the limit stays");
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    becomes(8, false);
    let mut turns = Vec::new();
    for _ in 0..8 {
        turns.push(bulkhead.turn(Side::Outside).now_or_never().unwrap().unwrap());
    }
    becomes(2, true);
    drop(turns);
    assert_eq!(bulkhead.seats.available_permits(), 2);
}
