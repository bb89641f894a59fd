//! Reading packages.

use serde::de::DeserializeOwned;
use serde_saphyr::{MessageFormatter, UserMessageFormatter};

use super::{CourseHead, CoursePackage, FORMAT, LessonHead, LessonPackage, PackageError, Readable};
use crate::{
    FieldErrors,
    catalog::{Access, markdown::trimmed},
};

/// Reads a package from its files: `(path inside the folder, text)`, in any order. It has a lesson for every day.
///
/// # Errors
/// The first thing that is wrong, with the file's name and, for front matter, the line.
pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<CoursePackage, PackageError> {
    let (readable, errors) = readable(files);
    if let Some(first) = errors.into_iter().next() {
        return Err(first);
    }
    let missing = || PackageError { file: "course.md".into(), problem: MISSING.to_owned() };
    let package = readable.whole().ok_or_else(missing)?;
    let (course, lessons) = (&package.course, package.lessons.len());
    if i64::try_from(lessons) == Ok(course.duration_days) {
        return Ok(package);
    }
    let problem = format!("a course of {} days has as many lessons, not {lessons}", course.duration_days);
    Err(PackageError { file: "course.md".into(), problem })
}

const MISSING: &str = "the file is missing";

/// As [`parse`], for a course that is still being written: days may be missing. Answers what can be read, and everything that is
/// wrong with the other files, in their order; when nothing is, there is a course.
pub(crate) fn readable<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> (Readable, Vec<PackageError>) {
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_unstable();
    let text_of_course = files.iter().find(|(path, _)| *path == "course.md").map_or("", |(_, text)| *text);
    let mut course = None;
    let mut lessons: Vec<LessonPackage> = Vec::new();
    let mut errors = Vec::new();
    for (path, text) in files {
        let mut fail = |problem: String| errors.push(PackageError { file: path.to_owned(), problem });
        if path == "course.md" {
            match front_matter::<CourseHead>(text) {
                Ok(found) => course = Some(found),
                Err(problem) => fail(problem),
            }
        } else if path.starts_with("lessons/") && path.ends_with(".md") {
            match lesson(path, text) {
                Ok(lesson) if lessons.iter().any(|known| known.day == lesson.day) => {
                    fail(format!("there are two lessons for day {}", lesson.day));
                }
                Ok(lesson) => lessons.push(lesson),
                Err(problems) => problems.into_iter().for_each(fail),
            }
        }
    }
    lessons.sort_by_key(|lesson| lesson.day);
    let problems: Vec<String> = match &course {
        Some((course, _)) => {
            let problems = check_course(course, lessons.last().map_or(0, |lesson| lesson.day));
            problems.into_iter().map(|problem| problem.in_text(text_of_course)).collect()
        }
        None if errors.iter().any(|error| error.file == "course.md") => Vec::new(),
        None => vec![MISSING.to_owned()],
    };
    course.take_if(|_| !problems.is_empty());
    errors
        .splice(0..0, problems.into_iter().map(|problem| PackageError { file: "course.md".into(), problem }));
    (Readable { course, lessons }, errors)
}

/// What is wrong with a field of a file's head.
struct Problem {
    field: &'static str,
    text: String,
}

impl Problem {
    fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self { field, text: text.into() }
    }

    /// With the line in which the field begins.
    fn in_text(self, text: &str) -> String {
        let Self { field, text: problem } = self;
        match line_of(text, field) {
            Some(line) => format!("line {line}: {field}: {problem}"),
            None => format!("{field}: {problem}"),
        }
    }
}

/// Where a field such as `resources[2].url` begins in the head of a file, from 1.
pub(crate) fn line_of(text: &str, field: &str) -> Option<usize> {
    let name = field.split(['[', '.']).next()?;
    let mut head = text.lines().enumerate().skip(1).take_while(|(_, line)| *line != "---");
    let found = head.find(|(_, line)| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))?;
    Some(found.0 + 1)
}

/// The day of the lesson in a file such as `lessons/01-water.md`.
pub(crate) fn day_of(path: &str) -> Option<i64> {
    let name = path.strip_prefix("lessons/")?.strip_suffix(".md")?;
    let number = name.split(['-', '.']).next().and_then(|number| number.parse().ok());
    number.filter(|day| (1..=21).contains(day))
}

fn lesson(path: &str, text: &str) -> Result<LessonPackage, Vec<String>> {
    let day =
        day_of(path).ok_or_else(|| vec!["the name starts with the number of the day, 1 to 21".to_owned()])?;
    let (head, body) = front_matter::<LessonHead>(text).map_err(|problem| vec![problem])?;
    let problems = check_lesson(&head);
    if problems.is_empty() {
        return Ok(LessonPackage { day, head, body });
    }
    Err(problems.into_iter().map(|problem| problem.in_text(text)).collect())
}

fn check_course(course: &CourseHead, last_day: i64) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut check = |good: bool, field, text: &str| {
        if !good {
            problems.push(Problem::new(field, text));
        }
    };
    check(course.format == FORMAT, "format", "only format 1 is known");
    let slug_is_good = !course.slug.is_empty()
        && course.slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    check(slug_is_good, "slug", "lower-case letters, digits and hyphens");
    let days = course.duration_days;
    check([7, 14, 21].contains(&days), "duration_days", "7, 14 or 21");
    let fits = last_day <= days;
    check(
        fits,
        "duration_days",
        &format!("there is a lesson for day {last_day}, but the course has {days} days"),
    );
    let priced = (course.access == Access::Paid) == course.price.is_some();
    check(priced, "access", "a paid course has a price, others have none");
    let price = course.price.as_ref().is_none_or(|price| price.amount > 0 && price.currency.len() == 3);
    check(price, "price", "a positive amount in minor units and an ISO 4217 currency");
    check(course.intro_video_url.as_deref().is_none_or(is_video_address), "intro_video_url", NO_VIDEO);
    problems
}

