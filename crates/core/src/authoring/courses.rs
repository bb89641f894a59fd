//! Courses: making, changing, publishing and removing them.

use chrono::{DateTime, Utc};
use momentum_db::{Conn, Tx, sql};
use serde_json::{Value, json};

use super::{
    AuthoredCourse, Based, Change, Consequences, CourseDetails, CourseRow, CoursesFilter, Snapshot,
    checklist::{check_published, checklist},
    fields, generated, repo, slug, uses, versions,
};
use crate::{
    Error, Result, Services,
    audit::{self, Event},
    catalog::{self, CourseStatus, content_changes, count_category},
    identity::Actor,
    ids::{CategoryId, CourseId, LessonId, UserId},
    learning,
};

/// All courses, drafts too, and how many match.
///
/// # Errors
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn courses(s: &Services, actor: &Actor, filter: &CoursesFilter) -> Result<(Vec<CourseRow>, i64)> {
    actor.require_admin()?;
    Ok(repo::courses(&mut s.db.read().await?, filter).await?)
}

/// Every category's slug and name, in their order.
///
/// # Errors
/// When the database fails.
pub async fn categories(s: &Services) -> Result<Vec<(String, String)>> {
    let all = catalog::categories(s).await?;
    Ok(all.iter().map(|category| (category.slug.clone(), category.name.clone())).collect())
}

/// A course with its lessons and its checklist.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn course(s: &Services, actor: &Actor, id: CourseId) -> Result<AuthoredCourse> {
    actor.require_admin()?;
    read(&mut s.db.read().await?, id).await
}

async fn read(conn: &mut Conn, id: CourseId) -> Result<AuthoredCourse> {
    let stored = repo::course(conn, id).await?.ok_or(Error::NotFound("course"))?;
    let lessons = repo::lessons_of(conn, id).await?;
    let details = stored.details();
    Ok(AuthoredCourse {
        id,
        version: stored.version,
        status: stored.status,
        ai_generated: stored.ai_generated,
        review_state: stored.review_state,
        checklist: checklist(&details, stored.review_state, &lessons),
        details,
        enrollment_count: stored.enrollment_count,
        completion_count: stored.completion_count,
        rating_average: stored.rating_average,
        rating_count: stored.rating_count,
        created_at: stored.created_at,
        updated_at: stored.updated_at,
        published_at: stored.published_at,
        lessons,
    })
}

/// The category that the details name.
async fn category(conn: &mut Conn, details: &CourseDetails) -> Result<CategoryId> {
    repo::category_id(conn, &details.category)
        .await?
        .ok_or_else(|| Error::invalid("category", "unknown", "There is no such category."))
}

/// Whether there is a category with this slug.
///
/// # Errors
/// When the database fails.
pub async fn has_category(conn: &mut Conn, slug: &str) -> Result<bool> {
    Ok(repo::category_id(conn, slug).await?.is_some())
}

/// Slug of the category with this id.
///
/// # Errors
/// [`Error::Invalid`] when there is none.
pub async fn category_slug(s: &Services, id: CategoryId) -> Result<String> {
    repo::category_slug(&mut s.db.read().await?, id)
        .await?
        .ok_or_else(|| Error::invalid("category_id", "unknown", "There is no such category."))
}

/// Adds a draft without lessons. A slug that is made from the title gets a number when it is taken.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; [`Error::Forbidden`] for everybody but administrators.
pub async fn create_course(s: &Services, actor: &Actor, details: CourseDetails) -> Result<AuthoredCourse> {
    actor.require_admin()?;
    let chosen = !details.slug.trim().is_empty();
    let mut details = fields::tidy_course(details);
    if details.author.is_empty() {
        details.author.clone_from(&actor.name);
    }
    if details.slug.is_empty() && !details.title.is_empty() {
        "course".clone_into(&mut details.slug);
    }
    fields::check_course(&details)?;
    fields::check_course_files(s, &details).await?;
    let now = s.clock.now();
    let id = CourseId::new();
    let mut tx = s.db.begin().await?;
    insert(&mut tx, id, details, chosen, (Change::Created, actor.user), now).await?;
    let details = json!({ "title": read(&mut tx, id).await?.details.title });
    audit_course(&mut tx, actor, "authoring.course-created", id, Value::Null, details, now).await?;
    let course = read(&mut tx, id).await?;
    tx.commit().await?;
    Ok(course)
}

