//! Writing packages.

use serde::Serialize;

use super::{CoursePackage, LessonPackage};
use crate::{Error, Result, catalog::markdown::trimmed};

/// The files of a package: path inside the folder and text. Reading them gives the same package again.
///
/// # Errors
/// When something can't be written as YAML.
pub fn write(package: &CoursePackage) -> Result<Vec<(String, String)>> {
    let mut files = vec![("course.md".to_owned(), file(&package.course, &package.description)?)];
    for lesson in &package.lessons {
        files.push((file_name(lesson), file(&lesson.head, &lesson.body)?));
    }
    Ok(files)
}

/// Where a lesson stands in its package.
fn file_name(lesson: &LessonPackage) -> String {
    format!("lessons/{:02}-{}.md", lesson.day, lesson.head.slug)
}

fn file(head: &impl Serialize, body: &str) -> Result<String> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let head = serde_saphyr::to_string_with_options(head, options).map_err(Error::internal)?;
    Ok(format!("---\n{}\n---\n{}\n", head.trim_end(), trimmed(body)))
}
