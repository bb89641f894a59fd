//! One text of SQL, two engines: the same tests on both.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures::future::join_all;
use momentum_db::{Db, Engine, Error, FromRow, Json, Tx, Value, sql};
use momentum_testkit::TestDb;
use serde_json::json;
use uuid::Uuid;

/// A database with one table that has every type of column.
async fn playground() -> TestDb {
    let db = TestDb::empty().await;
    let mut tx = db.begin().await.unwrap();
    tx.run(
        "CREATE TABLE things (
            id UUID PRIMARY KEY, flag BOOLEAN, number BIGINT, ratio DOUBLE PRECISION, name TEXT UNIQUE,
            blob BYTEA, other UUID, moment TIMESTAMPTZ, day DATE, document JSONB)",
    )
    .await
    .unwrap();
    tx.run("CREATE TABLE parts (thing_id UUID NOT NULL REFERENCES things (id))").await.unwrap();
    tx.commit().await.unwrap();
    db
}

#[derive(Debug, Clone, PartialEq, FromRow)]
struct Thing {
    id: Uuid,
    flag: Option<bool>,
    number: Option<i64>,
    ratio: Option<f64>,
    name: Option<String>,
    blob: Option<Vec<u8>>,
    other: Option<Uuid>,
    moment: Option<DateTime<Utc>>,
    day: Option<NaiveDate>,
    document: Option<Json<serde_json::Value>>,
}

async fn insert(tx: &mut Tx, thing: &Thing) -> Result<u64, Error> {
    tx.run(sql!(
        "INSERT INTO things (id, flag, number, ratio, name, blob, other, moment, day, document)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        thing.id,
        thing.flag,
        thing.number,
        thing.ratio,
        thing.name.clone(),
        thing.blob.clone(),
        thing.other,
        thing.moment,
        thing.day,
        thing.document.clone().map(|document| document.0),
    ))
    .await
}

async fn named(tx: &mut Tx, name: &str) -> Result<u64, Error> {
    tx.run(sql!("INSERT INTO things (id, name, number) VALUES ($1, $2, 0)", Uuid::now_v7(), name)).await
}

async fn names(db: &Db) -> Vec<String> {
    let rows =
        db.read().await.unwrap().all::<(String,)>("SELECT name FROM things ORDER BY name").await.unwrap();
    rows.into_iter().map(|(name,)| name).collect()
}

#[tokio::test]
async fn every_type_comes_back_as_it_went() {
    let db = playground().await;
    let moment: DateTime<Utc> = "2031-02-03T04:05:06.789012Z".parse().unwrap();
    let full = Thing {
        id: Uuid::now_v7(),
        flag: Some(true),
        number: Some(i64::MAX),
        ratio: Some(0.1 + 0.2),
        name: Some("Zoë's “lesson” \\ 學習 🎓 $1 ?".into()),
        blob: Some(vec![0, 255, 7, 0]),
        other: Some(Uuid::new_v4()),
        moment: Some(moment),
        day: NaiveDate::from_ymd_opt(2032, 2, 29),
        document: Some(Json(json!({"a": [1, 2.5, null, true, "é"], "b": {"c": ""}}))),
    };
    // Values that an engine with loose types could take for others.
    let tricky = Thing {
        id: Uuid::now_v7(),
        flag: Some(false),
        number: Some(i64::MIN),
        ratio: Some(5.0),
        name: Some("007".into()),
        blob: Some(Vec::new()),
        moment: Some(moment.date_naive().and_hms_opt(0, 0, 0).unwrap().and_utc()),
        document: Some(Json(json!([]))),
        ..full.clone()
    };
    let mut tx = db.begin().await.unwrap();
    insert(&mut tx, &full).await.unwrap();
    insert(&mut tx, &tricky).await.unwrap();
    tx.commit().await.unwrap();

    let back: Vec<Thing> = db.read().await.unwrap().all("SELECT * FROM things ORDER BY id").await.unwrap();
    assert_eq!(back, [full.clone(), tricky]);
    // And each is found by its own value.
    let found: Option<(Uuid,)> = db
        .read()
        .await
        .unwrap()
        .opt(sql!(
            "SELECT id FROM things WHERE flag = $1 AND number = $2 AND ratio = $3 AND name = $4 AND blob = $5
                AND other = $6 AND moment = $7 AND day = $8",
            true,
            i64::MAX,
            full.ratio,
            full.name.clone(),
            full.blob.clone(),
            full.other,
            full.moment,
            full.day,
        ))
        .await
        .unwrap();
    assert_eq!(found, Some((full.id,)));
}

