//! Handing files out: parts, caches, signatures.

use chrono::TimeDelta;
use momentum_core::{identity::Role, media};
use momentum_testkit::{Browser, TestApp};
use reqwest::Method;
use serde_json::json;

use super::{PDF, add, pictures::png, text};

async fn get(browser: &Browser, path: &str, headers: &[(&str, &str)]) -> momentum_testkit::Answer {
    let mut request = browser.request(Method::GET, path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    browser.send(request).await
}

#[tokio::test]
async fn parts_are_served_and_caches_are_told() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let browser = app.browser();
    let file = add(&admin, "Plan.pdf", PDF).await;
    admin
        .patch(&format!("/admin/media/{}", text(&file, "id")), json!({ "visibility": "public" }))
        .await
        .expect(200);
    let url = text(&file, "url");
    let whole = get(&browser, url, &[]).await.expect(200);
    assert_eq!(whole.text.as_bytes(), PDF);
    assert_eq!(whole.header("content-disposition"), "attachment; filename=\"Plan.pdf\"");
    assert_eq!(whole.header("accept-ranges"), "bytes");
    assert_eq!(whole.header("content-length"), PDF.len().to_string());
    assert_eq!(whole.header("cache-control"), "public, max-age=300");
    let etag = whole.header("etag").to_owned();

    let part = get(&browser, url, &[("range", "bytes=5-8")]).await.expect(206);
    assert_eq!(
        (part.text.as_str(), part.header("content-range")),
        ("1.7\n", &*format!("bytes 5-8/{}", PDF.len()))
    );
    let end = get(&browser, url, &[("range", "bytes=-5")]).await.expect(206);
    assert_eq!(end.text, "%%EOF");
    let none = get(&browser, url, &[("range", "bytes=9999-")]).await.expect(416);
    assert_eq!(none.header("content-range"), format!("bytes */{}", PDF.len()));
    // Part of an older content would not fit to what the client has.
    get(&browser, url, &[("range", "bytes=0-3"), ("if-range", "\"older\"")]).await.expect(200);
    get(&browser, url, &[("range", "bytes=0-3"), ("if-range", &etag)]).await.expect(206);
    let unchanged = get(&browser, url, &[("if-none-match", &etag)]).await.expect(304);
    assert_eq!((unchanged.text.as_str(), unchanged.header("etag")), ("", etag.as_str()));
    let head = browser.send(browser.request(Method::HEAD, url)).await.expect(200);
    assert_eq!(head.header("content-length"), PDF.len().to_string());
    let lasting = get(&browser, &format!("{url}?v=1"), &[("accept-encoding", "gzip, br")]).await.expect(200);
    assert!(lasting.header("cache-control").contains("immutable"));
    assert_eq!(lasting.header("content-encoding"), "");
    get(&browser, &url.replace("Plan", "plan"), &[]).await.expect(404);
}

#[tokio::test]
async fn private_files_need_a_signature_that_holds() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let browser = app.browser();
    let file = add(&admin, "Plan.pdf", PDF).await;
    let other = add(&admin, "Other.pdf", PDF).await;
    let url = text(&file, "url");
    assert_eq!(text(&file, "visibility"), "private");
    get(&browser, url, &[]).await.expect(404);
    let signed = text(&file, "content_url").to_owned();
    let answer = get(&browser, &signed, &[("range", "bytes=0-3")]).await.expect(206);
    assert_eq!((answer.text.as_str(), answer.header("cache-control")), ("%PDF", "private, no-store"));
    let (_, query) = signed.split_once('?').unwrap();
    // For another file, later than said, or with another signature it opens nothing.
    get(&browser, &format!("{}?{query}", text(&other, "url")), &[]).await.expect(403);
    let later = query.replace("exp=17", "exp=27");
    assert_ne!(later, query);
    get(&browser, &format!("{url}?{later}"), &[]).await.expect(403);
    get(&browser, &format!("{url}?exp=x&sig=y"), &[]).await.expect(403);
    get(&browser, &format!("{url}?exp=9999999999&sig="), &[]).await.expect(404);
    app.wait(TimeDelta::minutes(59));
    get(&browser, &signed, &[]).await.expect(200);
    app.wait(TimeDelta::minutes(2));
    get(&browser, &signed, &[]).await.expect(403);
    let short = media::signed_url(&app.s, url, TimeDelta::seconds(10)).unwrap();
    get(&browser, &short.url, &[]).await.expect(200);
}

#[tokio::test]
async fn pictures_come_in_widths_that_fit() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let browser = app.browser();
    let file = add(&admin, "wide.png", &png(700, 30, &[])).await;
    assert_eq!(file["variants"], json!([320, 640]));
    assert!(text(&file, "srcset").ends_with(" 700w") && text(&file, "srcset").contains("&w=640 640w"));
    let url = text(&file, "url");
    for (width, kind) in [(100, "image/webp"), (321, "image/webp"), (641, "image/png"), (5000, "image/png")] {
        let answer = get(&browser, &format!("{url}?w={width}&v=1"), &[]).await.expect(200);
        assert_eq!(answer.header("content-type"), kind, "{width}");
        assert!(answer.header("cache-control").contains("immutable"), "{width}");
    }
    let small = get(&browser, &format!("{url}?w=320"), &[]).await;
    assert_ne!(small.header("etag"), get(&browser, &format!("{url}?w=640"), &[]).await.header("etag"));
    let head = browser.send(browser.request(Method::HEAD, &format!("{url}?w=320"))).await.expect(200);
    assert_eq!(head.header("content-length"), small.header("content-length"));

    // Of a large one they are made later; meanwhile there is the picture itself.
    let large = add(&admin, "large.png", &png(2100, 1000, &[])).await;
    assert_eq!(large["variants"], json!([]));
    let address = format!("{}?w=320&v=1", text(&large, "url"));
    let early = get(&browser, &address, &[]).await.expect(200);
    assert_eq!(
        (early.header("content-type"), early.header("cache-control")),
        ("image/png", "public, max-age=10")
    );
    app.run_jobs().await;
    let answer = get(&browser, &address, &[]).await.expect(200);
    assert_eq!(answer.header("content-type"), "image/webp");
    let now = admin.get(&format!("/admin/media/{}", text(&large, "id"))).await.json();
    assert_eq!(now["variants"], json!([320, 640, 960, 1600]));
}
