//! So many answers and no more.

use super::Wanted;
use axum::body::Bytes;
use http::HeaderMap;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// An answer that was good when it came.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) since: Timestamp,
}

/// Answers, by what was asked for and in the order in which they came.
#[derive(Debug)]
pub(super) struct Kept {
    most: usize,
    most_bytes: usize,
    bytes: usize,
    answers: BTreeMap<Wanted, (u64, Answer)>,
    order: BTreeMap<u64, Wanted>,
    next: u64,
}

impl Kept {
    pub(super) fn at_most(most: usize, most_bytes: usize) -> Self {
        let (answers, order) = (BTreeMap::new(), BTreeMap::new());
        Self { most, most_bytes, bytes: 0, answers, order, next: 0 }
    }

    pub(super) fn get(&self, wanted: &Wanted) -> Option<Answer> {
        self.answers.get(wanted).map(|(_, answer)| answer.clone())
    }

    /// Keeps an answer in place of a former one, and lets go of as many others as there are too many.
    pub(super) fn put(&mut self, wanted: Wanted, answer: Answer) {
        self.remove(&wanted);
        self.bytes += size(&wanted, &answer);
        self.order.insert(self.next, wanted.clone());
        self.answers.insert(wanted, (self.next, answer));
        self.next += 1;
        while self.answers.len() > self.most || self.bytes > self.most_bytes {
            let Some((_, oldest)) = self.order.pop_first() else { return };
            self.remove(&oldest);
        }
    }

    fn remove(&mut self, wanted: &Wanted) {
        if let Some((number, answer)) = self.answers.remove(wanted) {
            self.order.remove(&number);
            self.bytes = self.bytes.saturating_sub(size(wanted, &answer));
        }
    }
}

/// About how much memory it takes, with what is around it.
fn size(wanted: &Wanted, answer: &Answer) -> usize {
    let headers = answer.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 64);
    256 + 2 * wanted.0.len() + headers.sum::<usize>() + answer.body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(n: usize) -> Wanted {
        Wanted(format!("/api/products/{n}"))
    }

    fn answer(length: usize) -> Answer {
        let body = Bytes::from(vec![b'x'; length]);
        Answer { headers: HeaderMap::new(), body, since: Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn what_was_had_longest_ago_goes_first() {
        let mut kept = Kept::at_most(3, 1_000_000);
        for n in [1, 2, 3, 1, 4] {
            kept.put(wanted(n), answer(10));
        }
        let found: Vec<_> = (1..5).filter(|n| kept.get(&wanted(*n)).is_some()).collect();
        assert_eq!(found, [1, 3, 4]);
        assert_eq!((kept.order.len(), kept.answers.len()), (3, 3));
    }

    #[test]
    fn memory_is_bounded() {
        let mut kept = Kept::at_most(1_000, 10_000);
        for n in 0..100 {
            kept.put(wanted(n % 7), answer(n * 40));
            let sum: usize = kept.answers.iter().map(|(it, (_, answer))| size(it, answer)).sum();
            assert_eq!(kept.bytes, sum);
            assert!(sum <= 10_000);
        }
        kept.put(wanted(1), answer(20_000));
        assert_eq!((kept.answers.len(), kept.bytes), (0, 0));
    }
}
