//! What is told in the end: what was asked for, what was found, and whether that is enough.

use crate::spread::Spread;
use std::fmt;

/// How much is enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aim {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

/// One figure.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is.
    pub what: &'static str,
    /// How much is enough; none where it is there to explain others.
    pub aim: Option<Aim>,
    /// What was found; none where nothing could be.
    pub found: Option<Spread>,
    /// What it is counted in, with the space before it.
    pub unit: &'static str,
}

impl Row {
    /// Whether the median is as it should be; nothing found is too little.
    fn verdict(&self) -> &'static str {
        let median = self.found.as_ref().map(Spread::median);
        match (self.aim, median) {
            (None, _) => "",
            (Some(Aim::AtLeast(least)), Some(found)) if found >= least => "ok",
            (Some(Aim::AtMost(most)), Some(found)) if found <= most => "ok",
            (Some(_), _) => "short",
        }
    }

    fn aim(&self) -> String {
        match self.aim {
            None => String::new(),
            Some(Aim::AtLeast(least)) => format!("≥ {}{}", figure(least), self.unit),
            Some(Aim::AtMost(most)) => format!("≤ {}{}", figure(most), self.unit),
        }
    }

    fn found(&self) -> String {
        let Some(found) = &self.found else { return "nothing".to_owned() };
        let (least, median, most) =
            [found.least(), found.median(), found.most()].map(figure).into();
        let range = if least == most { String::new() } else { format!(" ({least} – {most})") };
        format!("{median}{}{range}", self.unit)
    }
}

/// Three digits that mean something.
fn figure(number: f64) -> String {
    match number.abs() {
        0.0 => "0".to_owned(),
        size if size < 0.1 => format!("{number:.4}"),
        size if size < 10.0 => format!("{number:.2}"),
        size if size < 100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// All figures, as a table in Markdown.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The rows, in the order of the questions.
    pub rows: Vec<Row>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | aim | measured: median (least – most) | |\n|---|---|---|---|")?;
        for row in &self.rows {
            let (aim, found) = (row.aim(), row.found());
            writeln!(f, "| {} | {aim} | {found} | {} |", row.what, row.verdict())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(aim: Option<Aim>, found: Option<Spread>) -> Row {
        Row { what: "latency", aim, found, unit: " ms" }
    }

    #[test]
    fn a_figure_is_judged_by_its_median() {
        let found = Spread::of([1.0, 2.0, 9.0]);
        for (aim, verdict) in [
            (Some(Aim::AtMost(2.0)), "ok"),
            (Some(Aim::AtMost(1.9)), "short"),
            (Some(Aim::AtLeast(2.0)), "ok"),
            (Some(Aim::AtLeast(2.1)), "short"),
            (None, ""),
        ] {
            assert_eq!(row(aim, found.clone()).verdict(), verdict);
        }
        assert_eq!(row(Some(Aim::AtMost(1.0)), None).verdict(), "short");
        assert_eq!(row(None, None).found(), "nothing");
    }

    #[test]
    fn figures_are_told_as_far_as_they_mean_something() {
        let rows = vec![row(Some(Aim::AtMost(150.0)), Spread::of([0.0123, 4.567, 12_345.6]))];
        let table = Report { rows }.to_string();
        let last = table.lines().last();
        assert_eq!(last, Some("| latency | ≤ 150 ms | 4.57 ms (0.0123 – 12346) | ok |"));
    }
}
