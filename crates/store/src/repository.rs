//! The verbs: get, find, create, update.

use crate::{
    Error,
    aggregate::{Aggregate, Save, Stored},
    backend::Backend,
    query::{Cursor, Find, NoCursor, Page, Plan},
    writer::{Edit, Shards},
};
use contracts::{ids::MessageId, message::Events};
use std::{sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// How long a change may take until it is durable.
const DEADLINE: Duration = Duration::from_secs(10);

/// What came of a creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Created<A> {
    /// It is new.
    New(A),
    /// It was there before; this is how it is now.
    Existing(A),
}

impl<A> Created<A> {
    /// The aggregate, new or not.
    pub fn into_inner(self) -> A {
        match self {
            Self::New(value) | Self::Existing(value) => value,
        }
    }
}

/// A collection of aggregates. Cheap to clone.
#[derive(Clone)]
pub struct Repository<A: Aggregate> {
    backend: Arc<dyn Backend<A>>,
    writers: Shards<A>,
}

impl<A: Aggregate> std::fmt::Debug for Repository<A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository").field("collection", &A::COLLECTION).finish_non_exhaustive()
    }
}

impl<A: Aggregate> Repository<A> {
    pub(crate) fn over(backend: Arc<dyn Backend<A>>, writers: Shards<A>) -> Self {
        Self { backend, writers }
    }

    /// The aggregate of this name.
    pub async fn get(&self, id: &A::Id) -> Result<A, Error> {
        self.look_up(id).await?.ok_or_else(|| missing::<A>(id))
    }

    /// The aggregate of this name, if there is one.
    pub async fn look_up(&self, id: &A::Id) -> Result<Option<A>, Error> {
        let mut found = self.backend.load(std::slice::from_ref(id)).await?;
        found.remove(id).map(|it| Ok(it?.value)).transpose()
    }

    /// Those of the ids that there are, in one read.
    pub async fn look_up_all(&self, ids: &[A::Id]) -> Result<Vec<A>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.backend.load(ids).await?;
        found.into_values().map(|it| Ok(it?.value)).collect()
    }

    /// What a query finds. What cannot be read is passed over.
    pub async fn find(&self, query: &Find) -> Result<Vec<A>, Error> {
        Ok(self.backend.find(query).await?.into_iter().flatten().collect())
    }

    /// What a query finds, `limit` at a time: the next page is what it finds after the cursor of this
    /// one.
    pub async fn page(&self, query: &Find, limit: usize) -> Result<Page<A>, Error> {
        let one_more = query.clone().limit(limit.saturating_add(1));
        Ok(Page::cut(query, limit, self.backend.find(&one_more).await?))
    }

    /// What a query finds after a cursor as a caller sends it, `limit` at a time. A cursor of another
    /// list would lead nowhere, or where nobody wants to go.
    pub async fn page_after(
        &self,
        query: &Find,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<A>, Error> {
        let cursor = cursor.map(str::parse).transpose().map_err(|NoCursor| Error::BadCursor)?;
        let is_of_another = |it: &Cursor| it.list != query.list_of::<A>();
        if cursor.as_ref().is_some_and(is_of_another) {
            return Err(Error::BadCursor);
        }
        self.page(&query.clone().after_cursor(cursor), limit).await
    }

    /// Removes what a query finds, but for what still has something to say or is being changed; says how
    /// many it removed.
    ///
    /// Only for what nobody can miss: nobody may ever make another under the same id, and whoever comes
    /// late to change it must bear that it is [`Missing`](Error::Missing), or that it is back, whole, by
    /// their own change.
    pub async fn purge(&self, query: &Find) -> Result<usize, Error> {
        self.backend.purge(query).await
    }

    /// Tells which of the queries are answered by looking at everything, and how. There should be none:
    /// a test hands in all queries of a service. It makes the indexes first, so nothing need run.
    pub async fn scans(&self, queries: &[Find]) -> Result<Vec<String>, Error> {
        self.backend.prepare().await?;
        let mut scans = Vec::new();
        for query in queries {
            let plan = self.explain(query).await?;
            if plan.scans {
                scans.push(format!("{query:?} by {plan:?}"));
            }
        }
        Ok(scans)
    }

    /// How a query is answered.
    pub async fn explain(&self, query: &Find) -> Result<Plan, Error> {
        self.backend.explain(query).await
    }

    /// Adds an aggregate and says what it causes; a second creation under the same id changes nothing.
    ///
    /// When the answer of the database is lost it asks again, and knows what it has made itself by a
    /// mark among the causes: to whoever asked it is new all the same.
    pub async fn create(&self, value: A, events: Events) -> Result<Created<A>, Error> {
        let (id, mark) = (value.id(), MessageId::fresh());
        let edit = move |current: &Option<Stored<A>>| match current {
            Some(made) if made.seen.contains(mark) => Ok(Change::Keep(Created::New(value.clone()))),
            Some(existing) => Ok(Change::Keep(Created::Existing(existing.value.clone()))),
            None => Ok(Change::Put {
                value: value.clone(),
                events: events.clone(),
                answer: Created::New(value.clone()),
            }),
        };
        self.submit(id, Some(mark), Start::Fresh, edit).await
    }

    /// Lets `decide` change the aggregate because of `cause`, once per cause; gives the aggregate as
    /// it is afterwards, and that only once it is durable.
    ///
    /// Without a cause, `decide` itself must know what it has done before: when the answer of the
    /// database is lost, it decides once more on what it has written, even within one call. Where that
    /// is not harmless, as when something is added, a fresh id is cause enough.
    ///
    /// `decide` may run several times, since others may be faster; hence it waits for nothing.
    pub async fn update<E: From<Error> + Send + 'static>(
        &self,
        id: A::Id,
        cause: impl Into<Option<MessageId>>,
        decide: impl Fn(&mut A) -> Result<Events, E> + Send + 'static,
    ) -> Result<A, E> {
        let (name, cause) = (id.clone(), cause.into());
        let edit = move |current: &Option<Stored<A>>| {
            let stored = current.as_ref().ok_or_else(|| missing::<A>(&name))?;
            let mut value = stored.value.clone();
            if cause.is_some_and(|it| stored.seen.contains(it)) {
                return Ok(Change::Keep(value));
            }
            let events = decide(&mut value)?;
            value.count_change(&stored.value);
            Ok(Change::Put { value: value.clone(), events, answer: value })
        };
        self.submit(id, cause, Start::Load, edit).await
    }

    async fn submit<T: Send + 'static, E: From<Error> + Send + 'static>(
        &self,
        id: A::Id,
        cause: Option<MessageId>,
        start: Start,
        edit: impl Fn(&Option<Stored<A>>) -> Result<Change<A, T>, E> + Send + 'static,
    ) -> Result<T, E> {
        let (asker, answer) = oneshot::channel();
        let decision = Decision { edit, cause, start, reached: None, asker };
        let waited = tokio::time::timeout(DEADLINE, async {
            self.writers.send(id, Box::new(decision)).await?;
            answer.await.map_err(|_closed| closing())
        });
        match waited.await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => Err(error.into()),
            Err(_elapsed) => Err(Error::Unavailable(format!("no answer in {DEADLINE:?}")).into()),
        }
    }
}

