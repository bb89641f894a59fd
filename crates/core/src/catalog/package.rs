//! Course packages: a course as a folder of Markdown with front matter. The format is described in
//! `docs/CONTENT_PACKAGES.md`.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Access, Level, Money, Resource};

/// A package, read and checked.
#[derive(Debug, Clone)]
pub struct CoursePackage {
    pub course: CourseHead,
    /// Markdown.
    pub description: String,
    /// By day, without gaps.
    pub lessons: Vec<LessonPackage>,
}

/// A lesson file.
#[derive(Debug, Clone)]
pub struct LessonPackage {
    pub head: LessonHead,
    /// Markdown.
    pub body: String,
}

/// Front matter of `course.md`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseHead {
    format: u32,
    pub slug: String,
    pub title: String,
    pub subtitle: String,
    /// Slug.
    pub category: String,
    pub tags: Vec<String>,
    pub duration_days: i64,
    pub level: Level,
    pub language: String,
    pub access: Access,
    pub price: Option<Money>,
    pub author: String,
    pub audience: String,
    pub objectives: Vec<String>,
    #[serde(default)]
    pub drip: bool,
    pub intro_video_url: Option<String>,
}

/// Front matter of a lesson.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LessonHead {
    pub title: String,
    pub slug: String,
    pub summary: String,
    pub minutes: i64,
    #[serde(default)]
    pub preview: bool,
    pub video_url: Option<String>,
    #[serde(default)]
    pub action_items: Vec<String>,
    #[serde(default)]
    pub key_takeaways: Vec<String>,
    #[serde(default)]
    pub resources: Vec<Resource>,
    #[serde(default)]
    pub quiz: Vec<Question>,
}

/// A quiz question with its right answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Question {
    /// Exactly one option is right.
    Single {
        question: String,
        options: Vec<AnswerOption>,
        explanation: String,
    },
    /// One or more options are right.
    Multiple {
        question: String,
        options: Vec<AnswerOption>,
        explanation: String,
    },
    TrueFalse {
        question: String,
        answer: bool,
        explanation: String,
    },
    /// Each of the answers is accepted.
    ShortAnswer {
        question: String,
        answers: Vec<String>,
        explanation: String,
    },
    /// The items stand in the right order.
    Ordering {
        question: String,
        items: Vec<String>,
        explanation: String,
    },
    Matching {
        question: String,
        pairs: Vec<Pair>,
        explanation: String,
    },
}

/// An option of a choice question.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerOption {
    pub text: String,
    #[serde(default)]
    pub correct: bool,
}

/// Two things that belong together.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    pub left: String,
    pub right: String,
}

impl Question {
    /// Kind, question, content as stored, explanation.
    pub(crate) fn parts(&self) -> (&'static str, &str, serde_json::Value, &str) {
        use serde_json::json;
        match self {
            Self::Single { question, options, explanation } => {
                ("single", question, json!({ "options": options }), explanation)
            }
            Self::Multiple { question, options, explanation } => {
                ("multiple", question, json!({ "options": options }), explanation)
            }
            Self::TrueFalse { question, answer, explanation } => {
                ("true_false", question, json!({ "answer": answer }), explanation)
            }
            Self::ShortAnswer { question, answers, explanation } => {
                ("short_answer", question, json!({ "answers": answers }), explanation)
            }
            Self::Ordering { question, items, explanation } => {
                ("ordering", question, json!({ "items": items }), explanation)
            }
            Self::Matching { question, pairs, explanation } => {
                ("matching", question, json!({ "pairs": pairs }), explanation)
            }
        }
    }

    fn problem(&self) -> Option<&'static str> {
        match self {
            Self::Single { options, .. } if options.iter().filter(|o| o.correct).count() != 1 => {
                Some("a single-choice question has exactly one correct option")
            }
            Self::Single { options, .. } | Self::Multiple { options, .. } if options.len() < 2 => {
                Some("a choice question has at least two options")
            }
            Self::Multiple { options, .. } if !options.iter().any(|o| o.correct) => {
                Some("a multiple-choice question has a correct option")
            }
            Self::ShortAnswer { answers, .. } if answers.is_empty() => {
                Some("a short-answer question has an answer")
            }
            Self::Ordering { items, .. } if items.len() < 2 => Some("an ordering has at least two items"),
            Self::Matching { pairs, .. } if pairs.len() < 2 => Some("a matching has at least two pairs"),
            _ => None,
        }
    }
}

/// What is wrong with a package, and in which file.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct PackageError {
    pub file: String,
    pub problem: String,
}

/// Reads a package from its files: `(path inside the folder, text)`, in any order.
///
/// # Errors
/// The first thing that is wrong, with the file's name and, for front matter, the line.
pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<CoursePackage, PackageError> {
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_unstable();
    let mut course = None;
    let mut lessons = Vec::new();
    for (path, text) in files {
        let fail = |problem: String| PackageError { file: path.to_owned(), problem };
        if path == "course.md" {
            course = Some(front_matter::<CourseHead>(text).map_err(fail)?);
        } else if let Some(name) = path.strip_prefix("lessons/").filter(|name| name.ends_with(".md")) {
            let day: usize = name
                .split('-')
                .next()
                .and_then(|number| number.parse().ok())
                .ok_or_else(|| fail("the name starts with the number of the day".into()))?;
            if day != lessons.len() + 1 {
                return Err(fail(format!("the lesson of day {} is missing", lessons.len() + 1)));
            }
            let (head, body) = front_matter::<LessonHead>(text).map_err(fail)?;
            check_lesson(&head).map_err(fail)?;
            lessons.push(LessonPackage { head, body });
        }
    }
    let fail = |problem: String| PackageError { file: "course.md".into(), problem };
    let (course, description) = course.ok_or_else(|| fail("the file is missing".into()))?;
    check_course(&course, lessons.len()).map_err(fail)?;
    Ok(CoursePackage { course, description, lessons })
}

