use momentum_core::identity::Role;
use momentum_testkit::{Answer, Api, TestApp};
use serde_json::json;

use super::somebody;

const ADMINS: &str = "SELECT COUNT(*) FROM users WHERE role = 'admin' AND state = 'active'";

#[tokio::test]
async fn administrators_cannot_lock_themselves_out() {
    let app = TestApp::new().await;
    let (id, email, admin) = somebody(&app, Role::Admin).await;
    for _ in 0..2 {
        let path = format!("/admin/users/{id}");
        assert_eq!(admin.patch(&path, json!({ "role": "free" })).await.expect(409).problem(), "own-account");
        let suspended = admin.post(&format!("{path}/suspend"), json!({})).await.expect(409);
        assert_eq!(suspended.problem(), "own-account");
        let deleted = admin.delete(&format!("{path}?confirm={email}")).await.expect(409);
        assert_eq!(deleted.problem(), "own-account");
        // Neither when there is another one.
        somebody(&app, Role::Admin).await;
    }
    let csv = format!("email,name,role\n{email},Somebody else,free\n");
    let request = admin.request(reqwest::Method::POST, "/admin/user-imports").body(csv);
    let import = admin.send(request).await.expect(201).json();
    let start = format!("/admin/user-imports/{}/start", import["id"].as_str().unwrap());
    admin.post(&start, json!({ "update_existing": true })).await.expect(202);
    app.run_jobs().await;
    let me = admin.get("/me").await.expect(200).json();
    assert_eq!((me["role"].as_str(), me["name"].as_str()), (Some("admin"), Some("Test Person")));
}

/// One administrator turns against another, in one of three ways.
async fn against(round: usize, api: &Api, id: &str, email: &str) -> Answer {
    let path = format!("/admin/users/{id}");
    match round % 3 {
        0 => api.patch(&path, json!({ "role": "free" })).await,
        1 => api.post(&format!("{path}/suspend"), json!({})).await,
        _ => api.delete(&format!("{path}?confirm={email}")).await,
    }
}

#[tokio::test]
async fn two_administrators_at_once_do_not_remove_each_other() {
    let app = TestApp::new().await;
    for round in 0..6 {
        let (one, one_email, first) = somebody(&app, Role::Admin).await;
        let (two, two_email, second) = somebody(&app, Role::Admin).await;
        // Whoever is left of the rounds before can't help.
        let mut tx = app.s.db.begin().await.unwrap();
        let others: Vec<(momentum_core::ids::UserId,)> =
            tx.all("SELECT id FROM users WHERE role = 'admin'").await.unwrap();
        for (id,) in others.into_iter().filter(|(id,)| id.to_string() != one && id.to_string() != two) {
            tx.run(momentum_db::sql!("UPDATE users SET role = 'free' WHERE id = $1", id)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut requests = Vec::new();
        for turn in 0..20 {
            let (api, id, email) = if turn % 2 == 0 {
                (&first, two.as_str(), two_email.as_str())
            } else {
                (&second, one.as_str(), one_email.as_str())
            };
            requests.push(against(round, api, id, email));
        }
        let answers = futures::future::join_all(requests).await;
        for answer in &answers {
            assert!(answer.status.as_u16() < 500, "{}", answer.text);
        }
        let done = answers.iter().filter(|answer| answer.status.is_success()).count();
        assert!(done >= 1, "one of them succeeds");
        assert_eq!(app.count(ADMINS).await, 1, "and one stays");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn making_an_administrator_takes_a_fresh_proof() {
    let app = TestApp::new().await;
    let admin = app.browser_of(Role::Admin).await;
    let (id, ..) = somebody(&app, Role::Free).await;
    app.wait(chrono::TimeDelta::minutes(16));
    let page = format!("/admin/users/{id}");
    let answer = admin.submit(&page, &format!("{page}/role"), &[("role", "admin")]).await.expect(303);
    assert!(answer.header("location").starts_with("/settings/confirm"), "{}", answer.header("location"));
    assert_eq!(app.count(ADMINS).await, 1);
    let answer = admin.submit(&page, &format!("{page}/role"), &[("role", "premium")]).await.expect(303);
    assert_eq!(answer.header("location"), page);
}

#[tokio::test]
async fn a_page_asks_for_the_proof_before_its_form_is_filled() {
    let app = TestApp::new().await;
    let admin = app.browser_of(Role::Admin).await;
    let (id, ..) = somebody(&app, Role::Free).await;
    let delete = format!("/admin/users/{id}/delete");
    let pages = [
        "/admin/settings/security",
        "/admin/settings/system",
        "/admin/settings/branding",
        "/admin/users/new",
        &delete,
    ];
    let many = |role| [("id", id.as_str()), ("action", role), ("back", "/admin/users")];
    for page in pages {
        admin.get(page).await.expect(200);
    }
    app.wait(chrono::TimeDelta::minutes(16));
    for page in pages {
        let asked = admin.get(page).await.expect(303);
        assert_eq!(asked.header("location"), format!("/settings/confirm?return_to={page}"));
    }
    let asked = admin.submit("/admin/users", "/admin/users/bulk", &many("admin")).await.expect(303);
    assert!(asked.header("location").starts_with("/settings/confirm"), "{}", asked.header("location"));
    admin.submit("/admin/users", "/admin/users/bulk", &many("premium")).await.expect(200);
    admin.get("/admin/settings/general").await.expect(200);
}
