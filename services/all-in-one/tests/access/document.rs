//! `docs/access.md`, rendered from the tables.

use crate::{
    callers::{Caller, Expected},
    tables,
};
use std::{fmt::Write as _, fs, path::PathBuf};

const HEAD: &str = "# Who may do what

Rendered from the table in each service's `access.rs` by a test, which also asks every operation as
everybody; `UPDATE=1 cargo test --workspace --test access` writes it anew. An operation that has no line
there is not served. The gateway leads nobody to `/staff`, `/simulator` and `/api/mails`.

- **open**: everybody, and no token is looked at. **public**: everybody; a token that is shown must be good.
- **holder**: of a guest's thing whoever knows its id, which nobody can guess; of a customer's thing as with
  *owner*. **owner**: the customer whose it is, staff, services. To others it is as if it were not there.
- **signed in**: whoever is somebody sees what is theirs. **customer**: customers alone.
- **staff**: those who run the shop. **inside**: staff and services.

`401`: say who you are. `403`: it is for others. `404`: there is nothing for you. The columns of customers
are about a thing that belongs to a customer.
";

fn word(expected: Expected) -> &'static str {
    match expected {
        Expected::LetIn => "yes",
        Expected::WhoAreYou => "401",
        Expected::NotForYou => "403",
        Expected::NotThere => "404",
    }
}

fn rendered() -> String {
    let mut text = HEAD.to_owned();
    for (service, table) in tables() {
        let _infallible = write!(
            text,
            "\n## {}\n\n| operation | for | nobody | a stranger | the owner | staff | a service |\n\
             |---|---|---|---|---|---|---|\n",
            service.name
        );
        for it in table {
            let cells = Caller::ALL.map(|caller| word(caller.expects(it.access)));
            let _infallible = writeln!(
                text,
                "| `{} {}` | {} | {} |",
                it.method,
                it.path,
                it.access.name(),
                cells.join(" | ")
            );
        }
    }
    text
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever changes it on purpose says so")]
fn the_document_says_what_the_tables_say() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/access.md");
    let text = rendered();
    if std::env::var("UPDATE").is_ok() {
        fs::write(&path, &text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "docs/access.md is out of date: run the tests with UPDATE=1");
}
