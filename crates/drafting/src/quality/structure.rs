//! Whether a lesson has its parts.

use super::{
    Read, Verdict, quote,
    text::{Block, Kind, Section},
    words::{self, Language},
};
use crate::Question;

/// Fewer words explain no concept.
const THINNEST_CONCEPT: usize = 50;
/// Fewer words are no practice.
const SHORTEST_PRACTICE: usize = 25;
/// An action item says what, and of what.
const SHORTEST_ACTION: usize = 4;

/// Labels that begin an example, in lower case. [`crate::LessonText::body`] writes the English one in every language.
const LABELS: &[&str] =
    &["example", "worked example", "beispiel", "exemple", "ejemplo", "esempio", "exemplo", "voorbeeld"];
const ENGLISH: &[&str] = &[
    "for example",
    "for instance",
    "e.g.",
    "imagine",
    "suppose",
    "let's say",
    "say you",
    "as an example",
    "to illustrate",
    "such as",
];
const GERMAN: &[&str] = &["zum beispiel", "z. b.", "z.b.", "beispielsweise", "etwa so", "angenommen"];
const FRENCH: &[&str] = &["par exemple", "p. ex.", "imaginez", "supposons", "tels que", "telles que"];
const SPANISH: &[&str] = &["por ejemplo", "p. ej.", "imagina", "supongamos", "tales como"];
const ITALIAN: &[&str] = &["per esempio", "ad esempio", "p. es.", "immagina", "supponiamo"];
const PORTUGUESE: &[&str] = &["por exemplo", "p. ex.", "imagine", "suponha"];
const DUTCH: &[&str] = &["bijvoorbeeld", "bijv.", "stel dat", "stel je voor"];

fn phrases(language: &Language) -> &'static [&'static str] {
    match language.code.as_str() {
        "de" => GERMAN,
        "fr" => FRENCH,
        "es" => SPANISH,
        "it" => ITALIAN,
        "pt" => PORTUGUESE,
        "nl" => DUTCH,
        _ => ENGLISH,
    }
}

/// Whether a paragraph begins with `Example.`, `Beispiel 2:` or the like.
pub(super) fn is_labeled_example(block: &Block) -> bool {
    let start: String = block.text.trim_start().chars().take(30).flat_map(char::to_lowercase).collect();
    LABELS.iter().any(|label| {
        start.strip_prefix(label).is_some_and(|rest| {
            rest.trim_start_matches(|c: char| c == ' ' || c.is_ascii_digit())
                .starts_with(['.', ':', '–', '—'])
        })
    })
}

/// Whether a block has an example in it.
pub(super) fn is_example(block: &Block, language: &Language) -> bool {
    match block.kind {
        Kind::Code => true,
        Kind::Heading | Kind::Table | Kind::Citation => false,
        Kind::Paragraph | Kind::Item | Kind::Quote => {
            is_labeled_example(block) || {
                let text = words::squeezed(&words::lower(&block.text));
                phrases(language).iter().any(|phrase| super::filler::stands_in(&text, phrase).is_some())
            }
        }
    }
}

/// 100, less so many points for each thing that is missing.
pub(super) fn judge(read: &Read<'_>, language: &Language) -> Verdict {
    let mut missing = Missing::default();
    titles(read, &mut missing);
    introduction(&read.text.introduction, &mut missing);
    let concepts = sections(read, language, &mut missing);
    let lesson = read.lesson;
    actions(&lesson.action_items, language, &mut missing);
    takeaways(&lesson.key_takeaways, &mut missing);
    questions(&lesson.questions, &mut missing);
    let measured = format!(
        "{}, {}, {}, {}",
        counted(concepts, "key concept"),
        counted(lesson.action_items.len(), "action item"),
        counted(lesson.key_takeaways.len(), "takeaway"),
        counted(lesson.questions.len(), "question")
    );
    Verdict::new(100.0 - missing.points, missing.findings, measured)
}

#[derive(Default)]
struct Missing {
    points: f64,
    findings: Vec<String>,
}

impl Missing {
    fn take(&mut self, points: u32, finding: impl Into<String>) {
        self.points += f64::from(points);
        self.findings.push(finding.into());
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// How far a count is outside of a range.
fn outside(count: usize, least: usize, most: usize) -> u32 {
    u32::try_from(least.saturating_sub(count) + count.saturating_sub(most)).unwrap_or(u32::MAX).min(100)
}

fn titles(read: &Read<'_>, missing: &mut Missing) {
    if read.lesson.title.trim().is_empty() {
        missing.take(15, "The lesson has no title. Give it one of at most 80 characters.");
    }
    if read.lesson.summary.trim().is_empty() {
        missing.take(10, "The lesson has no summary. Say in one sentence what learners can do afterwards.");
    }
}

fn introduction(introduction: &Section, missing: &mut Missing) {
    let paragraphs = introduction
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, Kind::Paragraph | Kind::Quote))
        .count();
    match paragraphs {
        0 => missing.take(
            35,
            "There is no introduction before the first section. Write two or three paragraphs on why this matters.",
        ),
        2 | 3 => {}
        _ => missing.take(
            8,
            format!(
                "The introduction has {}. Make it two or three before the first section.",
                counted(paragraphs, "paragraph")
            ),
        ),
    }
}

