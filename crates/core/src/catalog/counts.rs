//! Numbers kept beside what they count, so that a page never counts a crowd.

use momentum_db::{Result, Tx, sql};

use crate::ids::{CategoryId, CourseId};

/// Counts a category's published courses anew.
pub(crate) async fn count_category(tx: &mut Tx, category: CategoryId) -> Result<()> {
    tx.run(sql!(
        "UPDATE categories SET course_count =
            (SELECT COUNT(*) FROM courses WHERE category_id = $1 AND status = 'published')
         WHERE id = $1",
        category
    ))
    .await?;
    Ok(())
}

/// Stores how many people joined and finished a course.
///
/// # Errors
/// When the database fails.
pub async fn set_course_counts(
    tx: &mut Tx,
    course: CourseId,
    enrollments: i64,
    completions: i64,
) -> Result<()> {
    tx.run(sql!(
        "UPDATE courses SET enrollment_count = $2, completion_count = $3 WHERE id = $1",
        course,
        enrollments,
        completions
    ))
    .await?;
    Ok(())
}
