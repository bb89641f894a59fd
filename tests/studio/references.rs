//! Documents, and the courses that are extracted from them without any model.

use momentum_core::identity::Role;
use momentum_testkit::{Answer, Api, TestApp};
use serde_json::json;

use super::{category, job};

/// A handbook of a hundred pages or so.
const HANDBOOK: &str = include_str!("../../crates/drafting/tests/files/handbook.md");

async fn upload(admin: &Api, name: &str, content: &[u8]) -> Answer {
    admin.upload("/admin/ai/references", name, content.to_vec()).await
}

async fn site() -> (TestApp, Api) {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    (app, admin)
}

#[tokio::test]
async fn a_handbook_becomes_a_course_without_a_model() {
    let (app, admin) = site().await;
    let reference = upload(&admin, "Handbook.md", HANDBOOK.as_bytes()).await.expect(201).json();
    assert_eq!(reference["format"], "markdown");
    assert!(reference["words"].as_i64().unwrap() > 5_000, "{reference}");
    let body = json!({
        "topic": "The handbook", "category_id": category(&admin).await, "duration_days": 7,
        "reference_ids": [reference["id"]],
    });
    let id = admin.post("/admin/ai/generate-course", body).await.expect(202).json();
    let id = id["job_id"].as_str().unwrap().to_owned();
    let in_use = admin.delete(&format!("/admin/ai/references/{}", reference["id"].as_str().unwrap())).await;
    assert_eq!(in_use.expect(409).problem(), "in-use");
    app.run_jobs().await;
    let done = job(&admin, &id).await;
    assert_eq!(done["status"], "completed", "{done}");
    assert_eq!(done["author"], "extractive", "it says that no model wrote it");
    assert_eq!(done["usage"]["cost_usd"], 0.0);
    let course = done["course_id"].as_str().unwrap();
    let draft = admin.get(&format!("/admin/courses/{course}")).await.expect(200).json();
    let lessons = draft["lessons"].as_array().unwrap();
    assert_eq!(lessons.len(), 7);
    assert_eq!(draft["review_state"], "pending");
    for lesson in lessons {
        assert!(lesson["question_count"].as_i64().unwrap() >= 3, "{lesson}");
        let minutes = lesson["minutes"].as_i64().unwrap();
        assert!((8..=22).contains(&minutes), "{lesson}");
        let id = lesson["id"].as_str().unwrap();
        let review = admin.get(&format!("/admin/ai/lessons/{id}/review")).await.expect(200).json();
        let sources = review["passages"].as_array().unwrap();
        assert!(!sources.is_empty(), "{review}");
        assert_eq!(sources[0]["reference"], "Handbook.md");
    }
    admin.get(&format!("/admin/ai/courses/{course}/untaught")).await.expect(200);
    // The document may go; what the course rests on stays.
    admin.delete(&format!("/admin/ai/references/{}", reference["id"].as_str().unwrap())).await.expect(204);
    let id = lessons[0]["id"].as_str().unwrap();
    let review = admin.get(&format!("/admin/ai/lessons/{id}/review")).await.expect(200).json();
    assert!(!review["passages"].as_array().unwrap().is_empty());
    app.run_jobs().await;
}

