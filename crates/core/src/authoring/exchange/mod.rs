//! Courses as packages: a zip of Markdown files and the media they name, that can be taken elsewhere, kept in version control,
//! and brought back. Videos are large, so a package never stands in memory: it is a file of its own on the way out and in.

mod archive;
mod files;

use std::{
    fs::File,
    io::{Seek, SeekFrom},
};

use chrono::{DateTime, Utc};
use momentum_db::Tx;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{
    ActionItemText, AuthoredCourse, Change, CourseDetails, LessonContent, LessonStatus, ReviewState, courses,
    fields, generated, repo,
};
use crate::{
    Error, FieldErrors, Result, Services,
    catalog::{
        self,
        package::{self, CourseHead, CoursePackage, FORMAT, LessonHead, LessonPackage, Readable},
    },
    identity::Actor,
    ids::{CourseId, LessonId},
};

/// The biggest zip that is taken, in bytes.
pub const MAX_PACKAGE_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// A package on its way out.
#[derive(Debug)]
pub struct ExportedPackage {
    /// Such as `sql-in-seven-days.zip`.
    pub file_name: String,
    /// The zip, in a file that is gone when it is closed.
    pub zip: File,
    /// Its length in bytes.
    pub size: u64,
}

/// A file for a package on its way; it is gone when it is closed.
///
/// # Errors
/// [`Error::Unavailable`] when the disk has no room for it.
pub fn package_file(s: &Services) -> Result<File> {
    let made = std::fs::create_dir_all(&s.settings.scratch)
        .and_then(|()| tempfile::tempfile_in(&s.settings.scratch));
    made.map_err(|error| Error::Unavailable(format!("{}: {error}", s.settings.scratch.display())))
}

/// What to do when the slug of a package is taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WhenTaken {
    /// Take nothing in.
    #[default]
    Refuse,
    /// Give the new course a slug of its own.
    Rename,
}

/// How a package is taken in.
#[derive(Debug, Clone, Copy, Default)]
pub struct ImportOptions {
    pub when_taken: WhenTaken,
}

/// A course with its lessons, quizzes and files, and what is said about these, as a package. Working copies are not in it, nor are files for which it has no room
/// ([`MAX_PACKAGE_BYTES`]): those keep their address.
///
/// # Errors
/// [`Error::Conflict`] `not-approved` while generated lessons wait for approval; [`Error::NotFound`]; [`Error::Forbidden`] for
/// everybody but administrators; [`Error::Unavailable`] when the disk is full.
pub async fn export_course(s: &Services, actor: &Actor, id: CourseId) -> Result<ExportedPackage> {
    actor.require_admin()?;
    let mut package = {
        let mut conn = s.db.read().await?;
        let course = repo::course(&mut conn, id).await?.ok_or(Error::NotFound("course"))?;
        if course.review_state == ReviewState::Pending {
            return Err(Error::conflict(
                "not-approved",
                "A program wrote lessons of this course that nobody has approved yet. Approve them before they go elsewhere.",
            ));
        }
        let mut lessons = Vec::new();
        for (lesson, day) in repo::days(&mut conn, id).await? {
            let stored = repo::lesson(&mut conn, lesson).await?.ok_or(Error::NotFound("lesson"))?;
            let quiz = catalog::questions(&mut conn, lesson).await?;
            let policy = catalog::quiz_policy(&mut conn, lesson).await?;
            lessons.push(lesson_package(
                day,
                (stored.status, stored.hidden),
                stored.content(),
                (quiz, policy),
            ));
        }
        let mut package = course_package(course.details(), lessons);
        package.course.ai_generated = course.ai_generated;
        package
    };
    let slug = package.course.slug.clone();
    let media = files::taken_along(s, &package::write(&package)?).await?;
    package.course.media = files::described(&media);
    let mut texts = package::write(&package)?;
    files::name_in_package(&media, &mut texts);
    let (file, folder) = (package_file(s)?, slug.clone());
    let (sender, parts) = mpsc::channel(4);
    let packing = tokio::task::spawn_blocking(move || archive::pack(file, &folder, texts, parts));
    files::send(s, media, sender).await?;
    let zip = packing.await.map_err(Error::internal)??;
    let size = zip.metadata().map_err(Error::internal)?.len();
    Ok(ExportedPackage { file_name: format!("{slug}.zip"), zip, size })
}

fn course_package(course: CourseDetails, lessons: Vec<LessonPackage>) -> CoursePackage {
    CoursePackage {
        course: CourseHead {
            format: FORMAT,
            slug: course.slug,
            title: course.title,
            subtitle: course.subtitle,
            category: course.category,
            tags: course.tags,
            duration_days: course.duration_days,
            level: course.level,
            language: course.language,
            access: course.access,
            price: course.price,
            premium_included: course.premium_included,
            author: course.author,
            audience: course.audience,
            objectives: course.objectives,
            drip: course.drip,
            intro_video_url: course.intro_video_url,
            thumbnail_url: course.thumbnail_url,
            ai_generated: false,
            media: Vec::new(),
        },
        description: course.description,
        lessons,
    }
}

