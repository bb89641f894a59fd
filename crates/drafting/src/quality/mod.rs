//! What drafted lessons are judged by: eight gates, each a plain function of the lesson.
//!
//! | gate | weight | passes from | why so |
//! |---|---|---|---|
//! | [structure](Gate::Structure) | 25 | 70 | without its parts it is no lesson; holds the whole lesson at 50 |
//! | [duplication](Gate::Duplication) | 15 | 75 | 5.5 % of its runs of eight words may be in other lessons |
//! | [answerable](Gate::Answerable) | 12 | 70 | words are a rough measure, one odd question is no failure |
//! | [support](Gate::Support) | 12 | 80 | one number in five without a source is too many |
//! | [length](Gate::Length) | 10 | 60 | up to 3 minutes too short, or 4 too long |
//! | [readability](Gate::Readability) | 10 | 60 | up to 2.6 grades above the target |
//! | [answer position](Gate::AnswerPosition) | 8 | 60 | [`shuffle_answers`] mends positions without an author |
//! | [filler](Gate::Filler) | 8 | 60 | up to three phrases; a refusal or placeholder fails at once and holds the lesson at 50 |
//!
//! The score of a lesson is the mean of its gates by weight. A gate that can't judge a lesson (no references, no formula for
//! the language) has weight 0 and says so in `measured`.

mod answer_position;
mod answerable;
mod duplication;
mod filler;
mod length;
mod readability;
mod structure;
mod support;
mod syllables;
mod text;
mod words;

use serde::{Deserialize, Serialize};

use crate::{Lesson, Level, passage::Passage};
use duplication::Shingles;
use support::References;
use text::Text;
use words::Language;

pub use answer_position::shuffle_answers;
pub use readability::{Formula, grade};

/// At most so many findings a gate.
pub const MOST_FINDINGS: usize = 10;
/// The most that a lesson gets which lacks its parts, or has a placeholder or a refusal in it.
pub const HELD_AT: u8 = 50;
/// A lesson or a course passes from here on.
pub const PASSES_FROM: u8 = 60;
/// What a course loses for each thing that is wrong with its days, titles and answers; missing lessons lower its mean.
const COURSE_PENALTY: u32 = 5;

/// What lessons are judged against.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// A BCP 47 tag such as `en` or `de-AT`.
    pub language: &'a str,
    pub level: Level,
    /// Of the references; empty without any.
    pub passages: &'a [Passage],
}

/// What a lesson is judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gate {
    /// Introduction, key concepts with examples, practice, action items, takeaways and questions are there.
    Structure,
    /// It takes 15 to 20 minutes.
    Length,
    /// Its audience can read it.
    Readability,
    /// It says nothing twice, nor what another lesson says.
    Duplication,
    /// The place or the length of an option doesn't give the right answer away.
    AnswerPosition,
    /// What is asked stands in the lesson.
    Answerable,
    /// Its numbers stand in the references.
    Support,
    /// No empty phrases, no placeholders, no refusals.
    Filler,
}

impl Gate {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 8] = [
        Self::Structure,
        Self::Length,
        Self::Readability,
        Self::Duplication,
        Self::AnswerPosition,
        Self::Answerable,
        Self::Support,
        Self::Filler,
    ];

    /// Its share in a lesson's score; 100 in all.
    #[must_use]
    pub const fn weight(self) -> u8 {
        match self {
            Self::Structure => 25,
            Self::Duplication => 15,
            Self::Answerable | Self::Support => 12,
            Self::Length | Self::Readability => 10,
            Self::AnswerPosition | Self::Filler => 8,
        }
    }

    /// The score from which it is passed.
    #[must_use]
    pub const fn passes_from(self) -> u8 {
        match self {
            Self::Structure | Self::Answerable => 70,
            Self::Duplication => 75,
            Self::Support => 80,
            Self::Length | Self::Readability | Self::AnswerPosition | Self::Filler => 60,
        }
    }

    /// Its name for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Structure => "Structure",
            Self::Length => "Length",
            Self::Readability => "Readability",
            Self::Duplication => "Duplication",
            Self::AnswerPosition => "Answer positions",
            Self::Answerable => "Answerable questions",
            Self::Support => "Supported numbers",
            Self::Filler => "Filler",
        }
    }
}

