//! A look at the messages of one queue, whatever broker it is on.

use crate::{memory, parcel::Parcel, publisher::Publisher, rabbit};
use tokio::task::JoinSet;

/// A message in the hands of whoever looks.
pub(crate) struct Found {
    /// Its place in this look.
    pub(crate) place: u64,
    pub(crate) parcel: Parcel,
    /// How many more lie behind it.
    pub(crate) left: usize,
}

/// A look. What it has taken out and not removed goes back to its place when it ends, however it ends.
pub(crate) struct Look {
    shelf: Shelf,
    /// For what is to be sent again.
    pub(crate) publisher: Publisher,
    /// Works for the publisher.
    _window: JoinSet<()>,
}

enum Shelf {
    Rabbit(rabbit::Look),
    Memory(memory::Look),
}

impl Look {
    pub(crate) fn at_rabbit(look: rabbit::Look, publisher: (Publisher, JoinSet<()>)) -> Self {
        Self { shelf: Shelf::Rabbit(look), publisher: publisher.0, _window: publisher.1 }
    }

    pub(crate) fn at_memory(look: memory::Look, publisher: (Publisher, JoinSet<()>)) -> Self {
        Self { shelf: Shelf::Memory(look), publisher: publisher.0, _window: publisher.1 }
    }

    /// Takes out the next message, if there is one.
    pub(crate) async fn next(&mut self) -> anyhow::Result<Option<Found>> {
        match &mut self.shelf {
            Shelf::Rabbit(look) => look.next().await,
            Shelf::Memory(look) => Ok(look.next()),
        }
    }

    /// Removes a message that was taken out: it does not go back.
    pub(crate) async fn remove(&mut self, place: u64) -> anyhow::Result<()> {
        match &mut self.shelf {
            Shelf::Rabbit(look) => look.remove(place).await?,
            Shelf::Memory(look) => look.remove(place),
        }
        Ok(())
    }

    /// Puts the others back, and waits until that is done.
    pub(crate) async fn end(self) {
        match self.shelf {
            Shelf::Rabbit(look) => look.end().await,
            Shelf::Memory(look) => drop(look),
        }
    }
}