fn lesson_package(
    day: i64,
    (status, hidden): (LessonStatus, bool),
    lesson: LessonContent,
    (quiz, quiz_policy): (Vec<catalog::Question>, catalog::QuizPolicy),
) -> LessonPackage {
    LessonPackage {
        day,
        head: LessonHead {
            title: lesson.title,
            slug: lesson.slug,
            summary: lesson.summary,
            minutes: lesson.minutes,
            preview: lesson.is_preview,
            draft: status == LessonStatus::Draft,
            hidden,
            video_url: lesson.video_url,
            action_items: lesson.action_items.into_iter().map(|item| item.text).collect(),
            key_takeaways: lesson.key_takeaways,
            resources: lesson.resources,
            quiz,
            quiz_policy,
        },
        body: lesson.body,
    }
}

/// Takes a package in as a draft, from a file such as [`package_file`] makes. Nothing is taken when anything is wrong with it.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong, each with its file and line; [`Error::Conflict`] `slug-taken`;
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn import_course(
    s: &Services,
    actor: &Actor,
    mut file: File,
    options: ImportOptions,
) -> Result<AuthoredCourse> {
    actor.require_admin()?;
    let unpacked = tokio::task::spawn_blocking(move || {
        file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
        archive::unpack(file)
    });
    let archive::Unpacked { mut texts, media, zip } = unpacked.await.map_err(Error::internal)??;
    // Everything is looked at before the first file is kept.
    let mut errors = FieldErrors::default();
    let readable = read(&mut errors, &texts);
    check(&mut errors, &readable, &texts)?;
    files::check_named(&mut errors, &readable, &texts, &media);
    errors.into_result()?;
    let heads = readable.course.map(|(course, _)| course.media).unwrap_or_default();
    let brought = files::brought_along(s, actor, &mut texts, (media, &heads, zip)).await?;
    let added = async {
        let mut errors = FieldErrors::default();
        let readable = read(&mut errors, &texts);
        check(&mut errors, &readable, &texts)?;
        check_kinds(s, &mut errors, &readable, &texts).await?;
        errors.into_result()?;
        let package =
            readable.whole().ok_or_else(|| Error::internal("a package without faults isn't whole"))?;
        let now = s.clock.now();
        let id = CourseId::new();
        let mut tx = s.db.begin().await?;
        insert(&mut tx, actor, id, (package, &texts), options, now).await?;
        brought.describe(s, &mut tx, actor).await?;
        tx.commit().await?;
        Ok(id)
    };
    match added.await {
        Ok(id) => courses::course(s, actor, id).await,
        Err(error) => {
            brought.take_back(s, actor).await?;
            Err(error)
        }
    }
}

