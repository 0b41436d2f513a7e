//! What several rounds come to: the median, and the least and the most beside it.

/// The figures of several rounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// In ascending order.
    rounds: Vec<f64>,
}

impl Spread {
    /// Of these rounds; none where there were no rounds, or where one has no figure.
    pub fn of(rounds: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut rounds: Vec<_> = rounds.into_iter().collect();
        let is_whole = !rounds.is_empty() && rounds.iter().all(|it| it.is_finite());
        rounds.sort_by(f64::total_cmp);
        is_whole.then_some(Self { rounds })
    }

    /// The one in the middle; of an even number, the mean of the two there.
    pub fn median(&self) -> f64 {
        let (last, middle) = (self.rounds.len() - 1, self.rounds.len() / 2);
        f64::midpoint(self.rounds[last / 2], self.rounds[middle])
    }

    /// The smallest.
    pub fn least(&self) -> f64 {
        self.rounds[0]
    }

    /// The largest.
    pub fn most(&self) -> f64 {
        self.rounds[self.rounds.len() - 1]
    }
}

/// One figure for each pair of rounds that followed each other: `ours` as a share of `theirs`. What the
/// machine did meanwhile it did to both.
pub fn ratios(ours: &[f64], theirs: &[f64]) -> Option<Spread> {
    let both = ours.len() == theirs.len();
    both.then(|| Spread::of(ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs)))?
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these are exact")]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_ends() {
        let odd = Spread::of([3.0, 1.0, 2.0]).unwrap();
        assert_eq!((odd.least(), odd.median(), odd.most()), (1.0, 2.0, 3.0));
        let even = Spread::of([4.0, 1.0, 2.0, 8.0]).unwrap();
        assert_eq!(even.median(), 3.0);
        assert_eq!(Spread::of([7.0]).unwrap().median(), 7.0);
    }

    #[test]
    fn no_figure_comes_from_nothing() {
        assert_eq!(Spread::of([]), None);
        assert_eq!(Spread::of([1.0, f64::NAN]), None);
        assert_eq!(ratios(&[1.0], &[0.0]), None);
        assert_eq!(ratios(&[1.0, 2.0], &[1.0]), None);
    }

    #[test]
    fn rounds_are_compared_in_pairs() {
        // The machine was twice as fast in the second round; neither program was.
        let ratio = ratios(&[10.0, 20.0, 5.0], &[20.0, 40.0, 10.0]).unwrap();
        assert_eq!((ratio.least(), ratio.median(), ratio.most()), (0.5, 0.5, 0.5));
    }
}
