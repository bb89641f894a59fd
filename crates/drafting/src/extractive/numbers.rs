//! Numbers in sentences, and numbers that could stand there instead.

use std::ops::Range;

use super::words::{Word, words};

/// Numbers that English writes as words, as far as they are worth asking for.
const SPELLED: &[(&str, u32)] = &[
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("eight", 8),
    ("nine", 9),
    ("ten", 10),
    ("eleven", 11),
    ("twelve", 12),
    ("fifteen", 15),
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("eighty", 80),
    ("ninety", 90),
];

/// A number that a question can ask for.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    /// Its bytes in the sentence, without its unit.
    pub(super) at: Range<usize>,
    text: String,
    value: f64,
    is_spelled: bool,
}

/// The numbers of a sentence that stand alone: no ranges, no parts of names such as `Section 3` or `2024-05-01`.
pub(super) fn find(sentence: &str) -> Vec<Number> {
    let all = words(sentence);
    let mut found = Vec::new();
    for (at, word) in all.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| all.get(at));
        let after = all.get(at + 1);
        let Some((value, is_spelled)) = value(word) else { continue };
        if is_in_range(&all, at) {
            continue;
        }
        // A name: a capitalized word right before, not at the beginning.
        let named = before.is_some_and(|before| before.is_capitalized() && before.from > 0)
            || sentence
                .get(..word.from)
                .is_some_and(|text| text.ends_with(['#', '/', '-', '–', '$', '€', '£', ':', '.']))
            || sentence.get(word.to()..).is_some_and(|text| text.starts_with(['/', '-', ':', '–']));
        let counts = !is_spelled
            || after.is_some_and(|after| after.text.chars().count() > 2 && after.text.ends_with('s'));
        let year =
            !is_spelled && word.text.len() == 4 && (1500.0..2100.0).contains(&value) && value.fract() == 0.0;
        if !named && counts && !year && value >= 2.0 {
            found.push(Number { at: word.from..word.to(), text: word.text.to_owned(), value, is_spelled });
        }
    }
    found
}

fn value(word: &Word) -> Option<(f64, bool)> {
    if word.is_number() {
        let digits: String = word.text.chars().filter(|c| *c != ',').collect();
        return digits.parse().ok().map(|value| (value, false));
    }
    let lower = word.text.to_ascii_lowercase();
    SPELLED.iter().find(|(name, _)| *name == lower).map(|(_, value)| (f64::from(*value), true))
}

/// Whether another number stands beside it, with at most a word between: `20 to 30`, `two or three`, `12–14`.
fn is_in_range(all: &[Word], at: usize) -> bool {
    const JOINTS: &[&str] =
        &["to", "or", "and", "by", "bis", "oder", "à", "a", "ou", "o", "x", "per", "in", "out"];
    let is_number =
        |at: Option<usize>| at.and_then(|at| all.get(at)).is_some_and(|word| value(word).is_some());
    let joins = |at: Option<usize>| {
        at.and_then(|at| all.get(at)).is_some_and(|word| JOINTS.contains(&word.lower().as_str()))
    };
    let (before, after) = (at.checked_sub(1), Some(at + 1));
    is_number(before)
        || is_number(after)
        || joins(before) && is_number(at.checked_sub(2))
        || joins(after) && is_number(Some(at + 2))
}

impl Number {
    /// Ways of writing it that are right.
    pub(super) fn answers(&self) -> Vec<String> {
        let mut answers = vec![self.text.to_lowercase()];
        if self.is_spelled {
            answers.push(format!("{}", self.value));
        } else if let Some((name, _)) = SPELLED.iter().find(|(_, value)| f64::from(*value) == self.value) {
            answers.push((*name).to_owned());
        }
        if self.text.contains(',') {
            answers.push(self.text.replace(',', ""));
        }
        answers
    }

    /// As it stands in its sentence.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Numbers of the same making that are plainly wrong: a half, the double and so on. None of them is in `taken`.
    pub(super) fn siblings(&self, taken: &str, seed: u64) -> Vec<String> {
        // The 9 of "2.9" would look as if it were taken from there.
        let seen = |text: &str| taken.split(|c: char| !c.is_ascii_digit()).any(|digits| digits == text);
        let taken_values: Vec<f64> = words(taken).iter().filter_map(value).map(|(value, _)| value).collect();
        let factors = if seed.is_multiple_of(2) {
            [0.5, 2.0, 1.5, 3.0, 0.25, 4.0]
        } else {
            [2.0, 0.5, 3.0, 1.5, 4.0, 0.25]
        };
        let mut siblings: Vec<(f64, String)> = Vec::new();
        for factor in factors {
            let Some((value, text)) = self.scaled(factor) else { continue };
            let close = |other: f64| (other - value).abs() < f64::max(value, other) * 0.15;
            if !close(self.value)
                && !taken_values.iter().any(|other| close(*other))
                && !seen(&text)
                && !siblings.iter().any(|(other, _)| close(*other))
            {
                siblings.push((value, text));
            }
        }
        siblings.into_iter().map(|(_, text)| text).collect()
    }

    fn scaled(&self, factor: f64) -> Option<(f64, String)> {
        let value = self.value * factor;
        if self.is_spelled {
            let (name, value) = SPELLED.iter().min_by(|(_, a), (_, b)| {
                (f64::from(*a) - value).abs().total_cmp(&(f64::from(*b) - value).abs())
            })?;
            return Some((f64::from(*value), (*name).to_owned()));
        }
        // A share stays one.
        let percent = self.value <= 100.0 && value > 100.0 && self.value > 20.0;
        let decimals = self.text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let step = match value {
            _ if decimals > 0 => f64::powi(10.0, -i32::try_from(decimals).ok()?),
            value if value >= 1000.0 => 100.0,
            value if value >= 100.0 => 10.0,
            value if value >= 10.0 && self.value % 5.0 == 0.0 => 5.0,
            _ => 1.0,
        };
        let value = (value / step).round() * step;
        if value <= 0.0 || percent || value > 1e9 {
            return None;
        }
        let mut text = format!("{value:.decimals$}");
        if self.text.contains(',') && decimals == 0 && text.len() > 3 {
            text.insert(text.len() - 3, ',');
        }
        Some((value, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_stand_alone_are_found() {
        let texts = |text| find(text).into_iter().map(|number| number.text).collect::<Vec<_>>();
        assert_eq!(texts("Rest the dough for 45 minutes at 24 degrees."), ["45", "24"]);
        assert_eq!(texts("Wait twelve hours."), ["twelve"]);
        assert_eq!(texts("Wait 20 to 30 minutes, or two or three hours, or 12–14 days."), [""; 0]);
        assert_eq!(texts("See Section 3 and the 2024 report of 18F; one of two."), [""; 0]);
    }

    #[test]
    fn siblings_differ_and_look_alike() {
        let number = |text| find(text).remove(0);
        assert_eq!(
            number("Use 1,200 grams.").siblings("", 0),
            ["600", "2,400", "1,800", "3,600", "300", "4,800"]
        );
        assert_eq!(
            number("Rest 45 minutes.").siblings("at 90 degrees", 0)[..3],
            ["25", "70", "10"].map(String::from)[..]
        );
        let spelled = number("Wait twelve hours.");
        assert_eq!(spelled.siblings("", 1)[..2], ["twenty".to_owned(), "six".to_owned()]);
        assert_eq!(spelled.answers(), ["twelve", "12"]);
    }
}