/// How many key concepts there are.
fn sections(read: &Read<'_>, language: &Language, missing: &mut Missing) -> usize {
    let sections = &read.text.sections;
    let (concepts, practice) = match sections.split_last() {
        Some((last, before)) if is_practice(last) => (before, Some(last)),
        _ => (sections.as_slice(), None),
    };
    match concepts.len() {
        3..=5 => {}
        0 => {
            missing.take(60, "There are no key concepts. Write 3 to 5 sections, each under a “## ” heading.")
        }
        count => {
            let off = outside(count, 3, 5);
            let (points, advice) = if count < 3 {
                (20 * off, "Add sections.")
            } else {
                (10 * off, "Join some, or move them to another lesson.")
            };
            missing.take(
                points,
                format!("The lesson has {}; it needs 3 to 5. {advice}", counted(count, "key concept")),
            );
        }
    }
    for (at, concept) in concepts.iter().enumerate() {
        let name = if concept.title.is_empty() {
            format!("Section {} (without a heading)", at + 1)
        } else {
            format!("“{}”", quote(&concept.title))
        };
        let length = count_words(concept);
        if length < THINNEST_CONCEPT && language.has_spaces() {
            missing
                .take(8, format!("{name} has only {}. Explain it in 120 or more.", counted(length, "word")));
        }
        if !concept.blocks.iter().any(|block| is_example(block, language)) {
            missing
                .take(10, format!("{name} has no example. Add a paragraph that begins with “**Example.**”."));
        }
    }
    match practice {
        None if sections.is_empty() => {}
        None => missing.take(
            35,
            "There is no practice section. End with one, such as “## Put it to use”, that says step by step what to do.",
        ),
        Some(practice) if language.has_spaces() && count_words(practice) < SHORTEST_PRACTICE => missing.take(
            15,
            format!(
                "The practice section, “{}”, has only {}. Say step by step what to do.",
                quote(&practice.title),
                counted(count_words(practice), "word")
            ),
        ),
        Some(_) => {}
    }
    concepts.len()
}

fn count_words(section: &Section) -> usize {
    let taught = section.blocks.iter().filter(|block| block.kind != Kind::Citation);
    taught.map(|block| crate::reading::words(&block.text)).sum()
}

/// Whether the last section says what to do: by its heading, or because it has steps.
fn is_practice(section: &Section) -> bool {
    const WORDS: &[&str] = &[
        "put it to use",
        "practice",
        "practise",
        "exercise",
        "try it",
        "try this",
        "your turn",
        "apply",
        "hands-on",
        "hands on",
        "do it",
        "today",
        "anwenden",
        "anwendung",
        "übung",
        "praxis",
        "jetzt du",
        "heute",
        "pratique",
        "exercice",
        "à vous",
        "aujourd'hui",
        "práctica",
        "ejercicio",
        "ponlo en",
        "hoy",
        "pratica",
        "esercizio",
        "oggi",
        "prática",
        "exercício",
        "hoje",
        "praktijk",
        "oefening",
        "vandaag",
    ];
    let title = words::lower(&section.title);
    WORDS.iter().any(|word| title.contains(word))
        || section.blocks.iter().filter(|block| block.kind == Kind::Item).nth(1).is_some()
}

fn actions(items: &[String], language: &Language, missing: &mut Missing) {
    if items.is_empty() {
        missing.take(30, "There are no action items. Write 3 to 5 things to do today.");
        return;
    }
    let off = outside(items.len(), 3, 5);
    if off > 0 {
        missing.take(
            8 * off,
            format!("The lesson has {}; it needs 3 to 5.", counted(items.len(), "action item")),
        );
    }
    for (at, item) in items.iter().enumerate() {
        if let Some(advice) = vague(item, language) {
            missing.take(5, format!("Action item {}, “{}”, {advice}", at + 1, quote(item)));
        }
    }
}

