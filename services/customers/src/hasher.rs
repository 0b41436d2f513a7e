//! Hashes and compares passwords, which takes much memory and time on purpose: few at once, and few who
//! wait, so that a crowd that signs in neither fills the memory nor keeps the runtime from its work.

use crate::{
    Error,
    domain::{Password, PasswordHash},
};
use argon2::{
    Argon2, Params, PasswordHasher as _, PasswordVerifier as _,
    password_hash::{self, phc},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How many are worked on at once: two take 38 MiB, of the 64 that the service has.
const AT_ONCE: usize = 2;
/// How many there may be at once, with those that wait; one takes about 20 ms.
const MOST: usize = 64;
/// How long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(3);

// What OWASP asks for at least: 19 MiB, twice, on one lane.
const _: () = assert!(Params::DEFAULT_M_COST == 19 * 1024);
const _: () = assert!(Params::DEFAULT_T_COST == 2 && Params::DEFAULT_P_COST == 1);

/// Hashes passwords with Argon2id. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Hasher {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Hasher {
    pub(crate) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(MOST)), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// What is kept of a password.
    pub(crate) async fn hash(&self, password: Password) -> Result<PasswordHash, Error> {
        let hashed = self.run(move || Argon2::default().hash_password(password.as_bytes())).await?;
        hashed.map(|it| PasswordHash::new(it.to_string())).map_err(|it| failed(&it))
    }

    /// Whether a password is the one of which this was kept.
    pub(crate) async fn is_of(
        &self,
        hash: &PasswordHash,
        password: Password,
    ) -> Result<bool, Error> {
        let kept = phc::PasswordHash::new(hash.as_str()).map_err(|it| failed(&it.into()))?;
        let compared =
            self.run(move || Argon2::default().verify_password(password.as_bytes(), &kept)).await?;
        match compared {
            Ok(()) => Ok(true),
            Err(password_hash::Error::PasswordInvalid) => Ok(false),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Works where blocking is allowed, when it is its turn. It is finished even when nobody waits any
    /// more, and holds its turn until then.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let _place = self.places.try_acquire().map_err(|_full| Error::Busy)?;
        let turn = self.turn().await?;
        let working = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        working.await.map_err(|error| Error::Hashing(error.to_string()))
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, Error> {
        match timeout(PATIENCE, self.turns.clone().acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            Ok(Err(_closed)) => Err(Error::Busy),
            Err(_elapsed) => Err(Error::Busy),
        }
    }
}

fn failed(error: &password_hash::Error) -> Error {
    Error::Hashing(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::future::join_all;

    fn password(text: &str) -> Password {
        Password::given(text.to_owned())
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_its_hash_differs_each_time() {
        let hasher = Hasher::new();
        let hash = hasher.hash(password("correct horse")).await.unwrap();
        assert!(hash.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.as_str());
        assert!(hasher.is_of(&hash, password("correct horse")).await.unwrap());
        assert!(!hasher.is_of(&hash, password("correct horsf")).await.unwrap());
        assert_ne!(hasher.hash(password("correct horse")).await.unwrap(), hash);
        let broken = PasswordHash::new("$argon2id$".to_owned());
        assert!(matches!(hasher.is_of(&broken, password("x")).await, Err(Error::Hashing(_))));
    }

    #[tokio::test]
    async fn a_crowd_is_put_off_and_the_others_have_their_turn() {
        let hasher = Hasher::new();
        let crowd =
            (0..MOST + 10).map(|_| hasher.run(|| std::thread::sleep(Duration::from_millis(1))));
        let done = join_all(crowd).await;
        assert_eq!(done.iter().filter(|it| matches!(it, Err(Error::Busy))).count(), 10);
        assert!(hasher.run(|| ()).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_ever() {
        let hasher = Hasher::new();
        let _held = hasher.turns.acquire_many(2).await.unwrap();
        assert!(matches!(hasher.run(|| ()).await, Err(Error::Busy)));
    }
}
