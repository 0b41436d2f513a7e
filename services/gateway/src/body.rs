//! The body of a request on its way to a service: a stream of limited length that notes what its
//! sender does, so that whoever is at fault is told. Its beginning, mostly all of it, is waited for
//! before a service hears of the request, so that a slow sender keeps nobody busy but us.

use crate::Error;
use axum::body::{Body, Bytes, HttpBody};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Frame, SizeHint};
use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

/// The largest body that is taken, in bytes: what a service reads.
pub(crate) const LARGEST: u64 = chassis::http::LARGEST_BODY as u64;

/// How much of a body is waited for before it is passed on, in bytes.
const BEGINNING: u64 = 64 * 1024;

/// How much of a body that is too large is read all the same. Many a client looks for the answer only
/// after it has sent everything.
const READ_IN_VAIN: usize = 1024 * 1024;
/// How long that may take.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the sender of a body does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    /// Nothing is due from it.
    InTime,
    /// More of the body is due.
    Awaited,
    /// It has sent too much.
    TooMuch,
    /// It has broken off.
    BrokenOff,
}

/// Sees what the sender of a body does.
#[derive(Clone, Debug)]
pub(crate) struct Watch(Arc<Mutex<Sending>>);

impl Watch {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(Sending::InTime)))
    }

    pub(crate) fn sending(&self) -> Sending {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, sending: Sending) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = sending;
    }
}

/// The body of a request on its way to a service.
#[derive(Debug)]
pub(crate) struct Inbound {
    /// What has come and was not passed on yet.
    beginning: VecDeque<Bytes>,
    body: Body,
    has_ended: bool,
    left: u64,
    watch: Watch,
}

impl Inbound {
    /// Takes a body, unless it says beforehand that it is too large.
    pub(crate) async fn take(body: Body) -> Result<Self, Error> {
        if body.size_hint().lower() > LARGEST {
            read_in_vain(body).await;
            return Err(Error::TooLarge);
        }
        let watch = Watch::new();
        let has_ended = body.is_end_stream();
        Ok(Self { beginning: VecDeque::new(), body, has_ended, left: LARGEST, watch })
    }

    /// Waits until the body has come, or its first 64 KiB.
    pub(crate) async fn begin(&mut self) -> Result<(), Error> {
        while !self.has_ended && self.left > LARGEST - BEGINNING {
            match std::future::poll_fn(|context| self.poll_body(context)).await {
                // Trailers stay behind: no service reads any.
                Some(Ok(frame)) => self.beginning.extend(frame.into_data().ok()),
                Some(Err(_)) if self.watch.sending() == Sending::TooMuch => {
                    return Err(Error::TooLarge);
                }
                Some(Err(_)) => return Err(Error::BrokenOff),
                None => self.has_ended = true,
            }
        }
        Ok(())
    }

    /// Whether all of it has come, and nothing was passed on yet.
    pub(crate) fn is_whole(&self) -> bool {
        self.has_ended
    }

    /// The same body once more, if all of it has come and nothing was passed on yet.
    pub(crate) fn copy(&self) -> Option<Self> {
        let (beginning, body) = (self.beginning.clone(), Body::empty());
        let watch = Watch::new();
        self.has_ended.then_some(Self { beginning, body, has_ended: true, left: self.left, watch })
    }

    pub(crate) fn watch(&self) -> Watch {
        self.watch.clone()
    }

    fn judge(&mut self, frame: Option<&Result<Frame<Bytes>, axum::Error>>) -> Sending {
        match frame {
            None => Sending::InTime,
            Some(Err(_)) => Sending::BrokenOff,
            Some(Ok(frame)) => {
                let length = frame.data_ref().map_or(0, |it| it.len() as u64);
                self.left.checked_sub(length).map_or(Sending::TooMuch, |left| {
                    self.left = left;
                    Sending::InTime
                })
            }
        }
    }
}

impl Inbound {
    /// The next frame that comes.
    fn poll_body(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) else {
            self.watch.note(Sending::Awaited);
            return Poll::Pending;
        };
        let sending = self.judge(frame.as_ref());
        self.watch.note(sending);
        match sending {
            Sending::TooMuch => Poll::Ready(Some(Err(axum::Error::new(Error::TooLarge)))),
            Sending::InTime | Sending::Awaited | Sending::BrokenOff => Poll::Ready(frame),
        }
    }
}

impl HttpBody for Inbound {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match self.beginning.pop_front() {
            Some(data) => Poll::Ready(Some(Ok(Frame::data(data)))),
            None if self.has_ended => Poll::Ready(None),
            None => self.poll_body(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.beginning.is_empty() && (self.has_ended || self.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let come = self.beginning.iter().map(|it| it.len() as u64).sum();
        if self.has_ended {
            return SizeHint::with_exact(come);
        }
        let to_come = self.body.size_hint();
        let mut all = SizeHint::new();
        all.set_lower(to_come.lower().saturating_add(come));
        if let Some(most) = to_come.upper() {
            all.set_upper(most.saturating_add(come));
        }
        all
    }
}

async fn read_in_vain(body: Body) {
    if body.size_hint().lower() > READ_IN_VAIN as u64 {
        return;
    }
    let mut body = Limited::new(body, READ_IN_VAIN);
    let to_its_end = async { while let Some(Ok(_)) = body.frame().await {} };
    let _finished = tokio::time::timeout(PATIENCE, to_its_end).await;
}
