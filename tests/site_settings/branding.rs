use momentum_core::identity::Role;
use momentum_testkit::{PASSWORD, TestApp};
use reqwest::Method;
use serde_json::json;

use super::change;

fn sheet_of(page: &str) -> Option<String> {
    page.split("href=\"/branding/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .find(|path| path.ends_with(".css"))
        .map(|path| format!("/branding/{path}"))
}

/// One red pixel.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0,
    1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xDE, 0, 0, 0, 12, b'I', b'D', b'A', b'T', 0x08, 0xD7, 0x63, 0xF8,
    0xCF, 0xC0, 0, 0, 3, 1, 1, 0, 0x18, 0xDD, 0x8D, 0xB0, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xAE, 0x42,
    0x60, 0x82,
];

#[tokio::test]
async fn colors_are_on_every_page_and_in_mails_at_once() {
    let app = TestApp::new().await;
    let visitor = app.browser();
    assert_eq!(sheet_of(&visitor.get("/").await.text), None);
    let admin = app.user(Role::Admin).await;
    change(&admin, "branding", json!({ "primary_color": "#1E40AF", "accent_color": "#3b0764" }))
        .await
        .expect(200);
    let path = sheet_of(&visitor.get("/").await.text).expect("a style sheet of its own");
    let sheet = visitor.get(&path).await.expect(200);
    assert!(sheet.header("content-type").starts_with("text/css"));
    assert!(sheet.header("cache-control").contains("immutable"));
    assert!(sheet.text.contains("--color-coral:light-dark(#1e40af,"), "{}", sheet.text);
    assert!(sheet.text.contains("--color-teal:light-dark(#3b0764,"), "{}", sheet.text);
    // Somebody who still has the page of before gets the colors of now, to be asked for again.
    let other = visitor.get("/branding/0123456789abcdef01234567.css").await.expect(200);
    assert_eq!(other.header("cache-control"), "no-cache");
    visitor.get("/branding/passwd").await.expect(404);

    let joined = json!({ "email": "new@example.com", "password": PASSWORD, "name": "New" });
    app.visitor().post("/auth/sign-up", joined).await.expect(201);
    let mail = app.mail_to("new@example.com").await;
    assert!(mail.html.contains("#1e40af") && !mail.html.contains("#ff6b3d"));

    change(&admin, "branding", json!({ "primary_color": "", "accent_color": "" })).await.expect(200);
    assert_eq!(sheet_of(&visitor.get("/").await.text), None);
    visitor.get(&path).await.expect(404);
}

