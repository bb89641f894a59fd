//! Whether the numbers of a lesson stand in its references.

use std::{cell::OnceCell, collections::HashMap};

use super::{
    Context, Read, Verdict, quote, share, structure,
    text::{Block, Kind, Section},
    words::{self, Language, Stems},
};
use crate::{passage::Passage, sentence::sentences};

/// Smaller whole numbers count things that the text itself lists, unless they are percentages or amounts.
const SMALL: f64 = 10.0;

/// Passages and the numbers in them.
pub(super) struct References<'a> {
    passages: &'a [Passage],
    language: Language,
    by_number: HashMap<u64, Vec<usize>>,
    stems: Vec<OnceCell<Stems>>,
}

impl<'a> References<'a> {
    pub(super) fn of(context: &Context<'a>) -> Self {
        let language = Language::of(context.language);
        let mut by_number: HashMap<u64, Vec<usize>> = HashMap::new();
        for (at, passage) in context.passages.iter().enumerate() {
            let mut add = |value: f64| {
                let passages = by_number.entry(key(value)).or_default();
                if passages.last() != Some(&at) {
                    passages.push(at);
                }
            };
            for number in numbers(&passage.text).into_iter().chain(numbers(&passage.heading)) {
                number.values.iter().copied().for_each(&mut add);
            }
            spelled(&passage.text, &language).into_iter().for_each(&mut add);
        }
        let stems = context.passages.iter().map(|_| OnceCell::new()).collect();
        Self { passages: context.passages, language, by_number, stems }
    }

    /// Whether a passage has the number and any of some stems.
    fn have(&self, number: &Number, speaks_of: &[String]) -> bool {
        number.values.iter().filter_map(|value| self.by_number.get(&key(*value))).flatten().any(|at| {
            let passage = &self.passages[*at];
            let stems = self.stems[*at]
                .get_or_init(|| self.language.stems([passage.text.as_str(), &passage.heading].into_iter()));
            speaks_of.is_empty() || stems.has_any(speaks_of)
        })
    }
}

/// Numbers are the same if they are so to six decimals.
fn key(value: f64) -> u64 {
    ((value * 1e6).round() / 1e6).to_bits()
}

/// A number in a text.
#[derive(Debug, PartialEq)]
struct Number<'a> {
    written: &'a str,
    /// What it may mean: `1,200` is 1200 in English and 1.2 in German; `1.5 million` is also 1500000.
    values: Vec<f64>,
    /// Percentages and amounts of money.
    has_unit: bool,
    from: usize,
    to: usize,
}

/// The numbers that are written in digits, without times of day and those that are part of a name (`H2O`, `B2B`).
fn numbers(text: &str) -> Vec<Number<'_>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let from = at;
        while at < bytes.len()
            && (bytes[at].is_ascii_digit()
                || matches!(bytes[at], b'.' | b',' | b':' | b'\'')
                    && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
        {
            at += 1;
        }
        let written = &text[from..at];
        let (before, after) = (text[..from].chars().next_back(), text[at..].chars().next());
        let in_name = before.is_some_and(char::is_alphabetic)
            || after.is_some_and(|c| c.is_alphabetic() && !is_short_unit(&text[at..]));
        if in_name || written.contains(':') {
            continue;
        }
        let rest = text[at..].trim_start_matches([' ', '\u{a0}', '\u{202f}', '-']);
        let has_unit = before.is_some_and(is_currency)
            || text[..from].trim_end().ends_with(is_currency)
            || rest.starts_with(|c: char| c == '%' || is_currency(c))
            || UNITS.iter().any(|unit| starts_with_word(rest, unit));
        let mut values = readings(written);
        if let Some((_, factor)) = MAGNITUDES.iter().find(|(word, _)| starts_with_word(rest, word)) {
            let scaled: Vec<f64> = values.iter().map(|value| value * factor).collect();
            values.extend(scaled);
        }
        found.push(Number { written, values, has_unit, from, to: at });
    }
    found
}

const UNITS: &[&str] = &[
    "percent",
    "per cent",
    "prozent",
    "pour cent",
    "por ciento",
    "per cento",
    "por cento",
    "procent",
    "dollars",
    "dollar",
    "euros",
    "euro",
    "eur",
    "usd",
    "chf",
    "gbp",
    "pounds",
    "cents",
    "million",
    "billion",
    "thousand",
    "millionen",
    "milliarden",
    "mio",
    "mrd",
    "tausend",
    "millions",
    "milliards",
    "millones",
];
const MAGNITUDES: &[(&str, f64)] = &[
    ("thousand", 1e3),
    ("tausend", 1e3),
    ("k", 1e3),
    ("million", 1e6),
    ("millionen", 1e6),
    ("mio", 1e6),
    ("m", 1e6),
    ("millions", 1e6),
    ("millones", 1e6),
    ("milioni", 1e6),
    ("billion", 1e9),
    ("milliarden", 1e9),
    ("mrd", 1e9),
    ("bn", 1e9),
    ("milliards", 1e9),
];

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '€' | '£' | '¥' | '₹')
}