#[tokio::test]
async fn half_a_pdf_is_refused_and_says_why() {
    let (app, admin) = site().await;
    let whole = include_bytes!("../../crates/drafting/tests/files/sixty.pdf");
    let refused = upload(&admin, "half.pdf", &whole[..whole.len() / 2]).await.expect(422).json();
    let why = refused["errors"][0]["message"].as_str().unwrap();
    assert!(why.contains("This PDF is damaged or incomplete."), "{refused}");
    upload(&admin, "whole.pdf", whole).await.expect(201);
    assert_eq!(app.count("SELECT COUNT(*) FROM ai_references").await, 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn texts_without_spaces_are_refused_for_what_they_are() {
    let (app, admin) = site().await;
    let text = "東京は日本の首都です。会議室を予約する前に、必ず上司に確認してください。".repeat(400);
    let reference = upload(&admin, "office.txt", text.as_bytes()).await.expect(201).json();
    let body = json!({
        "topic": "Office", "category_id": category(&admin).await, "duration_days": 7, "language": "ja",
        "reference_ids": [reference["id"]],
    });
    let refused = admin.post("/admin/ai/generate-course", body).await.expect(422).json();
    let error = &refused["errors"][0];
    assert_eq!((&error["field"], &error["code"]), (&json!("reference_ids"), &json!("unsupported-script")));
    assert!(error["message"].as_str().unwrap().contains("without spaces between words"), "{error}");
    app.run_jobs().await;
}

#[tokio::test]
async fn too_little_text_is_said_before_anybody_waits_for_more() {
    let (app, admin) = site().await;
    let short =
        upload(&admin, "note.txt", b"Bread needs time. Knead it well, then let it rest.").await.expect(201);
    let body = json!({
        "topic": "Bread", "category_id": category(&admin).await, "duration_days": 21,
        "reference_ids": [short.json()["id"]],
    });
    let refused = admin.post("/admin/ai/generate-course", body.clone()).await.expect(422).json();
    let error = &refused["errors"][0];
    assert_eq!((&error["field"], &error["code"]), (&json!("reference_ids"), &json!("too-little-text")));
    let why = error["message"].as_str().unwrap();
    assert!(why.contains("words that can be taught") && why.contains("at least 10500"), "{why}");
    let batch = json!({ "courses": [body.clone(), body] });
    let refused = admin.post("/admin/ai/generate-courses", batch).await.expect(422).json();
    assert_eq!(refused["errors"][0]["field"], "courses[0].reference_ids");

    let browser = app.browser_of(Role::Admin).await;
    let form = browser.get("/admin/ai/new").await.expect(200);
    assert!(form.text.contains("3,500 words for 7 days, 7,000 for 14 and 10,500 for 21"));
    let id = short.json()["id"].as_str().unwrap().to_owned();
    let fields = [
        ("topic", "Bread"),
        ("category_id", "design"),
        ("duration_days", "21"),
        ("level", "beginner"),
        ("language", "en"),
        ("reference_ids", &id),
    ];
    let refused = browser.submit("/admin/ai/new", "/admin/ai/new", &fields).await.expect(422);
    assert!(refused.text.contains("at least 10500") && refused.text.contains("1 chosen"), "{}", refused.text);
    assert_eq!(app.count("SELECT COUNT(*) FROM ai_jobs").await, 0);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_pdf_is_read_with_its_pages_and_known_again() {
    let (app, admin) = site().await;
    let pdf = include_bytes!("../../crates/drafting/tests/files/libreoffice.pdf");
    let reference = upload(&admin, "garden.pdf", pdf).await.expect(201).json();
    assert_eq!(reference["format"], "pdf");
    assert!(reference["pages"].as_i64().unwrap() >= 1);
    let path = format!("/admin/ai/references/{}", reference["id"].as_str().unwrap());
    let read = admin.get(&path).await.expect(200).json();
    let passages = read["passages"].as_array().unwrap();
    assert!(passages.iter().all(|passage| passage["pages"] != ""), "{read}");
    let again = upload(&admin, "garden.pdf", pdf).await.expect(201).json();
    assert_eq!(again["id"], reference["id"]);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_cant_be_read_is_refused_with_the_reason() {
    let (app, admin) = site().await;
    let locked = include_bytes!("../../crates/drafting/tests/files/locked.pdf");
    for (name, content) in [
        ("picture.png", b"\x89PNG\r\n\x1a\n0000000000".as_slice()),
        ("broken.pdf", b"%PDF-1.7\nthis is no pdf"),
        ("locked.pdf", locked),
        ("empty.txt", b""),
        ("fake.docx", b"PK\x03\x04nothing"),
        ("../../etc/passwd", b"\x00\x01\x02\x03"),
    ] {
        let refused = upload(&admin, name, content).await.expect(422).json();
        assert_eq!(refused["errors"][0]["field"], "file", "{name}: {refused}");
    }
    let big = vec![b'a'; 20 * 1024 * 1024 + 1];
    let answer = upload(&admin, "big.txt", &big).await;
    assert!([413, 422].contains(&answer.status.as_u16()), "{}", answer.status);
    assert_eq!(app.count("SELECT COUNT(*) FROM ai_references").await, 0);
    app.run_jobs().await;
}
