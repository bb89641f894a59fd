//! What can be written into courses and lessons: tidied, then checked.

use super::{CourseDetails, LessonContent, slug};
use crate::{
    Error, FieldErrors, Result, Services,
    catalog::{Access, Resource, markdown::trimmed},
    language::is_language_tag,
    media::{self, WantedMedia},
    names,
};

/// The longest body of a lesson, in characters.
const MAX_BODY: usize = 200_000;

/// Trims what was typed, drops empty entries, makes the slug.
pub(super) fn tidy_course(mut course: CourseDetails) -> CourseDetails {
    for text in [
        &mut course.title,
        &mut course.slug,
        &mut course.subtitle,
        &mut course.category,
        &mut course.language,
        &mut course.author,
        &mut course.audience,
    ] {
        trim(text);
    }
    course.description = trimmed(&course.description).to_owned();
    tidy_list(&mut course.tags);
    for tag in &mut course.tags {
        *tag = tag.to_lowercase();
    }
    let mut seen = std::collections::HashSet::new();
    course.tags.retain(|tag| seen.insert(tag.clone()));
    tidy_list(&mut course.objectives);
    tidy_url(&mut course.intro_video_url);
    tidy_url(&mut course.thumbnail_url);
    if course.slug.is_empty() {
        course.slug = slug::slugify(&course.title);
    }
    if let Some(price) = &mut course.price {
        price.currency = price.currency.trim().to_uppercase();
    }
    if course.access != Access::Paid {
        course.price = None;
        course.premium_included = true;
    }
    course
}

/// What may be kept as a draft: a title and nothing impossible. What a course needs to be published is on the
/// checklist.
pub(super) fn check_course(course: &CourseDetails) -> Result<()> {
    let mut errors = FieldErrors::default();
    let e = &mut errors;
    text(e, "title", &course.title, 1, 150);
    names::check(e, "title", &course.title);
    e.check(
        slug::is_slug(&course.slug),
        "slug",
        "invalid",
        "Use lower-case letters, digits and hyphens, 80 at most.",
    );
    text(e, "subtitle", &course.subtitle, 0, 200);
    text(e, "description", &course.description, 0, 20_000);
    text(e, "author", &course.author, 0, 100);
    names::check(e, "author", &course.author);
    text(e, "audience", &course.audience, 0, 300);
    e.check(!course.category.is_empty(), "category", "required", "Choose a category.");
    list(e, "tags", &course.tags, 12, 40);
    list(e, "objectives", &course.objectives, 12, 200);
    e.check(
        [7, 14, 21].contains(&course.duration_days),
        "duration_days",
        "invalid",
        "A course has 7, 14 or 21 days.",
    );
    e.check(
        is_language_tag(&course.language),
        "language",
        "invalid",
        "Enter a language tag such as en or pt-BR.",
    );
    match (&course.price, course.access) {
        (None, Access::Paid) => e.add("price", "required", "A paid course has a price."),
        (Some(price), Access::Paid) => {
            e.check(
                (50..=100_000_000).contains(&price.amount),
                "price",
                "out-of-range",
                "Enter a price of at least 0.50.",
            );
            let currency =
                price.currency.len() == 3 && price.currency.bytes().all(|b| b.is_ascii_uppercase());
            e.check(currency, "price", "invalid", "Enter a currency such as USD.");
        }
        _ => {}
    }
    video(e, "intro_video_url", course.intro_video_url.as_deref());
    let picture = course.thumbnail_url.as_deref().is_none_or(|url| url.starts_with("/media/"));
    e.check(picture, "thumbnail_url", "invalid", "Choose a picture from the media library.");
    errors.into_result()
}

/// Trims what was typed, drops empty entries, makes the slug.
pub(super) fn tidy_lesson(mut lesson: LessonContent) -> LessonContent {
    for text in [&mut lesson.title, &mut lesson.slug, &mut lesson.summary] {
        trim(text);
    }
    lesson.body = trimmed(&lesson.body.replace("\r\n", "\n")).to_owned();
    for item in &mut lesson.action_items {
        trim(&mut item.text);
    }
    lesson.action_items.retain(|item| !item.text.is_empty());
    tidy_list(&mut lesson.key_takeaways);
    for Resource { title, url, .. } in &mut lesson.resources {
        trim(title);
        trim(url);
    }
    lesson.resources.retain(|resource| !(resource.title.is_empty() && resource.url.is_empty()));
    tidy_url(&mut lesson.video_url);
    if lesson.slug.is_empty() {
        lesson.slug = slug::slugify(&lesson.title);
    }
    if lesson.slug.is_empty() {
        lesson.slug = "lesson".to_owned();
    }
    lesson
}