/// `5k`, `20th`, `3rd`, `10x`, `1990s`, `5km`
fn is_short_unit(rest: &str) -> bool {
    let word: String = rest.chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    matches!(
        word.as_str(),
        "k" | "m"
            | "bn"
            | "th"
            | "st"
            | "nd"
            | "rd"
            | "x"
            | "s"
            | "km"
            | "kg"
            | "g"
            | "mg"
            | "cm"
            | "mm"
            | "ms"
            | "gb"
            | "mb"
    )
}

fn starts_with_word(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
        && !text[word.len()..].starts_with(char::is_alphanumeric)
}

/// What digits with separators may mean.
fn readings(written: &str) -> Vec<f64> {
    let written = written.replace('\'', ",");
    let grouped = |separator: char| {
        let mut parts = written.split(separator);
        let first = parts.next().unwrap_or_default();
        let whole = |part: &str| part.split(['.', ',']).next().map_or(0, str::len);
        (1..=3).contains(&first.len()) && parts.all(|part| whole(part) == 3)
    };
    let mut values = Vec::new();
    // `1,200.5`
    if !written.contains(',') || grouped(',') {
        values.extend(written.replace(',', "").parse::<f64>());
    }
    // `1.200,5`
    if !written.contains('.') || grouped('.') {
        values.extend(written.replace('.', "").replace(',', ".").parse::<f64>());
    }
    if values.is_empty() {
        // A version or a date: each of its numbers.
        values.extend(written.split(['.', ',']).filter_map(|part| part.parse::<f64>().ok()));
    }
    values.dedup();
    values
}

/// Numbers that are written as words: references may do so where the lesson uses digits.
fn spelled(text: &str, language: &Language) -> Vec<f64> {
    const ENGLISH: &[(&str, u32)] = &[
        ("one", 1),
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
        ("seventy", 70),
        ("eighty", 80),
        ("ninety", 90),
        ("half", 50),
        ("quarter", 25),
        ("hundred", 100),
        ("thousand", 1000),
    ];
    const GERMAN: &[(&str, u32)] = &[
        ("ein", 1),
        ("zwei", 2),
        ("drei", 3),
        ("vier", 4),
        ("fünf", 5),
        ("sechs", 6),
        ("sieben", 7),
        ("acht", 8),
        ("neun", 9),
        ("zehn", 10),
        ("elf", 11),
        ("zwölf", 12),
        ("fünfzehn", 15),
        ("zwanzig", 20),
        ("dreißig", 30),
        ("vierzig", 40),
        ("fünfzig", 50),
        ("sechzig", 60),
        ("siebzig", 70),
        ("achtzig", 80),
        ("neunzig", 90),
        ("hälfte", 50),
        ("viertel", 25),
        ("hundert", 100),
        ("tausend", 1000),
    ];
    let known = match language.code.as_str() {
        "en" => ENGLISH,
        "de" => GERMAN,
        _ => return Vec::new(),
    };
    words::words(text)
        .filter_map(|word| known.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)))
        .map(|(_, value)| f64::from(*value))
        .collect()
}

/// The share of sentences with numbers whose numbers all stand in a passage that speaks of the same thing. Left out are the
/// practice (its numbers say how much to do), invented examples unless they claim a source, times for an exercise, small whole
/// numbers, and numbers that count parts, such as `step 2`.
pub(super) fn judge(read: &Read<'_>, language: &Language, references: &References<'_>) -> Verdict {
    if references.passages.is_empty() {
        return Verdict::not_judged("the course has no references");
    }
    let (mut claims, mut supported) = (0, 0);
    let mut findings = Vec::new();
    let last = read.text.sections.len().checked_sub(1);
    let sections = std::iter::once((&read.text.introduction, false))
        .chain(read.text.sections.iter().enumerate().map(|(at, section)| (section, Some(at) == last)));
    for (section, practice) in sections {
        for (block, sentence, invented) in claiming(section, language) {
            let numbers: Vec<_> =
                numbers(sentence).into_iter().filter(|number| is_claim(number, sentence)).collect();
            if numbers.is_empty() || ((invented || practice) && !cites(sentence)) {
                continue;
            }
            claims += 1;
            // The paragraph says what its sentences speak of.
            let speaks_of: Vec<String> = [block.prose.as_str(), &section.title]
                .iter()
                .flat_map(|text| language.content_words(text))
                .filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()))
                .map(|word| language.stem(&word))
                .collect();
            let lacking: Vec<_> = numbers
                .iter()
                .filter(|number| !references.have(number, &speaks_of))
                .map(|number| number.written)
                .collect();
            if lacking.is_empty() {
                supported += 1;
            } else {
                findings.push(format!(
                    "No reference has {} {}: “{}” Cite a source or take the number out.",
                    lacking.join(" and "),
                    section.place(),
                    quote(sentence)
                ));
            }
        }
    }
    if claims == 0 {
        return Verdict::new(100.0, findings, "no sentences with numbers".to_owned());
    }
    Verdict::new(
        100.0 * share(supported, claims),
        findings,
        format!("{supported} of {claims} sentences with numbers"),
    )
}