/// What one gate says about a lesson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GateResult {
    pub gate: Gate,
    /// 0 to 100.
    pub score: u8,
    /// 0 if it could not judge.
    pub weight: u8,
    pub passed: bool,
    /// Sentences for a person, each saying where and what to do; [`MOST_FINDINGS`] at most.
    pub findings: Vec<String>,
    /// What was measured, such as `17 minutes`.
    pub measured: Option<String>,
}

/// What all gates say about a lesson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LessonReport {
    /// 0 to 100.
    pub score: u8,
    /// In the order of [`Gate::ALL`].
    pub gates: Vec<GateResult>,
}

impl LessonReport {
    /// Whether the lesson is good enough to be published as it is: its score is, and every gate is passed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.score >= PASSES_FROM && self.gates.iter().all(|gate| gate.passed)
    }

    /// What one gate says.
    #[must_use]
    pub fn gate(&self, gate: Gate) -> Option<&GateResult> {
        self.gates.iter().find(|result| result.gate == gate)
    }
}

/// What is to be said about a course.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CourseReport {
    /// The mean of its lessons, missing ones counting as 0, less 5 for each day that is taken twice or doesn't exist, each title
    /// that stands twice, and each way in which the course's questions give answers away.
    pub score: u8,
    /// Its score and that of each lesson is at least [`PASSES_FROM`], every day has its lesson, and titles differ.
    pub passed: bool,
    /// One for each lesson, in the order in which they were given.
    pub lessons: Vec<LessonReport>,
    /// About the course as a whole.
    pub findings: Vec<String>,
}

/// What a gate found before its weight is known.
#[derive(Debug, Default)]
struct Verdict {
    /// `None`: can't judge, for the reason in `measured`.
    score: Option<f64>,
    findings: Vec<String>,
    measured: Option<String>,
    /// Whether this alone holds the whole lesson down.
    fatal: bool,
}

impl Verdict {
    fn new(score: f64, findings: Vec<String>, measured: impl Into<Option<String>>) -> Self {
        Self { score: Some(score), findings, measured: measured.into(), fatal: false }
    }

    fn not_judged(reason: &str) -> Self {
        Self { measured: Some(format!("not judged: {reason}")), ..Self::default() }
    }
}

/// A lesson that has been read once for all gates.
struct Read<'a> {
    lesson: &'a Lesson,
    text: Text,
    shingles: Shingles,
}

impl<'a> Read<'a> {
    fn new(lesson: &'a Lesson) -> Self {
        let text = Text::of(&lesson.body);
        let shingles = Shingles::of(&text);
        Self { lesson, text, shingles }
    }
}

/// Judges a lesson. `others` are the other lessons of the course; should the lesson itself be among them (the same place in
/// memory), it is left out.
#[must_use]
pub fn judge_lesson(lesson: &Lesson, others: &[&Lesson], context: &Context<'_>) -> LessonReport {
    let mut read = vec![Read::new(lesson)];
    read.extend(others.iter().filter(|other| !std::ptr::eq(**other, lesson)).map(|other| Read::new(other)));
    report(&read, 0, &duplication::index(&read), &References::of(context), context)
}

/// Judges a course that is to have `days` lessons.
#[must_use]
pub fn judge_course(lessons: &[Lesson], days: u32, context: &Context<'_>) -> CourseReport {
    let read: Vec<_> = lessons.iter().map(Read::new).collect();
    let (index, references) = (duplication::index(&read), References::of(context));
    let reports: Vec<_> = (0..read.len()).map(|at| report(&read, at, &index, &references, context)).collect();

    let mut findings = Vec::new();
    let expected = usize::try_from(days).unwrap_or(usize::MAX);
    if lessons.len() != expected {
        findings.push(format!("Lessons of the course: {}. There should be {days}.", lessons.len()));
    }
    let mut wrong = days_and_titles(lessons, days, &mut findings);
    let missing = missing_days(lessons, days);
    let complete = wrong == 0 && missing.is_empty() && lessons.len() == expected;
    findings.extend(missing.iter().map(|day| format!("Day {day} has no lesson. Draft it.")));
    let positions = answer_position::over_the_course(lessons);
    wrong += u32::try_from(positions.len()).unwrap_or(u32::MAX);
    findings.extend(positions);

    let sum: u32 = reports.iter().map(|report| u32::from(report.score)).sum();
    let count = u32::try_from(lessons.len().max(expected).max(1)).unwrap_or(u32::MAX);
    let mean = (f64::from(sum) / f64::from(count)).round();
    let score = percent(mean - f64::from(wrong.saturating_mul(COURSE_PENALTY)));
    let passed = score >= PASSES_FROM && complete && reports.iter().all(|report| report.score >= PASSES_FROM);
    CourseReport { score, passed, lessons: reports, findings: bounded(findings) }
}