/// Adds a course as a draft. A slug that wasn't `chosen` is made free.
pub(super) async fn insert(
    tx: &mut Tx,
    id: CourseId,
    mut details: CourseDetails,
    chosen: bool,
    (change, by): (Change, UserId),
    now: DateTime<Utc>,
) -> Result<()> {
    let category = category(tx, &details).await?;
    if !chosen {
        details.slug = free_slug(tx, &details.slug).await?;
    }
    if !repo::insert_course(tx, id, category, &details, now).await? {
        return Err(slug_taken());
    }
    let snapshot = Snapshot::Course { details };
    versions::record(tx, id, None, change, &snapshot, Some(by), now).await
}

/// The slug itself, or with the first number that makes it free.
pub(super) async fn free_slug(conn: &mut Conn, wanted: &str) -> Result<String> {
    let nobody = CourseId::new();
    let stem: String = wanted.chars().take(slug::MAX - 5).collect();
    let mut slug = wanted.to_owned();
    for number in 2..10_000 {
        if !repo::slug_is_taken(conn, &slug, nobody).await? {
            return Ok(slug);
        }
        slug = format!("{}-{number}", stem.trim_end_matches('-'));
    }
    Err(slug_taken())
}

fn slug_taken() -> Error {
    Error::invalid("slug", "taken", "Another course has this address. Choose another one.")
}

/// Changes a course's details; in force at once when it is published.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; [`Error::Conflict`] `edited-meanwhile`; [`Error::NotFound`];
/// [`Error::Forbidden`] for everybody but administrators.
pub async fn save_course(
    s: &Services,
    actor: &Actor,
    id: CourseId,
    based: Based,
    details: CourseDetails,
) -> Result<AuthoredCourse> {
    actor.require_admin()?;
    let now = s.clock.now();
    fields::check_course_files(s, &details).await?;
    let mut tx = s.db.begin().await?;
    content_changes(s, &mut tx).await?;
    write(&mut tx, id, based, details, (Change::Saved, actor.user), now).await?;
    let course = read(&mut tx, id).await?;
    let after = json!({ "title": course.details.title, "version": course.version });
    audit_course(&mut tx, actor, "authoring.course-changed", id, Value::Null, after, now).await?;
    tx.commit().await?;
    Ok(course)
}

/// Checks and writes details, and notes them in the history.
pub(super) async fn write(
    tx: &mut Tx,
    id: CourseId,
    based: Based,
    details: CourseDetails,
    (change, by): (Change, UserId),
    now: DateTime<Utc>,
) -> Result<()> {
    let locked = repo::lock_course(tx, id, true, now).await?.ok_or(Error::NotFound("course"))?;
    if based.is_some_and(|based| based != locked.version - 1) {
        return Err(Error::conflict(
            "edited-meanwhile",
            "Somebody else changed this course while you were working on it.",
        ));
    }
    let stored = repo::course(tx, id).await?.ok_or(Error::NotFound("course"))?.details();
    let details = fields::tidy_course(details);
    fields::check_course(&details)?;
    if locked.published_at.is_some() && details.slug != stored.slug {
        return Err(Error::invalid(
            "slug",
            "fixed",
            "The address can't change any more: people have linked to it.",
        ));
    }
    if repo::slug_is_taken(tx, &details.slug, id).await? {
        return Err(slug_taken());
    }
    check_duration(tx, id, &details, &locked).await?;
    if locked.status == CourseStatus::Published {
        check_published(&stored, &details)?;
    }
    let category = category(tx, &details).await?;
    versions::begin(tx, id, None, now).await?;
    repo::update_course(tx, id, category, &details).await?;
    for changed in [locked.category_id, category] {
        count_category(tx, changed).await?;
    }
    versions::record(tx, id, None, change, &Snapshot::Course { details }, Some(by), now).await
}

/// Puts details back as they were in a version. An address that can't be had any more is not taken back: the course keeps the
/// one it has. Answers whether that was so.
pub(super) async fn write_back(
    tx: &mut Tx,
    id: CourseId,
    mut details: CourseDetails,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let stored = repo::course(tx, id).await?.ok_or(Error::NotFound("course"))?;
    let is_public = stored.published_at.is_some();
    let now_there = stored.details();
    let keeps_address =
        details.slug != now_there.slug && (is_public || repo::slug_is_taken(tx, &details.slug, id).await?);
    if keeps_address {
        details.slug = now_there.slug;
    }
    write(tx, id, None, details, (Change::Restored, by), now).await?;
    Ok(keeps_address)
}

