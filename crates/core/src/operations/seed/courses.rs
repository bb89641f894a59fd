use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use momentum_db::{Rows, Tx, row};
use serde_json::json;

use super::{
    random::Random,
    text::{self, Body},
    words::{AUDIENCES, FIRST_NAMES, LAST_NAMES, LESSONS, SUBJECTS, Subject, TITLES},
};
use crate::{
    Error, Result,
    catalog::{Access, ActionItem, AnswerOption, Level, Question, Resource, ResourceKind, markdown},
    ids::{ActionItemId, CategoryId, CourseId, LessonId, QuestionId},
};

/// Texts that the lessons of a category share.
const BODIES: usize = 10;

/// Rows of these are large, so few of them stand in memory at a time.
const COURSES_A_CHUNK: usize = 50;

/// What learning has to know of a course.
pub(super) struct SeededCourse {
    pub id: CourseId,
    pub category: CategoryId,
    pub access: Access,
    /// By day.
    pub lessons: Vec<SeededLesson>,
    pub enrollments: i64,
    pub completions: i64,
}

pub(super) struct SeededLesson {
    pub id: LessonId,
    pub minutes: i64,
}

/// Makes courses up and stores them.
pub(super) struct Writer {
    random: Random,
    now: DateTime<Utc>,
    /// How many courses there will be.
    count: usize,
    /// In the order of [`SUBJECTS`].
    categories: Vec<CategoryId>,
    /// By category and number.
    bodies: HashMap<(usize, usize), Body>,
}

/// What a lesson takes over from its course.
#[derive(Clone, Copy)]
struct Frame {
    course: CourseId,
    /// Place in [`SUBJECTS`].
    subject: usize,
    topic: &'static str,
    published: DateTime<Utc>,
}

impl Writer {
    pub(super) fn new(random: Random, now: DateTime<Utc>, count: usize, categories: Vec<CategoryId>) -> Self {
        Self { random, now, count, categories, bodies: HashMap::new() }
    }

    /// Stores some courses, beginning with number `from`; answers what learning has to know of them.
    pub(super) async fn store_some(&mut self, tx: &mut Tx, from: usize) -> Result<Vec<SeededCourse>> {
        let to = self.count.min(from + COURSES_A_CHUNK);
        let mut rows = CourseRows::new();
        let courses = (from..to).map(|n| self.course(&mut rows, n)).collect::<Result<_>>()?;
        tx.load(rows.courses).await?;
        tx.load(rows.lessons).await?;
        tx.load(rows.questions).await?;
        Ok(courses)
    }

    fn course(&mut self, rows: &mut CourseRows, n: usize) -> Result<SeededCourse> {
        let subject_number = n % SUBJECTS.len();
        let subject = &SUBJECTS[subject_number];
        let category =
            *self.categories.get(subject_number).ok_or_else(|| Error::internal("a category is missing"))?;
        let in_category = n / SUBJECTS.len();
        let (title, topic) = title(subject, in_category);
        // 21 days a little more often: 15 lessons on average.
        let days = [7, 14, 21, 7, 14, 21, 21][n % 7];
        let access = ACCESS[in_category % ACCESS.len()];
        let level = Level::ALL[in_category % Level::ALL.len()];
        // Two years to seven months ago, so that every enrollment is younger.
        let age = 730 - 520 * n / self.count.max(1);
        let published = self.now - TimeDelta::days(i64::try_from(age).unwrap_or(730));
        let id = CourseId(self.random.id(published));
        let frame = Frame { course: id, subject: subject_number, topic, published };
        let lessons: Vec<_> = (1..=days).map(|day| self.lesson(rows, frame, day)).collect();

        let random = &mut self.random;
        let author = format!("{} {}", random.pick(&FIRST_NAMES), random.pick(&LAST_NAMES));
        let subtitle = text::sentence(random, subject, topic);
        let description = text::description(random, subject, topic);
        let objectives: Vec<_> = (0..4).map(|_| text::advice(random, subject)).collect();
        let tags = [subject.category, &topic.to_lowercase()].map(ToOwned::to_owned);
        let search_text = format!("{title} {subtitle} {} {author}", tags.join(" ")).to_lowercase();
        let is_paid = access == Access::Paid;
        rows.courses.push(row![
            id,
            slug(&title),
            category,
            title,
            subtitle,
            description.as_str(),
            format!("Anybody who wants to get better at {}", topic.to_lowercase()),
            json!(objectives),
            json!(tags),
            search_text,
            author,
            "en",
            level.as_str(),
            days,
            access.as_str(),
            is_paid.then(|| random.between(9, 49) * 100),
            is_paid.then_some("USD"),
            "published",
            days,
            lessons.iter().map(|lesson| lesson.minutes).sum::<i64>(),
            published,
            published,
            published,
            markdown::to_html(&description),
            markdown::RENDER_VERSION,
        ]);
        Ok(SeededCourse { id, category, access, lessons, enrollments: 0, completions: 0 })
    }