/// Why an action item can't be ticked off, if so.
fn vague(item: &str, language: &Language) -> Option<&'static str> {
    const VAGUE: &[&str] = &[
        "think about",
        "think of how",
        "be aware",
        "be mindful",
        "keep in mind",
        "remember to",
        "remember that",
        "try to",
        "reflect on",
        "consider",
        "understand",
        "learn about",
        "know",
        "familiarize yourself",
        "become familiar",
        "get better",
        "improve your",
        "focus on",
        "denke über",
        "denk über",
        "denken sie",
        "überlege",
        "versuche",
        "réfléchissez",
        "pensez à",
        "piensa en",
        "reflexiona",
        "pensa a",
        "rifletti",
        "pense em",
        "reflita",
        "denk na",
    ];
    /// No verb begins with these.
    const NO_VERBS: &[&str] = &[
        "a", "an", "the", "your", "you", "i", "we", "it", "this", "that", "these", "those", "there", "some",
        "more", "my", "our", "their", "what", "why", "how", "which", "who", "to", "of",
    ];
    /// Verbs in their plain form.
    const ENDING_LIKE_GERUNDS: &[&str] =
        &["bring", "sing", "ring", "swing", "string", "fling", "cling", "ping", "spring", "wring"];
    let lower = words::squeezed(&words::lower(item));
    let lower = lower.trim_start_matches(|c: char| !c.is_alphanumeric());
    let all: Vec<&str> = words::words(lower).collect();
    if language.has_spaces() && all.len() < SHORTEST_ACTION {
        return Some("is too short to act on. Say what to do, with what, and how much.");
    }
    if VAGUE.iter().any(|phrase| lower.starts_with(phrase)) {
        return Some("can't be ticked off. Name something to make, write, measure or decide.");
    }
    let first = all.first().copied().unwrap_or_default();
    let gerund = first.len() > 4 && first.ends_with("ing") && !ENDING_LIKE_GERUNDS.contains(&first);
    if language.code == "en" && (NO_VERBS.contains(&first) || gerund) {
        return Some("doesn't begin with what to do. Begin with a verb, such as “Write” or “List”.");
    }
    None
}

fn takeaways(takeaways: &[String], missing: &mut Missing) {
    let filled = takeaways.iter().filter(|takeaway| !takeaway.trim().is_empty()).count();
    if filled == 0 {
        missing.take(20, "There are no takeaways. Write 2 or 3 sentences to remember.");
    } else if outside(filled, 2, 3) > 0 {
        missing.take(
            5 * outside(filled, 2, 3),
            format!("The lesson has {}; it needs 2 or 3.", counted(filled, "takeaway")),
        );
    }
}

fn questions(questions: &[Question], missing: &mut Missing) {
    if questions.is_empty() {
        missing.take(40, "There are no questions. Write 4 to 6 that the text answers.");
        return;
    }
    let lacking = outside(questions.len(), 3, usize::MAX);
    if lacking > 0 {
        missing.take(
            10 * lacking,
            format!("The lesson has {}; it needs 3 or more.", counted(questions.len(), "question")),
        );
    }
    for (at, question) in questions.iter().enumerate() {
        let name = format!("Question {}, “{}”,", at + 1, quote(question.text()));
        if let Some(broken) = broken(question) {
            missing.take(15, format!("{name} {broken}"));
        }
        if question.explanation().trim().is_empty() {
            missing.take(6, format!("{name} has no explanation. Say why the right answer is right."));
        }
    }
}

/// Why a question can't be asked, if so.
fn broken(question: &Question) -> Option<&'static str> {
    if question.text().trim().is_empty() {
        return Some("asks nothing. Write it.");
    }
    match question {
        Question::Single { options, correct, .. } => {
            let mut seen: Vec<String> = options.iter().map(|option| words::squeezed(option)).collect();
            seen.sort();
            seen.dedup();
            if options.len() < 2 {
                Some("has fewer than two options. Add some that are plausible.")
            } else if seen.len() < options.len() {
                Some("has the same option twice. Make them differ.")
            } else if options.iter().any(|option| option.trim().is_empty()) {
                Some("has an empty option. Fill it.")
            } else if usize::try_from(*correct).map_or(true, |correct| correct >= options.len()) {
                Some("has no right option. Say which one is right.")
            } else {
                None
            }
        }
        Question::ShortAnswer { answers, .. } if answers.iter().all(|answer| answer.trim().is_empty()) => {
            Some("has no answer. Write those that count as right.")
        }
        Question::ShortAnswer { .. } | Question::TrueFalse { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn action_items_are_specific_and_begin_with_a_verb() {
        let english = Language::of("en");
        for fine in ["Write down three prices you paid today", "Bring one bill to the table"] {
            assert_eq!(vague(fine, &english), None, "{fine}");
        }
        for poor in [
            "Think about it",
            "Consider how you spend your money",
            "The list of bills you pay",
            "Writing down what you spent",
            "Read",
        ] {
            assert!(vague(poor, &english).is_some(), "{poor}");
        }
        assert_eq!(vague("Die drei teuersten Posten aufschreiben", &Language::of("de")), None);
    }

    #[test]
    fn examples_are_known_in_their_language() {
        let block = |text: &str| Block { kind: Kind::Paragraph, text: text.into(), prose: text.into() };
        for text in ["Example. Anna", "Beispiel 2: Anna", "Exemple — Anna"] {
            assert!(is_labeled_example(&block(text)), "{text}");
        }
        assert!(!is_labeled_example(&block("Examples help us")));
        assert!(is_example(&block("Das geht z. B. mit Geld"), &Language::of("de")));
        assert!(is_example(&block("So, for\nexample, this"), &Language::of("en")));
        assert!(!is_example(&block("Nothing of the kind"), &Language::of("en")));
    }
}
