//! Whether the place or the length of an option gives the right answer away.

use super::{Verdict, duplication::hash, number, quote, share, words};
use crate::{Lesson, Question};

/// Critical values of the chi-square distribution at 1 %, by degrees of freedom from 1 (NIST/SEMATECH e-Handbook, 1.3.6.7.4).
const CRITICAL: [f64; 9] = [6.635, 9.210, 11.345, 13.277, 15.086, 16.812, 18.475, 20.090, 21.666];

/// Where the right answers of single-choice questions stand.
#[derive(Default)]
struct Positions {
    /// How often each place has the right one.
    observed: Vec<usize>,
    /// How often it would by chance.
    expected: Vec<f64>,
    /// Questions counted.
    single: usize,
    /// How many right options are visibly longer than all others.
    longest: usize,
    statements: usize,
    true_ones: usize,
}

impl Positions {
    fn add(&mut self, question: &Question) {
        match question {
            Question::Single { options, correct, .. } => {
                let Some(correct) = place(options, *correct).filter(|_| options.len() > 1) else { return };
                if self.observed.len() < options.len() {
                    self.observed.resize(options.len(), 0);
                    self.expected.resize(options.len(), 0.0);
                }
                self.observed[correct] += 1;
                for expected in &mut self.expected[..options.len()] {
                    *expected += 1.0 / number(options.len());
                }
                self.single += 1;
                self.longest += usize::from(is_longest(options, correct));
            }
            Question::TrueFalse { answer, .. } => {
                self.statements += 1;
                self.true_ones += usize::from(*answer);
            }
            Question::ShortAnswer { .. } => {}
        }
    }

    /// The place that is right most often, and how often.
    fn most(&self) -> (usize, usize) {
        let most = self.observed.iter().copied().max().unwrap_or_default();
        (self.observed.iter().position(|count| *count == most).unwrap_or_default(), most)
    }

    /// How often at most one place may be right: one more than in an even spread.
    fn allowed(&self) -> usize {
        self.single.div_ceil(self.observed.len().max(1)) + 1
    }

    /// Whether three of four right options, and at least three, are the longest. Where nothing is to be seen in the length, it
    /// is one in three or four.
    fn longest_is_right(&self) -> bool {
        self.longest >= 3 && self.longest * 4 >= self.single * 3
    }

    /// Whether the places are further from an even spread than chance explains in 99 of 100 courses. The test needs five
    /// expected answers at each place (Cochran 1954, 10.2307/3001616); with fewer, the rule for lessons holds.
    fn is_uneven(&self) -> bool {
        if self.expected.iter().any(|expected| *expected < 5.0) {
            return self.most().1 > self.allowed();
        }
        let statistic: f64 = self
            .observed
            .iter()
            .zip(&self.expected)
            .map(|(observed, expected)| (number(*observed) - expected).powi(2) / expected)
            .sum();
        let freedom = self.observed.len().saturating_sub(2).min(CRITICAL.len() - 1);
        statistic > CRITICAL[freedom]
    }

    fn measured(&self) -> String {
        let counts: Vec<_> =
            self.observed.iter().enumerate().map(|(at, count)| format!("{} {count}", letter(at))).collect();
        counts.join(", ")
    }
}

fn place(options: &[String], correct: u32) -> Option<usize> {
    usize::try_from(correct).ok().filter(|correct| *correct < options.len())
}

/// `A` for the first place.
fn letter(at: usize) -> String {
    u8::try_from(at)
        .ok()
        .filter(|at| *at < 26)
        .map_or_else(|| (at + 1).to_string(), |at| char::from(b'A' + at).to_string())
}

/// Whether the right option is at least a tenth longer than all others.
fn is_longest(options: &[String], correct: usize) -> bool {
    let length = |option: &String| option.chars().count();
    let others =
        options.iter().enumerate().filter(|(at, _)| *at != correct).map(|(_, option)| length(option)).max();
    others.is_some_and(|longest| length(&options[correct]) * 10 >= longest * 11 && longest > 0)
}