/// A course that learners take keeps its length; a draft is at least as long as its lessons reach.
async fn check_duration(
    conn: &mut Conn,
    id: CourseId,
    details: &CourseDetails,
    locked: &repo::LockedCourse,
) -> Result<()> {
    if details.duration_days == locked.duration_days {
        return Ok(());
    }
    if locked.status != CourseStatus::Draft {
        return Err(Error::invalid(
            "duration_days",
            "fixed",
            "Learners plan with these days. Unpublish the course to change its length.",
        ));
    }
    let last = repo::days(conn, id).await?.last().map_or(0, |(_, day)| *day);
    if last > details.duration_days {
        let message = format!("There is a lesson on day {last}. Move or delete it first.");
        return Err(Error::invalid("duration_days", "too-short", message));
    }
    Ok(())
}

/// Shows a course to everybody, with every lesson that is written and that nobody has hidden.
///
/// # Errors
/// [`Error::Conflict`] `not-ready` with what is missing; [`Error::NotFound`]; [`Error::Forbidden`] for everybody but
/// administrators.
pub async fn publish_course(s: &Services, actor: &Actor, id: CourseId) -> Result<AuthoredCourse> {
    turn(s, actor, id, CourseStatus::Published).await
}

/// Hides a course from everybody but its authors, learners too.
///
/// # Errors
/// As [`publish_course`].
pub async fn unpublish_course(s: &Services, actor: &Actor, id: CourseId) -> Result<AuthoredCourse> {
    turn(s, actor, id, CourseStatus::Draft).await
}

/// Takes a course out of the catalog; those who joined it go on.
///
/// # Errors
/// As [`publish_course`].
pub async fn archive_course(s: &Services, actor: &Actor, id: CourseId) -> Result<AuthoredCourse> {
    turn(s, actor, id, CourseStatus::Archived).await
}

async fn turn(s: &Services, actor: &Actor, id: CourseId, status: CourseStatus) -> Result<AuthoredCourse> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    content_changes(s, &mut tx).await?;
    let locked = repo::lock_course(&mut tx, id, false, now).await?.ok_or(Error::NotFound("course"))?;
    if locked.status == status {
        let course = read(&mut tx, id).await?;
        // What was read may be another's that is not on the disk yet.
        tx.commit().await?;
        return Ok(course);
    }
    let (change, action) = match status {
        CourseStatus::Published => {
            let missing: Vec<_> = read(&mut tx, id)
                .await?
                .checklist
                .into_iter()
                .filter(|item| item.required && !item.done)
                .map(|item| match item.hint {
                    Some(hint) if item.key == "lessons" => {
                        format!("{} ({})", item.label, hint.trim_end_matches('.'))
                    }
                    _ => item.label,
                })
                .collect();
            if !missing.is_empty() {
                let message = format!("Before it can be published, it needs: {}.", missing.join("; "));
                return Err(Error::conflict("not-ready", message));
            }
            repo::publish_lessons(&mut tx, id, now).await?;
            repo::count_lessons(&mut tx, id).await?;
            learning::recount_course(&mut tx, id, now).await?;
            (Change::Published, "authoring.course-published")
        }
        CourseStatus::Draft => (Change::Unpublished, "authoring.course-unpublished"),
        CourseStatus::Archived => (Change::Archived, "authoring.course-archived"),
    };
    repo::set_status(&mut tx, id, status, now).await?;
    count_category(&mut tx, locked.category_id).await?;
    versions::begin(&mut tx, id, None, now).await?;
    let course = read(&mut tx, id).await?;
    let snapshot = Snapshot::Course { details: course.details.clone() };
    versions::record(&mut tx, id, None, change, &snapshot, Some(actor.user), now).await?;
    let (before, after) = (json!({ "status": locked.status }), json!({ "status": status }));
    audit_course(&mut tx, actor, action, id, before, after, now).await?;
    tx.commit().await?;
    Ok(course)
}

