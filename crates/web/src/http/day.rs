//! Days that are sent as text.

use chrono::{Datelike, NaiveDate};

/// What is said of a text that is none.
pub(crate) const WANTED: &str = "Send a day such as 2026-03-02, in the years 1970 to 2200.";

/// A day in the years that the site knows. Databases know fewer than a date can name, and near the ends of what a date can
/// name there is no month before or after it.
pub(crate) fn day(text: &str) -> Option<NaiveDate> {
    text.parse().ok().filter(|day: &NaiveDate| (1970..=2200).contains(&day.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_can_be_calculated_with_are_known() {
        for known in ["1970-01-01", "2026-03-02", "2200-12-31"] {
            assert_eq!(day(known).map(|day| day.to_string()).as_deref(), Some(known));
        }
        for text in ["1969-12-31", "2201-01-01", "-262143-01-15", "-5000-01-01", "2026-02-30", "soon", ""] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
