//! The big made-up database: small here, but as true to itself.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use momentum_core::{
    Error, Parts, Services, Settings, announcements,
    catalog::{self, CatalogCache, CourseFilter},
    engagement::{self, Boards, KnownBadges, live::Listeners},
    identity::{
        self, KnownSessions, Limits, Origin, PasswordKeeper, Providers, SecretKey, SetupToken, SigningKeys,
    },
    learning,
    operations::{SeedReport, SeedSize, seed},
    ports::ManualClock,
    settings::Live,
};
use momentum_testkit::TestDb;

const SIZE: SeedSize = SeedSize { learners: 60, courses: 14 };

struct Seeded {
    services: Services,
    report: SeedReport,
    heard: Vec<String>,
    _keys: tempfile::TempDir,
    _db: TestDb,
}

fn noon() -> DateTime<Utc> {
    "2031-05-06T12:00:00Z".parse().unwrap()
}

async fn seeded() -> Seeded {
    let db = TestDb::new().await;
    let keys = tempfile::tempdir().unwrap();
    let base_url = "http://localhost".to_owned();
    let services = Services::new(Parts {
        db: db.clone(),
        clock: Arc::new(ManualClock::at(noon())),
        passwords: PasswordKeeper::with_cost(64, 1).unwrap(),
        secret: SecretKey::new(&[1; 32]),
        signing: SigningKeys::load(keys.path(), &base_url).unwrap(),
        settings: Settings {
            base_url,
            site_name: "Momentum".into(),
            mail_from: "momentum@localhost".into(),
            demo: false,
            scratch: keys.path().join("scratch"),
        },
        limits: Limits::new(true),
        mailer: None,
        live: Live::default(),
        announcements: announcements::Live::default(),
        providers: Providers::default(),
        setup: SetupToken::default(),
        sessions: KnownSessions::default(),
        catalog: CatalogCache::default(),
        badges: KnownBadges::default(),
        boards: Boards::default(),
        listeners: Listeners::default(),
        known: momentum_core::KnownPeople::default(),
        impressions: momentum_core::recommendations::Impressions::default(),
        ratings: momentum_core::reviews::KnownRatings::default(),
        search: momentum_core::search::Search::new(std::sync::Arc::new(
            momentum_providers::search::Embedded::in_memory().unwrap(),
        )),
        media: momentum_providers::objects::folder(&keys.path().join("media"), 1 << 20).unwrap(),
        studio: momentum_core::studio::Studio::without_model(),
    });
    let mut heard = Vec::new();
    let report = seed(&services, SIZE, |line| heard.push(line.to_owned())).await.unwrap();
    Seeded { services, report, heard, _keys: keys, _db: db }
}

impl Seeded {
    async fn number(&self, query: &'static str) -> i64 {
        let (number,) = self.services.db.read().await.unwrap().one(query).await.unwrap();
        number
    }

    async fn assert_none(&self, what: &str, query: &'static str) {
        assert_eq!(self.number(query).await, 0, "{what}");
    }
}

