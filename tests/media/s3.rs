//! The library on a store that speaks S3: `scripts/s3.sh` starts one and runs this.

use momentum_core::identity::Role;
use momentum_providers::objects::S3;
use momentum_testkit::TestApp;
use reqwest::Method;

use super::{PDF, add, text};

const ENDPOINT: &str = "MOMENTUM_TEST_S3_ENDPOINT";

#[tokio::test]
async fn files_stand_in_a_bucket() {
    let Ok(endpoint) = std::env::var(ENDPOINT) else {
        eprintln!("skipped: {ENDPOINT} is not set; run scripts/s3.sh");
        return;
    };
    momentum_providers::install_tls();
    let bucket = format!("test-{}", uuid::Uuid::new_v4().simple());
    let made = reqwest::Client::new().put(format!("{endpoint}/{bucket}")).send().await.unwrap();
    assert!(made.status().is_success(), "{made:?}");
    let s3 = S3 {
        bucket,
        region: "us-east-1".into(),
        endpoint: Some(endpoint),
        path_style: true,
        access_key_id: "test".into(),
        secret_access_key: "test".into(),
    };
    s3.open(1 << 30).unwrap().probe().await.unwrap();
    let app = TestApp::with_media(s3.open(1 << 30).unwrap()).await;
    let admin = app.user(Role::Admin).await;
    let file = add(&admin, "plan.pdf", PDF).await;
    let range = app.browser().request(Method::GET, text(&file, "content_url")).header("range", "bytes=0-3");
    assert_eq!(app.browser().send(range).await.expect(206).text, "%PDF");

    // In pieces that are larger than what the store takes at once.
    let film: Vec<u8> = b"\x00\x00\x00\x18ftypisom"
        .iter()
        .copied()
        .chain((12..20_000_000_u32).map(|n| u8::try_from(n % 251).unwrap()))
        .collect();
    let begun =
        admin.request(Method::POST, "/admin/media/uploads").header("upload-length", film.len().to_string());
    let path = admin.send(begun).await.expect(201).header("location").to_owned();
    let mut done = None;
    for (at, piece) in [(0, &film[..9_000_000]), (9_000_000, &film[9_000_000..])] {
        let request = admin
            .request(Method::PATCH, &path)
            .header("content-type", "application/offset+octet-stream")
            .header("upload-offset", at.to_string())
            .body(piece.to_vec());
        done = Some(admin.send(request).await.expect(204));
    }
    let id = done.unwrap().header("media-id").to_owned();
    let file = admin.get(&format!("/admin/media/{id}")).await.expect(200).json();
    let kept = reqwest::get(format!("{}{}", app.url, text(&file, "content_url")))
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert!(kept == film, "the film is as it was");
    admin.delete(&format!("/admin/media/{id}")).await.expect(204);
    app.run_later_jobs().await;
    app.browser().get(text(&file, "content_url")).await.expect(404);
}