fn missing<A: Aggregate>(id: &A::Id) -> Error {
    Error::Missing { collection: A::COLLECTION, id: id.to_string() }
}

pub(crate) fn closing() -> Error {
    Error::Unavailable("the store is closing".to_owned())
}

/// Whether the aggregate is expected to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// It is loaded first.
    Load,
    /// It is new, so that loading it would be in vain; should it be there after all, the save notices.
    Fresh,
}

/// What an edit wants done.
enum Change<A, T> {
    /// Nothing; the answer is this.
    Keep(T),
    /// The aggregate put in place of the old one, and this said; the answer holds once it is durable.
    Put { value: A, events: Events, answer: T },
}

/// An edit on its way through a writer, with the answer it has reached and whoever waits for it.
struct Decision<F, T, E> {
    edit: F,
    cause: Option<MessageId>,
    start: Start,
    reached: Option<Result<T, E>>,
    asker: oneshot::Sender<Result<T, E>>,
}

impl<A, T, E, F> Edit<A> for Decision<F, T, E>
where
    A: Aggregate,
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: Fn(&Option<Stored<A>>) -> Result<Change<A, T>, E> + Send + 'static,
{
    fn is_fresh(&self) -> bool {
        self.start == Start::Fresh
    }

    fn decide(&mut self, current: &mut Option<Stored<A>>) -> Option<Save<A>> {
        if self.asker.is_closed() {
            // Nobody waits any more, and whoever asked was told that it may not have happened.
            return None;
        }
        let (change, answer) = match (self.edit)(current) {
            Ok(Change::Put { value, events, answer }) => (Some((value, events)), Ok(answer)),
            Ok(Change::Keep(answer)) => (None, Ok(answer)),
            Err(refusal) => (None, Err(refusal)),
        };
        self.reached = Some(answer);
        let (value, events) = change?;
        let (version, mut seen) =
            current.take().map_or_else(Default::default, |it| (it.version, it.seen));
        self.cause.into_iter().for_each(|it| seen.note(it));
        *current = Some(Stored { value: value.clone(), version, seen: seen.clone() });
        Some(Save { value, version, seen, said: events.into_envelopes() })
    }

    fn conclude(self: Box<Self>) {
        if let Some(answer) = self.reached {
            // Whoever asked may have gone; the write stands all the same.
            let _gone = self.asker.send(answer);
        }
    }

    fn fail(self: Box<Self>, error: Error) {
        let _gone = self.asker.send(Err(error.into()));
    }
}