fn check_course(course: &CourseHead, lessons: usize) -> Result<(), String> {
    let slug_is_good = !course.slug.is_empty()
        && course.slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    let problem = if course.format != 1 {
        "only format 1 is known".to_owned()
    } else if !slug_is_good {
        "slug: lower-case letters, digits and hyphens".to_owned()
    } else if ![7, 14, 21].contains(&course.duration_days) {
        "duration_days: 7, 14 or 21".to_owned()
    } else if i64::try_from(lessons) != Ok(course.duration_days) {
        format!("a course of {} days has as many lessons, not {lessons}", course.duration_days)
    } else if (course.access == Access::Paid) != course.price.is_some() {
        "a paid course has a price, others have none".to_owned()
    } else if course.price.as_ref().is_some_and(|price| price.amount <= 0 || price.currency.len() != 3) {
        "price: a positive amount in minor units and an ISO 4217 currency".to_owned()
    } else {
        return Ok(());
    };
    Err(problem)
}

fn check_lesson(lesson: &LessonHead) -> Result<(), String> {
    if !(1..=600).contains(&lesson.minutes) {
        return Err("minutes: 1 to 600".into());
    }
    if let Some(resource) = lesson.resources.iter().find(|resource| !is_web_address(&resource.url)) {
        return Err(format!("resources: {} is not a web address", resource.url));
    }
    match lesson.quiz.iter().enumerate().find_map(|(i, question)| Some((i, question.problem()?))) {
        Some((i, problem)) => Err(format!("quiz, question {}: {problem}", i + 1)),
        None => Ok(()),
    }
}

fn is_web_address(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Splits a file into its YAML head and its Markdown body.
fn front_matter<T: DeserializeOwned>(text: &str) -> Result<(T, String), String> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let rest = text.strip_prefix("---\n").ok_or("the file starts with a line of three hyphens")?;
    let (head, body) =
        rest.split_once("\n---\n").ok_or("the front matter ends with a line of three hyphens")?;
    let head = serde_saphyr::from_str(head).map_err(|e| e.to_string())?;
    Ok((head, body.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COURSE: &str = "---\nformat: 1\nslug: tea\ntitle: Tea\nsubtitle: A cup a day\ncategory: business\n\
        tags: [tea]\nduration_days: 7\nlevel: beginner\nlanguage: en\naccess: free\nauthor: A\naudience: B\n\
        objectives: [Brew]\n---\nHello";
    const LESSON: &str =
        "---\ntitle: Water\nslug: water\nsummary: S\nminutes: 15\naction_items: [Boil]\n---\n## Hot\n";

    fn files(course: &str, lesson: &str, lessons: usize) -> Vec<(String, String)> {
        let mut files = vec![("course.md".to_owned(), course.to_owned())];
        files.extend((1..=lessons).map(|day| (format!("lessons/{day:02}-x.md"), lesson.to_owned())));
        files
    }

    fn read(files: &[(String, String)]) -> Result<CoursePackage, String> {
        parse(files.iter().map(|(a, b)| (a.as_str(), b.as_str()))).map_err(|e| e.to_string())
    }

    #[test]
    fn reads_a_course() {
        let package = read(&files(COURSE, LESSON, 7)).unwrap();
        assert_eq!(package.course.title, "Tea");
        assert_eq!(package.description, "Hello");
        assert_eq!(package.lessons.len(), 7);
        assert_eq!(package.lessons[0].body, "## Hot");
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        let cases = [
            (files(COURSE, LESSON, 6), "as many lessons"),
            (files(&COURSE.replace("slug: tea", "slug: ../tea"), LESSON, 7), "slug"),
            (files(&COURSE.replace("access: free", "access: paid"), LESSON, 7), "price"),
            (files(&COURSE.replace("level:", "levle:"), LESSON, 7), "levle"),
            (files(COURSE, &LESSON.replace("minutes: 15", "minutes: soon"), 7), "lessons/01-x.md"),
            (files(COURSE, "no front matter", 7), "three hyphens"),
            (
                files(
                    COURSE,
                    &LESSON.replace(
                        "action_items: [Boil]",
                        "quiz: [{kind: single, question: q, options: [{text: a}, {text: b}], explanation: e}]",
                    ),
                    7,
                ),
                "exactly one correct",
            ),
        ];
        for (files, expected) in cases {
            let error = read(&files).unwrap_err();
            assert!(error.contains(expected), "{expected:?} is not in {error:?}");
        }
        assert!(read(&files(COURSE, LESSON, 7)[1..]).unwrap_err().contains("course.md"));
    }
}