#[tokio::test]
async fn counts_agree_with_what_they_count() {
    let seeded = seeded().await;
    let report = &seeded.report;
    assert_eq!((report.learners, report.courses), (60, 14));
    for (count, query) in [
        (report.learners, "SELECT COUNT(*) FROM users JOIN profiles ON user_id = id WHERE NOT is_demo"),
        (report.courses, "SELECT COUNT(*) FROM courses WHERE status = 'published'"),
        (report.lessons, "SELECT COUNT(*) FROM lessons WHERE status = 'published'"),
        (report.enrollments, "SELECT COUNT(*) FROM enrollments"),
        (report.progress_rows, "SELECT COUNT(*) FROM lesson_progress"),
        (report.notes, "SELECT COUNT(*) FROM notes"),
    ] {
        assert!(count > 0, "{query}");
        assert_eq!(seeded.number(query).await, i64::try_from(count).unwrap(), "{query}");
    }
    assert!((3..=7).contains(&(report.enrollments / report.learners)), "{report:?}");
    assert!((7..=13).contains(&(report.progress_rows / report.enrollments)), "{report:?}");
    seeded.assert_none(
        "courses count their learners",
        "SELECT COUNT(*) FROM courses c WHERE enrollment_count <> (SELECT COUNT(*) FROM enrollments WHERE course_id = c.id)
            OR completion_count <> (SELECT COUNT(completed_at) FROM enrollments WHERE course_id = c.id)
            OR lesson_count <> (SELECT COUNT(*) FROM lessons WHERE course_id = c.id)
            OR total_minutes <> (SELECT SUM(minutes) FROM lessons WHERE course_id = c.id)",
    )
    .await;
    seeded
        .assert_none(
            "categories count their courses",
            "SELECT COUNT(*) FROM categories k WHERE course_count = 0
            OR course_count <> (SELECT COUNT(*) FROM courses WHERE category_id = k.id)",
        )
        .await;
    seeded.assert_none(
        "enrollments count their lessons, and are complete when all are done",
        "SELECT COUNT(*) FROM enrollments e JOIN courses c ON c.id = e.course_id
         WHERE e.lessons_completed <>
               (SELECT COUNT(completed_at) FROM lesson_progress WHERE user_id = e.user_id AND course_id = e.course_id)
            OR e.time_spent_seconds <> (SELECT COALESCE(SUM(time_spent_seconds), 0) FROM lesson_progress
                                        WHERE user_id = e.user_id AND course_id = e.course_id)
            OR (e.completed_at IS NOT NULL) <> (e.lessons_completed = c.lesson_count)",
    )
    .await;
    seeded.assert_none(
        "progress belongs to an enrollment and to a lesson of its course",
        "SELECT COUNT(*) FROM lesson_progress p LEFT JOIN lessons l ON l.id = p.lesson_id AND l.course_id = p.course_id
            LEFT JOIN enrollments e ON e.user_id = p.user_id AND e.course_id = p.course_id
         WHERE l.id IS NULL OR e.id IS NULL OR (p.completed_at IS NULL) <> (p.completed_on IS NULL)",
    )
    .await;
    seeded.assert_none(
        "days have the time of the lessons that were done on them",
        "SELECT COUNT(*) FROM learner_days d WHERE seconds <> (SELECT COALESCE(SUM(time_spent_seconds), 0)
            FROM lesson_progress WHERE user_id = d.user_id AND completed_on = d.day)",
    )
    .await;
    assert!(
        seeded.number("SELECT COUNT(*) FROM learner_days WHERE seconds > 600 AND lessons > 0").await > 100
    );
    seeded.assert_none(
        "whoever joined a course is a learner",
        "SELECT COUNT(*) FROM enrollments e LEFT JOIN learners l ON l.user_id = e.user_id WHERE l.user_id IS NULL",
    )
    .await;
    assert!(seeded.heard.iter().any(|line| line.contains("60 of 60 learners")), "{:?}", seeded.heard);
}

#[tokio::test]
async fn learners_have_what_they_would_have_earned() {
    let seeded = seeded().await;
    let s = &seeded.services;
    let earned = [
        "SELECT COUNT(*) FROM points_ledger",
        "SELECT COUNT(*) FROM points_ledger WHERE reason = 'badge'",
        "SELECT COUNT(*) FROM points_ledger WHERE reason = 'course'",
        "SELECT COUNT(*) FROM earned_badges",
        "SELECT COUNT(*) FROM learner_days",
        "SELECT COUNT(*) FROM learner_categories",
        "SELECT CAST(SUM(badges_earned) AS BIGINT) FROM learners",
        "SELECT CAST(SUM(total_points) AS BIGINT) FROM learners",
    ];
    let mut before = Vec::new();
    for query in earned {
        before.push(seeded.number(query).await);
    }
    assert!(before.iter().all(|number| *number > 0), "{before:?}");
    // The ledger says the same as the numbers, and no badge is missing.
    let rebuilt = engagement::rebuild_statistics(s).await.unwrap();
    assert_eq!((rebuilt.corrected, rebuilt.learners > 40), (0, true), "{rebuilt:?}");
    engagement::catch_up(s).await.unwrap();
    for (query, before) in earned.into_iter().zip(before) {
        assert_eq!(seeded.number(query).await, before, "{query}");
    }
}

