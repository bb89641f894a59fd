//! Conditional and partial requests (RFC 9110).

use std::ops::Range;

/// Which part of a thing of known size is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Whole,
    Part(Range<u64>),
    /// A part that it doesn't have.
    Nothing,
}

/// Reads `Range`. Several ranges at once, and units other than bytes, get the whole.
pub(crate) fn asked(range: Option<&str>, size: u64) -> Asked {
    let Some(spec) = range.and_then(|range| range.strip_prefix("bytes=")).map(str::trim) else {
        return Asked::Whole;
    };
    let Some((first, last)) = spec.split_once('-').filter(|_| !spec.contains(',')) else {
        return Asked::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if !digits(first) || !digits(last) || (first.is_empty() && last.is_empty()) {
        return Asked::Whole;
    }
    let number = |text: &str| text.parse::<u64>().unwrap_or(u64::MAX);
    let range = if first.is_empty() {
        size.saturating_sub(number(last))..size
    } else {
        let end = if last.is_empty() { size } else { number(last).saturating_add(1).min(size) };
        if !last.is_empty() && number(last) < number(first) {
            return Asked::Whole;
        }
        number(first)..end
    };
    if range.start >= size || range.is_empty() { Asked::Nothing } else { Asked::Part(range) }
}

/// Whether the client has this very content already (`If-None-Match`).
pub(crate) fn has_already(if_none_match: Option<&str>, etag: &str) -> bool {
    if_none_match.is_some_and(|list| {
        list.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let part = |range: &str| asked(Some(range), 100);
        assert_eq!(asked(None, 100), Asked::Whole);
        assert_eq!(part("bytes=0-9"), Asked::Part(0..10));
        assert_eq!(part("bytes=90-"), Asked::Part(90..100));
        assert_eq!(part("bytes=-5"), Asked::Part(95..100));
        assert_eq!(part("bytes=-500"), Asked::Part(0..100));
        assert_eq!(part("bytes=0-99999999999999999999999"), Asked::Part(0..100));
        for nothing in ["bytes=100-", "bytes=500-600", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(part(nothing), Asked::Nothing, "{nothing}");
        }
        for whole in ["bytes=5-2", "bytes=a-b", "bytes=-", "lines=1-2", "bytes=0-1,5-6", "0-5", "bytes=+1-2"]
        {
            assert_eq!(part(whole), Asked::Whole, "{whole}");
        }
        assert_eq!(asked(Some("bytes=0-"), 0), Asked::Nothing);
    }

    #[test]
    fn tags_are_compared() {
        assert!(has_already(Some("\"a\", W/\"b\""), "\"b\"") && has_already(Some("*"), "\"x\""));
        assert!(!has_already(Some("\"a\""), "\"b\"") && !has_already(None, "\"b\""));
    }
}