/// What may be kept of a lesson while it is being typed: anything that isn't far too much.
pub(super) fn check_size(lesson: &LessonContent) -> Result<()> {
    let mut errors = FieldErrors::default();
    text(&mut errors, "body", &lesson.body, 0, MAX_BODY);
    let texts = lesson.action_items.iter().map(|item| &item.text).chain(&lesson.key_takeaways);
    let links = lesson.resources.iter().flat_map(|resource| [&resource.title, &resource.url]);
    let rest: usize = texts.chain(links).chain([&lesson.title, &lesson.summary]).map(String::len).sum();
    errors.check(rest <= MAX_BODY, "title", "too-long", "This is more than a lesson can hold.");
    errors.into_result()
}

/// What may be kept of a lesson, published or not.
pub(super) fn check_lesson(lesson: &LessonContent) -> Result<()> {
    let mut errors = FieldErrors::default();
    let e = &mut errors;
    text(e, "title", &lesson.title, 1, 150);
    names::check(e, "title", &lesson.title);
    e.check(slug::is_slug(&lesson.slug), "slug", "invalid", "Use lower-case letters, digits and hyphens.");
    text(e, "summary", &lesson.summary, 0, 300);
    e.check((1..=600).contains(&lesson.minutes), "minutes", "out-of-range", "Enter 1 to 600 minutes.");
    text(e, "body", &lesson.body, 0, MAX_BODY);
    video(e, "video_url", lesson.video_url.as_deref());
    let items: Vec<_> = lesson.action_items.iter().map(|item| item.text.clone()).collect();
    list(e, "action_items", &items, 12, 300);
    list(e, "key_takeaways", &lesson.key_takeaways, 12, 300);
    e.check(lesson.resources.len() <= 20, "resources", "too-many", "A lesson has at most 20 resources.");
    for (i, resource) in lesson.resources.iter().enumerate() {
        let titled = (1..=200).contains(&resource.title.chars().count());
        if !titled {
            e.add_named(format!("resources[{i}].title"), "required", "Say what it is, in 200 characters.");
        }
        if !is_address(&resource.url) {
            e.add_named(
                format!("resources[{i}].url"),
                "invalid",
                "Enter a web address that begins with https://, or upload a file.",
            );
        }
    }
    errors.into_result()
}

/// That the files which a course names are there and are what they have to be.
pub(super) async fn check_course_files(s: &Services, course: &CourseDetails) -> Result<()> {
    let mut named = Vec::new();
    if let Some(url) = &course.thumbnail_url {
        named.push(("thumbnail_url".to_owned(), url.clone(), WantedMedia::Picture));
    }
    if let Some(url) = &course.intro_video_url {
        named.push(("intro_video_url".to_owned(), url.clone(), WantedMedia::Video));
    }
    let mut errors = FieldErrors::default();
    media::check_addresses(s, &mut errors, named).await?;
    errors.into_result()
}

/// As [`check_course_files`], for a lesson.
pub(super) async fn check_lesson_files(s: &Services, lesson: &LessonContent) -> Result<()> {
    let mut named = Vec::new();
    if let Some(url) = &lesson.video_url {
        named.push(("video_url".to_owned(), url.clone(), WantedMedia::Video));
    }
    for (i, resource) in lesson.resources.iter().enumerate() {
        named.push((format!("resources[{i}].url"), resource.url.clone(), WantedMedia::Any));
    }
    let mut errors = FieldErrors::default();
    media::check_addresses(s, &mut errors, named).await?;
    errors.into_result()
}

/// Takes out which files of the media library aren't there any more, or aren't what they have to be; whether there were any.
pub(super) async fn leave_out_course_files(s: &Services, course: &mut CourseDetails) -> Result<bool> {
    let gone = wrong_fields(check_course_files(s, course).await)?;
    course.thumbnail_url.take_if(|_| gone.iter().any(|field| field == "thumbnail_url"));
    course.intro_video_url.take_if(|_| gone.iter().any(|field| field == "intro_video_url"));
    Ok(!gone.is_empty())
}

