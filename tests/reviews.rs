//! Reviews: who writes them, what they count, and what administrators do with them.

use futures::future::join_all;
use momentum_core::{catalog::Course, identity::Role};
use momentum_testkit::{Api, PASSWORD, TestApp};
use serde_json::{Value, json};

/// Somebody who has joined the course; also their address.
async fn learner(app: &TestApp, course: &Course) -> (Api, String) {
    let email = app.account(Role::Free, "UTC").await;
    let api = app.visitor().sign_in(&email, PASSWORD).await;
    api.post("/enrollments", json!({ "course_id": course.card.id })).await.expect(201);
    (api, email)
}

async fn seen(app: &TestApp, course: &Course) -> Value {
    app.visitor().get(&format!("/courses/{}/reviews", course.card.id)).await.expect(200).json()
}

#[tokio::test]
async fn learners_review_change_and_delete() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let mine = format!("/courses/{}/reviews/mine", course.card.id);
    app.visitor().put(&mine, json!({ "rating": 5 })).await.expect(401);
    let fresh = app.user(Role::Free).await;
    assert_eq!(fresh.put(&mine, json!({ "rating": 5 })).await.problem(), "not-a-learner");
    assert_eq!(seen(&app, &course).await["total"], 0);

    let (ada, _) = learner(&app, &course).await;
    for bad in
        [json!({ "rating": 0 }), json!({ "rating": 6 }), json!({ "rating": 5, "text": "x".repeat(2_001) })]
    {
        ada.put(&mine, bad).await.expect(422);
    }
    ada.put(&mine, json!({ "rating": 2, "text": " Fine\r\nreally " })).await.expect(200);
    let list = seen(&app, &course).await;
    assert_eq!((&list["total"], &list["rating_average"]), (&json!(1), &json!(2.0)));
    assert_eq!(
        (&list["items"][0]["body"], &list["items"][0]["author_id"]),
        (&json!("Fine\nreally"), &Value::Null)
    );
    ada.put(&mine, json!({ "rating": 4, "text": "Better" })).await.expect(200);
    let (bob, _) = learner(&app, &course).await;
    bob.put(&mine, json!({ "rating": 5 })).await.expect(200);
    let list = seen(&app, &course).await;
    assert_eq!(list["by_stars"], json!([0, 0, 0, 1, 1]));
    app.run_jobs().await;
    let card = app.visitor().get("/courses/tea").await.json();
    assert_eq!((&card["rating_count"], &card["rating_average"]), (&json!(2), &json!(4.5)));
    let sorted = format!("/courses/{}/reviews?sort=lowest&limit=1", course.card.id);
    assert_eq!(app.visitor().get(&sorted).await.json()["items"][0]["rating"], 4);
    app.visitor().get(&format!("/courses/{}/reviews?sort=best", course.card.id)).await.expect(422);

    bob.delete(&mine).await.expect(204);
    bob.delete(&mine).await.expect(204);
    ada.delete(&mine).await.expect(204);
    app.run_jobs().await;
    let card = app.visitor().get("/courses/tea").await.json();
    assert_eq!((&card["rating_count"], &card["rating_average"]), (&json!(0), &Value::Null));
}

