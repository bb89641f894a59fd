//! The API as a contract: its document, its errors, repeated requests.

use momentum_core::identity::Role;
use momentum_db::sql;
use momentum_testkit::{PASSWORD, TestApp};
use reqwest::Method;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn the_document_is_as_reviewed() {
    let app = TestApp::new().await;
    let document = app.openapi();
    assert_eq!(document["openapi"], "3.1.0");
    insta::assert_json_snapshot!(document);
}

#[tokio::test]
async fn the_document_lists_every_operation_and_is_served() {
    let app = TestApp::new().await;
    let served = app.visitor().get("/api/v1/openapi.json").await.expect(200).json();
    for route in app.routes().iter().filter(|route| route.face == momentum_web::Face::Api) {
        let operation = &served["paths"][&route.path][route.method.as_str().to_lowercase()];
        assert!(operation.is_object(), "{} {} is not described", route.method, route.path);
        assert!(operation["security"].is_array(), "{} {}", route.method, route.path);
        assert!(operation["description"].is_string() || operation["summary"].is_string());
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let takes_key = parameters.filter(|one| one["name"] == "Idempotency-Key").count();
        let sent = &operation["requestBody"]["content"];
        let files = ["multipart/form-data", "application/zip", "application/offset+octet-stream"];
        let is_file = files.iter().any(|kind| sent[kind].is_object());
        assert_eq!(takes_key, usize::from(!route.method.is_safe() && !is_file), "{}", route.path);
    }
    let docs = app.browser().get("/api/docs").await.expect(200);
    assert_eq!(docs.header("content-type"), "text/html; charset=utf-8");
    assert!(docs.text.contains("/api/v1/auth/sign-up"));
    let outside = docs.text.split("src=\"").skip(1).filter(|rest| rest.starts_with("http")).count();
    assert_eq!(outside, 0, "nothing is loaded from elsewhere");
}

/// Every `$ref` in a part of the document.
fn references(part: &serde_json::Value, found: &mut Vec<String>) {
    match part {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                match value.as_str() {
                    Some(target) if name == "$ref" => found.push(target.to_owned()),
                    _ => references(value, found),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn everything_that_the_document_refers_to_is_in_it() {
    let document = TestApp::new().await.openapi();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 100);
    for target in found {
        let place = target.strip_prefix('#').unwrap_or_else(|| panic!("{target} is elsewhere"));
        assert!(document.pointer(place).is_some(), "{target} is missing");
    }
}

/// Every list of words that a part of the document allows, with the place where it stands.
fn word_lists(part: &serde_json::Value, place: &str, found: &mut Vec<(String, Vec<String>)>) {
    match part {
        serde_json::Value::Object(fields) => {
            if let Some(words) = fields.get("enum").and_then(|words| words.as_array()) {
                let words = words.iter().filter_map(|word| word.as_str()).map(ToOwned::to_owned);
                found.push((place.to_owned(), words.collect()));
            }
            fields.iter().for_each(|(name, value)| word_lists(value, &format!("{place}/{name}"), found));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| word_lists(item, place, found)),
        _ => {}
    }
}

#[tokio::test]
async fn names_in_the_document_are_names_of_one_thing() {
    let app = TestApp::new().await;
    let document = app.openapi();
    assert_eq!(app.contested_schemas(), [""; 0], "two types with one name");
    let mut ids: Vec<&str> = Vec::new();
    for operations in document["paths"].as_object().unwrap().values() {
        ids.extend(operations.as_object().unwrap().values().filter_map(|one| one["operationId"].as_str()));
    }
    assert!(ids.len() > 200 && ids.contains(&"patch_admin_users_id"), "{ids:?}");
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "an operation's id is its own");
    let mut lists = Vec::new();
    word_lists(&document["components"]["schemas"], "", &mut lists);
    assert!(lists.len() > 30);
    for (place, words) in lists {
        for word in words {
            assert!(!word.contains(char::is_uppercase), "{place} allows {word}, as nothing is written");
        }
    }
}

#[tokio::test]
async fn a_list_is_no_object_and_too_much_is_told_with_the_limit() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    for (method, path, body) in [
        (Method::PUT, "/admin/settings/learning", json!([5])),
        (Method::PUT, "/admin/settings/general", json!([])),
        (Method::POST, "/admin/announcements", json!(["Hello"])),
        (Method::POST, "/progress", json!([1])),
        (Method::PATCH, "/me", json!(null)),
    ] {
        let refused = admin.send(admin.request(method, path).json(&body)).await.expect(422).json();
        let error = &refused["errors"][0];
        assert_eq!(
            (&error["field"], &error["message"]),
            (&json!("body"), &json!("Send an object with its fields."))
        );
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM settings").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM announcements").await, 0);
    let send = |method: Method, path: &str, kind: &str| {
        let request = admin.request(method, path).header("content-type", kind).body(vec![b' '; 3 << 20]);
        admin.send(request)
    };
    for (method, path, kind, most) in [
        (Method::PATCH, "/me", "application/json", "256 KB"),
        (Method::PATCH, "/admin/lessons/01890a5d-ac96-774b-bcce-b302099a8057", "application/json", "2 MB"),
        (Method::PUT, "/admin/settings/branding/logo", "image/png", "2 MB"),
    ] {
        let refused = send(method, path, kind).await.expect(413).json();
        assert!(refused["detail"].as_str().unwrap().contains(most), "{path}: {refused}");
    }
    app.run_jobs().await;
}

