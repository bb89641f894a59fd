//! Judging lessons as they stand now, whoever changed them last.

use std::collections::HashMap;

use momentum_drafting::{
    Lesson, Question,
    passage::Passage,
    quality::{self, CourseReport, LessonReport},
};

use super::extractive_author;
use crate::{
    Error, Result,
    authoring::{WholeCourse, WholeLesson},
    catalog,
    ids::LessonId,
};

/// Has the gates judge a course, with what is said in its lessons' videos. Its lessons' reports come by day.
pub(super) async fn course(
    whole: WholeCourse,
    mut scripts: HashMap<LessonId, String>,
    passages: Vec<Passage>,
) -> Result<CourseReport> {
    let judged = tokio::task::spawn_blocking(move || {
        let lessons: Vec<Lesson> = whole
            .lessons
            .iter()
            .map(|lesson| Lesson {
                script: scripts.remove(&lesson.id).unwrap_or_default(),
                ..drafted(lesson)
            })
            .collect();
        let days = u32::try_from(whole.details.duration_days).unwrap_or_default();
        quality::judge_course(&lessons, days, &context(&whole, &passages))
    });
    judged.await.map_err(Error::internal)
}

/// Has the gates judge a lesson of a course, with what is said in its video.
pub(super) async fn lesson(
    whole: WholeCourse,
    id: LessonId,
    script: String,
    passages: Vec<Passage>,
) -> Result<Option<LessonReport>> {
    let judged = tokio::task::spawn_blocking(move || {
        let this = whole.lessons.iter().find(|lesson| lesson.id == id)?;
        let others: Vec<Lesson> =
            whole.lessons.iter().filter(|lesson| lesson.id != id).map(drafted).collect();
        let lesson = Lesson { script, ..drafted(this) };
        let others: Vec<&Lesson> = others.iter().collect();
        Some(quality::judge_lesson(&lesson, &others, &context(&whole, &passages)))
    });
    judged.await.map_err(Error::internal)
}

fn context<'a>(whole: &'a WholeCourse, passages: &'a [Passage]) -> quality::Context<'a> {
    let level = extractive_author::level(whole.details.level);
    quality::Context { language: &whole.details.language, level, passages }
}

/// A lesson as the gates read it.
pub(super) fn drafted(lesson: &WholeLesson) -> Lesson {
    Lesson {
        day: u32::try_from(lesson.day).unwrap_or_default(),
        title: lesson.title.clone(),
        summary: lesson.summary.clone(),
        body: lesson.body.clone(),
        action_items: lesson.action_items.iter().map(|item| item.text.clone()).collect(),
        key_takeaways: lesson.key_takeaways.clone(),
        questions: lesson.quiz.iter().map(question).collect(),
        ..Lesson::default()
    }
}

/// A question as the gates read it. They know fewer kinds: of the others, all that is right together is the answer.
fn question(question: &catalog::Question) -> Question {
    use catalog::Question as Asked;
    let short = |question, right: Vec<String>, explanation| Question::ShortAnswer {
        question,
        answers: vec![right.join("; ")],
        explanation,
    };
    match question.clone() {
        Asked::Single { question, options, explanation } => {
            let correct = options.iter().position(|option| option.correct).unwrap_or(options.len());
            Question::Single {
                question,
                options: options.into_iter().map(|option| option.text).collect(),
                correct: u32::try_from(correct).unwrap_or(u32::MAX),
                explanation,
            }
        }
        Asked::TrueFalse { question, answer, explanation } => {
            Question::TrueFalse { question, answer, explanation }
        }
        Asked::ShortAnswer { question, answers, explanation } => {
            Question::ShortAnswer { question, answers, explanation }
        }
        Asked::Multiple { question, options, explanation } => {
            let right = options.into_iter().filter(|option| option.correct).map(|option| option.text);
            short(question, right.collect(), explanation)
        }
        Asked::Ordering { question, items, explanation } => short(question, items, explanation),
        Asked::Matching { question, pairs, explanation } => {
            let right = pairs.into_iter().flat_map(|pair| [pair.left, pair.right]);
            short(question, right.collect(), explanation)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{AnswerOption, Pair};

    #[test]
    fn every_kind_of_question_is_judged_by_what_is_right() {
        let option = |text: &str, correct| AnswerOption { text: text.into(), correct };
        let options = vec![option("Tea", false), option("Water", true), option("Milk", true)];
        let single = catalog::Question::Single {
            question: "What?".into(),
            options: options.clone(),
            explanation: String::new(),
        };
        assert!(
            matches!(question(&single), Question::Single { correct: 1, options, .. } if options.len() == 3)
        );
        let multiple =
            catalog::Question::Multiple { question: "Which?".into(), options, explanation: String::new() };
        let matching = catalog::Question::Matching {
            question: "Match.".into(),
            pairs: vec![Pair { left: "Sky".into(), right: "Blue".into() }],
            explanation: String::new(),
        };
        for (asked, right) in [(multiple, "Water; Milk"), (matching, "Sky; Blue")] {
            assert!(matches!(question(&asked), Question::ShortAnswer { answers, .. } if answers == [right]));
        }
    }
}
