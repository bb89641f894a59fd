//! Seam "bulk load": what was loaded reads as if it had been inserted, on both engines.

use chrono::{DateTime, NaiveDate, Utc};
use momentum_db::{Error, Json, Rows, row, sql};
use momentum_testkit::TestDb;
use serde_json::json;
use uuid::Uuid;

const COLUMNS: [&str; 9] = ["id", "flag", "number", "ratio", "name", "blob", "moment", "day", "document"];

async fn playground() -> TestDb {
    let db = TestDb::empty().await;
    let mut tx = db.begin().await.unwrap();
    tx.run(
        "CREATE TABLE things (
            id UUID PRIMARY KEY, flag BOOLEAN, number BIGINT, ratio DOUBLE PRECISION, name TEXT UNIQUE, blob BYTEA,
            moment TIMESTAMPTZ, day DATE, document JSONB)",
    )
    .await
    .unwrap();
    tx.run("CREATE INDEX things_by_number ON things (number)").await.unwrap();
    tx.run("CREATE TABLE parts (thing_id UUID NOT NULL REFERENCES things (id), name TEXT NOT NULL DEFAULT 'part')")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    db
}

type Thing = (
    Option<bool>,
    Option<i64>,
    Option<f64>,
    Option<String>,
    Option<Vec<u8>>,
    Option<DateTime<Utc>>,
    Option<NaiveDate>,
    Option<Json<serde_json::Value>>,
);

#[tokio::test]
async fn every_type_comes_back_as_it_was_loaded() {
    let db = playground().await;
    let (full, empty) = (Uuid::now_v7(), Uuid::now_v7());
    let moment: DateTime<Utc> = "2031-02-03T04:05:06.789012Z".parse().unwrap();
    let day: NaiveDate = "2031-02-03".parse().unwrap();
    let name = "tab\tline\nreturn\rback\\slash \\N \\. “學習 🎓” 'quote' $1 ?";
    let document = json!({"text": name, "list": [1, 2.5, null, true]});
    let mut rows = Rows::new("things", COLUMNS);
    rows.push(row![
        full,
        true,
        i64::MIN,
        0.1 + 0.2,
        name,
        vec![0_u8, 9, 92, 255],
        moment,
        day,
        document.clone()
    ]);
    rows.push(row![
        empty,
        None::<bool>,
        None::<i64>,
        None::<f64>,
        None::<&str>,
        None::<Vec<u8>>,
        None::<DateTime<Utc>>,
        None::<NaiveDate>,
        None::<serde_json::Value>,
    ]);
    assert_eq!(rows.len(), 2);
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.load(rows).await.unwrap(), 2);
    tx.commit().await.unwrap();

    let mut conn = db.read().await.unwrap();
    let select = "SELECT flag, number, ratio, name, blob, moment, day, document FROM things WHERE id = $1";
    let thing: Thing = conn.one(sql!(select, full)).await.unwrap();
    assert_eq!((thing.0, thing.1, thing.2), (Some(true), Some(i64::MIN), Some(0.1 + 0.2)));
    assert_eq!(thing.3.as_deref(), Some(name));
    assert_eq!(thing.4.as_deref(), Some(&[0, 9, 92, 255][..]));
    assert_eq!((thing.5, thing.6), (Some(moment), Some(day)));
    assert_eq!(thing.7.unwrap().0, document);
    let nothing: Thing = conn.one(sql!(select, empty)).await.unwrap();
    assert!(matches!(nothing, (None, None, None, None, None, None, None, None)));
}

#[tokio::test]
async fn thousands_of_rows_are_loaded_and_defaults_apply() {
    let db = playground().await;
    for count in [0_usize, 1, 499, 500, 501, 2_345] {
        let mut things = Rows::new("things", ["id", "number"]);
        let mut parts = Rows::new("parts", ["thing_id"]);
        for _ in 0..count {
            let id = Uuid::now_v7();
            things.push(row![id, i64::try_from(count).unwrap()]);
            parts.push(row![id]);
        }
        assert_eq!(things.is_empty(), count == 0);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.load(things).await.unwrap(), count as u64);
        assert_eq!(tx.load(parts).await.unwrap(), count as u64);
        tx.commit().await.unwrap();
        let (found, named): (i64, i64) = db
            .read()
            .await
            .unwrap()
            .one(sql!(
                "SELECT COUNT(*), COUNT(p.name) FROM things t JOIN parts p ON p.thing_id = t.id WHERE t.number = $1",
                i64::try_from(count).unwrap()
            ))
            .await
            .unwrap();
        assert_eq!((found, named), (i64::try_from(count).unwrap(), i64::try_from(count).unwrap()));
    }
}

#[tokio::test]
async fn constraints_hold_for_loaded_rows_too() {
    let db = playground().await;
    let mut twins = Rows::new("things", ["id", "name"]);
    twins.push(row![Uuid::now_v7(), "same"]);
    twins.push(row![Uuid::now_v7(), "same"]);
    let mut tx = db.begin().await.unwrap();
    let refused = tx.load(twins).await.unwrap_err();
    assert!(matches!(refused, Error::Duplicate(_)), "{refused}");
    drop(tx);

    let mut orphan = Rows::new("parts", ["thing_id"]);
    orphan.push(row![Uuid::now_v7()]);
    let mut tx = db.begin().await.unwrap();
    let refused = match tx.load(orphan).await {
        Ok(_) => tx.commit().await.unwrap_err(),
        Err(refused) => refused,
    };
    assert!(matches!(refused, Error::Missing(_)), "{refused}");
    let (left,): (i64,) = db.read().await.unwrap().one("SELECT COUNT(*) FROM things").await.unwrap();
    assert_eq!(left, 0, "nothing of a refused load stays");
}

#[tokio::test]
async fn indexes_go_and_come_back() {
    let db = playground().await;
    let create = "CREATE INDEX things_by_number ON things (number)";
    let mut tx = db.begin().await.unwrap();
    let taken = tx.take_indexes(&["things", "parts"]).await.unwrap();
    // Its name is free again, so it is gone.
    tx.run(create).await.unwrap();
    tx.run("DROP INDEX things_by_number").await.unwrap();
    tx.restore_indexes(taken).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = db.begin().await.unwrap();
    assert!(tx.run(create).await.is_err(), "it is back");
    drop(tx);
    let mut twins = Rows::new("things", ["id", "name"]);
    twins.push(row![Uuid::now_v7(), "same"]);
    twins.push(row![Uuid::now_v7(), "same"]);
    let mut tx = db.begin().await.unwrap();
    let _taken = tx.take_indexes(&["things"]).await.unwrap();
    assert!(
        matches!(tx.load(twins).await, Err(Error::Duplicate(_))),
        "what keeps rows unique is never taken"
    );
}
