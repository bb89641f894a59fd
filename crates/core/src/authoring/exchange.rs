//! Courses as packages: a zip of Markdown files that can be taken elsewhere, kept in version control, and brought back.

use std::io::{Cursor, Read, Write};

use chrono::{DateTime, Utc};
use momentum_db::Tx;
use serde_json::{Value, json};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{
    ActionItemText, AuthoredCourse, Change, CourseDetails, LessonContent, LessonStatus, courses, fields, repo,
};
use crate::{
    Error, FieldErrors, Result, Services,
    catalog::{
        self,
        package::{self, CourseHead, CoursePackage, FORMAT, LessonHead, LessonPackage},
    },
    identity::Actor,
    ids::{CourseId, LessonId},
};

/// The biggest zip that is taken, in bytes.
pub const MAX_PACKAGE_BYTES: usize = 50 * 1024 * 1024;
/// The most files in one.
const MAX_FILES: usize = 200;
/// The longest text, in bytes.
const MAX_TEXT: u64 = 1024 * 1024;
/// Everything unpacked, in bytes.
const MAX_UNPACKED: u64 = 20 * 1024 * 1024;

/// A package on its way out.
#[derive(Debug, Clone)]
pub struct ExportedPackage {
    /// Such as `sql-in-seven-days.zip`.
    pub file_name: String,
    pub zip: Vec<u8>,
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

/// A course with its lessons and quizzes as a package. Working copies are not in it.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn export_course(s: &Services, actor: &Actor, id: CourseId) -> Result<ExportedPackage> {
    actor.require_admin()?;
    let package = {
        let mut conn = s.db.read().await?;
        let course = repo::course(&mut conn, id).await?.ok_or(Error::NotFound("course"))?;
        let mut lessons = Vec::new();
        for (lesson, day) in repo::days(&mut conn, id).await? {
            let stored = repo::lesson(&mut conn, lesson).await?.ok_or(Error::NotFound("lesson"))?;
            let quiz = catalog::questions(&mut conn, lesson).await?;
            lessons.push(lesson_package(day, stored.status, stored.content(), quiz));
        }
        course_package(course.details(), lessons)
    };
    let slug = package.course.slug.clone();
    let zip = tokio::task::spawn_blocking(move || pack(&package)).await.map_err(Error::internal)??;
    Ok(ExportedPackage { file_name: format!("{slug}.zip"), zip })
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
        },
        description: course.description,
        lessons,
    }
}

fn lesson_package(
    day: i64,
    status: LessonStatus,
    lesson: LessonContent,
    quiz: Vec<catalog::Question>,
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
            video_url: lesson.video_url,
            action_items: lesson.action_items.into_iter().map(|item| item.text).collect(),
            key_takeaways: lesson.key_takeaways,
            resources: lesson.resources,
            quiz,
        },
        body: lesson.body,
    }
}

fn pack(package: &CoursePackage) -> Result<Vec<u8>> {
    let folder = &package.course.slug;
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, text) in package::write(package)? {
        zip.start_file(format!("{folder}/{path}"), options).map_err(Error::internal)?;
        zip.write_all(text.as_bytes()).map_err(Error::internal)?;
    }
    Ok(zip.finish().map_err(Error::internal)?.into_inner())
}

/// Takes a package in as a draft. Nothing is taken when anything is wrong with it.
///
/// # Errors
/// [`Error::Invalid`] with everything that is wrong, each with its file and line; [`Error::Conflict`] `slug-taken`;
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn import_course(
    s: &Services,
    actor: &Actor,
    zip: Vec<u8>,
    options: ImportOptions,
) -> Result<AuthoredCourse> {
    actor.require_admin()?;
    let package = tokio::task::spawn_blocking(move || unpack(zip)).await.map_err(Error::internal)??;
    let now = s.clock.now();
    let id = CourseId::new();
    let mut tx = s.db.begin().await?;
    insert(&mut tx, actor, id, package, options, now).await?;
    tx.commit().await?;
    courses::course(s, actor, id).await
}

