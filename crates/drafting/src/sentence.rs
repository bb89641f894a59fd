//! Where sentences begin and end.

use unicode_segmentation::UnicodeSegmentation;

/// Abbreviations that stand before something, in lower case, without their last full stop. One that may end a sentence (`etc`,
/// `usw`) is not here.
const ABBREVIATIONS: &[&str] = &[
    // English
    "approx", "capt", "cf", "cpt", "dr", "e.g", "eg", "esp", "excl", "gen", "gov", "hon", "i.e", "ie", "incl",
    "lt", "messrs", "mr", "mrs", "ms", "ph.d", "prof", "rev", "sen", "sgt", "viz", "vs", // German
    "bspw", "bzgl", "bzw", "ca", "d.h", "dipl", "evtl", "exkl", "geb", "ggf", "hll", "i.d.r", "ing", "inkl",
    "insb", "s.o", "s.u", "sog", "u.a", "u.u", "v.a", "vgl", "z.b", "z.t",
    "zzgl", // French, Spanish, Italian
    "aprox", "avv", "dott", "ej", "env", "ing", "mlle", "mme", "mmes", "p.ej", "p.es", "p.ex", "sig", "sigg",
    "sra", "ud", "uds", "vds",
];

/// Abbreviations that may end a sentence as well: what follows decides.
const ENDING: &[&str] = &[
    "al", "ave", "av", "bd", "bldg", "blvd", "co", "corp", "dept", "ed", "eds", "est", "ext", "fr", "hr",
    "hrsg", "inc", "jr", "ltd", "mag", "mt", "op", "rep", "sr", "st", "str", "tel",
];

/// What is an abbreviation before a number, and a word or a name elsewhere: `max. 8`, `Art. 5`, `No. 7`.
const NUMBERED: &[&str] = &[
    // English
    "apt", "ch", "chap", "col", "eq", "eqs", "fig", "figs", "max", "min", "no", "nos", "p", "pp", "pt", "rm",
    "sec", "sect", "ste", "tab", "vol", "vols", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep",
    "sept", "oct", "nov", "dec", // German
    "abb", "abs", "art", "kap", "mind", "nr", "nrn", "okt", "dez", "pos",
    "ziff", // French, Spanish, Italian
    "cap", "máx", "mín", "núm", "num", "pag", "pág", "págs", "par",
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

/// Letters of a word that may be an abbreviation which nobody has listed.
const SHORT: std::ops::RangeInclusive<usize> = 2..=4;

/// The sentences of a text in their order, without the spaces around them. Boundaries are those of Unicode Standard Annex 29,
/// except after abbreviations, initials and ordinal numbers, and after a quotation that its sentence goes on from. A line break
/// ends a sentence.
#[must_use]
pub fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let (mut start, mut item) = (0, 0);
    for (from, piece) in text.split_sentence_bound_indices() {
        let end = from + piece.len();
        let (before, after) = (&text[start..end], &text[end..]);
        let within_word = before.ends_with('.') && after.starts_with('-');
        if within_word || goes_on(before, after, item) {
            continue;
        }
        let sentence = before.trim();
        item = item_number(sentence).unwrap_or(item);
        if !sentence.is_empty() {
            sentences.push(sentence);
        }
        start = end;
    }
    sentences
}

/// Whether the sentence that a line stops in goes on in the next one, though the line ends as a sentence may.
pub(crate) fn goes_on_in(line: &str, next: &str) -> bool {
    goes_on(line, next, 0)
}