/// As [`leave_out_course_files`], for a lesson.
pub(super) async fn leave_out_lesson_files(s: &Services, lesson: &mut LessonContent) -> Result<bool> {
    let gone = wrong_fields(check_lesson_files(s, lesson).await)?;
    lesson.video_url.take_if(|_| gone.iter().any(|field| field == "video_url"));
    let mut places = 0..;
    lesson.resources.retain(|_| {
        let name = places.next().map(|at: usize| format!("resources[{at}].url"));
        !gone.iter().any(|field| Some(field) == name.as_ref())
    });
    Ok(!gone.is_empty())
}

fn wrong_fields(checked: Result<()>) -> Result<Vec<String>> {
    match checked {
        Ok(()) => Ok(Vec::new()),
        Err(Error::Invalid(errors)) => {
            Ok(errors.as_slice().iter().map(|error| error.field.to_string()).collect())
        }
        Err(other) => Err(other),
    }
}

/// An address on the web or in the media library.
pub(super) fn is_address(url: &str) -> bool {
    let web = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let good = web.or_else(|| url.strip_prefix("/media/")).is_some_and(|rest| !rest.is_empty());
    good && url.len() <= 2_000 && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// An address from which pages may play a video.
pub(super) fn is_video_address(url: &str) -> bool {
    is_address(url) && !url.starts_with("http://")
}

fn video(errors: &mut FieldErrors, field: &'static str, url: Option<&str>) {
    errors.check(
        url.is_none_or(is_video_address),
        field,
        "invalid",
        "Enter a web address that begins with https://, or choose a file of the media library.",
    );
}

fn text(errors: &mut FieldErrors, field: &'static str, value: &str, least: usize, most: usize) {
    let length = value.chars().count();
    errors.check(length >= least, field, "required", "Fill this in.");
    errors.check(length <= most, field, "too-long", format!("At most {most} characters, please."));
}

fn list(errors: &mut FieldErrors, field: &'static str, values: &[String], most: usize, longest: usize) {
    errors.check(values.len() <= most, field, "too-many", format!("At most {most}, please."));
    let short = values.iter().all(|value| value.chars().count() <= longest);
    errors.check(short, field, "too-long", format!("At most {longest} characters each, please."));
}

fn trim(text: &mut String) {
    let trimmed = text.trim();
    if trimmed.len() != text.len() {
        *text = trimmed.to_owned();
    }
}

fn tidy_list(values: &mut Vec<String>) {
    values.iter_mut().for_each(trim);
    values.retain(|value| !value.is_empty());
}

fn tidy_url(url: &mut Option<String>) {
    *url = url.take().map(|url| url.trim().to_owned()).filter(|url| !url.is_empty());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Money;

    fn wrong(course: CourseDetails) -> Vec<String> {
        match check_course(&tidy_course(course)) {
            Ok(()) => Vec::new(),
            Err(Error::Invalid(errors)) => {
                errors.as_slice().iter().map(|error| error.field.to_string()).collect()
            }
            Err(other) => panic!("{other}"),
        }
    }

    fn tea() -> CourseDetails {
        CourseDetails { title: " Tea ".into(), category: "business".into(), ..CourseDetails::default() }
    }

    #[test]
    fn a_draft_needs_a_title_and_a_category() {
        assert!(wrong(tea()).is_empty());
        assert_eq!(wrong(CourseDetails::default()), ["title", "slug", "category"]);
    }

    #[test]
    fn every_wrong_field_is_named() {
        let course = CourseDetails {
            subtitle: "x".repeat(201),
            duration_days: 8,
            language: "english please".into(),
            access: Access::Paid,
            price: Some(Money { amount: -1, currency: "dollar".into() }),
            intro_video_url: Some("javascript:alert(1)".into()),
            thumbnail_url: Some("https://elsewhere.example/x.png".into()),
            ..tea()
        };
        let expected =
            ["subtitle", "duration_days", "language", "price", "price", "intro_video_url", "thumbnail_url"];
        assert_eq!(wrong(course), expected);
    }

    #[test]
    fn a_video_comes_from_a_safe_address() {
        for (url, good) in [
            ("https://v.example/1", true),
            ("/media/1/film.mp4", true),
            ("http://v.example/1", false),
            ("ftp://v.example/1", false),
        ] {
            assert_eq!(is_video_address(url), good, "{url}");
        }
        assert!(is_address("http://example.com"), "a link may lead there");
    }

    #[test]
    fn a_free_course_has_no_price() {
        let course = tidy_course(CourseDetails {
            price: Some(Money { amount: 900, currency: "usd".into() }),
            ..tea()
        });
        assert_eq!(course.price, None);
        assert_eq!(course.slug, "tea");
    }
}
