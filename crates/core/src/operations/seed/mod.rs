//! Big made-up data for benchmarks: courses, and learners who are somewhere in them. The same size gives the same
//! data, relative to now.

mod courses;
mod learners;
mod learning;
mod random;
mod text;
mod words;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use momentum_db::sql;

use self::{courses::SeededCourse, learners::SeededLearner, random::Random, words::SUBJECTS};
use crate::{
    Error, Result, Services, catalog,
    engagement::{self, Historian},
    identity,
    ids::CategoryId,
};

/// How much to make up. There are about 15 lessons a course, 5 enrollments a learner and 10 rows of progress an
/// enrollment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeedSize {
    pub learners: usize,
    pub courses: usize,
}

/// What was made up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeedReport {
    pub learners: u64,
    pub courses: u64,
    pub lessons: u64,
    pub enrollments: u64,
    pub progress_rows: u64,
    pub notes: u64,
}

/// Fills the database with made-up courses and learners (`learner-000001@example.com` and so on, all with the
/// password of the demo accounts). `progress` hears now and then how far it is.
///
/// Rows are committed in pieces, and indexes are missing meanwhile; so a database in which seeding failed is of no
/// use, and the error says how to begin again.
///
/// # Errors
/// [`Error::Invalid`] for a size of nothing; [`Error::Conflict`] `already-seeded`; [`Error::Internal`] when the
/// database fails.
pub async fn seed(s: &Services, size: SeedSize, mut progress: impl FnMut(&str)) -> Result<SeedReport> {
    if size.learners == 0 || size.courses == 0 {
        return Err(Error::invalid("size", "out-of-range", "Seed at least one learner and one course."));
    }
    refuse_second_time(s).await?;
    fill(s, size, &mut progress).await.map_err(|error| {
        Error::internal(format!(
            "seeding failed: {error}. Part of the data is stored and indexes may be missing, so this database is of \
             no use: remove it and seed an empty one"
        ))
    })
}

async fn refuse_second_time(s: &Services) -> Result<()> {
    let mut conn = s.db.read().await?;
    // The first learner is the first row that seeding stores.
    let seeded: Option<(String,)> =
        conn.opt(sql!("SELECT email FROM users WHERE email = $1", learners::email(1))).await?;
    match seeded {
        None => Ok(()),
        Some(_) => Err(Error::conflict(
            "already-seeded",
            "There are seeded learners in this database already, perhaps from a run that broke off. To seed again, \
             remove the database and begin with an empty one.",
        )),
    }
}

async fn fill(s: &Services, size: SeedSize, progress: &mut impl FnMut(&str)) -> Result<SeedReport> {
    let now = s.clock.now();
    let mut random = Random::new(0x6D6F_6D65_6E74_756D);
    let mut report = SeedReport::default();
    // While there are no learners: what those who are made up have earned is stored with what they did.
    engagement::jobs::prepare(s).await?;
    let learners = store_learners(s, size, Random::new(random.next()), now, progress).await?;
    report.learners = learners.len() as u64;
    let mut courses = store_courses(s, size, Random::new(random.next()), now, progress).await?;
    report.courses = courses.len() as u64;
    report.lessons = courses.iter().map(|course| course.lessons.len() as u64).sum();

    let mut tx = s.db.begin().await?;
    let indexes = tx.take_indexes(&learning::big_tables()).await?;
    tx.commit().await?;
    let historian = historian(s, &learners, &courses).await?;
    let mut writer = learning::Writer::new(Random::new(random.next()), now, &courses, historian);
    for (done, some) in learners.chunks(learning::LEARNERS_A_CHUNK).enumerate() {
        let mut tx = s.db.begin().await?;
        writer.store(&mut tx, some, &mut courses, &mut report).await?;
        tx.commit().await?;
        let done = (done * learning::LEARNERS_A_CHUNK) + some.len();
        progress(&format!("{} enrollments of {done} of {} learners", report.enrollments, size.learners));
    }
    progress("indexes and counts");
    let mut tx = s.db.begin().await?;
    tx.restore_indexes(indexes).await?;
    catalog::content_changes(s, &mut tx).await?;
    for course in &courses {
        catalog::set_course_counts(&mut tx, course.id, course.enrollments, course.completions).await?;
    }
    tx.commit().await?;
    Ok(report)
}

/// What the histories of these learners are weighed against; their profiles are filled in alike.
async fn historian(s: &Services, learners: &[SeededLearner], courses: &[SeededCourse]) -> Result<Historian> {
    let profile_percent = match learners.first() {
        Some(learner) => identity::profile_percent(&mut s.db.read().await?, learner.id).await?,
        None => 0,
    };
    let categories: BTreeSet<_> = courses.iter().map(|course| course.category).collect();
    Historian::new(s, categories.into_iter().collect(), profile_percent).await
}

async fn store_learners(
    s: &Services,
    size: SeedSize,
    random: Random,
    now: DateTime<Utc>,
    progress: &mut impl FnMut(&str),
) -> Result<Vec<SeededLearner>> {
    let password_hash = s.passwords.hash(identity::DEMO_PASSWORD).await?;
    let mut writer =
        learners::Writer { random, now, count: size.learners, password_hash: password_hash.as_str() };
    let mut learners = Vec::with_capacity(size.learners);
    while learners.len() < size.learners {
        let mut tx = s.db.begin().await?;
        learners.extend(writer.store_some(&mut tx, learners.len()).await?);
        tx.commit().await?;
        progress(&format!("{} of {} learners", learners.len(), size.learners));
    }
    Ok(learners)
}

async fn store_courses(
    s: &Services,
    size: SeedSize,
    random: Random,
    now: DateTime<Utc>,
    progress: &mut impl FnMut(&str),
) -> Result<Vec<SeededCourse>> {
    let mut tx = s.db.begin().await?;
    catalog::seed_categories(&mut tx).await?;
    let mut categories = Vec::with_capacity(SUBJECTS.len());
    for subject in &SUBJECTS {
        let (id,): (CategoryId,) =
            tx.one(sql!("SELECT id FROM categories WHERE slug = $1", subject.category)).await?;
        categories.push(id);
    }
    tx.commit().await?;
    let mut writer = courses::Writer::new(random, now, size.courses, categories.clone());
    let mut courses = Vec::with_capacity(size.courses);
    while courses.len() < size.courses {
        let mut tx = s.db.begin().await?;
        courses.extend(writer.store_some(&mut tx, courses.len()).await?);
        tx.commit().await?;
        progress(&format!("{} of {} courses", courses.len(), size.courses));
    }
    let mut tx = s.db.begin().await?;
    for category in categories {
        catalog::count_category(&mut tx, category).await?;
    }
    tx.commit().await?;
    Ok(courses)
}
