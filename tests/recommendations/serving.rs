//! What is recommended, and for how long.

use chrono::TimeDelta;
use futures::future::join_all;
use momentum_core::{
    catalog::{Access, Level},
    identity::Role,
};
use momentum_testkit::TestApp;
use serde_json::json;

use super::{enroll, finish, recommended, slugs, twelve_courses};

#[tokio::test]
async fn somebody_new_sees_what_many_take_and_what_they_like() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let popular = app.course("bread").category("business").publish().await;
    for _ in 0..3 {
        enroll(&app.user(Role::Free).await, popular.card.id).await;
    }
    app.run_jobs().await;

    let api = app.user(Role::Free).await;
    let answer = recommended(&api).await;
    assert_eq!(slugs(&answer).len(), 10);
    assert_eq!(slugs(&answer)[0], "bread");
    assert_eq!(answer["items"][0]["reason"], "Popular in Business");
    assert_eq!(answer["items"][0]["reason_kind"], "popular");
    let categories = |from: &serde_json::Value| -> Vec<String> {
        let items = from["items"].as_array().unwrap();
        items.iter().map(|item| item["course"]["category"].as_str().unwrap().to_owned()).collect()
    };
    let mut different = categories(&answer)[..5].to_vec();
    different.sort();
    different.dedup();
    assert!(different.len() > 1, "not all of one category");

    // Preferences change it at once.
    api.patch("/me", json!({ "favorite_categories": ["finance"] })).await.expect(200);
    let answer = recommended(&api).await;
    assert_eq!(categories(&answer)[..2], ["finance", "finance"]);
    assert_eq!(answer["items"][0]["reason"], "You like Finance");
    api.patch("/me", json!({ "favorite_categories": [] })).await.expect(200);
    assert_eq!(slugs(&recommended(&api).await)[0], "bread");
}

#[tokio::test]
async fn an_empty_site_recommends_nothing_until_there_is_something() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    assert_eq!(recommended(&api).await["items"], json!([]));
    app.course("tea").publish().await;
    assert_eq!(slugs(&recommended(&api).await), ["tea"]);
    app.course("coffee").publish().await;
    assert_eq!(slugs(&recommended(&api).await).len(), 2);
}

#[tokio::test]
async fn the_limit_is_five_to_ten() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let api = app.user(Role::Free).await;
    app.visitor().get("/recommendations").await.expect(401);
    for limit in 5..=10 {
        let answer = api.get(&format!("/recommendations?limit={limit}")).await.expect(200).json();
        assert_eq!(slugs(&answer).len(), limit);
    }
    assert_eq!(slugs(&api.get("/recommendations").await.expect(200).json()).len(), 6);
    for wrong in ["0", "4", "11", "-5", "9223372036854775807", "9223372036854775808", "six", "5.5"] {
        let answer = api.get(&format!("/recommendations?limit={wrong}")).await.expect(422).json();
        assert_eq!(answer["errors"][0]["field"], "limit", "{wrong}");
    }
}

#[tokio::test]
async fn recommendations_stay_for_a_day() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let mut api = app.user(Role::Free).await;
    api.patch("/me", json!({ "favorite_categories": ["finance"] })).await.expect(200);
    let first = recommended(&api).await;
    app.course("brand-new").category("finance").publish().await;
    app.wait(TimeDelta::hours(24) - TimeDelta::seconds(1));
    api.renew().await;
    let same = recommended(&api).await;
    assert_eq!((&same["generated_at"], slugs(&same)), (&first["generated_at"], slugs(&first)));
    app.wait(TimeDelta::seconds(1));
    let next = recommended(&api).await;
    assert_ne!(next["generated_at"], first["generated_at"]);
    assert!(slugs(&next).contains(&"brand-new"), "{next}");
    app.run_jobs().await;
}