#[tokio::test]
async fn twenty_reviews_at_once_count_exactly() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let mine = format!("/courses/{}/reviews/mine", course.card.id);
    let mut people = Vec::new();
    for _ in 0..10 {
        people.push(learner(&app, &course).await.0);
    }
    // Each twice at the same time: one review each.
    let answers = join_all((0..20).map(|n| people[n % 10].put(&mine, json!({ "rating": n % 5 + 1 })))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    let list = seen(&app, &course).await;
    assert_eq!((&list["total"], &list["by_stars"]), (&json!(10), &json!([2, 2, 2, 2, 2])));
    join_all(people.iter().take(5).map(|one| one.delete(&mine))).await;
    assert_eq!(seen(&app, &course).await["by_stars"], json!([1, 1, 1, 1, 1]));
    assert_eq!(app.count("SELECT rating_count FROM courses").await, 5);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_reported_is_hidden_and_restored_with_a_trace() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let mine = format!("/courses/{}/reviews/mine", course.card.id);
    let (ada, email) = learner(&app, &course).await;
    let review = ada.put(&mine, json!({ "rating": 1, "text": "Buy mine" })).await.expect(200).json();
    let id = review["id"].as_str().unwrap();
    let (bob, _) = learner(&app, &course).await;
    bob.put(&mine, json!({ "rating": 5 })).await.expect(200);
    let report = format!("/reviews/{id}/report");
    app.visitor().post(&report, json!({})).await.expect(401);
    assert_eq!(ada.post(&report, json!({})).await.problem(), "own-review");
    let answers = join_all((0..20).map(|_| bob.post(&report, json!({ "reason": "Advertising" })))).await;
    assert!(answers.iter().all(|answer| answer.status == 204));

    let admin = app.user(Role::Admin).await;
    let queue = admin.get("/admin/reviews?state=reported").await.expect(200).json();
    assert_eq!((&queue["total"], &queue["items"][0]["report_count"]), (&json!(1), &json!(1)));
    assert_eq!(queue["items"][0]["report_reason"], "Advertising");
    assert_eq!(seen(&app, &course).await["total"], 2, "still there until somebody decides");
    bob.post(&format!("/admin/reviews/{id}/hide"), json!({})).await.expect(403);
    admin.post(&format!("/admin/reviews/{id}/hide"), json!({ "reason": "Advertising" })).await.expect(204);
    let list = seen(&app, &course).await;
    assert_eq!((&list["total"], &list["rating_average"]), (&json!(1), &json!(5.0)));
    let own = ada.put(&mine, json!({ "rating": 5, "text": "Buy it" })).await.expect(200).json();
    assert_eq!((&own["state"], &own["hidden_reason"]), (&json!("hidden"), &json!("Advertising")));
    // Taking it back and writing it anew doesn't undo the decision.
    ada.delete(&mine).await.expect(204);
    assert_eq!(app.count("SELECT COUNT(*) FROM reviews WHERE body <> ''").await, 0);
    let own = ada.put(&mine, json!({ "rating": 5, "text": "Buy my tea!" })).await.expect(200).json();
    assert_eq!(own["state"], "hidden");
    assert_eq!(seen(&app, &course).await["total"], 1, "changing it doesn't bring it back");
    bob.post(&report, json!({})).await.expect(404);
    admin.post(&format!("/admin/reviews/{id}/restore"), json!({})).await.expect(204);
    assert_eq!(seen(&app, &course).await["total"], 2);
    assert_eq!(admin.get("/admin/reviews?q=BUY%20tea").await.json()["total"], 1);
    assert_eq!(admin.get("/admin/reviews?q=_").await.json()["total"], 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action LIKE 'reviews.%'").await, 2);

    // Whoever is suspended is not heard.
    app.run_jobs().await;
    app.set_state(&email, "suspended").await;
    assert_eq!(seen(&app, &course).await["items"].as_array().unwrap().len(), 1);
    app.wait(chrono::TimeDelta::hours(1));
    app.run_jobs().await;
    assert_eq!(seen(&app, &course).await["total"], 1);
}

#[tokio::test]
async fn reviews_stand_on_the_course_page_and_are_moderated_in_bulk() {
    let app = TestApp::new().await;
    let course = app.course("tea").title("Tea").publish().await;
    let (_, email) = learner(&app, &course).await;
    let browser = app.browser();
    browser.sign_in(&email, PASSWORD).await;
    let page = "/courses/tea";
    assert!(browser.get(page).await.expect(200).text.contains("How do you like it?"));
    let wrong =
        browser.submit(page, "/courses/tea/reviews", &[("text", "No <stars>")]).await.expect(422).text;
    assert!(wrong.contains("Give one to five stars.") && wrong.contains("No &#60;stars&#62;"));
    let review = [("rating", "4"), ("text", "A <b>cup</b> a day")];
    browser.submit(page, "/courses/tea/reviews", &review).await.expect(303);
    let own = browser.get(page).await.text;
    assert!(own.contains("Your review") && !own.contains("<b>cup</b>"));
    app.run_jobs().await;
    let public = app.browser().get(page).await.text;
    assert!(public.contains("1 review") && public.contains("aggregateRating") && public.contains("cup"));

    let reader = app.browser_of(Role::Free).await;
    let list = reader.get("/courses/tea/reviews?sort=highest").await.expect(200).text;
    let id =
        list.split("/reviews/").find(|rest| rest.contains("/report\"")).unwrap().split('/').next().unwrap();
    let report = format!("/courses/tea/reviews/{id}/report");
    reader.submit("/courses/tea/reviews", &report, &[("reason", "Rude")]).await.expect(303);
    let admin = app.browser_of(Role::Admin).await;
    assert!(admin.get("/admin/reviews?state=reported").await.expect(200).text.contains("Rude"));
    let none = admin.submit("/admin/reviews", "/admin/reviews", &[("do", "hide")]).await.expect(422).text;
    assert!(none.contains("Choose between 1 and 100 reviews"));
    let hide = [("id", id), ("do", "hide"), ("reason", "Off topic"), ("here", "https://evil.example")];
    let hidden = admin.submit("/admin/reviews", "/admin/reviews", &hide).await.expect(303);
    assert_eq!(hidden.header("location"), "/admin/reviews");
    assert!(browser.get(page).await.text.contains("Off topic"));
    let reader_sees = reader.get("/courses/tea/reviews").await.text;
    assert!(!reader_sees.contains("cup") && reader_sees.contains("Nobody has reviewed"));
    browser.submit(page, "/courses/tea/reviews/delete", &[]).await.expect(303);
    assert_eq!(app.count("SELECT COUNT(*) FROM reviews WHERE body <> ''").await, 0, "its text is gone");
    assert!(!browser.get(page).await.text.contains("Off topic"));
    app.run_jobs().await;
}
