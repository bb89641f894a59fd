//! How plans are put in words.

use chrono::NaiveDate;

use crate::present;

/// `You missed two days`.
pub(super) fn missed(days: i64) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let word = usize::try_from(days)
        .ok()
        .and_then(|n| WORDS.get(n))
        .map_or_else(|| present::number(days), |word| (*word).to_owned());
    format!("You missed {word} {}", if days == 1 { "day" } else { "days" })
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// `Today`, `Monday, March 2`.
pub(super) fn day_or_today(date: NaiveDate, today: NaiveDate) -> String {
    if date == today { "Today".to_owned() } else { present::day(date) }
}

/// The same inside a sentence: `today`, `on Monday, March 2`.
pub(super) fn in_sentence(date: &str) -> String {
    if date == "Today" { "today".to_owned() } else { format!("on {date}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missed_days_and_lists_are_words() {
        assert_eq!(missed(1), "You missed one day");
        assert_eq!(missed(2), "You missed two days");
        assert_eq!(missed(12), "You missed 12 days");
        let items = ["a", "b", "c"].map(String::from);
        assert_eq!([1, 2, 3].map(|n| listed(&items[..n])), ["a", "a and b", "a, b and c"]);
    }
}