/// 100, less 25 for each right answer too many at one place, less 40 if the longest option is right nearly always, and less 30 if
/// all statements are true or all are false.
pub(super) fn judge(lesson: &Lesson) -> Verdict {
    let mut positions = Positions::default();
    lesson.questions.iter().for_each(|question| positions.add(question));
    if positions.single < 2 && positions.statements < 3 {
        return Verdict::not_judged("too few questions with options");
    }
    let (mut points, mut findings) = (0.0, Vec::new());
    let (place, most) = positions.most();
    let many = most.saturating_sub(positions.allowed());
    if many > 0 {
        points += 25.0 * number(many);
        let asked: Vec<_> = lesson
            .questions
            .iter()
            .enumerate()
            .filter(|(_, question)| matches!(question, Question::Single { correct, .. } if usize::try_from(*correct) == Ok(place)))
            .map(|(at, _)| (at + 1).to_string())
            .collect();
        findings.push(format!(
            "The right answer is option {} in {most} of {} single-choice questions (questions {}). Shuffle the options.",
            letter(place),
            positions.single,
            asked.join(", ")
        ));
    }
    if positions.longest_is_right() {
        points += 40.0;
        let example = lesson.questions.iter().enumerate().find_map(|(at, question)| match question {
            Question::Single { question, options, correct, .. } => {
                let correct = self::place(options, *correct)?;
                is_longest(options, correct).then(|| format!("question {}, “{}”", at + 1, quote(question)))
            }
            _ => None,
        });
        findings.push(format!(
            "The right option is the longest one in {} of {} single-choice questions, first in {}. Shorten right options or lengthen wrong ones.",
            positions.longest,
            positions.single,
            example.unwrap_or_default()
        ));
    }
    if positions.statements >= 3 && matches!(share(positions.true_ones, positions.statements), 0.0 | 1.0) {
        points += 30.0;
        findings.push(format!(
            "All {} true-or-false statements are {}. Turn one around.",
            positions.statements,
            positions.true_ones > 0
        ));
    }
    Verdict::new(100.0 - points, findings, Some(positions.measured()).filter(|measured| !measured.is_empty()))
}

/// What is to be said about all questions of a course.
pub(super) fn over_the_course(lessons: &[Lesson]) -> Vec<String> {
    let mut positions = Positions::default();
    lessons.iter().flat_map(|lesson| &lesson.questions).for_each(|question| positions.add(question));
    let mut findings = Vec::new();
    if positions.is_uneven() {
        findings.push(format!(
            "Right answers are spread unevenly over the options of the course ({}). Shuffle the options.",
            positions.measured()
        ));
    }
    if positions.single >= 8 && positions.longest * 2 > positions.single {
        findings.push(format!(
            "The right option is the longest one in {} of {} single-choice questions of the course. Shorten right options or lengthen wrong ones.",
            positions.longest, positions.single
        ));
    }
    let true_ones = share(positions.true_ones, positions.statements);
    if positions.statements >= 8 && !(0.25..=0.75).contains(&true_ones) {
        findings.push(format!(
            "{} of {} true-or-false statements of the course are true. Turn some around.",
            positions.true_ones, positions.statements
        ));
    }
    findings
}

/// Puts the options of single-choice questions into another order, always the same one for the same questions, so that right
/// answers are spread evenly over the places. Which of the least used places comes next, and where wrong options go, depends on
/// the question's text. Questions stay as they are whose options or explanation name places, such as `all of the above` or
/// `option B`.
pub fn shuffle_answers(lesson: &mut Lesson) {
    let mut used: Vec<usize> = Vec::new();
    for question in &mut lesson.questions {
        let Question::Single { question, options, correct, explanation } = question else { continue };
        let Some(right) = place(options, *correct).filter(|_| options.len() > 1) else { continue };
        if used.len() < options.len() {
            used.resize(options.len(), 0);
        }
        if options.iter().any(|option| names_places(option)) || names_places(explanation) {
            used[right] += 1;
            continue;
        }
        let seed = hash(question);
        let Some(target) =
            (0..options.len()).min_by_key(|at| (used[*at], mixed(seed ^ mixed(number_of(*at)))))
        else {
            continue;
        };
        used[target] += 1;
        let answer = options.remove(right);
        options.sort_by_key(|option| mixed(seed ^ hash(option)));
        options.insert(target, answer);
        *correct = u32::try_from(target).unwrap_or(*correct);
    }
}

