//! What is old is forgotten, however much of it there is.

use chrono::TimeDelta;
use momentum_core::{
    identity::Role,
    ids::{SessionId, UserId},
};
use momentum_db::{Engine, Rows, Statement, row, sql};
use momentum_testkit::TestApp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// More than one transaction removes.
const MANY: usize = 1_201;

fn hash(name: &str, number: usize) -> Vec<u8> {
    Sha256::digest(format!("{name} {number}")).to_vec()
}

#[tokio::test]
async fn what_is_old_is_forgotten_however_much_it_is() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let mut conn = app.s.db.read().await.unwrap();
    let (user,): (UserId,) = conn.one(sql!("SELECT id FROM users WHERE email = $1", email)).await.unwrap();
    drop(conn);

    let now = app.now();
    let mut keys = Rows::new("idempotency_keys", ["key_hash", "request_hash", "created_at"]);
    let mut mails = Rows::new("mails", ["id", "email", "name", "template", "content", "state", "created_at"]);
    let mut searches =
        Rows::new("search_queries", ["day", "query", "searches", "empty_searches", "clicks", "hits"]);
    let mut brakes = Rows::new("throttles", ["key_hash", "free_at"]);
    let mut sessions = Rows::new(
        "sessions",
        [
            "id",
            "user_id",
            "kind",
            "token_hash",
            "user_agent",
            "address",
            "created_at",
            "last_seen_at",
            "expires_at",
        ],
    );
    let mut tokens = Rows::new("used_refresh_tokens", ["token_hash", "session_id", "used_at"]);
    // The first of each is young.
    for number in 0..=MANY {
        let then = if number == 0 { now } else { now - TimeDelta::days(800) };
        keys.push(row![hash("key", number), hash("request", number), then]);
        let content = serde_json::json!({});
        mails.push(row![Uuid::now_v7(), "a@example.com", "Ada", "welcome", content, "kept", then]);
        searches.push(row![then.date_naive(), format!("query {number}"), 1_i64, 0_i64, 0_i64, 1_i64]);
        brakes.push(row![hash("brake", number), then.timestamp_millis()]);
        let session = SessionId::new();
        let token = hash("session", number);
        let end = then + TimeDelta::days(30);
        sessions.push(row![session, user, "api", token, "test", "127.0.0.1", then, then, end]);
        tokens.push(row![hash("token", number), session, then]);
    }
    let mut tx = app.s.db.begin().await.unwrap();
    tx.load(keys).await.unwrap();
    tx.load(mails).await.unwrap();
    tx.load(searches).await.unwrap();
    tx.load(brakes).await.unwrap();
    tx.load(sessions).await.unwrap();
    tx.load(tokens).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
    // Past midnight, when the daily jobs run.
    app.wait(TimeDelta::hours(13));
    app.run_jobs().await;
    for (table, count) in [
        ("idempotency_keys", "SELECT COUNT(*) FROM idempotency_keys"),
        ("mails", "SELECT COUNT(*) FROM mails WHERE template = 'welcome'"),
        ("search_queries", "SELECT COUNT(*) FROM search_queries"),
        ("throttles", "SELECT COUNT(*) FROM throttles WHERE failures = 0 AND blocked_until = 0"),
        ("sessions", "SELECT COUNT(*) FROM sessions WHERE user_agent = 'test'"),
        ("used_refresh_tokens", "SELECT COUNT(*) FROM used_refresh_tokens"),
    ] {
        assert_eq!(app.count(count).await, 1, "{table}");
    }
}

/// Until somebody on this site's database waits for a row that another transaction holds. SQLite lets nobody in meanwhile.
async fn somebody_waits(app: &TestApp) {
    let waiting = "SELECT COUNT(*) FROM pg_stat_activity
                   WHERE application_name = current_setting('application_name') AND wait_event_type = 'Lock'";
    while app.s.db.engine() == Engine::Postgres && app.count(waiting).await == 0 {
        tokio::task::yield_now().await;
    }
}

async fn write(app: &TestApp, statement: Statement) {
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run(statement).await.unwrap();
    tx.commit().await.unwrap();
}

/// Lets the old be forgotten while it is used again.
async fn forget_while(app: &TestApp, used_again: Statement) {
    app.run_jobs().await;
    app.wait(TimeDelta::hours(2));
    let mut tx = app.s.db.begin().await.unwrap();
    assert_eq!(tx.run(used_again).await.unwrap(), 1);
    tokio::join!(app.run_jobs(), async {
        somebody_waits(app).await;
        tx.commit().await.unwrap();
    });
}

#[tokio::test]
async fn what_is_used_again_while_the_old_is_forgotten_stays() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let (old, soon) = (app.now() - TimeDelta::days(800), app.now() + TimeDelta::days(1));

    let key = hash("key", 0);
    write(
        &app,
        sql!(
            "INSERT INTO idempotency_keys (key_hash, request_hash, created_at) VALUES ($1, $1, $2)",
            key.clone(),
            old
        ),
    )
    .await;
    forget_while(&app, sql!("UPDATE idempotency_keys SET created_at = $1 WHERE key_hash = $2", soon, key))
        .await;
    assert_eq!(app.count("SELECT COUNT(*) FROM idempotency_keys").await, 1);

    let brake = hash("brake", 0);
    let (free_at, later) = (old.timestamp_millis(), soon.timestamp_millis());
    write(&app, sql!("INSERT INTO throttles (key_hash, free_at) VALUES ($1, $2)", brake.clone(), free_at))
        .await;
    forget_while(&app, sql!("UPDATE throttles SET blocked_until = $1 WHERE key_hash = $2", later, brake))
        .await;
    assert_eq!(app.count("SELECT COUNT(*) FROM throttles WHERE blocked_until > 0").await, 1);

    let session = SessionId::new();
    write(
        &app,
        sql!(
            "INSERT INTO sessions
                (id, user_id, kind, token_hash, user_agent, address, created_at, last_seen_at, expires_at)
             SELECT $1, id, 'api', $2, 'test', '127.0.0.1', $3, $3, $3 FROM users WHERE email = $4",
            session,
            hash("session", 0),
            old,
            email
        ),
    )
    .await;
    forget_while(&app, sql!("UPDATE sessions SET expires_at = $1 WHERE id = $2", soon, session)).await;
    assert_eq!(app.count("SELECT COUNT(*) FROM sessions WHERE user_agent = 'test'").await, 1);
}
