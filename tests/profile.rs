//! The profile and what others see of it.

use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use serde_json::{Value, json};

#[tokio::test]
async fn a_profile_is_filled_in_step_by_step() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    assert_eq!(api.get("/me").await.json()["profile_completion_percent"], 0);
    let all = json!({
        "name": " Ada  King ", "time_zone": "Asia/Tokyo", "locale": "pt-BR", "headline": "Counts", "bio": "Long story",
        "age_range": "25-34", "country": "gb", "occupation": "Analyst", "education": "other", "goals": "Everything",
        "daily_minutes": 20, "preferred_time": "morning", "favorite_categories": ["finance", "design", "finance"],
        "is_public": true
    });
    let me = api.patch("/me", all).await.expect(200).json();
    assert_eq!(me["profile_completion_percent"], 100);
    assert_eq!((&me["name"], &me["country"]), (&json!("Ada King"), &json!("GB")));
    assert_eq!(me["favorite_categories"], json!(["design", "finance"]));
    assert_eq!(api.get("/me").await.json(), me);
    let cleared = api.patch("/me", json!({ "bio": "", "daily_minutes": 0 })).await.expect(200).json();
    assert_eq!(
        (&cleared["profile_completion_percent"], &cleared["daily_minutes"]),
        (&json!(80), &Value::Null)
    );
    assert_eq!(cleared["headline"], "Counts");
}

#[tokio::test]
async fn wrong_fields_change_nothing() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    let before = api.get("/me").await.json();
    for (body, field) in [
        (json!({ "headline": "ok", "name": "" }), "name"),
        (json!({ "headline": "ok", "time_zone": "Mars/Olympus" }), "time_zone"),
        (json!({ "headline": "ok", "locale": "not a language" }), "locale"),
        (json!({ "headline": "ok", "locale": "languages" }), "locale"),
        (json!({ "headline": "ok", "country": "Germany" }), "country"),
        (json!({ "headline": "ok", "country": "QQ" }), "country"),
        (json!({ "headline": "bell\u{7}" }), "headline"),
        (json!({ "headline": "ok", "name": "\u{200b}" }), "name"),
        (json!({ "headline": "ok", "name": "\u{202e}evil" }), "name"),
        (json!({ "headline": "ok", "age_range": "old" }), "age_range"),
        (json!({ "headline": "ok", "daily_minutes": 1 }), "daily_minutes"),
        (json!({ "headline": "ok", "daily_minutes": "soon" }), "daily_minutes"),
        (json!({ "headline": "ok", "favorite_categories": ["magic"] }), "favorite_categories"),
        (json!({ "headline": "x".repeat(121) }), "headline"),
        (json!({ "bio": "x".repeat(2001) }), "bio"),
    ] {
        let problem = api.patch("/me", body).await.expect(422).json();
        assert_eq!(problem["errors"][0]["field"], field);
    }
    api.patch("/me", json!({ "role": "admin", "email": "other@example.com" })).await.expect(200);
    assert_eq!(
        api.get("/me").await.json()["role"],
        before["role"],
        "nobody makes themselves an administrator"
    );
    assert_eq!(api.get("/me").await.json()["email"], before["email"]);
    assert_eq!(api.get("/me").await.json()["headline"], before["headline"]);
}

#[tokio::test]
async fn a_profile_is_private_until_its_owner_says_otherwise() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    let id = api.get("/me").await.json()["id"].as_str().unwrap().to_owned();
    let (path, page) = (format!("/people/{id}"), format!("/people/{id}"));
    app.visitor().get(&path).await.expect(404);
    api.get(&path).await.expect(200);
    api.patch("/me", json!({ "is_public": true, "headline": "Counts\r\n <things>" })).await.expect(200);
    let person = app.visitor().get(&path).await.expect(200).json();
    assert_eq!(person["headline"], "Counts <things>");
    assert!(person.get("email").is_none());
    assert!(app.browser().get(&page).await.expect(200).text.contains("Counts &#60;things&#62;"));
    api.patch("/me", json!({ "headline": "" })).await.expect(200);
    let text = app.browser().get(&page).await.expect(200).text;
    let name = person["name"].as_str().unwrap();
    assert!(text.contains(&format!("name=\"description\" content=\"{name} learns on ")), "{text}");
    app.browser().get("/people/nobody").await.expect(404);
}

#[tokio::test]
async fn the_profile_form_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Free).await;
    let page = "/settings/profile";
    let fields = [
        ("name", ""),
        ("headline", "Half a plan"),
        ("time_zone", "Europe/Paris"),
        ("locale", "fr"),
        ("daily_minutes", "15"),
        ("favorite_categories", "design"),
        ("favorite_categories", "finance"),
    ];
    let refused = browser.submit(page, page, &fields).await.expect(422).text;
    assert!(
        refused.contains("Half a plan")
            && refused.contains("Enter a name.")
            && refused.contains("aria-invalid")
    );
    let mut good = fields;
    good[0] = ("name", "Ada");
    browser.submit(page, page, &good).await.expect(303);
    let saved = browser.get(page).await.text;
    assert!(saved.contains("Half a plan") && saved.contains("Your profile is saved."));
    assert!(!browser.get(page).await.text.contains("Your profile is saved."), "a message is shown once");
}

#[tokio::test]
async fn the_profile_form_writes_only_what_was_changed_in_it() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Free).await;
    let page = "/settings/profile";
    let typed = [("name", "Ada"), ("time_zone", "UTC"), ("locale", "en"), ("occupation", "Cook")];
    browser.submit(page, page, &typed).await.expect(303);
    let form = browser.get(page).await.text;
    let was = form.split("name=\"was\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let was = was.replace("&#34;", "\"");
    let meanwhile = [("name", "Ada"), ("time_zone", "UTC"), ("locale", "en"), ("occupation", "Baker")];
    browser.submit(page, page, &meanwhile).await.expect(303);
    let mut older = typed.to_vec();
    older.extend([("was", was.as_str()), ("headline", "Bakes")]);
    browser.submit(page, page, &older).await.expect(303);
    let now = browser.get(page).await.text;
    assert!(now.contains("value=\"Baker\"") && now.contains("value=\"Bakes\""), "{now}");
    app.run_jobs().await;
}