#[tokio::test]
async fn a_color_that_cannot_be_read_is_refused_with_the_nearest_that_can() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Admin).await;
    let path = "/admin/settings/branding";
    let faint = [("version", "0"), ("primary_color", "#ffaa00")];
    let refused = browser.submit(path, path, &faint).await.expect(422);
    let (_, rest) = refused.text.split_once("nearest shade that can be read is ").expect("an offer");
    let offer = rest[..7].to_owned();
    assert!(refused.text.contains("value=\"#ffaa00\""));

    // The preview says the same and saves nothing.
    let token = browser.form_token(path).await;
    let ask = browser.request(Method::POST, &format!("{path}/preview")).header("hx-request", "true");
    let fields = [("csrf", token.as_str()), ("primary_color", "#ffaa00")];
    let part = browser.send(ask.form(&fields)).await.expect(200);
    assert!(
        part.text.contains(&offer) && part.text.contains("fill=\"#ffaa00\"") && !part.text.contains("<html")
    );
    let whole = browser.post_with(&format!("{path}/preview"), &token, &faint).await.expect(200);
    assert!(whole.text.contains("<html") && whole.text.contains("value=\"#ffaa00\""));
    assert_eq!(app.count("SELECT COUNT(*) FROM settings").await, 0);

    browser.submit(path, path, &[("version", "0"), ("primary_color", offer.as_str())]).await.expect(303);
    // With help for text the faint one may be a button.
    let adjusted = [("version", "1"), ("primary_color", "#ffaa00"), ("adjust_shades", "true")];
    browser.submit(path, path, &adjusted).await.expect(303);
    let admin = app.user(Role::Admin).await;
    let body = json!({ "primary_color": "#ffaa00" });
    let readings = admin.post("/admin/settings/branding/check", body).await.expect(200).json();
    for reading in readings["readings"].as_array().unwrap() {
        assert!(reading["ratio"].as_f64().unwrap() >= 4.5, "{reading}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_logo_stands_on_pages_in_tabs_and_in_mails() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Admin).await;
    let path = "/admin/settings/branding";
    let send = async |bytes: Vec<u8>| {
        let token = browser.form_token(path).await;
        let head = format!(
            "--edge\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n--edge\r\n\
             content-disposition: form-data; name=\"logo\"; filename=\"logo.png\"\r\n\r\n"
        );
        let body = [head.as_bytes(), &bytes, b"\r\n--edge--\r\n"].concat();
        let request = browser.request(Method::POST, &format!("{path}/logo"));
        browser.send(request.header("content-type", "multipart/form-data; boundary=edge").body(body)).await
    };
    let refused = send(b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()).await.expect(422);
    assert!(refused.text.contains("Choose a picture"));
    send(PNG.to_vec()).await.expect(303);
    let visitor = app.browser();
    let page = visitor.get("/").await.text;
    let source =
        page.split("<img class=\"logo-picture\" src=\"").nth(1).and_then(|rest| rest.split('"').next());
    let logo = visitor.get(source.expect("a logo")).await.expect(200);
    assert_eq!(logo.header("content-type"), "image/png");
    assert!(page.contains("width=\"1\" height=\"1\"") && page.contains("alt=\"Momentum\""));
    let icon = page.split("rel=\"icon\" href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    visitor.get(icon).await.expect(200);

    let joined = json!({ "email": "new@example.com", "password": PASSWORD, "name": "New" });
    app.visitor().post("/auth/sign-up", joined).await.expect(201);
    let mail = app.mail_to("new@example.com").await;
    assert!(mail.html.contains(&format!("{}{}", app.s.settings.base_url, source.unwrap())));

    browser.submit(path, &format!("{path}/logo/remove"), &[]).await.expect(303);
    assert!(!visitor.get("/").await.text.contains("logo-picture"));
    visitor.get(source.unwrap()).await.expect(200);
    let audited = "SELECT COUNT(*) FROM audit_log WHERE action = 'settings.logo-changed'";
    assert_eq!(app.count(audited).await, 2);

    let admin = app.user(Role::Admin).await;
    let put =
        |bytes: Vec<u8>| admin.send(admin.request(Method::PUT, "/admin/settings/branding/logo").body(bytes));
    assert_eq!(put(PNG.to_vec()).await.expect(200).json()["width"], 1);
    put(b"nothing".to_vec()).await.expect(422);
    put(vec![0; 2 * 1024 * 1024 + 1]).await.expect(413);
    for _ in 0..2 {
        admin.delete("/admin/settings/branding/logo").await.expect(204);
    }
    assert_eq!(app.count(audited).await, 4, "there was nothing to remove the second time");
    app.run_jobs().await;
}

#[tokio::test]
async fn mails_come_from_whom_the_settings_name() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let from = || app.s.live.now().mail_from(&app.s.settings);
    change(&admin, "general", json!({ "site_name": "Tea \"school\"" })).await.expect(200);
    assert_eq!(from(), "\"Tea school\" <no-reply@momentum.example>");
    let sender = json!({ "sender_name": "The tea people", "sender_address": "Hello@Tea.example" });
    change(&admin, "branding", sender).await.expect(200);
    assert_eq!(from(), "\"The tea people\" <hello@tea.example>");
    momentum_providers::smtp::check_sender(&from()).unwrap();
    app.run_jobs().await;
}
