use serde::{Deserialize, Deserializer};

/// What shall become of something that may be absent: in a request, left out, `null` or a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// It stays.
    #[default]
    Keep,
    /// It is taken away.
    Remove,
    /// It is this from now on.
    Replace(T),
}

impl<T> Edit<T> {
    /// Does it.
    pub fn apply(self, to: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Remove => *to = None,
            Self::Replace(value) => *to = Some(value),
        }
    }

    /// The same with a checked value; one that does not pass stays as it is.
    pub fn check<U>(self, check: impl FnOnce(T) -> Option<U>) -> Edit<U> {
        match self {
            Self::Keep => Edit::Keep,
            Self::Remove => Edit::Remove,
            Self::Replace(value) => check(value).map_or(Edit::Keep, Edit::Replace),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Edit<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(from)?.map_or(Self::Remove, Self::Replace))
    }
}
