//! Courses that several samples share.

use super::common::{
    Access, CategoryTag, ContinueCard, CourseCard, Cover, DayState, OutlineDay, Progress, QuizMark, Rating,
};

/// Title, subtitle, category slug and name, days, access, rating.
type Row = (
    &'static str,
    &'static str,
    (&'static str, &'static str),
    u8,
    Access,
    Option<(&'static str, &'static str)>,
);

fn rows() -> Vec<Row> {
    vec![
        (
            "SQL in seven days",
            "Ask your data real questions and trust the answers",
            ("technology", "Technology"),
            7,
            Access::Free,
            Some(("4.8", "212")),
        ),
        (
            "Speak so people listen",
            "Two weeks to a calm voice and a clear point",
            ("personal-development", "Personal Development"),
            14,
            Access::Premium,
            Some(("4.6", "97")),
        ),
        (
            "Your first budget that holds",
            "Know where the money goes, then tell it where to go",
            ("finance", "Finance"),
            7,
            Access::Free,
            None,
        ),
        (
            "Interfaces people understand",
            "Layout, type and color for those who never studied design",
            ("design", "Design"),
            21,
            Access::Paid("$19".into()),
            Some(("4.9", "41")),
        ),
        (
            "Write a newsletter worth opening",
            "From a blank page to your third issue",
            ("marketing", "Marketing"),
            14,
            Access::Free,
            Some(("4.4", "68")),
        ),
        (
            "Run meetings that end early",
            "Decide faster, with fewer people in the room",
            ("business", "Business"),
            7,
            Access::Premium,
            None,
        ),
    ]
}

/// A slug for a sample title.
fn slug(title: &str) -> String {
    title.to_lowercase().replace(' ', "-")
}

/// `count` courses.
pub(super) fn cards(count: usize) -> Vec<CourseCard> {
    rows()
        .into_iter()
        .cycle()
        .take(count)
        .enumerate()
        .map(|(index, (title, subtitle, (category, name), days, access, rating))| CourseCard {
            slug: if index < 6 { slug(title) } else { format!("{}-{index}", slug(title)) },
            title: title.into(),
            subtitle: subtitle.into(),
            category: CategoryTag::new(category, name),
            duration_days: days,
            level: "Beginner".into(),
            access,
            total_time: "1 h 52 min".into(),
            learners: (index % 3 != 2).then(|| "1,204 learners".into()),
            rating: rating.map(|(average, count)| Rating { average: average.into(), count: count.into() }),
            author: "Mara Lindqvist".into(),
            cover: Cover::of(&slug(title), None),
        })
        .collect()
}

/// The next lesson of a course in progress.
pub(super) fn next_lesson() -> ContinueCard {
    ContinueCard {
        slug: "sql-in-seven-days".into(),
        course_title: "SQL in seven days".into(),
        category: CategoryTag::new("technology", "Technology"),
        lesson_title: "Join two tables without losing rows".into(),
        minutes: "16 min".into(),
        day: 3,
        url: "/courses/sql-in-seven-days/days/3".into(),
        action: "Start day 3".into(),
        quizzes: Some("2 of 7 quizzes passed".into()),
        progress: Progress { done: 2, total: 7 },
        cover: Cover::of("sql-in-seven-days", None),
    }
}

/// A course begun, with another category.
pub(super) fn other_lesson() -> ContinueCard {
    ContinueCard {
        slug: "speak-so-people-listen".into(),
        course_title: "Speak so people listen".into(),
        category: CategoryTag::new("personal-development", "Personal Development"),
        lesson_title: "The pause is your friend".into(),
        minutes: "15 min".into(),
        day: 10,
        url: "/courses/speak-so-people-listen/days/10".into(),
        action: "Continue day 10".into(),
        quizzes: Some("2 of 7 quizzes passed".into()),
        progress: Progress { done: 9, total: 14 },
        cover: Cover::of("clear-writing-at-work", None),
    }
}

/// Seven days; `done` of them completed, the rest in `rest`.
pub(super) fn outline(done: usize, rest: DayState) -> Vec<OutlineDay> {
    const TITLES: [(&str, &str); 7] = [
        ("Your first query", "Ask a table a question and read what comes back."),
        ("Filter the rows you need", "Use WHERE with confidence, also when values are missing."),
        ("Join two tables without losing rows", "Bring orders and customers together and keep them all."),
        ("Count, sum, average", "Turn a thousand rows into one honest number."),
        ("Group like an analyst", "Compare months, regions and products side by side."),
        ("Questions inside questions", "Use one answer to ask the next, step by step."),
        ("A report you can defend", "Put it all together and check it before you send it."),
    ];
    TITLES
        .iter()
        .enumerate()
        .map(|(index, (title, summary))| {
            let day = u32::try_from(index + 1).unwrap_or(u32::MAX);
            let state = match (index, rest) {
                (index, _) if index < done => DayState::Done,
                (0, DayState::Locked) => DayState::Preview,
                (_, DayState::Later | DayState::Locked) => rest,
                (index, _) if index == done => DayState::Current,
                (_, rest) => rest,
            };
            OutlineDay {
                quiz: (state == DayState::Done).then(|| QuizMark { label: "Quiz 80 %".into(), passed: true }),
                day,
                title: (*title).into(),
                summary: (*summary).into(),
                minutes: "16 min".into(),
                state,
                opens: (state == DayState::Later).then(|| "on Sunday, November 22".into()),
                url: (!matches!(state, DayState::Later | DayState::Locked))
                    .then(|| format!("/courses/sql-in-seven-days/days/{day}")),
            }
        })
        .collect()
}