/// What can be read of the files; notes what is wrong with the others.
fn read(errors: &mut FieldErrors, texts: &[(String, String)]) -> Readable {
    let (readable, problems) =
        package::readable(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    for problem in problems {
        errors.add_named(problem.file, "invalid", problem.problem);
    }
    readable
}

/// Notes what forms and API would say of it; which files it names is looked at elsewhere.
fn check(errors: &mut FieldErrors, readable: &Readable, texts: &[(String, String)]) -> Result<()> {
    if let Some((course, description)) = &readable.course {
        let mut details = course_details(course.clone(), description.clone());
        details.thumbnail_url.iter_mut().chain(&mut details.intro_video_url).for_each(stand_in);
        gather(errors, fields::check_course(&fields::tidy_course(details)), course_file(texts))?;
    }
    for lesson in &readable.lessons {
        let mut content = lesson_content(lesson.clone());
        let resources = content.resources.iter_mut().map(|resource| &mut resource.url);
        content.video_url.iter_mut().chain(resources).for_each(stand_in);
        gather(errors, fields::check_lesson(&fields::tidy_lesson(content)), lesson_file(texts, lesson))?;
    }
    Ok(())
}

/// An address as the library will have it, in place of one in the package.
fn stand_in(url: &mut String) {
    if files::in_folder(url).is_some() {
        "/media/file".clone_into(url);
    }
}

/// Notes which files aren't what they have to be: a picture, a video. They are in the library now.
async fn check_kinds(
    s: &Services,
    errors: &mut FieldErrors,
    readable: &Readable,
    texts: &[(String, String)],
) -> Result<()> {
    if let Some((course, description)) = &readable.course {
        let details = fields::tidy_course(course_details(course.clone(), description.clone()));
        gather(errors, fields::check_course_files(s, &details).await, course_file(texts))?;
    }
    for lesson in &readable.lessons {
        let content = fields::tidy_lesson(lesson_content(lesson.clone()));
        gather(errors, fields::check_lesson_files(s, &content).await, lesson_file(texts, lesson))?;
    }
    Ok(())
}

async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    id: CourseId,
    (package, texts): (CoursePackage, &[(String, String)]),
    options: ImportOptions,
    now: DateTime<Utc>,
) -> Result<()> {
    let ai_generated = package.course.ai_generated;
    let details = fields::tidy_course(course_details(package.course, package.description));
    if options.when_taken == WhenTaken::Refuse && repo::slug_is_taken(tx, &details.slug, id).await? {
        let message = format!("There is a course with the address {} already.", details.slug);
        return Err(Error::conflict("slug-taken", message));
    }
    let after = json!({ "title": details.title, "lessons": package.lessons.len() });
    courses::insert(tx, id, details, false, (Change::Imported, actor.user), now)
        .await
        .map_err(|error| named(error, course_file(texts)))?;
    for lesson in package.lessons {
        let (quiz, policy) = (lesson.head.quiz.clone(), lesson.head.quiz_policy.clone());
        let (day, hidden) = (lesson.day, lesson.head.hidden);
        let is_draft = lesson.head.draft || hidden;
        let status = if is_draft { LessonStatus::Draft } else { LessonStatus::Published };
        let content = fields::tidy_lesson(lesson_content(lesson));
        let lesson = LessonId::new();
        repo::insert_lesson(tx, lesson, id, day, status, &content, now).await?;
        catalog::replace_questions(tx, lesson, &quiz).await?;
        if policy != catalog::QuizPolicy::default() {
            catalog::set_quiz_policy(tx, lesson, &policy).await?;
        }
        if hidden {
            repo::set_lesson_status(tx, lesson, LessonStatus::Draft, now).await?;
        }
    }
    if ai_generated {
        generated::note_imported(tx, id).await?;
    }
    repo::count_lessons(tx, id).await?;
    courses::audit_course(tx, actor, "authoring.course-imported", id, Value::Null, after, now).await
}

fn course_details(course: CourseHead, description: String) -> CourseDetails {
    CourseDetails {
        title: course.title,
        slug: course.slug,
        subtitle: course.subtitle,
        description,
        category: course.category,
        tags: course.tags,
        duration_days: course.duration_days,
        level: course.level,
        language: course.language,
        access: course.access,
        price: course.price,
        premium_included: course.premium_included,
        author: course.author,
        audience: course.audience,
        objectives: course.objectives,
        drip: course.drip,
        intro_video_url: course.intro_video_url,
        thumbnail_url: course.thumbnail_url,
    }
}

fn lesson_content(LessonPackage { head, body, .. }: LessonPackage) -> LessonContent {
    LessonContent {
        title: head.title,
        slug: head.slug,
        summary: head.summary,
        minutes: head.minutes,
        body,
        video_url: head.video_url,
        is_preview: head.preview,
        action_items: head.action_items.into_iter().map(|text| ActionItemText { id: None, text }).collect(),
        key_takeaways: head.key_takeaways,
        resources: head.resources,
    }
}

/// Notes what is wrong with a file, and in which line.
fn note(errors: &mut FieldErrors, found: &FieldErrors, (file, text): (&str, &str)) {
    for error in found.as_slice() {
        let line =
            package::line_of(text, &error.field).map(|line| format!("line {line}: ")).unwrap_or_default();
        errors.add_named(file.to_owned(), error.code, format!("{line}{}: {}", error.field, error.message));
    }
}

/// As [`note`], for what a check says.
fn gather(errors: &mut FieldErrors, checked: Result<()>, file: (&str, &str)) -> Result<()> {
    match checked {
        Err(Error::Invalid(found)) => {
            note(errors, &found, file);
            Ok(())
        }
        other => other,
    }
}

/// The same errors, with the file that they are in.
fn named(error: Error, file: (&str, &str)) -> Error {
    let Error::Invalid(found) = error else { return error };
    let mut errors = FieldErrors::default();
    note(&mut errors, &found, file);
    Error::Invalid(errors)
}

/// The file of the course: its path and its text.
fn course_file(texts: &[(String, String)]) -> (&str, &str) {
    file_of(texts, |path| path == "course.md")
}

/// The file of a lesson, as [`course_file`].
fn lesson_file<'a>(texts: &'a [(String, String)], lesson: &LessonPackage) -> (&'a str, &'a str) {
    file_of(texts, |path| package::day_of(path) == Some(lesson.day))
}

fn file_of(texts: &[(String, String)], is_it: impl Fn(&str) -> bool) -> (&str, &str) {
    texts.iter().find(|(path, _)| is_it(path)).map_or(("", ""), |(path, text)| (path.as_str(), text.as_str()))
}