/// How many days and titles are taken twice or don't exist.
fn days_and_titles(lessons: &[Lesson], days: u32, findings: &mut Vec<String>) -> u32 {
    use std::collections::{BTreeMap, HashMap};
    let before = findings.len();
    let mut by_day: BTreeMap<u32, usize> = BTreeMap::new();
    let mut by_title: HashMap<String, u32> = HashMap::new();
    for lesson in lessons {
        *by_day.entry(lesson.day).or_default() += 1;
        let title = words::squeezed(&lesson.title).to_lowercase();
        if title.is_empty() {
            continue;
        }
        if let Some(first) = by_title.get(&title) {
            findings.push(format!(
                "Days {first} and {} have the same title, “{}”. Give one of them another.",
                lesson.day,
                quote(&lesson.title)
            ));
        } else {
            by_title.insert(title, lesson.day);
        }
    }
    for (day, count) in &by_day {
        if *day == 0 || *day > days {
            findings.push(format!("Day {day} is not a day of this course, which has {days}."));
        } else if *count > 1 {
            findings.push(format!("Day {day} has {count} lessons. Keep one of them."));
        }
    }
    u32::try_from(findings.len() - before).unwrap_or(u32::MAX)
}

/// Days without a lesson; naming the first ones is enough.
fn missing_days(lessons: &[Lesson], days: u32) -> Vec<u32> {
    let taken: std::collections::HashSet<u32> = lessons.iter().map(|lesson| lesson.day).collect();
    (1..=days).filter(|day| !taken.contains(day)).take(MOST_FINDINGS).collect()
}

fn report(
    read: &[Read<'_>],
    at: usize,
    index: &duplication::Index,
    references: &References<'_>,
    context: &Context<'_>,
) -> LessonReport {
    let language = Language::of(context.language);
    let mut gates = Vec::with_capacity(Gate::ALL.len());
    let (mut sum, mut weights, mut held) = (0.0, 0.0, false);
    for gate in Gate::ALL {
        let this = &read[at];
        let mut verdict = match gate {
            Gate::Structure => structure::judge(this, &language),
            Gate::Length => length::judge(this, &language),
            Gate::Readability => readability::judge(this, &language, context.level),
            Gate::Duplication => duplication::judge(read, at, index),
            Gate::AnswerPosition => answer_position::judge(this.lesson),
            Gate::Answerable => answerable::judge(this, &language),
            Gate::Support => support::judge(this, &language, references),
            Gate::Filler => filler::judge(this, &language),
        };
        let weight = if verdict.score.is_some() { gate.weight() } else { 0 };
        let score = percent(verdict.score.unwrap_or(100.0));
        let passed = score >= gate.passes_from() && !verdict.fatal;
        held |= verdict.fatal || (gate == Gate::Structure && !passed);
        sum += f64::from(score) * f64::from(weight);
        weights += f64::from(weight);
        let findings = bounded(std::mem::take(&mut verdict.findings));
        gates.push(GateResult { gate, score, weight, passed, findings, measured: verdict.measured });
    }
    let mean = if weights > 0.0 { percent(sum / weights) } else { 0 };
    LessonReport { score: if held { mean.min(HELD_AT) } else { mean }, gates }
}

/// As a score: whole, from 0 to 100.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
fn percent(value: f64) -> u8 {
    if value.is_nan() { 0 } else { value.round().clamp(0.0, 100.0) as u8 }
}

/// A share from 0 to 1; of nothing: 0.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { number(part) / number(whole) }
}

#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn number(count: usize) -> f64 {
    count as f64
}

/// The first ones, and how many there are beyond.
fn bounded(mut findings: Vec<String>) -> Vec<String> {
    if findings.len() > MOST_FINDINGS {
        let more = findings.len() - (MOST_FINDINGS - 1);
        findings.truncate(MOST_FINDINGS - 1);
        findings.push(format!("And {more} more of this kind."));
    }
    findings
}

/// A text as it is quoted in a finding: one line, 120 characters at most.
fn quote(text: &str) -> String {
    const LONGEST: usize = 120;
    let line = words::squeezed(text);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}