async fn insert(
    tx: &mut Tx,
    actor: &Actor,
    id: CourseId,
    package: CoursePackage,
    options: ImportOptions,
    now: DateTime<Utc>,
) -> Result<()> {
    let details = fields::tidy_course(course_details(package.course, package.description));
    fields::check_course(&details).map_err(|error| named(error, "course.md"))?;
    if options.when_taken == WhenTaken::Refuse && repo::slug_is_taken(tx, &details.slug, id).await? {
        let message = format!("There is a course with the address {} already.", details.slug);
        return Err(Error::conflict("slug-taken", message));
    }
    let after = json!({ "title": details.title, "lessons": package.lessons.len() });
    courses::insert(tx, id, details, false, (Change::Imported, actor.user), now).await?;
    for lesson in package.lessons {
        let file = package::file_name(&lesson);
        let (status, quiz) = (lesson.head.draft, lesson.head.quiz.clone());
        let status = if status { LessonStatus::Draft } else { LessonStatus::Published };
        let day = lesson.day;
        let content = fields::tidy_lesson(lesson_content(lesson));
        fields::check_lesson(&content).map_err(|error| named(error, &file))?;
        let lesson = LessonId::new();
        repo::insert_lesson(tx, lesson, id, day, status, &content, now).await?;
        catalog::replace_questions(tx, lesson, &quiz).await?;
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

/// The same errors, with the file that they are in.
fn named(error: Error, file: &str) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let mut with_file = FieldErrors::default();
    for error in errors.as_slice() {
        with_file.add_named(file.to_owned(), error.code, format!("{}: {}", error.field, error.message));
    }
    Error::Invalid(with_file)
}

fn wrong(file: impl Into<String>, message: impl Into<String>) -> Error {
    let mut errors = FieldErrors::default();
    errors.add_named(file.into(), "invalid", message.into());
    Error::Invalid(errors)
}

/// Reads a zip. Whatever its entries claim, no more is unpacked than a package may hold, and nothing is written anywhere.
fn unpack(zip: Vec<u8>) -> Result<CoursePackage> {
    if zip.len() > MAX_PACKAGE_BYTES {
        return Err(wrong("package", "The zip is larger than 50 MB."));
    }
    let unreadable = |_| wrong("package", "This is not a zip file, or it is damaged.");
    let mut archive = ZipArchive::new(Cursor::new(zip)).map_err(unreadable)?;
    if archive.len() > MAX_FILES {
        return Err(wrong("package", format!("A package has at most {MAX_FILES} files.")));
    }
    let mut files: Vec<(String, String)> = Vec::new();
    let mut left = MAX_UNPACKED;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(unreadable)?;
        let shown = entry.name().map_err(unreadable)?.into_owned();
        if entry.is_dir() || is_litter(&shown) {
            continue;
        }
        let path = entry
            .enclosed_name()
            .and_then(|path| path.to_str().map(ToOwned::to_owned))
            .filter(|_| !entry.is_symlink() && !shown.contains('\\'))
            .ok_or_else(|| wrong(shown.clone(), "This path leads out of the package."))?;
        if !path.ends_with(".md") {
            return Err(wrong(path, "A package holds course.md and lessons/NN-name.md only."));
        }
        let mut text = Vec::new();
        // One byte more than there may be, to see whether there is more.
        let limit = left.min(MAX_TEXT) + 1;
        let read = entry
            .take(limit)
            .read_to_end(&mut text)
            .map_err(|_| wrong(path.clone(), "This file is damaged."))?;
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        if read >= limit {
            return Err(wrong(path, "This file is too large."));
        }
        left -= read;
        let text = String::from_utf8(text).map_err(|_| wrong(path.clone(), "The text is not UTF-8."))?;
        files.push((path, text));
    }
    let files = without_folder(files)?;
    let package = package::read(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    package.map_err(|problems| {
        let mut errors = FieldErrors::default();
        for problem in problems {
            errors.add_named(problem.file, "invalid", problem.problem);
        }
        Error::Invalid(errors)
    })
}

/// What programs that make zips leave in them.
fn is_litter(path: &str) -> bool {
    path.starts_with("__MACOSX/") || path.ends_with(".DS_Store") || path.ends_with("Thumbs.db")
}

/// Takes the folder off that all files are in, if they are, and refuses what has no place in a package.
fn without_folder(files: Vec<(String, String)>) -> Result<Vec<(String, String)>> {
    let folder = files
        .iter()
        .find_map(|(path, _)| path.strip_suffix("course.md"))
        .ok_or_else(|| wrong("course.md", "The file is missing."))?
        .to_owned();
    let mut inside = Vec::with_capacity(files.len());
    for (path, text) in files {
        let short = path.strip_prefix(&folder).map(ToOwned::to_owned);
        let known = short.filter(|path| {
            path == "course.md" || path.strip_prefix("lessons/").is_some_and(|name| !name.contains('/'))
        });
        let Some(short) = known else {
            return Err(wrong(path, "A package holds course.md and lessons/NN-name.md only."));
        };
        if inside.iter().any(|(known, _)| *known == short) {
            return Err(wrong(short, "The file is there twice."));
        }
        inside.push((short, text));
    }
    Ok(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            zip.start_file(*name, options).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn refusal(bytes: Vec<u8>) -> String {
        unpack(bytes).unwrap_err().to_string()
    }

    #[test]
    fn hostile_zips_are_refused() {
        assert!(refusal(b"no zip".to_vec()).contains("not a zip"));
        assert!(refusal(zip(&[("../course.md", b"x")])).contains("out of the package"));
        assert!(refusal(zip(&[("a/../../course.md", b"x")])).contains("out of the package"));
        assert!(refusal(zip(&[("/etc/course.md", b"x")])).contains("course.md"));
        assert!(refusal(zip(&[("tea\\course.md", b"x")])).contains("out of the package"));
        assert!(refusal(zip(&[("run.sh", b"x")])).contains("holds course.md"));
        assert!(
            refusal(zip(&[("tea/other/x.md", b"x"), ("tea/course.md", b"x")])).contains("holds course.md")
        );
        assert!(refusal(zip(&[("course.md", &[0xff, 0xfe])])).contains("UTF-8"));
        assert!(refusal(zip(&[("lessons/01-x.md", b"x")])).contains("missing"));
        let bomb = vec![b'a'; 64 * 1024 * 1024];
        assert!(refusal(zip(&[("course.md", &bomb)])).contains("too large"));
        let names: Vec<_> = (0..300).map(|n| format!("lessons/{n}.md")).collect();
        let many: Vec<_> = names.iter().map(|name| (name.as_str(), &b"x"[..])).collect();
        assert!(refusal(zip(&many)).contains("at most 200 files"));
        let mut cut = zip(&[("course.md", b"---\n")]);
        cut.truncate(cut.len() / 2);
        assert!(refusal(cut).contains("not a zip"));
    }
}