#[tokio::test]
async fn null_of_each_type() {
    let db = playground().await;
    let empty = Thing {
        id: Uuid::now_v7(),
        flag: None,
        number: None,
        ratio: None,
        name: None,
        blob: None,
        other: None,
        moment: None,
        day: None,
        document: None,
    };
    let mut tx = db.begin().await.unwrap();
    insert(&mut tx, &empty).await.unwrap();
    tx.commit().await.unwrap();
    let back: Thing = db.read().await.unwrap().one("SELECT * FROM things").await.unwrap();
    assert_eq!(back, empty);
}

#[tokio::test]
async fn a_character_that_no_text_can_hold_is_replaced() {
    let db = playground().await;
    let mut tx = db.begin().await.unwrap();
    let document = json!({ "a\0b": ["x\0", { "y": "\0z" }], "plain": 1 });
    tx.run(sql!(
        "INSERT INTO things (id, name, document) VALUES ($1, $2, $3)",
        Uuid::now_v7(),
        "n\0m",
        Some(document)
    ))
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let (name, document): (String, Json<serde_json::Value>) =
        db.read().await.unwrap().one("SELECT name, document FROM things").await.unwrap();
    assert_eq!(name, "n\u{FFFD}m");
    let expected = json!({ "a\u{FFFD}b": ["x\u{FFFD}", { "y": "\u{FFFD}z" }], "plain": 1 });
    assert_eq!(document.0, expected);
}

