//! How a letter looks: as plain text, and as HTML that says the same.

use super::Letter;
use contracts::text::Name;
use std::fmt::Write as _;

/// A letter before it is rendered.
pub(super) struct Page {
    pub(super) opening: String,
    pub(super) rows: Vec<String>,
    pub(super) closing: Vec<String>,
}

impl Page {
    pub(super) fn under(self, subject: Name) -> Letter {
        Letter { subject, text: self.text(), html: self.html() }
    }

    fn text(&self) -> String {
        let rows: Vec<_> = self.rows.iter().map(|it| format!("  {it}")).collect();
        let parts = [self.opening.clone(), rows.join("\n")].into_iter().chain(self.closing.clone());
        let parts: Vec<_> = parts.filter(|it| !it.is_empty()).collect();
        parts.join("\n\n") + "\n"
    }

    fn html(&self) -> String {
        let mut html = format!("<!doctype html>\n<p>{}</p>\n<ul>\n", escaped(&self.opening));
        for row in &self.rows {
            // Writing to a String cannot fail.
            let _written = writeln!(html, "<li>{}</li>", escaped(row));
        }
        html.push_str("</ul>\n");
        for part in self.closing.iter().filter(|it| !it.is_empty()) {
            let _written = writeln!(html, "<p>{}</p>", escaped(part));
        }
        html
    }
}

/// Text as HTML shows it, and never as markup.
fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut html, it| {
        match it {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
        html
    })
}