fn number_of(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX)
}

/// Spreads the bits of a hash (the finalizer of `SplitMix64`: Steele, Lea and Flood 2014, 10.1145/2660193.2660195).
fn mixed(hash: u64) -> u64 {
    let hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Whether a text speaks of options by their place.
fn names_places(text: &str) -> bool {
    const PHRASES: &[&str] = &[
        "of the above",
        "of the below",
        "of these options",
        "none of these",
        "all of these",
        "der genannten",
        "alle oben",
        "keine der",
        "tous les précédents",
        "aucune de ces",
        "todas las anteriores",
        "ninguna de las anteriores",
    ];
    const NAMES: &[&str] =
        &["option", "options", "answer", "answers", "choice", "choices", "antwort", "réponse", "opción"];
    const PLACES: &[&str] =
        &["first", "second", "third", "fourth", "last", "erste", "zweite", "dritte", "letzte"];
    let lower = words::squeezed(&words::lower(text));
    if PHRASES.iter().any(|phrase| lower.contains(phrase)) {
        return true;
    }
    let original: Vec<&str> = words::words(text).collect();
    // `A and B`, `B or C`
    let is_letter = |word: &&str| matches!(*word, "A" | "B" | "C" | "D" | "E");
    let letters = original.windows(3).any(|three| {
        is_letter(&three[0])
            && is_letter(&three[2])
            && matches!(three[1].to_lowercase().as_str(), "and" | "or" | "und" | "oder" | "et" | "y")
    });
    letters
        || original.windows(2).any(|two| {
            let (first, second) = (two[0].to_lowercase(), two[1].to_lowercase());
            let name = |word: &str| NAMES.contains(&word);
            name(&first) && (is_letter(&two[1]) || matches!(second.as_str(), "1" | "2" | "3" | "4" | "5"))
                || PLACES.contains(&first.as_str()) && name(&second)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_name_places_are_known() {
        for text in [
            "All of the above",
            "Both A and B",
            "Option B is wrong",
            "The second answer is right",
            "Antwort 2",
        ] {
            assert!(names_places(text), "{text}");
        }
        for text in
            ["A and the others", "An option to buy", "Vitamin B or iron", "The answer is that prices rise"]
        {
            assert!(!names_places(text), "{text}");
        }
    }

    fn course(correct: impl Iterator<Item = u32>) -> Vec<Lesson> {
        let questions = correct
            .map(|correct| Question::Single {
                question: "Which?".into(),
                options: ["one", "two", "six", "ten"].map(String::from).to_vec(),
                correct,
                explanation: String::new(),
            })
            .collect();
        vec![Lesson { questions, ..Lesson::default() }]
    }

    #[test]
    fn a_course_is_uneven_when_chance_does_not_explain_it() {
        assert_eq!(over_the_course(&course((0..40).map(|at| at % 4))), [""; 0]);
        // 16, 8, 8, 8 of 40: chi-square is 4.8, below 11.3. 22, 6, 6, 6: 19.2.
        assert_eq!(over_the_course(&course((0..40).map(|at| if at < 8 { 0 } else { at % 4 }))), [""; 0]);
        let findings = over_the_course(&course((0..40).map(|at| if at < 16 { 0 } else { at % 4 })));
        assert!(findings[0].contains("A 22, B 6, C 6, D 6"), "{findings:?}");
        // Too few for the test.
        assert_eq!(over_the_course(&course([1, 1, 1, 1].into_iter())).len(), 1);
    }
}