/// Whether a boundary after `before` is none. `item` is the number of the last item in the text before, or 0.
fn goes_on(before: &str, after: &str, item: u32) -> bool {
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
    // `Dipl.-Ing` is as `Ing`, `z. B` as `z.B`.
    let whole = spaced_initials(stopped).unwrap_or_else(|| last.to_lowercase());
    let word = whole.rsplit('-').next().unwrap_or_default();
    if ABBREVIATIONS.contains(&word) {
        return true;
    }
    if next.starts_with(|c: char| c.is_ascii_digit()) {
        let item = item_number(before).unwrap_or(item);
        let follows = |number: u32| item > 0 && number == item + 1;
        return match item_number(after) {
            Some(number) if follows(number) => false,
            _ if NUMBERED.contains(&word) || ENDING.contains(&word) || is_initials(last) => true,
            Some(1) => false,
            _ => is_short(last),
        };
    }
    let ends_here = STARTERS.contains(&next);
    if is_initials(last) || ENDING.contains(&word) || is_consonants(last) {
        return !ends_here;
    }
    // `Bldg. A`, `Vol. II`; `max. Belegung`, while `Max` is a name.
    NUMBERED.contains(&word)
        && next != "I"
        && next.chars().all(|c| matches!(c, 'A'..='I' | 'V' | 'X'))
        && !ends_here
        || matches!(last, "max" | "máx") && !ends_here
}

/// The number of an item that a text begins with: `2. Close it.`
fn item_number(text: &str) -> Option<u32> {
    let (number, rest) = text.trim_start().split_once('.')?;
    let digits = (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|_| digits && rest.starts_with(char::is_whitespace))
}

/// Initials at the end that spaces part, in one word and in lower case: of `wie z. B` it is `z.b`.
fn spaced_initials(stopped: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for token in stopped.rsplit(|c: char| c.is_whitespace() || is_bracket(c)) {
        let part = if parts.is_empty() { Some(token) } else { token.strip_suffix('.') };
        match part.filter(|part| is_initials(part) || parts.is_empty() && part.len() <= 2) {
            Some(part) => parts.push(part),
            None => break,
        }
    }
    parts.reverse();
    (parts.len() > 1).then(|| parts.join(".").to_lowercase())
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

/// A few letters, not all of them capitals: `Whse`, not `PDF`.
fn is_short(word: &str) -> bool {
    SHORT.contains(&word.chars().count())
        && word.chars().all(char::is_alphabetic)
        && word.chars().skip(1).all(char::is_lowercase)
}

/// No word is written so, so it is short for one: `Pkwy`, `Mfr`.
fn is_consonants(word: &str) -> bool {
    is_short(word)
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() && !b"aeiou".contains(&byte.to_ascii_lowercase()))
        && !word.ends_with('y')
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

    #[test]
    fn a_sentence_keeps_what_its_abbreviations_stand_before() {
        splits(&["Max. 8 Kisten passen in das Regal Nr. 13.", "Mind. 5 cm bleiben frei."]);
        splits(&["Frau Dipl.-Ing. Huber schreibt es auf.", "Hr. Meier und Fr. Prof. Groß lesen es."]);
        splits(&["Use the rear entrance in Bldg. 4.", "The cold store is the place.", "It has 2 doors."]);
        splits(&["Ask at Whse. 4.", "The rack in Bldg. B is full.", "Take max. Load B, approx. Friday."]);
        splits(&[
            "Das gilt z. B. Der Regel nach, d. h. Die Tür bleibt zu.",
            "See p. 12, vol. 3 and ch. II.",
            "Then go.",
        ]);
        splits(&["Pour plus, voir p. ex. Mme Curie.", "Véase pág. 4, p. ej. Juan.", "El Sr. Ruiz viene."]);
        splits(&["1. Wait 5 min.", "2. Close it.", "3. Fold the pdf.", "4. Sign."]);
    }

    #[test]
    fn words_that_look_like_abbreviations_end_sentences() {
        splits(&[
            "Baking is an art.",
            "Bakers know it.",
            "I met Max.",
            "He bakes.",
            "Keep it in mind.",
            "Ovens are hot.",
        ]);
        splits(&["We live on Main St.", "The shop is near.", "Read the PDF.", "12 Bakers did."]);
        splits(&["Sign it off.", "1. Open the box.", "2. Close it."]);
    }

    #[test]
    fn a_line_may_end_within_a_sentence() {
        assert!(goes_on_in("New people learn it from Dr.", "Meyer-Lüdenscheid, who knows."));
        assert!(goes_on_in("The rack stands in Bldg.", "4. It is full."));
        assert!(!goes_on_in("New people learn it from the doctor.", "Meyer-Lüdenscheid knows."));
    }
}
