//! What people send who mean no good.

use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use reqwest::Method;

use super::{add, pictures::png, send, text};

#[tokio::test]
async fn only_what_the_content_says_is_taken() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let refused: [(&str, &[u8]); 8] = [
        ("picture.png", b"<html><body><script>alert(1)</script></body></html>"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("logo.svg", b"<?xml version='1.0'?><svg onload='alert(1)'/>"),
        ("both.gif", b"GIF89a/*\x01\x00*/=1;alert(document.domain)//"),
        ("notes.txt", b"<script>alert(1)</script>"),
        ("setup.exe", b"MZ\x90\x00\x03\x00\x00\x00"),
        ("cut.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"),
        ("empty.txt", b""),
    ];
    for (name, content) in refused {
        let answer = send(&admin, Method::POST, "/admin/media", name, content).await;
        assert_eq!(answer.status, 422, "{name}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["field"], "file");
    }
    // A bomb: the header claims 60,000 by 60,000 pixels.
    let mut bomb = png(4, 4, &[]);
    bomb[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    send(&admin, Method::POST, "/admin/media", "bomb.png", &bomb).await.expect(422);
    send(&admin, Method::POST, "/admin/media", "big.txt", &vec![b'a'; 21 << 20]).await.expect(413);
    assert_eq!(admin.get("/admin/media").await.json()["total"], 0);
    // Whoever is no administrator isn't even listened to.
    let learner = app.user(Role::Premium).await;
    send(&learner, Method::POST, "/admin/media", "a.png", &png(4, 4, &[])).await.expect(403);
}

#[tokio::test]
async fn pictures_keep_nothing_but_the_picture() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let mut picture = png(40, 20, &[(b"tEXt", b"Comment\0taken at 48.8584 N 2.2945 E")]);
    picture.extend_from_slice(b"PK\x03\x04<script>alert(1)</script>");
    let file = add(&admin, "../../secret\\..\\photo 1.html", &picture).await;
    assert_eq!(text(&file, "name"), "photo 1.png");
    assert!(text(&file, "url").ends_with("/photo-1.png"));
    assert_eq!((file["width"].as_i64(), file["height"].as_i64()), (Some(40), Some(20)));
    assert_eq!(text(&file, "visibility"), "public");
    let request = app.browser().request(Method::GET, text(&file, "url"));
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "image/png");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
    let kept = response.bytes().await.unwrap();
    assert!(kept.starts_with(b"\x89PNG"));
    for gone in [&b"2.2945"[..], b"script", b"PK\x03\x04"] {
        assert!(!kept.windows(gone.len()).any(|bytes| bytes == gone));
    }
}

#[tokio::test]
async fn forms_come_from_our_own_pages_only() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Admin).await;
    let token = browser.form_token("/admin/media").await;
    let post = |token: &str| {
        let body = super::form(&[
            ("csrf", None, token.as_bytes()),
            ("file", Some("a.txt"), b"one"),
            ("file", Some("b.csv"), b"a,b\n1,2\n"),
        ]);
        let kind = format!("multipart/form-data; boundary={}", super::BOUNDARY);
        browser.request(Method::POST, "/admin/media").header("content-type", kind).body(body)
    };
    browser.send(post("forged")).await.expect(403);
    let begin = |request: reqwest::RequestBuilder| request.header("upload-length", "3");
    browser.send(begin(browser.request(Method::POST, "/admin/media/uploads"))).await.expect(403);
    let answer = browser.send(post(&token)).await.expect(303);
    assert_eq!(answer.header("location"), "/admin/media");
    let page = browser.get("/admin/media?kind=document&sort=name").await.expect(200);
    assert!(page.text.contains("a.txt") && page.text.contains("b.csv") && page.text.contains("2 files"));
    let none = browser.get("/admin/media?q=%25").await.expect(200);
    assert!(none.text.contains("No file like that"));
    // A bad file leaves the page with what is wrong.
    let body = super::form(&[("csrf", None, token.as_bytes()), ("file", Some("x.svg"), b"<svg/>")]);
    let kind = format!("multipart/form-data; boundary={}", super::BOUNDARY);
    let bad = browser.request(Method::POST, "/admin/media").header("content-type", kind).body(body);
    let page = browser.send(bad).await.expect(422);
    assert!(page.text.contains("aria-invalid") && page.text.contains("can&#39;t be used"), "{}", page.text);
    // Of several, the good ones are kept, and each is named with what became of it.
    let body = super::form(&[
        ("csrf", None, token.as_bytes()),
        ("file", Some("ok1.png"), &png(4, 4, &[])),
        ("file", Some("bad.svg"), b"<svg/>"),
        ("file", Some("ok2.png"), &png(5, 5, &[])),
    ]);
    let kind = format!("multipart/form-data; boundary={}", super::BOUNDARY);
    let mixed = browser.request(Method::POST, "/admin/media").header("content-type", kind).body(body);
    let page = browser.send(mixed).await.expect(422).text;
    for (name, outcome) in [("ok1.png", "Stored"), ("bad.svg", "can&#39;t be used"), ("ok2.png", "Stored")] {
        let (_, rest) = page.split_once(&format!("upload-name\">{name}<")).expect(name);
        assert!(rest.split("</li>").next().unwrap().contains(outcome), "{name}: {page}");
    }
    assert!(page.contains("4 files"), "{page}");
}

#[tokio::test]
async fn a_form_of_the_api_has_one_file_and_nothing_else() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let send = |fields: Vec<u8>| {
        let kind = format!("multipart/form-data; boundary={}", super::BOUNDARY);
        admin.send(admin.request(Method::POST, "/admin/media").header("content-type", kind).body(fields))
    };
    let (first, second) = (png(4, 4, &[]), png(5, 5, &[]));
    let with_alt = super::form(&[("file", Some("a.png"), &first), ("alt", None, b"A pot")]);
    let refused = send(with_alt).await.expect(422).json();
    assert_eq!(
        (text(&refused["errors"][0], "field"), text(&refused["errors"][0], "code")),
        ("alt", "unknown")
    );
    let two = super::form(&[("file", Some("a.png"), &first), ("file", Some("b.png"), &second)]);
    assert_eq!(send(two).await.expect(422).json()["errors"][0]["code"], "too-many");
    send(super::form(&[("picture", Some("a.png"), &first)])).await.expect(422);
    assert_eq!(admin.get("/admin/media").await.json()["total"], 0);
}
