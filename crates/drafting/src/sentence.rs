//! Where sentences begin and end.

use unicode_segmentation::UnicodeSegmentation;

/// Abbreviations that stand before something, in lower case, without their last full stop. One that may end a sentence (`etc`,
/// `usw`) is not here.
const ABBREVIATIONS: &[&str] = &[
    // English
    "al", "approx", "cf", "ch", "chap", "col", "cpt", "dr", "ed", "eds", "e.g", "eg", "eq", "eqs", "esp",
    "fig", "figs", "gen", "gov", "hon", "i.e", "ie", "jr", "mr", "mrs", "ms", "mt", "no", "nos", "op", "p",
    "pp", "prof", "rep", "rev", "sec", "sen", "sgt", "sr", "st", "tab", "viz", "vol", "vols", "vs",
    // German
    "abb", "abs", "art", "bd", "bspw", "bzw", "ca", "d.h", "evtl", "ggf", "hrsg", "inkl", "kap", "nr", "s.o",
    "s.u", "sog", "u.a", "vgl", "z.b", // French, Spanish, Italian
    "m", "mme", "mlle", "sr", "sra", "ud", "uds", "sig", "dott", "pag", "pág",
];

/// Words that begin sentences more often than names: after `Plan B.` a sentence begins with `The`, not with `Smith`.
const STARTERS: &[&str] = &[
    "A", "After", "All", "An", "And", "As", "At", "Before", "But", "By", "For", "From", "He", "Her", "His",
    "How", "I", "If", "In", "It", "Its", "No", "Now", "On", "Or", "She", "So", "That", "The", "Their",
    "Then", "There", "These", "They", "This", "Those", "To", "We", "What", "When", "Where", "While", "Who",
    "Why", "With", "You", "Your", "Aber", "Als", "Auch", "Auf", "Bei", "Da", "Das", "Der", "Die", "Dies",
    "Diese", "Ein", "Eine", "Er", "Es", "Ich", "Im", "Man", "Mit", "Nach", "Sie", "Und", "Wenn", "Wer",
    "Wie", "Wir",
];

/// What follows an ordinal number in languages that write it with a full stop: `am 3. Mai`.
const AFTER_ORDINALS: &[&str] = &[
    "Januar",
    "Jänner",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
    "Jahrhundert",
    "Jahrhunderts",
    "Kapitel",
    "Auflage",
];

/// The sentences of a text in their order, without the spaces around them. Boundaries are those of Unicode Standard Annex 29,
/// except after abbreviations, initials and ordinal numbers, and after a quotation that its sentence goes on from. A line break
/// ends a sentence.
#[must_use]
pub fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (from, piece) in text.split_sentence_bound_indices() {
        let end = from + piece.len();
        if goes_on(&text[start..end], &text[end..]) {
            continue;
        }
        let sentence = text[start..end].trim();
        if !sentence.is_empty() {
            sentences.push(sentence);
        }
        start = end;
    }
    sentences
}

/// Whether a boundary after `before` is none.
fn goes_on(before: &str, after: &str) -> bool {
    let sentence = before.trim_end();
    if after.is_empty() || sentence.is_empty() || before[sentence.len()..].contains(['\n', '\r', '\u{2029}'])
    {
        return false;
    }
    if sentence.ends_with(['"', '”', '’', '»', '“']) {
        return after.starts_with(char::is_lowercase);
    }
    let Some(stopped) = sentence.strip_suffix('.') else { return false };
    let last = stopped.rsplit(|c: char| c.is_whitespace() || is_bracket(c)).next().unwrap_or_default();
    if last.is_empty() {
        return false;
    }
    let next = after.split(|c: char| !c.is_alphanumeric()).find(|word| !word.is_empty()).unwrap_or_default();
    if last.chars().all(|c| c.is_ascii_digit()) {
        let numbers_an_item = last.len() == stopped.trim_start().len() && last.len() <= 3;
        return numbers_an_item || last.len() <= 2 && AFTER_ORDINALS.contains(&next);
    }
    if is_initials(last) {
        return !STARTERS.contains(&next);
    }
    ABBREVIATIONS.contains(&last.to_lowercase().as_str())
        // `No.` is a number only before one.
        && (!last.eq_ignore_ascii_case("no") || next.starts_with(|c: char| c.is_ascii_digit()))
}

fn is_bracket(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '"' | '“' | '„' | '«' | '‚' | '‘')
}

/// `J`, `U.S`, `z`; not `I`, which is a word.
fn is_initials(word: &str) -> bool {
    word != "I"
        && word.split('.').all(|part| {
            let mut letters = part.chars();
            letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn splits(expected: &[&str]) {
        assert_eq!(sentences(&expected.join(" ")), expected);
    }

    #[test]
    fn sentences_end_where_they_end() {
        splits(&["It rains.", "Take an umbrella!", "Why?", "Because 3.5 mm fell."]);
        splits(&[
            "He said “Stop!” and left.",
            "“Go on.”",
            "She did (slowly).",
            "Then she rested… and slept.",
        ]);
        assert_eq!(
            sentences("First line\nsecond one.\n\n- an item\n"),
            ["First line", "second one.", "- an item"]
        );
        assert_eq!(sentences("雨が降る。傘を持つ。"), ["雨が降る。", "傘を持つ。"]);
        assert_eq!(sentences(" \n "), [""; 0]);
    }

    #[test]
    fn full_stops_of_abbreviations_end_nothing() {
        splits(&[
            "Dr. Smith and Prof. Jones agree, e.g. Monday is fine.",
            "See Fig. 3 and (cf. Table 2).",
            "Good.",
        ]);
        splits(&["J. R. R. Tolkien wrote it.", "The U.S. Army did not."]);
        splits(&["We need plan B.", "The first one failed.", "No.", "It did not.", "Use No. 5 instead."]);
        splits(&["Am 3. Mai kam z. B. Anna.", "Vgl. Kap. 2 bzw. Abb. 7.", "Fertig."]);
        splits(&["1. Open the box.", "2. Close it.", "She was 42.", "He was not."]);
    }
}
