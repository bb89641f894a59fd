use momentum_core::{
    identity::Role,
    operations::{self, SeedSize},
};
use momentum_testkit::TestApp;

use super::{created, somebody};

#[tokio::test]
async fn people_are_found_by_name_address_role_and_state() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let ada = created(&admin, "ada@example.com", "Ada Winter", "premium").await;
    created(&admin, "a_b@example.com", "Özlem Yıldız", "free").await;
    let total = async |query: &str| {
        admin.get(&format!("/admin/users?{query}")).await.expect(200).json()["total"].as_i64().unwrap()
    };
    assert_eq!(total("").await, 3);
    for query in ["q=WINTER", "q=ada%40", "role=premium", "q=%C3%B6zlem", "q=%C3%96zlem", "q=_", "role=admin"]
    {
        assert_eq!(total(query).await, 1, "{query}");
    }
    assert_eq!(total("q=nobody").await + total("status=suspended").await + total("q=%25%25").await, 0);
    admin.post(&format!("/admin/users/{ada}/suspend"), serde_json::json!({})).await.expect(204);
    let list = admin.get("/admin/users?status=suspended&limit=1").await.json();
    assert_eq!((&list["items"][0]["id"], list["limit"].as_i64()), (&ada.clone().into(), Some(1)));
    for (sort, field) in [("role", "role"), ("state", "state")] {
        let keys = async |query: &str| -> Vec<String> {
            let list = admin.get(&format!("/admin/users?sort={sort}{query}")).await.expect(200).json();
            let items = list["items"].as_array().unwrap().iter();
            items.map(|item| item[field].as_str().unwrap().to_owned()).collect()
        };
        assert!(keys("").await.is_sorted(), "{sort}");
    }
    for wrong in ["role=king", "status=gone", "sort=age", "limit=0"] {
        admin.get(&format!("/admin/users?{wrong}")).await.expect(422);
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn thousands_are_paged_sorted_and_exported_without_a_gap() {
    let app = TestApp::new().await;
    operations::seed(&app.s, SeedSize { learners: 3_000, courses: 2 }, |_| {}).await.unwrap();
    let admin = app.user(Role::Admin).await;
    for (sort, field) in [("name", "name"), ("newest", "created_at"), ("last_seen", "last_seen_at")] {
        let (mut ids, mut keys) = (Vec::new(), Vec::new());
        for offset in (0..3_001).step_by(100) {
            let path = format!("/admin/users?sort={sort}&limit=100&offset={offset}");
            let page = admin.get(&path).await.expect(200).json();
            assert_eq!(page["total"], 3_001);
            for item in page["items"].as_array().unwrap() {
                ids.push(item["id"].as_str().unwrap().to_owned());
                keys.push(item[field].as_str().unwrap_or_default().to_lowercase());
            }
        }
        assert_eq!(ids.len(), 3_001);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 3_001, "nobody twice by {sort}");
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        if sort != "name" {
            sorted.reverse();
        }
        if sort != "name" || app.s.db.changes().is_some() {
            // PostgreSQL sorts names as its collation says.
            assert!(keys == sorted, "in order by {sort}");
        }
    }
    let csv = admin.get("/admin/users/export").await.expect(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.text.lines().count(), 3_002, "a line for each, and the titles");
    let one = admin.get("/admin/users/export?role=admin").await.expect(200).text;
    assert_eq!(one.lines().count(), 2);
}

#[tokio::test]
async fn the_list_and_the_person_agree_on_the_profile_and_on_when_they_were_seen() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (id, email, api) = somebody(&app, Role::Free).await;
    let profile = serde_json::json!({ "headline": "Baker", "bio": "Bread", "country": "DE", "daily_minutes": 15,
                                      "favorite_categories": [] });
    api.patch("/me", profile).await.expect(200);
    app.wait(chrono::TimeDelta::minutes(10));
    api.get("/me").await.expect(200);
    let row = admin.get(&format!("/admin/users?q={email}")).await.json()["items"][0].clone();
    let detail = admin.get(&format!("/admin/users/{id}")).await.expect(200).json();
    assert_eq!(row["profile_completion_percent"], 40);
    assert_eq!(detail["user"]["profile_completion_percent"], 40);
    assert_eq!(row["last_seen_at"], detail["last_seen_at"]);
    assert_eq!(row["last_seen_at"], serde_json::json!(app.now()));
    assert_eq!(detail["access"]["sessions"].as_array().unwrap().len(), 1);
    let never = created(&admin, "new@example.com", "New", "free").await;
    assert!(admin.get(&format!("/admin/users/{never}")).await.json()["last_seen_at"].is_null());
    app.run_jobs().await;
}
