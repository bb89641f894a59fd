//! Whether questions can be answered from the lesson's text.

use super::{
    Read, Verdict, number, quote, share,
    text::Section,
    words::{Language, Stems},
};
use crate::Question;

/// So many of the words have to stand in the text for full points.
const COVERED: f64 = 0.6;
/// Below this share of them a question is named. Of 335 questions of this project's own lessons 5 % are; of those put to a lesson
/// of another course, 9 in 10.
const NAMED_BELOW: f64 = 0.45;
/// A false statement has words that the text has not.
const FALSE_STATEMENTS: f64 = 1.25;

/// What a lesson's text has.
struct Lexicon {
    anywhere: Stems,
    sections: Vec<Stems>,
}

/// The mean of the questions. The content words of a question and of its right answer are looked for, by their stems, in the whole
/// text and in the section that has most of them; the mean of both shares counts, in full from three fifths on. An answer of
/// which nothing is in the text halves it. Numbers in a question are given, and those in its answer are then computed.
pub(super) fn judge(read: &Read<'_>, language: &Language) -> Verdict {
    let questions = &read.lesson.questions;
    if questions.is_empty() {
        return Verdict::not_judged("there are no questions");
    }
    let sections: Vec<_> = read.text.all().map(|section| language.stems(texts(section))).collect();
    let lexicon = Lexicon { anywhere: Stems::union(&sections), sections };
    let mut findings = Vec::new();
    let (mut sum, mut answerable) = (0.0, 0);
    for (at, question) in questions.iter().enumerate() {
        let (covered, missing) = answer(question, language, &lexicon);
        sum += (covered / COVERED).min(1.0);
        if covered >= NAMED_BELOW {
            answerable += 1;
        } else {
            findings.push(format!(
                "Question {}, “{}”, can't be answered from the text, which {}. Explain it there or ask something else.",
                at + 1,
                quote(question.text()),
                if missing.is_empty() {
                    "has its words only here and there".to_owned()
                } else {
                    format!("doesn't have: {}", quote(&missing.join(", ")))
                }
            ));
        }
    }
    let measured = format!("{answerable} of {}", questions.len());
    Verdict::new(100.0 * sum / number(questions.len()), findings, measured)
}

fn texts(section: &Section) -> impl Iterator<Item = &str> {
    section.blocks.iter().map(|block| block.text.as_str()).chain(std::iter::once(section.title.as_str()))
}

/// How well the text covers a question, from 0 to 1, and which of its words it lacks.
fn answer(question: &Question, language: &Language, lexicon: &Lexicon) -> (f64, Vec<String>) {
    let computed = has_number(question.text());
    let content = |text: &str| {
        let mut words = language.content_words(text);
        words.retain(|word| !computed || !has_number(word));
        words
    };
    let coverage = |words: &[String], stems: &Stems| {
        let there = words.iter().filter(|word| stems.has(&language.stem(word))).count();
        // Nothing but small words, such as `Yes`, is covered.
        if words.is_empty() { 1.0 } else { share(there, words.len()) }
    };
    let right: Option<Vec<String>> = match question {
        Question::TrueFalse { .. } => Some(Vec::new()),
        Question::Single { options, correct, .. } => {
            usize::try_from(*correct).ok().and_then(|at| options.get(at)).map(|option| content(option))
        }
        Question::ShortAnswer { answers, .. } => answers
            .iter()
            .map(|answer| content(answer))
            .max_by(|a, b| coverage(a, &lexicon.anywhere).total_cmp(&coverage(b, &lexicon.anywhere))),
    };
    let Some(right) = right else { return (0.0, vec!["a right answer".to_owned()]) };
    let absent = coverage(&right, &lexicon.anywhere) == 0.0;
    let mut words = right;
    for word in content(question.text()) {
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let nearby = lexicon.sections.iter().map(|section| coverage(&words, section)).fold(0.0, f64::max);
    let covered = f64::midpoint(coverage(&words, &lexicon.anywhere), nearby);
    words.retain(|word| !lexicon.anywhere.has(&language.stem(word)));
    let covered = match question {
        Question::TrueFalse { answer: false, .. } => (covered * FALSE_STATEMENTS).min(1.0),
        _ if absent => covered / 2.0,
        _ => covered,
    };
    (covered, words)
}

fn has_number(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}
