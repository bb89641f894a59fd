//! Names that people read: of people, courses, badges, devices, the site. A name that nobody can see is none, and one that turns
//! the direction of writing around can look like another.

use crate::FieldErrors;

/// Whether it can be read: it has a character that shows and none that controls how it is written. Joiners inside words, as
/// in Persian, Indic scripts and emoji, are part of writing.
#[must_use]
pub fn is_readable(name: &str) -> bool {
    can_be_seen(name) && !name.chars().any(controls)
}

/// Whether anything of it leaves a mark, whatever else is in it.
#[must_use]
pub fn can_be_seen(text: &str) -> bool {
    text.chars().any(shows)
}

/// Refuses a name that can't be read. An empty one is for who knows whether it may be empty.
pub(crate) fn check(errors: &mut FieldErrors, field: &'static str, name: &str) {
    let good = name.is_empty() || is_readable(name);
    errors.check(good, field, "invalid", "Use letters that can be seen, not control characters.");
}

/// What can be read of a name that another service tells, on one line, without what can't be seen around it; empty when
/// that is nothing.
pub(crate) fn cleaned(name: &str, most: usize) -> String {
    let line = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let readable = line.chars().filter(|c| !controls(*c)).skip_while(|c| !shows(*c));
    let clean: String = readable.take(most).collect();
    clean.trim_end_matches(|c| !shows(c) && !varies(c)).to_owned()
}

/// Says how the character before it looks, as in Han names and emoji.
fn varies(c: char) -> bool {
    matches!(
        c,
        '\u{180B}'..='\u{180D}'
            | '\u{180F}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{E0020}'..='\u{E007F}'
            | '\u{E0100}'..='\u{E01EF}'
    )
}

/// A control character, or one that turns the direction of writing around.
fn controls(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Leaves a mark of its own: no space, nothing that only says how others are written, nothing that fills a place with nothing.
fn shows(c: char) -> bool {
    !c.is_whitespace()
        && !controls(c)
        && !matches!(
            c,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}'
                | '\u{17B4}' | '\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2060}'..='\u{206F}'
                | '\u{2800}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_are_called_can_be_read() {
        for name in
            ["Ada", "Zoë", "李", "مهدی\u{200c}زاده", "क्\u{200d}ष", "👩\u{200d}💻", "7", "שלמה\u{200f}"]
        {
            assert!(is_readable(name), "{name:?}");
        }
    }

    #[test]
    fn what_cant_be_seen_or_turns_around_is_no_name() {
        for name in [
            "",
            " ",
            "\u{200b}",
            "\u{3164}",
            "\u{115f}\u{1160}",
            "\u{2800}",
            "\u{200d}\u{fe0f}",
            "\u{202e}\u{202e}",
            "\u{202e}evil",
            "A\u{2066}da",
            "A\u{7}da",
            "\u{e0041}",
        ] {
            assert!(!is_readable(name), "{name:?}");
        }
    }

    #[test]
    fn of_what_others_tell_the_readable_part_stays() {
        assert_eq!(cleaned(" Ada\n \u{202e}King\u{7} ", 100), "Ada King");
        assert_eq!(cleaned("\u{200b}\u{202e}", 100), "");
        assert_eq!(cleaned("Ada King", 3), "Ada");
        assert_eq!(cleaned("Ada King", 4), "Ada");
        assert_eq!(cleaned("\u{200b} Ada\u{200d}\u{2060} \u{feff}", 100), "Ada");
        for whole in ["مهدی\u{200c}زاده", "👩\u{200d}💻", "辻\u{e0100}", "Ada ❤\u{fe0f}"] {
            assert_eq!(cleaned(whole, 100), whole);
        }
    }
}