/// The sentences of a section, and whether they belong to an invented example: from its label to the section's end, or as
/// long as the paragraph that says `for example` or `suppose`.
fn claiming<'a>(
    section: &'a Section,
    language: &'a Language,
) -> impl Iterator<Item = (&'a Block, &'a str, bool)> {
    let mut labeled = false;
    section.blocks.iter().filter(|block| block.kind.is_prose()).flat_map(move |block| {
        labeled |= structure::is_labeled_example(block);
        let invented = labeled || block.kind == Kind::Quote || structure::is_example(block, language);
        sentences(&block.prose).into_iter().map(move |sentence| (block, sentence, invented))
    })
}

/// Whether a sentence refers to research or the like: then its numbers aren't invented.
fn cites(sentence: &str) -> bool {
    const WORDS: &[&str] = &[
        "study",
        "studies",
        "research",
        "researchers",
        "survey",
        "surveys",
        "report",
        "reports",
        "reported",
        "according",
        "found",
        "experiment",
        "statistics",
        "published",
        "studie",
        "studien",
        "forschung",
        "umfrage",
        "laut",
        "bericht",
        "étude",
        "études",
        "enquête",
        "selon",
        "estudio",
        "encuesta",
        "según",
        "studio",
        "ricerca",
        "secondo",
        "estudo",
        "pesquisa",
        "segundo",
        "onderzoek",
        "volgens",
    ];
    words::words(sentence).any(|word| WORDS.contains(&words::lower(word).as_str()))
}

/// Whether a number claims something.
fn is_claim(number: &Number<'_>, sentence: &str) -> bool {
    const COUNTED: &[&str] = &[
        "step",
        "steps",
        "day",
        "days",
        "lesson",
        "part",
        "exercise",
        "question",
        "example",
        "rule",
        "section",
        "chapter",
        "figure",
        "table",
        "item",
        "number",
        "no",
        "level",
        "version",
        "schritt",
        "tag",
        "lektion",
        "teil",
        "übung",
        "frage",
        "beispiel",
        "regel",
        "abschnitt",
        "kapitel",
        "abbildung",
        "tabelle",
        "étape",
        "jour",
        "leçon",
        "partie",
        "exercice",
        "paso",
        "día",
        "lección",
        "parte",
        "ejercicio",
        "passo",
        "giorno",
        "lezione",
        "dia",
        "stap",
        "dag",
        "les",
        "deel",
    ];
    const TIMES: &[&str] = &[
        "minute", "minutes", "min", "second", "seconds", "minuten", "sekunden", "secondes", "minutos",
        "segundos", "minuti", "secondi", "minuut", "seconden", "a.m", "am", "p.m", "pm", "o'clock", "uhr",
    ];
    if number.has_unit {
        return true;
    }
    let small = number.values.iter().all(|value| *value <= SMALL && value.fract() == 0.0);
    let before = sentence[..number.from].trim_end();
    let before = before.rsplit(|c: char| !c.is_alphanumeric()).next().map(words::lower).unwrap_or_default();
    let after = sentence[number.to..].trim_start_matches(|c: char| c.is_whitespace() || c == '-' || c == '–');
    let time = TIMES.iter().any(|time| starts_with_word(after, time));
    !small && !COUNTED.contains(&before.as_str()) && !time
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Vec<&str> {
        numbers(text)
            .into_iter()
            .filter(|number| is_claim(number, text))
            .map(|number| number.written)
            .collect()
    }

    #[test]
    fn numbers_mean_what_they_mean() {
        assert_eq!(readings("1,200"), [1200.0, 1.2]);
        assert_eq!(readings("1.200,5"), [1200.5]);
        assert_eq!(readings("3.5"), [3.5]);
        assert_eq!(readings("1'000"), [1000.0, 1.0]);
        assert_eq!(readings("2026"), [2026.0]);
        assert_eq!(readings("1.2.3"), [1.0, 2.0, 3.0]);
        assert_eq!(numbers("$1.5 million")[0].values, [1.5, 1_500_000.0]);
        assert_eq!(numbers("20k")[0].values, [20.0, 20_000.0]);
    }

    #[test]
    fn only_claims_are_numbers_to_support() {
        assert_eq!(written("In 1885 he forgot 56% within 20 hours and paid $3."), ["1885", "56", "20", "3"]);
        assert_eq!(
            written("Go back to step 12 for 20 minutes at 9:30 or 11 p.m. with B2B and H2O."),
            [""; 0]
        );
        assert_eq!(written("There are 3 parts, and 7 percent is left."), ["7"]);
    }
}
