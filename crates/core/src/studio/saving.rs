//! From what was written to a draft in authoring: judging it, turning it into a course, handing it over.

use chrono::{DateTime, Utc};
use momentum_db::{Tx, sql};
use momentum_drafting::{
    Lesson, Outline, Question,
    quality::{self, CourseReport, LessonReport},
    reading,
};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Author, JobKind,
    asking::Stopped,
    extractive_author, judging, model_author, proposals,
    repo::{self, StoredJob, WrittenLesson},
};
use crate::{
    Error, Result, Services,
    authoring::{self, ActionItemText, CourseDetails, GeneratedLesson, LessonContent, Rewritten},
    catalog::{self, AnswerOption},
    ids::LessonId,
};

/// What the gates made of a job: the lessons as they were judged, with their answers shuffled, and how.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Judged {
    pub lessons: Vec<Lesson>,
    pub report: CourseReport,
}

/// Shuffles the answers and has the gates judge.
pub(super) async fn judge(s: &Services, job: &StoredJob) -> Result<Judged, Stopped> {
    let mut lessons = match job.author {
        Author::Model => model_author::lessons(s, job).await?,
        Author::Extractive => extractive_author::lessons(s, job).await?,
    };
    lessons.iter_mut().for_each(quality::shuffle_answers);
    let passages: Vec<_> = repo::passages(&mut s.db.read().await?, job.id)
        .await?
        .into_iter()
        .map(|(passage, _)| passage)
        .collect();
    let others = match (job.kind, job.lesson_id) {
        (JobKind::Lesson, Some(id)) => other_lessons(s, id).await?,
        _ => Vec::new(),
    };
    let job = job.clone();
    let work = tokio::task::spawn_blocking(move || {
        let context = quality::Context {
            language: &job.brief.language,
            level: extractive_author::level(job.brief.level),
            passages: &passages,
        };
        let report = match job.kind {
            JobKind::Course => {
                let days = u32::try_from(job.brief.duration_days).unwrap_or_default();
                quality::judge_course(&lessons, days, &context)
            }
            JobKind::Lesson => {
                let others: Vec<&Lesson> = others.iter().collect();
                let reports: Vec<LessonReport> =
                    lessons.iter().map(|lesson| quality::judge_lesson(lesson, &others, &context)).collect();
                let score = reports.first().map_or(0, |report| report.score);
                CourseReport { score, passed: score >= 60, lessons: reports, findings: Vec::new() }
            }
        };
        Judged { lessons, report }
    });
    work.await.map_err(|why| Stopped::from(Error::internal(why)))
}

/// The other lessons of a lesson's course, as drafts.
async fn other_lessons(s: &Services, id: LessonId) -> Result<Vec<Lesson>> {
    let whole = authoring::whole_course(&mut s.db.read().await?, id).await?;
    Ok(whole.lessons.iter().filter(|lesson| lesson.id != id).map(judging::drafted).collect())
}

/// Hands the draft over in the transaction that ends the step.
pub(super) async fn save(
    s: &Services,
    tx: &mut Tx,
    job: &StoredJob,
    plan: Option<Outline>,
    judged: Judged,
    now: DateTime<Utc>,
) -> Result<()> {
    let Judged { lessons, report } = judged;
    let score = i64::from(report.score);
    let (course, ids, kept_version) = match (plan, job.lesson_id) {
        (Some(outline), _) => {
            let generated = lessons.iter().map(generated).collect();
            let author: Option<(String,)> =
                tx.opt(sql!("SELECT name FROM users WHERE id = $1", job.created_by)).await?;
            let mut details = details(job, outline);
            details.author = author.map(|(name,)| name).unwrap_or_default();
            let (course, ids) = authoring::add_generated(tx, job.created_by, details, generated, now).await?;
            (Some(course), ids, None)
        }
        (None, Some(id)) => {
            let lesson = lessons.first().ok_or_else(|| Error::internal("there is no lesson"))?;
            let GeneratedLesson { content, quiz, .. } = generated(lesson);
            let text = (content, quiz.as_slice());
            match authoring::rewrite(s, tx, job.created_by, id, text, job.starts_at, now).await? {
                Rewritten::Lesson { kept } => {
                    proposals::remove(tx, id).await?;
                    (job.course_id, vec![id], kept)
                }
                // The lesson is still what it was; so is what is known of it.
                Rewritten::Proposal(content) => {
                    let report =
                        report.lessons.first().ok_or_else(|| Error::internal("there is no report"))?;
                    proposals::keep(tx, (id, job.id), (&content, &quiz), (lesson, report), now).await?;
                    (job.course_id, Vec::new(), None)
                }
            }
        }
        (None, None) => return Err(Error::NotFound("lesson")),
    };
    tx.run(sql!(
        "UPDATE ai_jobs SET course_id = $2, score = $3 WHERE id = $1",
        job.id,
        course.map(|id| id.0),
        score
    ))
    .await?;
    for ((id, lesson), report) in ids.into_iter().zip(lessons).zip(report.lessons) {
        let written = WrittenLesson {
            job: job.id,
            passages: json!({ "numbers": lesson.passages }),
            quality: serde_json::to_value(&report).map_err(Error::internal)?,
            score: i64::from(report.score),
            script: &lesson.script,
            kept_version,
        };
        repo::keep_written(tx, id, written).await?;
    }
    Ok(())
}