#[tokio::test]
async fn nothing_happened_before_it_could_or_after_now() {
    let seeded = seeded().await;
    seeded.assert_none(
        "people join after they and the course came",
        "SELECT COUNT(*) FROM enrollments e JOIN users u ON u.id = e.user_id JOIN courses c ON c.id = e.course_id
         WHERE e.enrolled_at < u.created_at OR e.enrolled_at < c.published_at OR e.last_activity_at < e.enrolled_at
            OR e.completed_at > e.last_activity_at",
    )
    .await;
    let mut conn = seeded.services.db.read().await.unwrap();
    let (latest,): (DateTime<Utc>,) =
        conn.one("SELECT MAX(last_activity_at) FROM enrollments").await.unwrap();
    assert!(latest <= noon() && latest > noon() - TimeDelta::days(5), "{latest}");
}

#[tokio::test]
async fn lessons_render_and_lists_are_full() {
    let seeded = seeded().await;
    let s = &seeded.services;
    assert_eq!(catalog::categories(s).await.unwrap().len(), 6);
    let page = catalog::courses(s, &CourseFilter::default()).await.unwrap();
    assert_eq!(page.total, 14);
    let popular: Vec<_> = page.items.iter().map(|card| card.enrollment_count).collect();
    assert!(popular[0] > 3 * popular[13], "some courses are far more popular: {popular:?}");
    let accesses: HashSet<_> = page.items.iter().map(|card| card.access).collect();
    assert!(accesses.len() > 1);
    for card in &page.items {
        let course = catalog::course(s, &card.slug).await.unwrap();
        assert_eq!(i64::try_from(course.lessons.len()).unwrap(), card.duration_days);
        let lesson = catalog::lesson(s, course.lessons[0].id).await.unwrap();
        let html = lesson.body_html.text();
        assert!(html.contains("<h2>") && !html.contains("##"), "{html}");
        assert!(
            !lesson.action_items.is_empty()
                && !lesson.key_takeaways.is_empty()
                && !lesson.resources.is_empty()
        );
    }
}

#[tokio::test]
async fn a_seeded_learner_can_sign_in_and_go_on() {
    let seeded = seeded().await;
    let s = &seeded.services;
    let mut active = 0;
    for number in 1..=10 {
        let email = format!("learner-{number:06}@example.com");
        let tokens = identity::sign_in_api(s, &email, "Momentum1!", None, &Origin::default()).await.unwrap();
        let actor = identity::authenticate_token(s, &tokens.access_token, Origin::default()).await.unwrap();
        let dashboard = learning::dashboard(s, &actor).await.unwrap();
        active += dashboard.active.len();
        if let Some(under_way) = dashboard.active.first() {
            let next = under_way.plan.next_day.unwrap();
            let view =
                learning::lesson_page(s, Some(&actor), &under_way.course.card.slug, next).await.unwrap();
            assert!(view.own.is_some_and(|own| !own.done_days.contains(next)));
        }
    }
    assert!(active > 10, "{active}");
}

#[tokio::test]
async fn a_database_is_seeded_once() {
    let seeded = seeded().await;
    let again = seed(&seeded.services, SIZE, |_| ()).await.unwrap_err();
    assert!(matches!(again, Error::Conflict { code: "already-seeded", .. }), "{again}");
    let nothing = seed(&seeded.services, SeedSize { learners: 0, courses: 1 }, |_| ()).await.unwrap_err();
    assert!(matches!(nothing, Error::Invalid(_)), "{nothing}");
    assert_eq!(seeded.number("SELECT COUNT(*) FROM users").await, 60);
}
