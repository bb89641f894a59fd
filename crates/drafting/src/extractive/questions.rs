//! A day's quiz: gaps, choices and statements, made of its sentences.

use std::collections::HashSet;

use super::{
    cloze::{self, GAP, Gap, Pool},
    definitions::{self, Definition},
    digest::{Digest, Sentence},
    front::capitalize,
    markdown::escape,
    opposites::opposite,
    phrases::{Phrases, fill},
    standalone,
    terms::Index,
    words::{Language, plain, seed, words},
};
use crate::{Level, Question};

/// Options of a choice, with the right one.
const OPTIONS: usize = 4;

/// What questions are made from.
pub(super) struct Quiz<'q, 'a> {
    pub(super) digest: &'q Digest<'a>,
    pub(super) index: &'q Index<'a>,
    pub(super) pool: &'q Pool<'a>,
    /// Of the whole course.
    pub(super) definitions: &'q [Definition],
    pub(super) language: &'q Language,
    pub(super) phrases: &'static Phrases,
    pub(super) level: Level,
    pub(super) day: u32,
    /// Where a sentence stands, for people.
    pub(super) cite: &'q dyn Fn(&Sentence) -> String,
    /// Titles of this lesson's sections, and of others.
    pub(super) sections: (&'q [String], &'q [String]),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Choice,
    Statement,
    Gap,
}

/// What is seen of a sentence once.
struct Note<'a> {
    length: usize,
    gaps: Vec<Gap<'a>>,
    definition: Option<Definition>,
    opposite: Option<String>,
}

/// What is used up: a sentence asks one question, an answer is asked for once.
#[derive(Default)]
struct Used {
    sentences: HashSet<usize>,
    answers: HashSet<String>,
    parts: Vec<usize>,
    numbers: usize,
    choices: usize,
    statements: usize,
}

