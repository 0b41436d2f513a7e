//! Takes messages out of a queue one by one and holds them unacknowledged, on a channel of its own: when
//! that ends, whatever ends it, the broker puts back what was not acknowledged.

use super::link::{Error, Link, answer};
use crate::{dead_letters::Found, parcel::Parcel};
use lapin::{
    Channel,
    message::Delivery,
    options::{BasicAckOptions, BasicGetOptions},
};

/// A look into a queue.
pub(crate) struct Look {
    channel: Channel,
    queue: String,
}

impl Look {
    pub(super) async fn open(link: &Link, queue: String) -> Result<Self, Error> {
        let (_connection, channel) = link.channel().await?;
        Ok(Self { channel, queue })
    }

    pub(crate) async fn next(&self) -> anyhow::Result<Option<Found>> {
        let get = self.channel.basic_get(self.queue.as_str().into(), BasicGetOptions::default());
        let Some(got) = answer(get).await? else { return Ok(None) };
        let left = usize::try_from(got.message_count)?;
        let Delivery { delivery_tag, exchange, routing_key, properties, data, .. } = got.delivery;
        let exchange = exchange.as_str().to_owned();
        let key = routing_key.as_str().to_owned();
        let parcel = Parcel { exchange, key, properties, body: data };
        Ok(Some(Found { place: delivery_tag, parcel, left }))
    }

    pub(crate) async fn remove(&self, place: u64) -> anyhow::Result<()> {
        answer(self.channel.basic_ack(place, BasicAckOptions::default())).await?;
        Ok(())
    }

    /// The answer says that the broker has seen all acknowledgements. Without it, what was removed may
    /// come back, which is the same message twice.
    pub(crate) async fn end(self) {
        if let Err(error) = answer(self.channel.close(200, "looked".into())).await {
            tracing::debug!(%error, "the channel ended before it was closed");
        }
    }
}
