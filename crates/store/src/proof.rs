//! For tests of services: whether their queries are answered without looking at everything.

use crate::{Aggregate, Config, Error, Find, Store};
use contracts::ids::MessageId;

/// Tells which of the queries scan the collection of `A`: by what memory expects of its indexes, and by
/// what a real MongoDB says when one is named. There should be none.
pub async fn scans<A: Aggregate>(
    mongodb: Option<String>,
    queries: &[Find],
) -> Result<Vec<String>, Error> {
    let mut scans = Store::memory().repository::<A>().scans(queries).await?;
    if let Some(uri) = mongodb {
        let mongodb_database = format!("queries-{}", MessageId::fresh());
        let config = Config { mongodb_uri: uri.parse().map_err(Error::Corrupt)?, mongodb_database };
        let mut real = Store::connect(&config).await?;
        scans.extend(real.repository::<A>().scans(queries).await?);
    }
    Ok(scans)
}