    fn lesson(&mut self, rows: &mut CourseRows, frame: Frame, day: i64) -> SeededLesson {
        let Frame { course, topic, published, .. } = frame;
        let subject = &SUBJECTS[frame.subject];
        let random = &mut self.random;
        let key = (frame.subject, random.below(BODIES));
        let body = self.bodies.entry(key).or_insert_with(|| text::body(random, subject));
        let id = LessonId(random.id(published));
        let minutes = random.between(8, 25);
        let in_list = usize::try_from(day - 1).unwrap_or(0) % LESSONS.len();
        let title = LESSONS[in_list].replace("{}", topic);
        let action_items: Vec<_> = (0..3)
            .map(|_| ActionItem {
                id: ActionItemId(random.id(published)),
                text: text::advice(random, subject),
            })
            .collect();
        let takeaways: Vec<_> = (0..3).map(|_| text::sentence(random, subject, topic)).collect();
        let resources = [Resource {
            title: format!("Further reading on {}", topic.to_lowercase()),
            url: format!("https://example.com/reading/{}", slug(topic)),
            kind: ResourceKind::Article,
        }];
        rows.lessons.push(row![
            id,
            course,
            day,
            slug(&title),
            title,
            text::sentence(random, subject, topic),
            minutes,
            body.markdown.as_str(),
            body.html.as_str(),
            markdown::RENDER_VERSION,
            day == 1,
            "published",
            json!(action_items),
            json!(takeaways),
            json!(resources),
            published,
            published,
            QUESTIONS,
        ]);
        for (position, question) in (1_i64..).zip(quiz(random, subject, topic)) {
            let (kind, text, content, explanation) = question.parts();
            let question_id = QuestionId(random.id(published));
            rows.questions.push(row![question_id, id, position, kind, text, content, explanation]);
        }
        SeededLesson { id, minutes }
    }
}

/// What may join: half of the courses are for everybody.
const ACCESS: [Access; 6] =
    [Access::Free, Access::Premium, Access::Free, Access::Paid, Access::Free, Access::Premium];

/// Of each lesson.
const QUESTIONS: i64 = 2;

fn quiz(random: &mut Random, subject: &Subject, topic: &str) -> [Question; 2] {
    let right = random.below(3);
    [
        Question::Single {
            question: format!("What comes first in {}?", topic.to_lowercase()),
            options: (0..3)
                .map(|i| AnswerOption { text: text::advice(random, subject), correct: i == right })
                .collect(),
            explanation: text::sentence(random, subject, topic),
        },
        Question::TrueFalse {
            question: text::sentence(random, subject, topic),
            answer: true,
            explanation: text::sentence(random, subject, topic),
        },
    ]
}

/// The title of a category's course number `n`, unlike every other one's, and its topic.
fn title(subject: &Subject, n: usize) -> (String, &'static str) {
    let topics = subject.topics.len();
    let all = topics * TITLES.len() * AUDIENCES.len();
    // A prime that divides no number of words: neighbors differ in all parts, and nothing repeats before `all`.
    let mixed = n * 389 % all;
    let topic = subject.topics[mixed % topics];
    let form = TITLES[mixed / topics % TITLES.len()];
    let audience = AUDIENCES[mixed / topics / TITLES.len()];
    let title = format!("{} {audience}", form.replace("{}", topic));
    match n / all {
        0 => (title, topic),
        round => (format!("{title}, Part {}", round + 1), topic),
    }
}

/// A title as it stands in an address.
fn slug(title: &str) -> String {
    let words: Vec<_> =
        title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-").to_lowercase()
}

struct CourseRows {
    courses: Rows<25>,
    lessons: Rows<18>,
    questions: Rows<7>,
}

impl CourseRows {
    fn new() -> Self {
        Self {
            courses: Rows::new(
                "courses",
                [
                    "id",
                    "slug",
                    "category_id",
                    "title",
                    "subtitle",
                    "description",
                    "audience",
                    "objectives",
                    "tags",
                    "search_text",
                    "author",
                    "language",
                    "level",
                    "duration_days",
                    "access",
                    "price_minor",
                    "price_currency",
                    "status",
                    "lesson_count",
                    "total_minutes",
                    "published_at",
                    "created_at",
                    "updated_at",
                    "description_html",
                    "render_version",
                ],
            ),
            lessons: Rows::new(
                "lessons",
                [
                    "id",
                    "course_id",
                    "day",
                    "slug",
                    "title",
                    "summary",
                    "minutes",
                    "body",
                    "body_html",
                    "render_version",
                    "is_preview",
                    "status",
                    "action_items",
                    "key_takeaways",
                    "resources",
                    "created_at",
                    "updated_at",
                    "question_count",
                ],
            ),
            questions: Rows::new(
                "quiz_questions",
                ["id", "lesson_id", "position", "kind", "question", "content", "explanation"],
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_courses_share_an_address() {
        let mut slugs = HashSet::new();
        for subject in &SUBJECTS {
            for n in 0..2_500 {
                let (title, _) = title(subject, n);
                assert!(slugs.insert(slug(&title)), "{title}");
            }
        }
    }
}