/// What a client hears that sends all of a body before it listens, as many do.
async fn sent_first(app: &TestApp, head: &str, bytes: usize) -> std::io::Result<String> {
    let address = app.url.strip_prefix("http://").unwrap();
    let mut line = tokio::net::TcpStream::connect(address).await?;
    let head = format!(
        "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Connection: close\r\nContent-Length: {bytes}\r\n{head}\r\n"
    );
    line.write_all(head.as_bytes()).await?;
    if !head.contains("Expect") {
        line.write_all(&vec![b' '; bytes]).await?;
    }
    let mut answer = String::new();
    line.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn who_sends_too_much_before_listening_learns_why() {
    let app = TestApp::new().await;
    for megabytes in [1, 6, 20] {
        let answer = sent_first(&app, "", megabytes << 20).await.expect("the connection isn't broken");
        assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("too-large"), "{megabytes}: {answer}");
    }
}

#[tokio::test]
async fn who_waits_for_our_word_is_refused_without_sending() {
    let app = TestApp::new().await;
    let head = "Expect: 100-continue\r\nAuthorization: Basic YTpi\r\n";
    let answer = sent_first(&app, head, 6 << 20).await.expect("it is answered");
    assert!(answer.starts_with("HTTP/1.1 401"), "no 100 before it: {answer}");
}

#[tokio::test]
async fn errors_are_problem_documents() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    let send = |body: &'static str, kind: &'static str| {
        let request = api.request(Method::PATCH, "/me").header("content-type", kind).body(body);
        api.send(request)
    };
    assert_eq!(send("{\"name\": ", "application/json").await.expect(400).problem(), "malformed-json");
    assert_eq!(send("\u{0}", "application/json").await.expect(400).problem(), "malformed-json");
    assert_eq!(send("name=Ada", "application/x-www-form-urlencoded").await.expect(415).problem(), "not-json");
    let wrong = send("{\"name\": 5}", "application/json; charset=utf-8").await.expect(422).json();
    assert_eq!(wrong["errors"][0]["field"], "name");
    let no_object = send("[1]", "application/json").await.expect(422).json();
    assert!(no_object["errors"][0]["field"].is_string());
    let missing = api.post("/enrollments", json!({})).await.expect(422).json();
    assert_eq!(
        (&missing["errors"][0]["field"], &missing["errors"][0]["code"]),
        (&json!("course_id"), &json!("required"))
    );
    let big = api.patch("/me", json!({ "bio": "x".repeat(300_000) })).await;
    assert_eq!(big.expect(413).problem(), "too-large");
    assert_eq!(api.get("/nothing/here").await.expect(404).problem(), "not-found");
    assert_eq!(api.delete("/categories").await.expect(405).problem(), "method-not-allowed");
    assert_eq!(app.visitor().get("/me").await.expect(401).problem(), "sign-in-required");
    let basic = app.visitor().request(Method::GET, "/me").header("authorization", "Basic YTpi");
    assert_eq!(app.visitor().send(basic).await.expect(401).problem(), "invalid-token");
}

/// `%ff` is no text in UTF-8, whatever the route.
#[tokio::test]
async fn an_address_that_is_no_text_is_refused_in_the_form_of_its_face() {
    let app = TestApp::new().await;
    for path in ["/courses/%ff", "/people/%C0%AE", "/nothing/%ff"] {
        assert_eq!(app.visitor().get(path).await.expect(400).problem(), "bad-request", "{path}");
        let page = app.browser().get(path).await.expect(400);
        assert!(page.text.contains("<h1"), "{path} is explained by a page");
    }
}

