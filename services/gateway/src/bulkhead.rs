//! How many requests a service is given at once. The others wait for their turn here, where waiting is
//! cheap: a service that a thousand requests reach at the same moment has no time left for accepting
//! their connections, while one that is given some of them at a time is done with all of them sooner.
//!
//! A turn lasts until the answer begins. Calls from inside the shop do not wait: whoever makes them
//! holds a turn already, and its own client waits for it.

use crate::Error;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many requests a service works on for one gateway; enough for it to save many in one go.
const AT_ONCE: usize = 128;
/// How many more may wait for their turn.
const WAITING: usize = 1_024;
/// How long they do, at most. Nothing is done for them meanwhile, so it may be longer than a service is
/// given: what keeps the wait short is how many there are.
const PATIENCE: Duration = Duration::from_secs(15);

/// The places at one service.
#[derive(Debug)]
pub struct Bulkhead {
    /// For those who are served or wait.
    places: Semaphore,
    /// For those who are served.
    seats: Semaphore,
}

/// Somebody's turn, until it is dropped.
#[derive(Debug)]
pub struct Turn<'a> {
    _place: SemaphorePermit<'a>,
    _seat: SemaphorePermit<'a>,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From another service.
    Inside,
    /// From a client.
    Outside,
}

/// There are too many before this one.
#[derive(Debug, PartialEq, Eq)]
pub struct Busy;

impl From<Busy> for Error {
    fn from(_busy: Busy) -> Self {
        Self::Busy
    }
}

impl Bulkhead {
    /// Places for as many as every service has.
    pub fn new() -> Self {
        Self::with(AT_ONCE, WAITING)
    }

    fn with(at_once: usize, waiting: usize) -> Self {
        Self { places: Semaphore::new(at_once + waiting), seats: Semaphore::new(at_once) }
    }

    /// Waits for a turn, for 15 seconds at most; in the order of asking. Whoever is inside needs none.
    ///
    /// # Errors
    /// [`Busy`]: at once when too many wait already, otherwise when it takes too long.
    pub async fn turn(&self, side: Side) -> Result<Option<Turn<'_>>, Busy> {
        if side == Side::Inside {
            return Ok(None);
        }
        let place = self.places.try_acquire().map_err(|_none_left| Busy)?;
        let seat = tokio::time::timeout(PATIENCE, self.seats.acquire()).await;
        let seat = seat.map_err(|_elapsed| Busy)?.map_err(|_never_closed| Busy)?;
        Ok(Some(Turn { _place: place, _seat: seat }))
    }
}

impl Default for Bulkhead {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;

    #[tokio::test(start_paused = true)]
    async fn turns_come_in_the_order_of_asking() {
        let bulkhead = Bulkhead::with(1, 2);
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
        let bulkhead = Bulkhead::with(1, 1);
        let _first = bulkhead.turn(Side::Outside).await.unwrap();
        let mut second = Box::pin(bulkhead.turn(Side::Outside));
        assert!(second.as_mut().now_or_never().is_none());
        let third = bulkhead.turn(Side::Outside).now_or_never();
        assert_eq!(third.map(Result::err), Some(Some(Busy)));
        let inside = bulkhead.turn(Side::Inside).now_or_never();
        assert!(matches!(inside, Some(Ok(None))));
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_too_long_is_told_and_leaves_their_place() {
        let bulkhead = Bulkhead::with(1, 1);
        let first = bulkhead.turn(Side::Outside).await.unwrap();
        assert_eq!(bulkhead.turn(Side::Outside).await.err(), Some(Busy));
        drop(first);
        bulkhead.turn(Side::Outside).await.unwrap();
    }
}
