use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_testkit::{Api, TestApp};
use serde_json::{Value, json};

use super::{complete, enroll};

async fn board(api: &Api, query: &str) -> Value {
    api.get(&format!("/leaderboard?{query}")).await.expect(200).json()
}

fn ranks(board: &Value) -> Vec<(i64, i64)> {
    let items = board["items"].as_array().unwrap();
    items.iter().map(|item| (item["rank"].as_i64().unwrap(), item["points"].as_i64().unwrap())).collect()
}

#[tokio::test]
async fn ties_share_a_rank_and_periods_begin_anew() {
    let app = TestApp::new().await;
    let tea = app.course("tea").category("design").publish().await;
    let money = app.course("money").category("finance").publish().await;
    let mut people = Vec::new();
    for lessons in [3, 1, 1, 0] {
        let api = app.user(Role::Free).await;
        enroll(&api, &tea).await;
        enroll(&api, &money).await;
        for lesson in &tea.lessons[..lessons] {
            complete(&api, lesson.id).await;
        }
        people.push(api);
    }
    let week = board(&people[1], "").await;
    assert_eq!(week["period"], "week");
    assert_eq!(ranks(&week), [(1, 50), (2, 30), (2, 30)]);
    assert_eq!((&week["me"]["rank"], &week["me"]["points"]), (&json!(2), &json!(30)));
    assert_eq!(board(&people[3], "").await.get("me"), None, "no points, no place");
    assert_eq!(board(&people[3], "limit=1").await["items"].as_array().unwrap().len(), 1);
    // Badges belong to no category.
    assert_eq!(ranks(&board(&people[0], "category=design").await), [(1, 30), (2, 10), (2, 10)]);
    assert_eq!(ranks(&board(&people[0], "category=finance&period=all").await), []);

    // The next week: only what is earned in it.
    app.wait(TimeDelta::days(7));
    for api in &mut people {
        api.renew().await;
    }
    complete(&people[3], money.lessons[0].id).await;
    assert_eq!(ranks(&board(&people[0], "").await), [(1, 30)]);
    assert_eq!(ranks(&board(&people[0], "period=month").await), [(1, 50), (2, 30), (2, 30), (2, 30)]);
    assert_eq!(ranks(&board(&people[0], "period=month&category=design").await), [(1, 30), (2, 10), (2, 10)]);
    people[0].get("/leaderboard?period=year").await.expect(422);
    people[0].get("/leaderboard?category=tea").await.expect(422);
    app.visitor().get("/leaderboard").await.expect(401);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_badge_in_hindsight_lifts_nobody_this_week() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let mut ben = app.user(Role::Free).await;
    enroll(&ben, &course).await;
    complete(&ben, course.lessons[0].id).await;
    app.wait(TimeDelta::days(8));
    let badge = json!({
        "name": "Begun", "description": "One lesson.", "tier": "gold", "emblem": "sun",
        "rule": { "kind": "lessons", "count": 1 }
    });
    app.user(Role::Admin).await.post("/admin/badges", badge).await.expect(201);
    app.run_later_jobs().await;
    ben.renew().await;
    assert_eq!(ranks(&board(&ben, "").await), [], "they did nothing in it");
    let all = ranks(&board(&ben, "period=all").await);
    assert!(all.len() == 1 && all[0].1 > 30, "{all:?}");
    let rebuilt = momentum_core::engagement::rebuild_statistics(&app.s).await.unwrap();
    assert_eq!(rebuilt.corrected, 0);
    app.run_jobs().await;
}

#[tokio::test]
async fn who_does_not_want_to_be_seen_is_not() {
    let app = TestApp::new().await;
    let course = app.course("tea").category("design").publish().await;
    let (shy, other) = (app.user(Role::Free).await, app.user(Role::Free).await);
    // Before the first points, and after.
    shy.patch("/me", json!({ "on_leaderboards": false })).await.expect(200);
    for api in [&shy, &other] {
        enroll(api, &course).await;
        complete(api, course.lessons[0].id).await;
    }
    for query in ["period=week", "period=month", "period=all", "period=all&category=design"] {
        let seen = board(&other, query).await;
        assert_eq!(seen["items"].as_array().unwrap().len(), 1, "{query}");
        assert_eq!(seen["me"]["rank"], 1);
        assert_eq!(board(&shy, query).await.get("me"), None);
    }
    shy.patch("/me", json!({ "on_leaderboards": true })).await.expect(200);
    assert_eq!(board(&other, "category=design").await["items"].as_array().unwrap().len(), 2);
    // Nobody sees the whole name of somebody whose profile is private.
    let name = board(&shy, "").await["items"][1]["user"]["name"].as_str().unwrap().to_owned();
    assert!(name.ends_with('.') || !name.contains(' '), "{name}");

    // Suspended accounts are gone, and come back.
    let admin = app.user(Role::Admin).await;
    let id = shy.get("/me").await.json()["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/admin/users/{id}/suspend"), json!({ "reason": "test" })).await.expect(204);
    assert_eq!(board(&other, "period=all").await["items"].as_array().unwrap().len(), 1);
    admin.post(&format!("/admin/users/{id}/restore"), json!({})).await.expect(204);
    assert_eq!(board(&other, "period=all").await["items"].as_array().unwrap().len(), 2);
    app.run_jobs().await;
}
