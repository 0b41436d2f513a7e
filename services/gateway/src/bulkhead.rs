//! How many requests a service is given at once. The others wait for their turn here, where waiting is
//! cheap: a service that a thousand requests reach at the same moment has no time left for accepting
//! their connections, while one that is given some of them at a time is done with all of them sooner.
//!
//! A turn lasts until the answer begins. How many there are at once is fixed, or follows how long the
//! service takes ([`resilience::concurrency`]). Who would wait in vain is told at once: when too many wait
//! already, or when those who do take too long by all that is known.
//!
//! Calls from inside the shop do not wait: whoever makes them holds a turn already, and its own client waits
//! for it. Whoever runs the shop has some turns that nobody else takes.

mod pace;

use crate::Error;
use contracts::gateway_settings::Concurrency;
use pace::Pace;
use resilience::concurrency::Ended;
use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// How many turns there are for staff alone.
const RESERVE: usize = 8;

/// The turns at one service.
#[derive(Debug)]
pub struct Bulkhead {
    /// For those who are served.
    seats: Semaphore,
    /// For staff, when those are taken.
    reserve: Semaphore,
    waiting: AtomicU32,
    most_waiting: u32,
    patience: Duration,
    pace: Mutex<Pace>,
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// From another service.
    Inside,
    /// From somebody who runs the shop.
    Staff,
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
    /// Turns for as many as is set.
    pub fn new(settings: Concurrency) -> Self {
        let pace = Pace::new(settings);
        Self {
            seats: Semaphore::new(count(pace.limit())),
            reserve: Semaphore::new(RESERVE),
            waiting: AtomicU32::new(0),
            most_waiting: settings.queue,
            patience: settings.queue_timeout.length(),
            pace: Mutex::new(pace),
        }
    }

    /// Waits for a turn, in the order of asking. Whoever is inside needs none.
    ///
    /// # Errors
    /// [`Busy`]: at once when it would be in vain, otherwise when it takes too long.
    pub async fn turn(&self, side: Side) -> Result<Option<Turn<'_>>, Busy> {
        match side {
            Side::Inside => Ok(None),
            Side::Staff => match self.at_once().or_else(|| self.reserved()) {
                Some(turn) => Ok(Some(turn)),
                None => self.wait().await.map(Some),
            },
            Side::Outside => match self.at_once() {
                Some(turn) => Ok(Some(turn)),
                None => self.wait().await.map(Some),
            },
        }
    }

    fn at_once(&self) -> Option<Turn<'_>> {
        let seat = self.seats.try_acquire().ok()?;
        Some(self.begin(Seat::Common(seat)))
    }

    fn reserved(&self) -> Option<Turn<'_>> {
        let seat = self.reserve.try_acquire().ok()?;
        Some(self.begin(Seat::Reserved(seat)))
    }

    async fn wait(&self) -> Result<Turn<'_>, Busy> {
        let place = Place::take(&self.waiting);
        let in_vain = self.pace().wait_of(place.number) > self.patience;
        if place.number > self.most_waiting || in_vain {
            return Err(Busy);
        }
        let seat = tokio::time::timeout(self.patience, self.seats.acquire()).await;
        let seat = seat.map_err(|_elapsed| Busy)?.map_err(|_never_closed| Busy)?;
        Ok(self.begin(Seat::Common(seat)))
    }

    fn begin<'a>(&'a self, seat: Seat<'a>) -> Turn<'a> {
        Turn { bulkhead: self, seat: Some(seat), since: Instant::now() }
    }

    /// How many requests there may be at once at present.
    pub fn limit(&self) -> u32 {
        self.pace().limit()
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears how a turn ended, and gives out as many seats more as there may be now.
    fn hear(&self, took: Duration, is_overloaded: bool) {
        let mut pace = self.pace();
        let under_way = pace.seats().saturating_sub(free(&self.seats));
        pace.hear(Ended { took, under_way, is_overloaded }, Instant::now());
        self.seats.add_permits(count(pace.seats_to_add()));
    }
}

/// Somebody's turn, until it is dropped.
#[derive(Debug)]
pub struct Turn<'a> {
    bulkhead: &'a Bulkhead,
    /// None once it is given up.
    seat: Option<Seat<'a>>,
    since: Instant,
}

#[derive(Debug)]
enum Seat<'a> {
    Common(SemaphorePermit<'a>),
    Reserved(SemaphorePermit<'a>),
}

impl Turn<'_> {
    /// Says that the service has answered, or that too many requests may be why it has not.
    pub fn done(self, is_overloaded: bool) {
        self.bulkhead.hear(self.since.elapsed(), is_overloaded);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        match self.seat.take() {
            Some(Seat::Common(seat)) if self.bulkhead.pace().takes_seat_away() => seat.forget(),
            Some(Seat::Common(seat) | Seat::Reserved(seat)) => drop(seat),
            None => {}
        }
    }
}

/// A place among those who wait, until it is dropped.
struct Place<'a> {
    waiting: &'a AtomicU32,
    number: u32,
}

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicU32) -> Self {
        let number = waiting.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        Self { waiting, number }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

fn count(seats: u32) -> usize {
    usize::try_from(seats).unwrap_or(Semaphore::MAX_PERMITS)
}

fn free(seats: &Semaphore) -> u32 {
    u32::try_from(seats.available_permits()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
