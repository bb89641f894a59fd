//! No learner sees what no person has approved.

use momentum_core::identity::Role;
use serde_json::json;

use super::{job, site, written};

#[tokio::test]
async fn every_way_to_publish_is_closed_until_all_is_approved() {
    let (app, _model, admin) = site().await;
    let (course, lessons) = written(&app, &admin, 7).await;
    let path = format!("/admin/courses/{course}");
    admin.patch(&path, json!({ "author": "Ada" })).await.expect(200);
    let publish = |path: &str| format!("{path}/publish");
    assert_eq!(admin.post(&publish(&path), json!({})).await.expect(409).problem(), "not-ready");
    let lesson = format!("/admin/lessons/{}", lessons[0]);
    assert_eq!(admin.post(&publish(&lesson), json!({})).await.expect(409).problem(), "not-approved");
    // A copy is as unapproved as what it was made from, and no package carries it away.
    let copy = admin.post(&format!("{path}/duplicate"), json!({})).await.expect(201).json();
    assert_eq!(copy["review_state"], "pending");
    assert_eq!(copy["ai_generated"], true);
    let copy = format!("/admin/courses/{}", copy["id"].as_str().unwrap());
    assert_eq!(admin.post(&publish(&copy), json!({})).await.expect(409).problem(), "not-ready");
    assert_eq!(admin.get(&format!("{path}/export")).await.expect(409).problem(), "not-approved");
    // Deleting a lesson and bringing it back doesn't approve it.
    for lesson in &lessons[1..] {
        admin.post(&format!("/admin/ai/lessons/{lesson}/approve"), json!({})).await.expect(200);
    }
    admin.delete(&lesson).await.expect(204);
    let review = admin.get(&format!("/admin/ai/courses/{course}/review")).await.expect(200).json();
    assert_eq!(review["approved"], true, "what is left is approved");
    let history = admin.get(&format!("{path}/versions?lesson_id={}", lessons[0])).await.expect(200).json();
    let number = history["items"][1]["number"].as_i64().unwrap();
    admin.post(&format!("{path}/versions/{number}/restore"), json!({})).await.expect(200);
    assert_eq!(admin.post(&publish(&path), json!({})).await.expect(409).problem(), "not-ready");
    admin.post(&format!("/admin/ai/courses/{course}/approve"), json!({})).await.expect(200);
    admin.post(&publish(&path), json!({})).await.expect(200);
    admin.get(&format!("{path}/export")).await.expect(200);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_flag_says_why_and_holds_the_course_back() {
    let (app, _model, admin) = site().await;
    let (course, lessons) = written(&app, &admin, 7).await;
    let lesson = format!("/admin/ai/lessons/{}", lessons[3]);
    let empty = admin.post(&format!("{lesson}/flag"), json!({ "reason": " " })).await.expect(422).json();
    assert_eq!(empty["errors"][0]["field"], "reason");
    let flagged = admin.post(&format!("{lesson}/flag"), json!({ "reason": "Wrong temperature." })).await;
    assert_eq!(flagged.expect(200).json()["flag"], "Wrong temperature.");
    let all = admin.post(&format!("/admin/ai/courses/{course}/approve"), json!({})).await;
    assert_eq!(all.expect(409).problem(), "flagged");
    admin.put(&format!("{lesson}/rating"), json!({ "rating": 6 })).await.expect(422);
    let rated = json!({ "rating": 2, "reason": "Too dry." });
    assert_eq!(admin.put(&format!("{lesson}/rating"), rated).await.expect(200).json()["rating"], 2);
    let report = admin.get("/admin/ai/prompts").await.expect(200).json();
    let report = &report["items"][0];
    assert_eq!(
        (&report["lessons"], &report["flagged"], &report["ratings"]),
        (&json!(7), &json!(1), &json!(1))
    );
    assert_eq!(report["rating_average"], 2.0);
    assert_eq!(report["reasons"], json!(["Wrong temperature.", "Too dry."]));
    let approved = admin.post(&format!("{lesson}/approve"), json!({})).await.expect(200).json();
    assert!(approved["flag"].is_null());
    admin.post(&format!("/admin/ai/courses/{course}/approve"), json!({})).await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn nobody_approves_what_they_did_not_see() {
    let (app, _model, admin) = site().await;
    let (_, lessons) = written(&app, &admin, 7).await;
    let path = format!("/admin/ai/lessons/{}", lessons[0]);
    let seen = admin.get(&format!("{path}/review")).await.expect(200).json();
    let change = json!({ "title": "Another title" });
    admin.patch(&format!("/admin/lessons/{}", lessons[0]), change).await.expect(200);
    let stale = admin.post(&format!("{path}/approve"), json!({ "version": seen["version"] })).await;
    assert_eq!(stale.expect(409).problem(), "edited-meanwhile");
    let now = admin.get(&format!("{path}/review")).await.expect(200).json();
    assert_eq!(now["review_state"], "pending");
    admin.post(&format!("{path}/approve"), json!({ "version": now["version"] })).await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_lesson_is_judged_and_the_judgement_explains_itself() {
    let (app, _model, admin) = site().await;
    let (_, lessons) = written(&app, &admin, 7).await;
    let review = admin.get(&format!("/admin/ai/lessons/{}/review", lessons[0])).await.expect(200).json();
    let gates = review["gates"].as_array().unwrap();
    let names: Vec<&str> = gates.iter().map(|gate| gate["gate"].as_str().unwrap()).collect();
    for name in
        ["structure", "length", "readability", "duplication", "answer_position", "answerable", "filler"]
    {
        assert!(names.contains(&name), "{names:?}");
    }
    assert!(review["quality_score"].as_i64().unwrap() <= 100);
    assert!(review["video_script"].as_str().unwrap().starts_with("Welcome."));
    app.run_jobs().await;
}

#[tokio::test]
async fn only_administrators_see_the_studio() {
    let (app, _model, admin) = site().await;
    let (course, lessons) = written(&app, &admin, 7).await;
    let learner = app.user(Role::Premium).await;
    for path in [
        "/admin/ai/jobs".to_owned(),
        "/admin/ai/usage".to_owned(),
        format!("/admin/ai/courses/{course}/review"),
        format!("/admin/ai/lessons/{}/review", lessons[0]),
    ] {
        learner.get(&path).await.expect(403);
    }
    app.visitor().get(&format!("/lessons/{}", lessons[0])).await.expect(401);
    learner.get(&format!("/lessons/{}", lessons[0])).await.expect(404);
    let jobs = admin.get("/admin/ai/jobs").await.expect(200).json();
    assert_eq!(jobs["total"], 1);
    let id = jobs["items"][0]["id"].as_str().unwrap();
    assert_eq!(job(&admin, id).await["brief"]["topic"], "Habits that last");
    app.run_jobs().await;
}

#[tokio::test]
async fn approving_flagging_and_publishing_at_once_never_publishes_what_is_flagged() {
    let (app, _model, admin) = site().await;
    let (course, lessons) = written(&app, &admin, 7).await;
    let publish = format!("/admin/courses/{course}/publish");
    admin.post(&format!("/admin/ai/courses/{course}/approve"), json!({})).await.expect(200);
    let flags = lessons.iter().map(|lesson| {
        let path = format!("/admin/ai/lessons/{lesson}/flag");
        let admin = admin.clone();
        async move { admin.post(&path, json!({ "reason": "Look again." })).await }
    });
    let approvals = lessons.iter().map(|lesson| {
        let path = format!("/admin/ai/lessons/{lesson}/approve");
        let admin = admin.clone();
        async move { admin.post(&path, json!({})).await }
    });
    let publishing = (0..6).map(|_| admin.post(&publish, json!({})));
    let (flagged, approved, published) = tokio::join!(
        futures::future::join_all(flags),
        futures::future::join_all(approvals),
        futures::future::join_all(publishing)
    );
    for answer in flagged.iter().chain(&approved).chain(&published) {
        assert!([200, 409].contains(&answer.status.as_u16()), "{}: {}", answer.status, answer.text);
    }
    let now = admin.get(&format!("/admin/courses/{course}")).await.expect(200).json();
    for lesson in now["lessons"].as_array().unwrap() {
        let learners_read_it = now["status"] == "published" && lesson["status"] == "published";
        assert!(!learners_read_it || lesson["review_state"] == "approved", "{lesson}");
    }
    app.run_later_jobs().await;
}