#[tokio::test]
async fn times_sort_as_times_whatever_their_fractions() {
    let db = playground().await;
    let start: DateTime<Utc> = "2029-12-31T23:59:59Z".parse().unwrap();
    let steps = [0, 1, 10, 999, 1_000, 500_000, 999_999, 1_000_000, 1_000_001, 60_000_000];
    let times: Vec<_> = steps.iter().map(|step| start + TimeDelta::microseconds(*step)).collect();
    let mut tx = db.begin().await.unwrap();
    for moment in times.iter().rev() {
        tx.run(sql!("INSERT INTO things (id, moment) VALUES ($1, $2)", Uuid::now_v7(), *moment))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let mut conn = db.read().await.unwrap();
    let sorted: Vec<(DateTime<Utc>,)> = conn.all("SELECT moment FROM things ORDER BY moment").await.unwrap();
    assert_eq!(sorted.into_iter().map(|(moment,)| moment).collect::<Vec<_>>(), times);
    for (index, moment) in times.iter().enumerate() {
        let (before,): (i64,) =
            conn.one(sql!("SELECT COUNT(*) FROM things WHERE moment < $1", *moment)).await.unwrap();
        assert_eq!(before, i64::try_from(index).unwrap(), "before {moment}");
    }
}

#[tokio::test]
async fn returning_and_on_conflict() {
    let db = playground().await;
    let mut tx = db.begin().await.unwrap();
    let upsert = "INSERT INTO things (id, name, number) VALUES ($1, $2, $3)
         ON CONFLICT (name) DO UPDATE SET number = things.number + excluded.number RETURNING id, number";
    let first: (Uuid, i64) = tx.one(sql!(upsert, Uuid::now_v7(), "a", 1_i64)).await.unwrap();
    let second: (Uuid, i64) = tx.one(sql!(upsert, Uuid::now_v7(), "a", 41_i64)).await.unwrap();
    assert_eq!((first.0, second), (second.0, (first.0, 42)));
    let nothing = "INSERT INTO things (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    assert_eq!(tx.run(sql!(nothing, Uuid::now_v7(), "a")).await.unwrap(), 0);
    assert_eq!(tx.run(sql!(nothing, Uuid::now_v7(), "b")).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(names(&db).await, ["a", "b"]);
}

#[tokio::test]
async fn lists_of_values() {
    let db = playground().await;
    let mut tx = db.begin().await.unwrap();
    for name in ["a", "b", "c"] {
        named(&mut tx, name).await.unwrap();
    }
    for (wanted, count) in [(vec!["a", "c", "x"], 2), (vec![], 0)] {
        let mut statement = sql!("SELECT COUNT(*) FROM things WHERE number = $1 AND name IN (", 0_i64);
        statement.push_list(wanted).push(")");
        assert_eq!(tx.one::<(i64,)>(statement).await.unwrap(), (count,));
    }
}

#[tokio::test]
async fn errors_have_names() {
    let db = playground().await;
    let mut tx = db.begin().await.unwrap();
    named(&mut tx, "a").await.unwrap();
    assert!(matches!(named(&mut tx, "a").await, Err(Error::Duplicate(_))));
    drop(tx);
    let mut tx = db.begin().await.unwrap();
    let orphan = tx.run(sql!("INSERT INTO parts (thing_id) VALUES ($1)", Uuid::now_v7())).await;
    assert!(matches!(orphan, Err(Error::Missing(_))), "{orphan:?}");
    drop(tx);
    assert!(matches!(Db::open("mysql://x", &db.options().clone()).await, Err(Error::Schema(_))));
}

#[tokio::test]
async fn what_is_not_committed_did_not_happen() {
    let db = playground().await;
    let mut tx = db.begin().await.unwrap();
    named(&mut tx, "dropped").await.unwrap();
    drop(tx);
    let mut tx = db.begin().await.unwrap();
    named(&mut tx, "kept").await.unwrap();
    assert_eq!(names(&db).await, Vec::<String>::new(), "others see nothing before the commit");
    tx.commit().await.unwrap();
    assert_eq!(names(&db).await, ["kept"]);
}

#[tokio::test]
async fn hooks_run_after_the_commit_and_only_then() {
    use std::sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    };
    let db = playground().await;
    let calls = Arc::new(AtomicUsize::new(0));
    for commit in [false, true] {
        let calls = Arc::clone(&calls);
        let mut tx = db.begin().await.unwrap();
        tx.after_commit(move || {
            calls.fetch_add(1, Ordering::SeqCst);
        });
        if commit {
            tx.commit().await.unwrap();
        }
    }
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_reading_connection_refuses_to_write_on_sqlite() {
    let db = playground().await;
    if db.engine() != Engine::Sqlite {
        return;
    }
    let mut conn = db.read().await.unwrap();
    let written: Result<Option<(Uuid,)>, _> =
        conn.opt(sql!("INSERT INTO things (id) VALUES ($1) RETURNING id", Uuid::now_v7())).await;
    let error = written.unwrap_err().to_string();
    assert!(error.contains("readonly"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_at_the_same_time_lose_nothing() {
    let db = playground().await;
    let mut tx = db.begin().await.unwrap();
    named(&mut tx, "counter").await.unwrap();
    tx.commit().await.unwrap();
    let writers = (0..20).map(|_| {
        let db = (*db).clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            // The row that stands for the thing is locked by updating it; then a read is safe to build on.
            tx.run("UPDATE things SET flag = TRUE WHERE name = 'counter'").await.unwrap();
            let (number,): (i64,) = tx.one("SELECT number FROM things WHERE name = 'counter'").await.unwrap();
            tokio::task::yield_now().await;
            tx.run(sql!("UPDATE things SET number = $1 WHERE name = 'counter'", number + 1)).await.unwrap();
            tx.commit().await.unwrap();
        })
    });
    for writer in join_all(writers).await {
        writer.unwrap();
    }
    let (number,): (i64,) = db.read().await.unwrap().one("SELECT number FROM things").await.unwrap();
    assert_eq!(number, 20);
}

#[tokio::test]
async fn migrations_are_pending_until_they_ran() {
    let db = TestDb::empty().await;
    let all = db.pending_migrations().await.unwrap();
    assert!(all > 0);
    db.migrate().await.unwrap();
    assert_eq!(db.pending_migrations().await.unwrap(), 0);
    db.migrate().await.expect("a second run has nothing to do");
    db.ping().await.unwrap();
    assert!(["SQLite", "PostgreSQL"].contains(&db.engine().to_string().as_str()));
}

/// A lesson as the program with migration 26 stored it.
async fn old_lesson(db: &Db) -> Result<(), Error> {
    let (category, course, now) = (Uuid::now_v7(), Uuid::now_v7(), Utc::now());
    let mut tx = db.begin().await?;
    tx.run(sql!(
        "INSERT INTO categories (id, slug, name, description, target_audience, icon, color, position)
         VALUES ($1, 'crafts', 'Crafts', '', '', '', '', 1)",
        category
    ))
    .await?;
    tx.run(sql!(
        "INSERT INTO courses (id, slug, category_id, title, subtitle, description, audience, objectives, tags,
                search_text, author, language, level, duration_days, access, status, lesson_count, total_minutes,
                created_at, updated_at)
         VALUES ($1, 'knots', $2, 'Knots', '', '', '', '[]', '[]', '', '', 'en', 'beginner', 7, 'free', 'draft', 0, 0,
                $3, $3)",
        course,
        category,
        now
    ))
    .await?;
    tx.run(sql!(
        "INSERT INTO lessons (id, course_id, day, slug, title, summary, minutes, status, render_version, created_at,
                updated_at, action_items, key_takeaways, resources, body, body_html, question_count)
         VALUES ($1, $2, 1, 'bowline', 'Bowline', '', 5, 'draft', 1, $3, $3, '[]', '[]', '[]', $4, $5, 3)",
        Uuid::now_v7(),
        course,
        now,
        "*A loop* ".repeat(2_000),
        "<em>A loop</em> ".repeat(2_000)
    ))
    .await?;
    tx.commit().await
}

#[tokio::test]
async fn lessons_of_an_older_program_keep_their_texts() {
    let db = TestDb::empty().await;
    db.migrate_to(26).await.unwrap();
    old_lesson(&db).await.unwrap();
    db.migrate().await.unwrap();
    let (body, html, questions): (String, String, i64) = db
        .read()
        .await
        .unwrap()
        .one("SELECT body, body_html, question_count FROM lessons WHERE slug = 'bowline'")
        .await
        .unwrap();
    assert_eq!(body, "*A loop* ".repeat(2_000));
    assert_eq!((html, questions), ("<em>A loop</em> ".repeat(2_000), 3));
}

/// Whatever stood behind them would be read through their pages.
#[tokio::test]
async fn the_texts_of_lessons_are_their_last_columns() {
    let db = TestDb::new().await;
    if db.engine() == Engine::Postgres {
        // Keeps long texts elsewhere.
        return;
    }
    let columns: Vec<(String,)> = db
        .read()
        .await
        .unwrap()
        .all("SELECT name FROM pragma_table_info('lessons') ORDER BY cid DESC LIMIT 2")
        .await
        .unwrap();
    assert_eq!(columns.iter().map(|(name,)| name.as_str()).collect::<Vec<_>>(), ["body_html", "body"]);
}

#[tokio::test]
async fn a_reopened_database_has_what_was_committed() {
    let db = playground().await;
    let mut tx = db.begin().await.unwrap();
    named(&mut tx, "kept").await.unwrap();
    tx.commit().await.unwrap();
    let again = db.reopen().await;
    assert_eq!(names(&again).await, ["kept"]);
    again.close().await;
}

#[tokio::test]
async fn rows_can_be_read_one_by_one() {
    let db = playground().await;
    let mut tx = db.begin().await.unwrap();
    for number in 0..50_i64 {
        let insert =
            sql!("INSERT INTO things (id, number) VALUES ($1, $2)", Uuid::now_v7(), Value::from(number));
        tx.run(insert).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut sum = 0;
    let mut conn = db.read().await.unwrap();
    conn.for_each("SELECT number FROM things", |(number,): (i64,)| sum += number).await.unwrap();
    assert_eq!(sum, 49 * 50 / 2);
}

#[tokio::test]
async fn parameters_are_known_by_their_numbers() {
    let db = playground().await;
    let mut conn = db.read().await.unwrap();
    let turned = "SELECT CAST($2 AS BIGINT), CAST($1 AS BIGINT), CAST($2 AS BIGINT)";
    let numbers: (i64, i64, i64) = conn.one(sql!(turned, 1_i64, 2_i64)).await.unwrap();
    assert_eq!(numbers, (2, 1, 2));
    let one_too_few = conn.one::<(i64, i64, i64)>(sql!(turned, 1_i64)).await;
    assert!(one_too_few.is_err(), "{one_too_few:?}");
}

/// On SQLite statements run in the task that asks (docs/adr/0014); one that is known to be slow must not hold others up.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_slow_statement_lets_other_tasks_go_on() {
    let db = playground().await;
    let count =
        "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
         SELECT COUNT(*) FROM n";
    let (counted,): (i64,) = db.read().await.unwrap().one(count).await.unwrap();
    assert_eq!(counted, 400_000);
    let slow = tokio::spawn({
        let db = (*db).clone();
        async move {
            let (_,): (i64,) = db.read().await.unwrap().one(count).await.unwrap();
        }
    });
    let ticks = tokio::spawn(async move {
        let mut ticks = 0;
        while !slow.is_finished() {
            ticks += 1;
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        ticks
    });
    let ticks = ticks.await.unwrap();
    assert!(ticks > 5, "only {ticks} turns beside a slow statement");
}
