//! The audit log: written with what it tells of, chained, searchable, and not to be changed.

use momentum_core::{audit, identity::Role};
use momentum_db::{Engine, sql};
use momentum_testkit::{PASSWORD, TestApp};
use serde_json::{Value, json};

async fn record(app: &TestApp, action: &'static str) {
    let mut tx = app.s.db.begin().await.unwrap();
    let event = audit::Event {
        actor: None,
        action,
        target_kind: "thing",
        target_id: "42".into(),
        address: "203.0.113.7",
        before: Value::Null,
        after: json!({ "name": "new" }),
    };
    audit::record(&mut tx, &event, app.now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn verdict(app: &TestApp) -> audit::Verdict {
    audit::verify(&mut app.s.db.read().await.unwrap()).await.unwrap()
}

/// Changes the log as somebody does who may do everything with the database.
async fn tamper(app: &TestApp, texts: &[&'static str]) {
    let mut tx = app.s.db.begin().await.unwrap();
    for text in texts {
        tx.run(*text).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn administrators_search_and_export_what_was_done() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let person = app.visitor().sign_in(&email, PASSWORD).await;
    let change = json!({ "current_password": PASSWORD, "password": "Another-Lesson-43!" });
    person.post("/me/password", change).await.expect(204);

    let admin = app.user(Role::Admin).await;
    let found = admin.get(&format!("/admin/audit?q=password-changed%20{email}")).await.expect(200).json();
    assert_eq!(found["total"], 1);
    let entry = &found["items"][0];
    assert_eq!(entry["action"], "identity.password-changed");
    assert_eq!(entry["actor_email"], email.as_str());
    assert!(entry["address"].as_str().unwrap().starts_with("127."));
    assert!(!found.to_string().contains("Another-Lesson"), "no secret in the log");
    assert_eq!(admin.get("/admin/audit?q=nothing-like-it").await.json()["total"], 0);
    assert_eq!(admin.get("/admin/audit?to=2026-03-01T00:00:00Z").await.json()["total"], 0, "too early");
    admin.get("/admin/audit?from=yesterday").await.expect(422);
    person.get("/admin/audit").await.expect(403);
    app.user(Role::Premium).await.get("/admin/audit").await.expect(403);
    let backwards = "from=2026-11-28T00:00:00Z&to=2026-11-20T00:00:00Z";
    for path in ["/admin/audit", "/admin/audit/export"] {
        let wrong = admin.get(&format!("{path}?{backwards}")).await.expect(422).json();
        assert_eq!(wrong["errors"][0]["field"], "to");
        admin.get(&format!("{path}?to=tomorrow")).await.expect(422);
    }
    let file = admin.get("/admin/audit/export?q=password-changed").await.expect(200);
    assert!(file.header("content-type").starts_with("text/csv"));
    assert!(file.text.starts_with("sequence,at,actor_id,") && file.text.contains(&email));
    assert_eq!(admin.get("/admin/audit/export?q=nothing-like-it").await.text.lines().count(), 1);
    person.get("/admin/audit/export").await.expect(403);

    let browser = app.browser_of(Role::Admin).await;
    let page = browser.get("/admin/audit?q=password-changed").await.expect(200);
    assert!(page.text.contains(&email));
    let csv = browser.get("/admin/audit/export?q=password-changed").await.expect(200);
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert_eq!(csv.text, file.text, "the same file as by API");
    for (query, told) in [
        ("from=2026-11-28&to=2026-11-20", "To: This has to come after the beginning."),
        ("from=2026-11-21&to=2026-11-20", "To: This has to come after the beginning."),
        ("from=garbage", "From: Enter a day such as 2026-03-02."),
    ] {
        let page = browser.get(&format!("/admin/audit?{query}")).await.expect(422).text;
        assert!(page.contains(told) && !page.contains("Nothing matches"), "{query}");
        browser.get(&format!("/admin/audit/export?{query}")).await.expect(422);
    }
    let one_day = browser.get("/admin/audit?from=2026-11-20&to=2026-11-20").await.expect(200).text;
    assert!(one_day.contains("Nothing matches"));
    app.run_jobs().await;
}

#[tokio::test]
async fn what_happens_around_signing_in_is_noted_and_found_by_whose_account_it_is() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let email = "newcomer@example.com";
    let account = json!({ "email": email, "password": PASSWORD, "name": "New Comer" });
    let id = app.visitor().post("/auth/sign-up", account).await.expect(201).json()["user"]["id"].clone();
    for (address, password) in [(email, "Wrong-Guess-1!"), ("hunter2@example.com", "Wrong-Guess-1!")] {
        app.visitor()
            .post("/auth/sign-in", json!({ "email": address, "password": password }))
            .await
            .expect(401);
    }
    let first = app.visitor().sign_in(email, PASSWORD).await;
    let second = app.visitor().sign_in(email, PASSWORD).await;
    let devices = first.get("/me/sessions").await.json();
    let other =
        devices["items"].as_array().unwrap().iter().find(|session| session["current"] == false).unwrap();
    first.delete(&format!("/me/sessions/{}", other["id"].as_str().unwrap())).await.expect(204);
    second.get("/me").await.expect(401);
    first.post("/auth/sign-out", json!({})).await.expect(204);

    let actions = |found: &Value| -> Vec<String> {
        let items = found["items"].as_array().unwrap().iter().rev();
        items.map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
    };
    let all = [
        "identity.signed-up",
        "identity.sign-in-failed",
        "identity.signed-in",
        "identity.signed-in",
        "identity.sessions-revoked",
        "identity.signed-out",
    ];
    let found = admin.get(&format!("/admin/audit?q={email}")).await.expect(200).json();
    assert_eq!(actions(&found), all, "by address, what they did and what was done to them");
    let by_id = admin.get(&format!("/admin/audit?q={}", id.as_str().unwrap())).await.expect(200).json();
    assert_eq!(actions(&by_id), all, "by id");
    let failed = admin.get("/admin/audit?q=sign-in-failed").await.expect(200).json();
    assert_eq!(failed["total"], 2);
    assert!(!failed.to_string().contains("hunter2"), "what is typed into the wrong field stays out of it");
    app.run_jobs().await;
}

#[tokio::test]
async fn an_export_of_any_length_is_whole() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Admin).await;
    let mut tx = app.s.db.begin().await.unwrap();
    for number in 0..2_500 {
        let event = audit::Event {
            actor: None,
            action: "test.many",
            target_kind: "thing",
            target_id: number.to_string(),
            address: "203.0.113.7",
            before: Value::Null,
            after: Value::Null,
        };
        audit::record(&mut tx, &event, app.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    let csv = browser.get("/admin/audit/export?q=test.many").await.expect(200).text;
    let numbers: Vec<&str> = csv.lines().skip(1).filter_map(|line| line.split(',').nth(6)).collect();
    assert_eq!(numbers, (0..2_500).map(|number: i32| number.to_string()).collect::<Vec<_>>());
    let nothing = browser.get("/admin/audit/export?q=nothing-like-it").await.expect(200).text;
    assert_eq!(nothing.lines().count(), 1, "the titles alone");
    app.browser_of(Role::Premium).await.get("/admin/audit/export").await.expect(403);
}

#[tokio::test]
async fn the_database_refuses_to_change_an_entry() {
    let app = TestApp::new().await;
    record(&app, "test.first").await;
    // Young by the database's own clock, too.
    let text = "INSERT INTO audit_log (sequence, id, at, action, target_kind, target_id, address, before_state, after_state,
                    hash) VALUES (2, $1, $2, 'test.young', '', '', '', 'null', 'null', '')";
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run(sql!(text, uuid::Uuid::now_v7(), chrono::Utc::now())).await.unwrap();
    tx.commit().await.unwrap();
    for text in [
        "UPDATE audit_log SET action = 'test.other' WHERE sequence = 1",
        "UPDATE audit_log SET hash = 'x'",
        "DELETE FROM audit_log WHERE sequence = 2",
    ] {
        let mut tx = app.s.db.begin().await.unwrap();
        let refused = tx.run(text).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{text}: {refused}");
    }
    if app.s.db.engine() == Engine::Sqlite {
        let text = "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log WHERE sequence = 1";
        let mut tx = app.s.db.begin().await.unwrap();
        assert!(tx.run(text).await.unwrap_err().to_string().contains("append-only"));
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_log").await, 2);
}

#[tokio::test]
async fn what_was_changed_or_removed_shows() {
    let app = TestApp::new().await;
    for action in ["test.first", "test.second", "test.third", "test.fourth"] {
        record(&app, action).await;
    }
    let whole = verdict(&app).await;
    assert_eq!((whole.entries, whole.broken_at), (4, None));
    assert_eq!(whole.head.len(), 64);

    // Who owns the database can go round its guards: an old entry may be removed and written anew.
    tamper(&app, &[
        "DELETE FROM audit_log WHERE sequence = 2",
        "INSERT INTO audit_log (sequence, id, at, actor_id, action, target_kind, target_id, address, before_state,
                after_state, hash)
         SELECT 2, id, at, actor_id, 'test.forged', target_kind, target_id, address, before_state, after_state, hash
         FROM audit_log WHERE sequence = 3 AND 1 = 0",
    ])
    .await;
    assert_eq!(verdict(&app).await.broken_at, Some(2), "one is missing");
    tamper(&app, &["DELETE FROM audit_log WHERE sequence > 2"]).await;
    assert_eq!(verdict(&app).await.broken_at, Some(2));
    tamper(&app, &["DELETE FROM audit_log"]).await;
    assert_eq!(verdict(&app).await.broken_at, Some(1), "all are missing");
}

#[tokio::test]
async fn twenty_writers_make_one_chain() {
    let app = TestApp::new().await;
    let writers = (0..20).map(|_| record(&app, "test.together"));
    futures::future::join_all(writers).await;
    let verdict = verdict(&app).await;
    assert_eq!((verdict.entries, verdict.broken_at), (20, None));
}

#[tokio::test]
async fn old_entries_go_and_the_rest_still_verifies() {
    let app = TestApp::new().await;
    app.run_jobs().await;
    record(&app, "test.old").await;
    record(&app, "test.old").await;
    app.wait(chrono::TimeDelta::days(100));
    record(&app, "test.young").await;
    let mut tx = app.s.db.begin().await.unwrap();
    let section = momentum_core::settings::Security { audit_retention_days: 90, ..Default::default() };
    momentum_core::settings::save(&mut tx, &section, momentum_core::ids::UserId::new(), app.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action = 'test.old'").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action = 'test.young'").await, 1);
    assert_eq!(verdict(&app).await.broken_at, None);
}