/// Requests for which something is read from memory that was deleted a moment ago.
#[tokio::test]
async fn what_was_deleted_meanwhile_is_not_found() {
    let app = TestApp::new().await;
    let (tea, coffee) = (app.course("tea").publish().await, app.course("coffee").publish().await);
    let api = app.user(Role::Free).await;
    api.post("/enrollments", json!({ "course_id": tea.card.id })).await.expect(201);
    app.run_later_jobs().await;
    let note = format!("/lessons/{}/notes", tea.lessons[0].id);
    api.get(&note).await.expect(200);
    api.get(&format!("/courses/{}", coffee.card.id)).await.expect(200);
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run(sql!("DELETE FROM lessons WHERE id = $1", tea.lessons[0].id)).await.unwrap();
    tx.run(sql!("DELETE FROM courses WHERE id = $1", coffee.card.id)).await.unwrap();
    tx.commit().await.unwrap();
    let saved = api.put(&note, json!({ "body": "Hot water" })).await;
    assert_eq!(saved.expect(404).problem(), "not-found");
    let joined = api.post("/enrollments", json!({ "course_id": coffee.card.id })).await;
    assert_eq!(joined.expect(404).problem(), "not-found");
}

#[tokio::test]
async fn null_and_an_empty_body_say_nothing() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = app.user(Role::Free).await;
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    let begun = json!({ "lesson_id": course.lessons[0].id, "completed": null });
    api.post("/progress", begun).await.expect(200);
    let done = json!({ "lesson_id": course.lessons[0].id, "completed": true });
    api.post("/progress", done).await.expect(200);
    let review = format!("/courses/{}/reviews/mine", course.card.id);
    api.put(&review, json!({ "rating": 5, "text": null })).await.expect(200);
    let sign_out = api.request(Method::POST, "/auth/sign-out").header("content-type", "application/json");
    api.send(sign_out).await.expect(204);
    api.get("/me").await.expect(401);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer() {
    let app = TestApp::new().await;
    let visitor = app.visitor();
    let send = |key: &'static str, name: &'static str| {
        let body = json!({ "email": "ada@example.com", "password": PASSWORD, "name": name });
        let request =
            visitor.request(Method::POST, "/auth/sign-up").header("idempotency-key", key).json(&body);
        visitor.send(request)
    };
    let first = send("k1", "Ada").await.expect(201);
    let second = send("k1", "Ada").await.expect(201);
    assert_eq!(first.text, second.text);
    assert_eq!(second.header("content-type"), "application/json");
    assert_eq!(second.header("idempotency-replayed"), "true");
    let other = send("k1", "Eve").await.expect(422).json();
    assert_eq!(other["errors"][0]["code"], "reused");
    assert_eq!(send("k2", "Ada").await.expect(409).problem(), "email-taken");
    app.run_jobs().await;
    app.wait(chrono::TimeDelta::hours(25));
    assert_eq!(send("k1", "Ada").await.expect(409).problem(), "email-taken", "a day later the key is new");
    app.wait(chrono::TimeDelta::hours(25));
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM idempotency_keys").await, 0);
}

#[tokio::test]
async fn keys_belong_to_their_caller_and_carry_no_tokens() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let (ada, eve) = (app.user(Role::Free).await, app.user(Role::Free).await);
    for api in [&ada, &eve] {
        let body = json!({ "course_id": course.card.id });
        let request = api.request(Method::POST, "/enrollments").header("idempotency-key", "same").json(&body);
        let answer = api.send(request).await.expect(201);
        assert!(answer.header("idempotency-replayed").is_empty());
    }
    let email = app.account(Role::Free, "UTC").await;
    let visitor = app.visitor();
    let sign_in = || {
        let body = json!({ "email": email, "password": PASSWORD });
        visitor
            .send(visitor.request(Method::POST, "/auth/sign-in").header("idempotency-key", "k").json(&body))
    };
    let (first, second) = (sign_in().await.expect(200).json(), sign_in().await.expect(200).json());
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let stored = app.count("SELECT COUNT(*) FROM idempotency_keys").await;
    assert_eq!(stored, 2, "the enrollments' only");
    app.run_jobs().await;
}

#[tokio::test]
async fn statistics_have_the_agreed_fields() {
    let app = TestApp::new().await;
    let numbers = app.user(Role::Free).await.get("/me/statistics").await.expect(200).json();
    let mut fields: Vec<&String> = numbers.as_object().unwrap().keys().collect();
    fields.sort();
    assert_eq!(
        fields,
        [
            "badges_earned",
            "courses_completed",
            "current_streak",
            "lessons_completed",
            "longest_streak",
            "time_spent_seconds",
            "total_points"
        ]
    );
}