/// What stands against deleting a course.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn course_consequences(s: &Services, actor: &Actor, id: CourseId) -> Result<Consequences> {
    actor.require_admin()?;
    let mut conn = s.db.read().await?;
    repo::course(&mut conn, id).await?.ok_or(Error::NotFound("course"))?;
    let (learners, notes) = repo::course_learners(&mut conn, id).await?;
    Ok(Consequences { learners, notes })
}

/// Removes a course that nobody joined, with its lessons and its history.
///
/// # Errors
/// [`Error::Conflict`] `has-learners`: archive it instead; [`Error::NotFound`]; [`Error::Forbidden`] for everybody but
/// administrators.
pub async fn delete_course(s: &Services, actor: &Actor, id: CourseId) -> Result<()> {
    actor.require_admin()?;
    let now = s.clock.now();
    let mut tx = s.db.begin().await?;
    content_changes(s, &mut tx).await?;
    let locked = repo::lock_course(&mut tx, id, true, now).await?.ok_or(Error::NotFound("course"))?;
    let (learners, _) = repo::course_learners(&mut tx, id).await?;
    if learners > 0 {
        return Err(Error::conflict(
            "has-learners",
            format!(
                "{learners} {} joined this course, and their progress would go with it. Archive it instead: it leaves the \
                 catalog, and they can go on.",
                if learners == 1 { "person has" } else { "people have" }
            ),
        ));
    }
    let before = read(&mut tx, id).await?.details;
    for (lesson, _) in repo::days(&mut tx, id).await? {
        uses::forget_lesson(&mut tx, lesson).await?;
    }
    uses::forget_course(&mut tx, id).await?;
    tx.run(sql!("DELETE FROM courses WHERE id = $1", id)).await?;
    count_category(&mut tx, locked.category_id).await?;
    let before = json!({ "title": before.title, "slug": before.slug });
    audit_course(&mut tx, actor, "authoring.course-deleted", id, before, Value::Null, now).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes a draft with the same details, lessons and quizzes. What was hidden stays so.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Forbidden`] for everybody but administrators.
pub async fn duplicate_course(s: &Services, actor: &Actor, id: CourseId) -> Result<AuthoredCourse> {
    actor.require_admin()?;
    let now = s.clock.now();
    let copy = CourseId::new();
    let mut tx = s.db.begin().await?;
    let mut details = repo::course(&mut tx, id).await?.ok_or(Error::NotFound("course"))?.details();
    details.title = details.title.chars().take(143).collect::<String>() + " (copy)";
    let title = details.title.clone();
    details.slug = format!("{}-copy", details.slug.chars().take(slug::MAX - 10).collect::<String>());
    insert(&mut tx, copy, details, false, (Change::Created, actor.user), now).await?;
    for (lesson, day) in repo::days(&mut tx, id).await? {
        let stored = repo::lesson(&mut tx, lesson).await?.ok_or(Error::NotFound("lesson"))?;
        let mut content = stored.content();
        content.action_items.iter_mut().for_each(|item| item.id = None);
        let quiz = catalog::questions(&mut tx, lesson).await?;
        let id = LessonId::new();
        repo::insert_lesson(&mut tx, id, copy, day, super::LessonStatus::Draft, &content, now).await?;
        catalog::replace_questions(&mut tx, id, &quiz).await?;
        let policy = catalog::quiz_policy(&mut tx, lesson).await?;
        if policy != catalog::QuizPolicy::default() {
            catalog::set_quiz_policy(&mut tx, id, &policy).await?;
        }
        if stored.hidden {
            repo::set_lesson_status(&mut tx, id, super::LessonStatus::Draft, now).await?;
        }
    }
    generated::copy_review(&mut tx, id, copy).await?;
    let after = json!({ "title": title, "copy_of": id });
    audit_course(&mut tx, actor, "authoring.course-created", copy, Value::Null, after, now).await?;
    let course = read(&mut tx, copy).await?;
    tx.commit().await?;
    Ok(course)
}

pub(super) async fn audit_course(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    id: CourseId,
    before: Value,
    after: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let event = Event {
        actor: Some(actor.user),
        action,
        target_kind: "course",
        target_id: id.to_string(),
        address: &actor.origin.address,
        before,
        after,
    };
    audit::record(tx, &event, now).await
}
