//! The picture in a profile.

use momentum_core::identity::Role;
use momentum_testkit::{Answer, Api, TestApp};
use reqwest::Method;

/// One red pixel.
const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1, 0, 0, 0,
    1, 8, 2, 0, 0, 0, 0x90, 0x77, 0x53, 0xDE, 0, 0, 0, 12, b'I', b'D', b'A', b'T', 0x08, 0xD7, 0x63, 0xF8,
    0xCF, 0xC0, 0, 0, 3, 1, 1, 0, 0x18, 0xDD, 0x8D, 0xB0, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xAE, 0x42,
    0x60, 0x82,
];

async fn upload(api: &Api, kind: &str, bytes: Vec<u8>) -> Answer {
    let request = api.request(Method::PUT, "/me/avatar").header("content-type", kind).body(bytes);
    api.send(request).await
}

#[tokio::test]
async fn a_picture_is_kept_small_and_shown_to_everybody_who_sees_the_profile() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    assert!(api.get("/me").await.json()["avatar_url"].is_null());
    let user = upload(&api, "image/png", PNG.to_vec()).await.expect(200).json();
    let url = user["avatar_url"].as_str().unwrap().to_owned();
    let picture = app.browser().get(&url).await.expect(200);
    assert_eq!(picture.header("content-type"), "image/jpeg");
    assert!(picture.header("cache-control").contains("immutable"));
    assert_eq!(api.get("/me").await.json()["avatar_url"], url.as_str());
    app.browser().get(&url.replace(".jpg", "0.jpg")).await.expect(404);

    api.delete("/me/avatar").await.expect(204);
    api.delete("/me/avatar").await.expect(204);
    app.browser().get(&url).await.expect(404);
    assert!(api.get("/me").await.json()["avatar_url"].is_null());
}

#[tokio::test]
async fn what_is_no_picture_changes_nothing() {
    let app = TestApp::new().await;
    let api = app.user(Role::Free).await;
    upload(&api, "image/png", PNG.to_vec()).await.expect(200);
    let before = api.get("/me").await.json()["avatar_url"].clone();
    upload(&api, "image/png", b"<svg onload='alert(1)'/>".to_vec()).await.expect(422);
    upload(&api, "image/jpeg", Vec::new()).await.expect(422);
    upload(&api, "image/png", vec![0; 6 * 1024 * 1024]).await.expect(413);
    assert_eq!(api.get("/me").await.json()["avatar_url"], before);
    app.visitor().send(app.visitor().request(Method::PUT, "/me/avatar").body(PNG.to_vec())).await.expect(401);
}

#[tokio::test]
async fn the_form_takes_a_picture_from_our_own_page_only() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Free).await;
    let token = browser.form_token("/settings/profile").await;
    let post = |token: &str, picture: &[u8]| {
        let boundary = "x-boundary";
        let mut body = Vec::new();
        body.extend_from_slice(
            format!("--{boundary}\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(format!("--{boundary}\r\ncontent-disposition: form-data; name=\"avatar\"; filename=\"me.png\"\r\ncontent-type: image/png\r\n\r\n").as_bytes());
        body.extend_from_slice(picture);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={boundary}");
        browser.request(Method::POST, "/settings/avatar").header("content-type", kind).body(body)
    };
    browser.send(post("made-up", PNG)).await.expect(403);
    assert_eq!(app.count("SELECT COUNT(*) FROM avatars").await, 0);
    for (picture, why) in
        [(b"no picture".to_vec(), "JPEG, PNG or WebP"), (vec![0; 5 * 1024 * 1024 + 1], "at most 5 MB")]
    {
        let page = browser.send(post(&token, &picture)).await.expect(422);
        assert!(page.text.contains("f-avatar-error") && page.text.contains(why), "{why}");
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM avatars").await, 0);
    browser.send(post(&token, PNG)).await.expect(303);
    assert_eq!(app.count("SELECT COUNT(*) FROM avatars").await, 1);
    let page = browser.get("/settings/profile").await.expect(200);
    assert!(page.text.contains("/avatar/"), "shown in the header");
    browser.submit("/settings/profile", "/settings/avatar/remove", &[]).await.expect(303);
    assert_eq!(app.count("SELECT COUNT(*) FROM avatars").await, 0);
}