impl<'a> Quiz<'_, 'a> {
    /// Up to `count` questions in the order in which they are asked.
    pub(super) fn questions(&self, count: usize) -> Vec<Question> {
        use Kind::{Choice, Gap, Statement};
        let order = match self.level {
            Level::Beginner => [Choice, Statement, Choice, Gap, Statement, Choice],
            Level::Intermediate => [Choice, Gap, Statement, Choice, Gap, Statement],
            Level::Advanced => [Choice, Gap, Choice, Gap, Statement, Gap],
        };
        let note = |sentence: &Sentence<'a>| Note {
            length: words(sentence.text).len(),
            gaps: cloze::gaps(sentence, self.digest, self.language),
            definition: definitions::of_sentence(sentence.text, self.index, self.language),
            opposite: opposite(sentence.text, self.language),
        };
        let notes: Vec<Note<'a>> = self.digest.sentences.iter().map(note).collect();
        let mut used = Used::default();
        let mut questions = Vec::new();
        for relaxed in [false, true] {
            for kind in order.iter().cycle().take(order.len() * 2) {
                if questions.len() < count
                    && let Some(question) = self.next(*kind, relaxed, &notes, &mut used)
                {
                    questions.push(question);
                }
            }
        }
        if questions.len() < count {
            questions.extend(self.section_question(&mut used));
        }
        questions
    }

    /// The best question of a kind from sentences that are not used yet.
    fn next(&self, kind: Kind, relaxed: bool, notes: &[Note<'a>], used: &mut Used) -> Option<Question> {
        let sound = |sentence: &Sentence, note: &Note<'a>| {
            sentence.alone
                || relaxed
                    && note.length >= 5
                    && sentence.text.chars().count() < 400
                    && standalone::is_sentence(sentence.text)
                    && !standalone::leans(sentence.text, self.language)
                    && !standalone::refers(sentence.text)
        };
        let all = self.digest.sentences.iter().zip(notes).enumerate();
        let mut order: Vec<(usize, f64)> = all
            .filter(|(at, (sentence, note))| !used.sentences.contains(at) && sound(sentence, note))
            .map(|(at, (sentence, note))| (at, worth(sentence, note, kind, used)))
            .collect();
        order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        // First those whose wrong answers read as well as the right one.
        [true, false].into_iter().filter(|strict| *strict || relaxed || kind == Kind::Choice).find_map(
            |strict| {
                order.iter().find_map(|(at, _)| {
                    let (sentence, note) = (self.digest.sentences.get(*at)?, notes.get(*at)?);
                    let question = match kind {
                        Kind::Choice => self.choice(sentence, note, strict, used),
                        Kind::Statement => self.statement(sentence, note, strict, used),
                        Kind::Gap => self.gap(sentence, note, strict, used),
                    }?;
                    used.sentences.insert(*at);
                    used.parts.push(sentence.part);
                    Some(question)
                })
            },
        )
    }

    fn explanation(&self, sentence: &Sentence) -> String {
        let quoted = self.phrases.quoted(&escape(sentence.text));
        fill(self.phrases.says, &[&quoted, &(self.cite)(sentence)])
    }

    fn quoted(&self, text: &str) -> String {
        // The gap is no emphasis.
        self.phrases.quoted(&escape(text).replace("\\_\\_\\_\\_\\_", GAP))
    }

    /// One of four: what a term means, or what stands in a gap.
    fn choice(
        &self,
        sentence: &Sentence,
        note: &Note<'a>,
        strict: bool,
        used: &mut Used,
    ) -> Option<Question> {
        if let Some(question) = self.meaning(sentence, note, used) {
            return Some(question);
        }
        for gap in &note.gaps {
            let answer = gap.text(sentence.text);
            if used.answers.contains(&plain(answer)) || strict && gap.is_open(self.language) {
                continue;
            }
            let (phrase, wrong) = match gap {
                // One number in a quiz is enough of these.
                Gap::Number(_) if used.numbers > 0 => continue,
                Gap::Number(number) => {
                    (self.phrases.which_number, number.siblings(sentence.text, seed(sentence.text)))
                }
                _ => (self.phrases.which_words, self.distractors(sentence, gap, strict)),
            };
            let starts = gap.at().start == 0;
            let as_there = |text: String| if starts { capitalize(&text) } else { text };
            let wrong: Vec<String> = wrong.into_iter().take(OPTIONS - 1).map(as_there).collect();
            if wrong.len() + 1 < OPTIONS {
                continue;
            }
            used.numbers += usize::from(matches!(gap, Gap::Number(_)));
            used.answers.insert(plain(answer));
            let asked = fill(phrase, &[&self.quoted(&cloze::replaced(sentence.text, gap.at(), GAP))]);
            return Some(self.single(
                asked,
                as_there(answer.to_owned()),
                wrong,
                self.explanation(sentence),
                used,
            ));
        }
        None
    }

    /// What could stand in a gap and is wrong there; if `strict`, most of it reads as well as what is right.
    fn distractors(&self, sentence: &Sentence, gap: &Gap, strict: bool) -> Vec<String> {
        let found = cloze::distractors(sentence, gap, self.pool, self.digest, self.language);
        if strict && found.iter().filter(|distractor| distractor.close).count() < 2 {
            return Vec::new();
        }
        found.into_iter().map(|distractor| distractor.text).collect()
    }

    /// What a term means, among what others mean.
    fn meaning(&self, sentence: &Sentence, note: &Note<'a>, used: &mut Used) -> Option<Question> {
        let definition = note.definition.as_ref()?;
        if used.answers.contains(&plain(&definition.term)) {
            return None;
        }
        let right = capitalize(&definition.body);
        let inside = plain(sentence.text);
        let mut others: Vec<&Definition> = self
            .definitions
            .iter()
            .filter(|other| {
                !inside.contains(&plain(&other.term))
                    && !plain(&other.body).contains(&plain(&definition.term))
            })
            // A short one among long ones would stand out.
            .filter(|other| {
                let (a, b) = (other.body.chars().count(), right.chars().count());
                a * 3 >= b && b * 3 >= a && other.body.chars().count() <= 240
            })
            .collect();
        others.sort_by_key(|other| seed(&format!("{}{}", other.term, sentence.text)));
        let wrong: Vec<String> =
            others.into_iter().map(|other| capitalize(&other.body)).take(OPTIONS - 1).collect();
        if wrong.len() + 1 < OPTIONS {
            return None;
        }
        used.answers.insert(plain(&definition.term));
        let asked = fill(self.phrases.meaning, &[&escape(&definition.term)]);
        Some(self.single(asked, right, wrong, self.explanation(sentence), used))
    }

    /// The right option's place goes on from question to question and from day to day.
    fn single(
        &self,
        question: String,
        right: String,
        wrong: Vec<String>,
        explanation: String,
        used: &mut Used,
    ) -> Question {
        let place = (usize::try_from(self.day).unwrap_or_default() * 3 + used.choices) % (wrong.len() + 1);
        used.choices += 1;
        let mut options: Vec<String> = wrong.iter().map(|text| escape(text)).collect();
        options.insert(place, escape(&right));
        Question::Single { question, options, correct: u32::try_from(place).unwrap_or_default(), explanation }
    }

    /// A sentence as it stands, or with one thing changed: by turns, so that guessing gets half of them.
    fn statement(
        &self,
        sentence: &Sentence,
        note: &Note<'a>,
        strict: bool,
        used: &mut Used,
    ) -> Option<Question> {
        if sentence.imperative && strict {
            return None;
        }
        let answer = (usize::try_from(self.day).unwrap_or_default() + used.statements).is_multiple_of(2);
        let text = if answer { sentence.text.to_owned() } else { self.falsified(sentence, note, strict)? };
        used.statements += 1;
        Some(Question::TrueFalse { question: escape(&text), answer, explanation: self.explanation(sentence) })
    }

    fn falsified(&self, sentence: &Sentence, note: &Note<'a>, strict: bool) -> Option<String> {
        if note.opposite.is_some() {
            return note.opposite.clone();
        }
        note.gaps.iter().find_map(|gap| {
            let wrong = match gap {
                Gap::Number(number) => number.siblings(sentence.text, seed(sentence.text)),
                _ => self.distractors(sentence, gap, strict),
            };
            wrong.first().map(|wrong| cloze::replaced(sentence.text, gap.at(), wrong))
        })
    }

    /// A gap to be typed into.
    fn gap(&self, sentence: &Sentence, note: &Note<'a>, strict: bool, used: &mut Used) -> Option<Question> {
        // Any other word may stand in an English sentence as well.
        let any = !strict && !self.language.is_english();
        let more = if any { cloze::word_gaps(sentence.text, self.language) } else { Vec::new() };
        let gap = note.gaps.iter().chain(&more).find(|gap| {
            let known = match gap {
                Gap::Number(number) => used.numbers < 2 && !number.text().is_empty(),
                // What the day says once can't be known from anywhere else.
                Gap::Term { term, .. } => {
                    self.digest.terms.iter().any(|(other, count)| other.stems == term.stems && *count >= 2)
                }
                Gap::Word { .. } => true,
            };
            let open = strict && gap.is_open(self.language);
            known && !open && !used.answers.contains(&plain(gap.text(sentence.text)))
        })?;
        used.numbers += usize::from(matches!(gap, Gap::Number(_)));
        used.answers.insert(plain(gap.text(sentence.text)));
        let asked =
            fill(self.phrases.fill_gap, &[&self.quoted(&cloze::replaced(sentence.text, gap.at(), GAP))]);
        let answers = cloze::accepted(sentence.text, gap, self.digest, self.language);
        Some(Question::ShortAnswer { question: asked, answers, explanation: self.explanation(sentence) })
    }

    /// Where a text has no sentences: which section belongs to the day.
    fn section_question(&self, used: &mut Used) -> Option<Question> {
        let (own, others) = self.sections;
        let right = own.first()?;
        let mut wrong: Vec<String> = others.iter().filter(|title| !own.contains(title)).cloned().collect();
        wrong.sort_by_key(|title| seed(&format!("{title}{right}")));
        wrong.dedup();
        wrong.truncate(OPTIONS - 1);
        (wrong.len() + 1 == OPTIONS).then(|| {
            self.single(self.phrases.which_section.to_owned(), right.clone(), wrong, escape(right), used)
        })
    }
}

/// How good a question of a kind a sentence makes.
fn worth(sentence: &Sentence, note: &Note, kind: Kind, used: &Used) -> f64 {
    let length = if (9..=26).contains(&note.length) { 1.0 } else { 0.7 };
    let told = match kind {
        Kind::Statement if sentence.imperative => 0.4,
        _ if sentence.imperative => 0.7,
        _ => 1.0,
    };
    let suits = match kind {
        Kind::Choice if note.definition.is_some() => 1.6,
        Kind::Statement if note.opposite.is_some() => 1.5,
        _ => 1.0,
    };
    let spread = 1.0 + used.parts.iter().filter(|part| **part == sentence.part).count() as f64 * 0.6;
    sentence.score * length * told * suits / spread
}
