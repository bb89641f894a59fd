use std::fmt::Write;

use momentum_core::identity::Role;
use momentum_testkit::{Api, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use super::{created, somebody};

async fn upload(admin: &Api, csv: &str) -> Value {
    let request = admin.request(Method::POST, "/admin/user-imports?name=people.csv").body(csv.to_owned());
    admin.send(request).await.expect(201).json()
}

fn path(import: &Value) -> String {
    format!("/admin/user-imports/{}", import["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_file_is_checked_then_taken_in_once() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    created(&admin, "there@example.com", "There Already", "free").await;
    let csv = "email,name,role,time_zone\nada@example.com,Ada,premium,Europe/Berlin\nnobody,Bo,,\n\
               THERE@example.com,New Name,premium,\nada@example.com,Ada again,,\nbo@example.com,Bo,,\n";
    let import = upload(&admin, csv).await;
    let counts = ["total", "new_rows", "existing_rows", "wrong_rows", "admin_rows"]
        .map(|key| import[key].as_i64().unwrap());
    assert_eq!(counts, [5, 2, 1, 2, 0]);
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 2, "nothing has happened yet");
    let errors = admin.get(&format!("{}/errors", path(&import))).await.expect(200).json();
    assert_eq!(
        (errors["items"][0]["line"].as_i64(), errors["items"][1]["line"].as_i64()),
        (Some(3), Some(5))
    );

    let start = format!("{}/start", path(&import));
    admin.post(&start, json!({ "invite": true })).await.expect(202);
    assert_eq!(admin.post(&start, json!({})).await.expect(409).problem(), "already-started");
    app.run_jobs().await;
    let done = admin.get(&path(&import)).await.json();
    assert_eq!(done["state"], "done");
    assert_eq!((&done["created"], &done["updated"], &done["skipped"]), (&json!(2), &json!(0), &json!(1)));
    let there = admin.get("/admin/users?q=there%40").await.json()["items"][0].clone();
    assert_eq!(there["name"], "There Already");
    let ada = admin.get("/admin/users?q=ada%40").await.json()["items"][0].clone();
    assert_eq!((ada["role"].as_str(), ada["time_zone"].as_str()), (Some("premium"), Some("Europe/Berlin")));
    assert_eq!(app.mails_to("ada@example.com").await.len(), 1);

    let again = upload(&admin, csv).await;
    assert_eq!((&again["new_rows"], &again["existing_rows"]), (&json!(0), &json!(3)));
    admin.post(&format!("{}/start", path(&again)), json!({ "update_existing": true })).await.expect(202);
    app.run_jobs().await;
    assert_eq!(admin.get(&path(&again)).await.json()["updated"], 1);
    assert_eq!(admin.get("/admin/users?q=there%40").await.json()["items"][0]["name"], "New Name");
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 4);
}

#[tokio::test]
async fn an_export_comes_back_without_doubling_anybody() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    created(&admin, "-x@example.com", "=1+1", "free").await;
    let csv = admin.get("/admin/users/export?role=free").await.expect(200).text;
    assert!(csv.contains("'-x@example.com") && csv.contains("'=1+1"), "{csv}");
    let import = upload(&admin, &csv).await;
    assert_eq!(
        (&import["existing_rows"], &import["new_rows"], &import["wrong_rows"]),
        (&json!(1), &json!(0), &json!(0))
    );
    assert_eq!(import["left_out"].as_array().unwrap().len(), 7);
    admin.post(&format!("{}/start", path(&import)), json!({ "update_existing": true })).await.expect(202);
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 2);
    let person = admin.get("/admin/users?q=-x%40").await.json()["items"][0].clone();
    assert_eq!(person["name"], "=1+1");
}

#[tokio::test]
async fn ten_thousand_rows_are_taken_in_and_a_second_run_doubles_nothing() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let mut csv = "email,name\n".to_owned();
    for number in 0..10_000 {
        writeln!(csv, "person-{number}@example.com,Person {number}").unwrap();
    }
    let import = upload(&admin, &csv).await;
    // A crash after some steps: the checkpoint stands, and so do the accounts before it.
    let begun = std::time::Instant::now();
    admin.post(&format!("{}/start", path(&import)), json!({})).await.expect(202);
    app.run_jobs().await;
    assert!(begun.elapsed().as_secs() < 60, "took {:?}", begun.elapsed());
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 10_001);
    let mut tx = app.s.db.begin().await.unwrap();
    let id: momentum_core::ids::UserImportId = import["id"].as_str().unwrap().parse().unwrap();
    tx.run(momentum_db::sql!("UPDATE user_imports SET state = 'running', position = 0 WHERE id = $1", id))
        .await
        .unwrap();
    let job = momentum_core::jobs::NewJob::new("identity.import-users", json!({ "import": id }));
    momentum_core::jobs::enqueue(&mut tx, job, app.now()).await.unwrap();
    tx.commit().await.unwrap();
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM users").await, 10_001);
    assert_eq!(app.count("SELECT COUNT(*) FROM profiles").await, 10_001);
    let done = admin.get(&path(&import)).await.json();
    assert_eq!((done["state"].as_str(), done["created"].as_i64()), (Some("done"), Some(10_000)));
}

#[tokio::test]
async fn an_import_stops_with_the_administrator_who_started_it() {
    let app = TestApp::new().await;
    let other = app.user(Role::Admin).await;
    let (id, _, admin) = somebody(&app, Role::Admin).await;
    let import = upload(&admin, "email,name,role\nnew@example.com,New,admin\n").await;
    assert_eq!(import["admin_rows"], 1);
    admin.post(&format!("{}/start", path(&import)), json!({})).await.expect(202);
    other.patch(&format!("/admin/users/{id}"), json!({ "role": "free" })).await.expect(200);
    app.run_jobs().await;
    assert_eq!(other.get(&path(&import)).await.json()["state"], "stopped");
    assert_eq!(app.count("SELECT COUNT(*) FROM users WHERE email = 'new@example.com'").await, 0);
}

#[tokio::test]
async fn what_is_no_list_of_people_is_refused() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    for (body, status) in [("", 422), ("name\nAda\n", 422), ("email,name\n", 422)] {
        let request = admin.request(Method::POST, "/admin/user-imports").body(body);
        admin.send(request).await.expect(status);
    }
    let request = admin.request(Method::POST, "/admin/user-imports").body(vec![b'a'; 6 * 1024 * 1024]);
    admin.send(request).await.expect(413);
    let import = upload(&admin, "email,name\nnobody,Bo\n").await;
    let start = format!("{}/start", path(&import));
    assert_eq!(admin.post(&start, json!({})).await.expect(409).problem(), "nothing-to-do");
    admin.delete(&path(&import)).await.expect(204);
    admin.get(&path(&import)).await.expect(404);
}