fn check_lesson(lesson: &LessonHead) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !(1..=600).contains(&lesson.minutes) {
        problems.push(Problem::new("minutes", "1 to 600"));
    }
    if !lesson.video_url.as_deref().is_none_or(is_video_address) {
        problems.push(Problem::new("video_url", NO_VIDEO));
    }
    for resource in lesson.resources.iter().filter(|resource| !is_address(&resource.url)) {
        problems.push(Problem::new("resources", format!("{} is not a web address", resource.url)));
    }
    let mut rules = FieldErrors::default();
    lesson.quiz_policy.check(&mut rules);
    if let Err(error) = rules.into_result() {
        problems.push(Problem::new("quiz_policy", error.to_string()));
    }
    for (i, question) in lesson.quiz.iter().enumerate() {
        if let Some(problem) = question.problem() {
            problems.push(Problem::new("quiz", format!("question {}: {problem}", i + 1)));
        }
    }
    problems
}

/// An address on the web, or a file in the package.
fn is_address(url: &str) -> bool {
    ["https://", "http://", "/media/", "media/", "./media/", "../media/"]
        .iter()
        .any(|start| url.starts_with(start))
}

const NO_VIDEO: &str = "an address that begins with https://, or a file in media/";

/// As [`is_address`], but pages play no video from an address that isn't safe.
fn is_video_address(url: &str) -> bool {
    is_address(url) && !url.starts_with("http://")
}

/// Splits a file into its YAML head and its Markdown body.
fn front_matter<T: DeserializeOwned>(text: &str) -> Result<(T, String), String> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let rest = text.strip_prefix("---\n").ok_or("the file starts with a line of three hyphens")?;
    let (head, body) = match rest.split_once("\n---\n") {
        Some((head, body)) => (head, body),
        // Nothing after the front matter.
        None => (
            rest.trim_end()
                .strip_suffix("\n---")
                .ok_or("the front matter ends with a line of three hyphens")?,
            "",
        ),
    };
    // A line in place of the hyphens, so that errors name the lines of the file.
    let options = serde_saphyr::options! { with_snippet: false };
    let head =
        serde_saphyr::from_str_with_options(&format!("\n{head}"), options).map_err(|e| in_words(&e))?;
    Ok((head, trimmed(body).to_owned()))
}

/// What is wrong with the head of a file.
fn in_words(error: &serde_saphyr::Error) -> String {
    use serde_saphyr::Error as E;
    let problem = match error {
        E::DuplicateMappingKey { key, .. } => {
            format!("{} stands there a second time", key.as_deref().unwrap_or("a key"))
        }
        E::SerdeUnknownField { field, expected, .. } => {
            format!("{field} isn't known here; known are {}", expected.join(", "))
        }
        E::SerdeUnknownVariant { variant, expected, .. } => {
            format!("{variant} isn't known here; choose one of {}", expected.join(", "))
        }
        E::SerdeMissingField { field, .. } => format!("{field} is missing"),
        E::NullIntoString { .. } => "a text is missing here".to_owned(),
        E::InvalidScalar { ty: expected, .. } | E::Unexpected { expected, .. } => wanted(expected),
        E::SerdeInvalidType { expected, .. } | E::SerdeInvalidValue { expected, .. } => wanted(expected),
        E::MultipleDocuments { .. } => {
            "the front matter is one block: a line of three hyphens ends it, with nothing behind them"
                .to_owned()
        }
        other => format!("this is no YAML: {}", UserMessageFormatter.format_message(other)),
    };
    match error.location() {
        Some(location) => format!("line {}: {problem}", location.line()),
        None => problem,
    }
}

/// What the reader of YAML wanted to find, in words.
fn wanted(expected: &str) -> String {
    let what = match expected {
        "boolean" | "a boolean" => "true or false",
        "i64" | "u32" => "a whole number",
        "sequence start" | "a sequence" => "a list",
        "mapping start" => "a group of fields",
        "scalar" | "string scalar" | "a string" => "a text",
        named if named.starts_with("struct ") => "a group of fields",
        _ => return "this isn't what belongs here".to_owned(),
    };
    format!("{what} is expected here")
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
            (files(&COURSE.replace("level:", "levle:"), LESSON, 7), "line 9"),
            (files(COURSE, LESSON, 8), "day 8"),
            (
                files(COURSE, &LESSON.replace("minutes: 15", "minutes: soon"), 7),
                "lessons/01-x.md: line 5: a whole number is expected here",
            ),
            (files(COURSE, &LESSON.replace("title: Water", "title: ~"), 7), "line 2: a text is missing here"),
            (files(COURSE, &LESSON.replace("[Boil]", "Boil"), 7), "line 6: a list is expected here"),
            (files(COURSE, &LESSON.replace("summary: S\n", ""), 7), "summary is missing"),
            (files(COURSE, &LESSON.replace("minutes: 15", "minutes: 15\n--- \nx: 1"), 7), "one block"),
            (
                files(&COURSE.replace("slug: tea", "slug: tea\nslug: tea"), LESSON, 7),
                "course.md: line 4: slug stands there a second time",
            ),
            (
                files(COURSE, &LESSON.replace("minutes: 15", "minutes: 15\nvideo_url: http://v.example/1"), 7),
                "line 6: video_url: an address that begins with https://",
            ),
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