/// The plan of a course that is being made, for its details.
pub(super) async fn outline(s: &Services, job: &StoredJob) -> Result<Option<Outline>, Stopped> {
    Ok(match (job.kind, job.author) {
        (JobKind::Lesson, _) => None,
        (JobKind::Course, Author::Model) => Some(model_author::planned(s, job).await?.outline),
        (JobKind::Course, Author::Extractive) => Some(extractive_author::plan(s, job).await?.outline),
    })
}

fn details(job: &StoredJob, outline: Outline) -> CourseDetails {
    let brief = &job.brief;
    let audience =
        if brief.target_audience.is_empty() { outline.audience } else { brief.target_audience.clone() };
    CourseDetails {
        title: shortened(&outline.title, 150),
        subtitle: shortened(&outline.subtitle, 200),
        description: shortened(&outline.description, 20_000),
        category: brief.category.clone(),
        tags: outline.tags.iter().take(12).map(|tag| shortened(tag, 40)).collect(),
        duration_days: brief.duration_days,
        level: brief.level,
        language: brief.language.clone(),
        audience: shortened(&audience, 300),
        objectives: outline.objectives.iter().take(12).map(|objective| shortened(objective, 200)).collect(),
        ..CourseDetails::default()
    }
}

fn generated(lesson: &Lesson) -> GeneratedLesson {
    let words = reading::words(&lesson.body);
    let minutes = reading::minutes(words, lesson.action_items.len(), lesson.questions.len());
    GeneratedLesson {
        day: i64::from(lesson.day),
        content: LessonContent {
            title: shortened(&lesson.title, 150),
            summary: shortened(&lesson.summary, 300),
            minutes: i64::try_from(minutes.max(1)).unwrap_or(600).min(600),
            body: lesson.body.clone(),
            is_preview: lesson.day == 1,
            action_items: lesson
                .action_items
                .iter()
                .take(12)
                .map(|text| ActionItemText { id: None, text: shortened(text, 300) })
                .collect(),
            key_takeaways: lesson.key_takeaways.iter().take(12).map(|text| shortened(text, 300)).collect(),
            ..LessonContent::default()
        },
        // A question that can't be asked is left out rather than the lesson.
        quiz: lesson.questions.iter().map(question).filter(|question| question.problem().is_none()).collect(),
    }
}

/// A drafted question as the catalog has it.
pub(super) fn question(question: &Question) -> catalog::Question {
    match question.clone() {
        Question::Single { question, options, correct, explanation } => {
            let options =
                (0_u32..).zip(options).map(|(at, text)| AnswerOption { text, correct: at == correct });
            catalog::Question::Single { question, options: options.collect(), explanation }
        }
        Question::TrueFalse { question, answer, explanation } => {
            catalog::Question::TrueFalse { question, answer, explanation }
        }
        Question::ShortAnswer { question, answers, explanation } => {
            catalog::Question::ShortAnswer { question, answers, explanation }
        }
    }
}

/// At most so many characters, cut at a word.
fn shortened(text: &str, most: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most - 1).collect();
    let at = cut.rfind(char::is_whitespace).unwrap_or(cut.len());
    format!("{}…", cut[..at].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_at_a_word() {
        assert_eq!(shortened("  short ", 10), "short");
        assert_eq!(shortened("one two three", 9), "one two…");
        assert_eq!(shortened("ééééééééééé", 5), "éééé…");
    }
}
