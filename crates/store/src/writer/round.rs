//! A group of decisions on its way through a writer.

use super::{Edit, Job};
use crate::{
    Error,
    aggregate::{Aggregate, Save, Stored},
    backend::Found,
};
use std::collections::BTreeMap;

/// The decisions of a group that have no answer yet, by document.
pub(super) struct Round<A: Aggregate> {
    pub(super) edits: BTreeMap<A::Id, Vec<Box<dyn Edit<A>>>>,
    /// Whether documents that are expected to be new are looked for all the same.
    suspicious: bool,
    /// Why the last attempt failed, when it was not for others being faster.
    pub(super) obstacle: Option<Error>,
}

impl<A: Aggregate> Default for Round<A> {
    fn default() -> Self {
        Self { edits: BTreeMap::new(), suspicious: true, obstacle: None }
    }
}

impl<A: Aggregate> Round<A> {
    pub(super) fn of(group: Vec<Job<A>>) -> Self {
        let mut round = Self { suspicious: false, ..Self::default() };
        for (id, edit) in group {
            round.edits.entry(id).or_default().push(edit);
        }
        round
    }

    pub(super) fn to_load(&self) -> Vec<A::Id> {
        let is_new = |edits: &[Box<dyn Edit<A>>]| edits.iter().all(|it| it.is_fresh());
        let known = self.edits.iter().filter(|(_, edits)| self.suspicious || !is_new(edits));
        known.map(|(id, _)| id.clone()).collect()
    }

    /// Decides on what is loaded. Who wants to change what cannot be read is told so at once.
    pub(super) fn decide(self, mut loaded: Found<A>) -> Vec<Decided<A>> {
        let decided =
            self.edits.into_iter().filter_map(|(id, edits)| match loaded.remove(&id).transpose() {
                Ok(current) => Some(Decided::on(current, id, edits)),
                Err(error) => {
                    fail(edits, &error);
                    None
                }
            });
        decided.collect()
    }

    pub(super) fn retry(&mut self, decided: Decided<A>) {
        self.edits.insert(decided.id, decided.edits);
    }

    pub(super) fn hindered_by(self, error: Error) -> Self {
        Self { obstacle: Some(error), ..self }
    }

    pub(super) fn give_up(self) {
        let error = self.obstacle.unwrap_or(Error::Contended);
        self.edits.into_values().for_each(|it| fail(it, &error));
    }
}

/// All decisions of a group on one document, and what they come to.
pub(super) struct Decided<A: Aggregate> {
    pub(super) id: A::Id,
    pub(super) edits: Vec<Box<dyn Edit<A>>>,
    pub(super) save: Option<Save<A>>,
}

impl<A: Aggregate> Decided<A> {
    fn on(mut current: Option<Stored<A>>, id: A::Id, mut edits: Vec<Box<dyn Edit<A>>>) -> Self {
        let saves = edits.iter_mut().filter_map(|it| it.decide(&mut current));
        let save = saves.reduce(|earlier, later| {
            let said = earlier.said.into_iter().chain(later.said).collect();
            Save { said, ..later }
        });
        Self { id, edits, save }
    }

    pub(super) fn conclude(self) {
        self.edits.into_iter().for_each(Edit::conclude);
    }

    pub(super) fn fail(self, error: &Error) {
        fail(self.edits, error);
    }
}

fn fail<A: Aggregate>(edits: Vec<Box<dyn Edit<A>>>, error: &Error) {
    for it in edits {
        it.fail(error.clone());
    }
}