#[tokio::test]
async fn joining_and_finishing_refresh_them() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let poster = app.course("poster").title("Poster").category("design").tags(&["type"]).publish().await;
    let letters = app
        .course("letters")
        .title("Letters")
        .category("marketing")
        .tags(&["type"])
        .level(Level::Intermediate)
        .publish()
        .await;
    let api = app.user(Role::Free).await;
    recommended(&api).await;
    enroll(&api, poster.card.id).await;
    app.wait(TimeDelta::minutes(1));
    let joined = recommended(&api).await;
    assert!(!slugs(&joined).contains(&"poster"));
    let because = |answer: &serde_json::Value, slug: &str| -> serde_json::Value {
        let items = answer["items"].as_array().unwrap().clone();
        items.into_iter().find(|item| item["course"]["slug"] == slug).unwrap()
    };
    assert_eq!(because(&joined, "design-0")["reason"], "Because you’re taking “Poster”");
    assert_eq!(because(&joined, "letters")["because_of"], "Poster");

    finish(&app.user(Role::Free).await, &poster).await;
    for lesson in &poster.lessons {
        assert_eq!(recommended(&api).await["generated_at"], joined["generated_at"], "lesson {}", lesson.day);
        api.post("/progress", json!({ "lesson_id": lesson.id, "completed": true })).await.expect(200);
    }
    app.wait(TimeDelta::minutes(1));
    let finished = recommended(&api).await;
    assert_ne!(finished["generated_at"], joined["generated_at"]);
    assert_eq!(because(&finished, "design-0")["reason"], "Because you finished “Poster”");
    assert!(!slugs(&finished).contains(&"poster"), "a finished course isn't recommended either");
    enroll(&api, letters.card.id).await;
    assert!(!slugs(&recommended(&api).await).contains(&"letters"));
    app.run_jobs().await;
}

#[tokio::test]
async fn what_somebody_joins_is_gone_from_every_answer_asked_for_after_that() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let api = app.user(Role::Free).await;
    let ids: Vec<_> = recommended(&api)
        .await
        .get("items")
        .and_then(|items| items.as_array().cloned())
        .unwrap()
        .into_iter()
        .map(|item| item["course"]["id"].as_str().unwrap().to_owned())
        .collect();
    let mut joined = Vec::new();
    for id in ids {
        // Some ask while it is being joined, so that lists from before and after are written over each other.
        let asking = join_all((0..10).map(|_| recommended(&api)));
        let joining = api.post("/enrollments", json!({ "course_id": id }));
        let (answers, enrolled) = tokio::join!(asking, joining);
        enrolled.expect(201);
        let has = |answer: &serde_json::Value, id: &str| {
            answer["items"].as_array().unwrap().iter().any(|item| item["course"]["id"] == id)
        };
        for answer in &answers {
            assert!(joined.iter().all(|before: &String| !has(answer, before)), "joined before it was asked");
        }
        joined.push(id);
        let after = join_all((0..5).map(|_| recommended(&api))).await;
        assert!(after.iter().all(|answer| joined.iter().all(|id| !has(answer, id))));
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_taken_back_is_not_recommended_and_leaves_no_gap() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let api = app.user(Role::Free).await;
    let admin = app.user(Role::Admin).await;
    let first = recommended(&api).await;
    let mut gone = Vec::new();
    for item in first["items"].as_array().unwrap().iter().take(6) {
        let (id, slug) = (item["course"]["id"].as_str().unwrap(), item["course"]["slug"].as_str().unwrap());
        let act = if gone.len() % 2 == 0 { "unpublish" } else { "archive" };
        let answer = admin.post(&format!("/admin/courses/{id}/{act}"), json!({})).await;
        assert!(answer.status.is_success(), "{}", answer.text);
        gone.push(slug.to_owned());
        let now = recommended(&api).await;
        assert!(gone.iter().all(|slug| !slugs(&now).contains(&slug.as_str())), "{act} {slug}");
        assert_eq!(slugs(&now).len(), 10.min(12 - gone.len()));
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn free_members_see_what_they_can_start_first() {
    let app = TestApp::new().await;
    for n in 0..3 {
        app.course(&format!("club-{n}")).category("design").access(Access::Premium).publish().await;
        app.course(&format!("shop-{n}")).category("finance").access(Access::Paid).publish().await;
        app.course(&format!("free-{n}")).category("marketing").publish().await;
    }
    let order = |answer: &serde_json::Value| -> Vec<String> {
        answer["items"].as_array().unwrap().iter().map(|item| item["course"]["access"].to_string()).collect()
    };
    let free = recommended(&app.user(Role::Free).await).await;
    assert!(order(&free)[..3].iter().all(|access| access == "\"free\""), "{free}");
    assert_eq!(slugs(&free).len(), 9, "the others come after");
    let premium = app.user(Role::Premium).await;
    let open = recommended(&premium).await;
    assert!(order(&open)[..3].iter().any(|access| access != "\"free\""), "{open}");
}

#[tokio::test]
async fn a_new_role_changes_them_at_once() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let api = app.user(Role::Free).await;
    let id = api.get("/me").await.json()["id"].as_str().unwrap().to_owned();
    let before = recommended(&api).await;
    app.wait(TimeDelta::minutes(1));
    let admin = app.user(Role::Admin).await;
    admin.patch(&format!("/admin/users/{id}"), json!({ "role": "premium" })).await.expect(200);
    assert_ne!(recommended(&api).await["generated_at"], before["generated_at"]);
    app.run_jobs().await;
}
