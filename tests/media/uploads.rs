//! Large files in pieces.

use chrono::TimeDelta;
use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_testkit::{Answer, Api, TestApp};
use reqwest::Method;

use super::{PDF, add, text};

async fn begin(api: &Api, name: &str, length: i64, metadata: &str) -> Answer {
    use base64::Engine;
    let name = base64::engine::general_purpose::STANDARD.encode(name);
    let request = api
        .request(Method::POST, "/admin/media/uploads")
        .header("tus-resumable", "1.0.0")
        .header("upload-length", length.to_string())
        .header("upload-metadata", format!("filename {name}{metadata}"));
    api.send(request).await
}

async fn patch(api: &Api, path: &str, offset: usize, piece: &[u8]) -> Answer {
    let request = api
        .request(Method::PATCH, path)
        .header("tus-resumable", "1.0.0")
        .header("content-type", "application/offset+octet-stream")
        .header("upload-offset", offset.to_string())
        .body(piece.to_vec());
    api.send(request).await
}

async fn offset(api: &Api, path: &str) -> String {
    let answer = api.send(api.request(Method::HEAD, path)).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.header("upload-offset").to_owned()
}

/// A film of this many bytes that nobody will ever see.
pub(crate) fn film(length: usize) -> Vec<u8> {
    let mut film = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00".to_vec();
    film.extend((film.len()..length).map(|at| u8::try_from(at % 251).unwrap()));
    film
}

/// A film in the library.
pub(crate) async fn add_film(admin: &Api, name: &str, film: &[u8]) -> serde_json::Value {
    let length = i64::try_from(film.len()).unwrap();
    let path = begin(admin, name, length, "").await.expect(201).header("location").to_owned();
    let id = patch(admin, &path, 0, film).await.expect(204).header("media-id").to_owned();
    admin.get(&format!("/admin/media/{id}")).await.expect(200).json()
}

async fn objects(app: &TestApp) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .fold(0, |sum, entry| sum + if entry.path().is_dir() { count(&entry.path()) } else { 1 })
    }
    count(&app.media_folder())
}

#[tokio::test]
async fn a_film_comes_in_pieces_and_goes_on_where_it_was() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let film = film(20_000_000);
    let begun = begin(&admin, "Day 1.mp4", 20_000_000, "").await.expect(201);
    assert_eq!(begun.header("tus-resumable"), "1.0.0");
    assert!(begun.header("upload-expires").ends_with(" GMT"));
    let path = begun.header("location").to_owned();
    patch(&admin, &path, 0, &film[..9_000_000]).await.expect(204);
    assert_eq!(offset(&admin, &path).await, "9000000");
    // Twice, too far ahead, or somebody else: nothing changes.
    assert_eq!(patch(&admin, &path, 0, &film[..10]).await.expect(409).problem(), "wrong-offset");
    patch(&admin, &path, 9_000_001, b"x").await.expect(409);
    let other = app.user(Role::Admin).await;
    patch(&other, &path, 9_000_000, b"x").await.expect(404);
    other.send(other.request(Method::HEAD, &path)).await.expect(404);
    let plain = admin.request(Method::PATCH, &path).header("upload-offset", "9000000").body("x");
    admin.send(plain).await.expect(415);
    // Another server on the same database and the same store goes on.
    assert_eq!(offset(&admin, &path).await, "9000000");
    patch(&admin, &path, 9_000_000, &film[9_000_000..19_999_999]).await.expect(204);
    assert_eq!(patch(&admin, &path, 19_999_999, b"12").await.status, 413);
    let done = patch(&admin, &path, 19_999_999, &film[19_999_999..]).await.expect(204);
    let id = done.header("media-id").to_owned();
    let file = admin.get(&format!("/admin/media/{id}")).await.expect(200).json();
    assert_eq!((text(&file, "name"), text(&file, "content_type")), ("Day 1.mp4", "video/mp4"));
    assert!(text(&file, "url").ends_with("/Day-1.mp4"));
    assert_eq!((text(&file, "kind"), text(&file, "visibility")), ("video", "private"));
    let url = format!("{}{}", app.url, text(&file, "content_url"));
    let kept = reqwest::get(url).await.unwrap().bytes().await.unwrap();
    assert!(kept == film, "the film is as it was");
    {
        use sha2::Digest;
        let hash: String = sha2::Sha256::digest(&film).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(text(&file, "sha256"), hash);
    }
    admin.send(admin.request(Method::HEAD, &path)).await.expect(404);
    app.run_jobs().await;
    assert_eq!(objects(&app).await, 1, "no pieces are left");
}

#[tokio::test]
async fn of_twenty_who_send_the_same_piece_one_wins() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let film = film(200_000);
    let path = begin(&admin, "a.mp4", 200_000, "").await.expect(201).header("location").to_owned();
    let sent = join_all((0..20).map(|_| patch(&admin, &path, 0, &film[..100_000]))).await;
    let statuses: Vec<u16> = sent.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 204).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 19, "{statuses:?}");
    assert_eq!(offset(&admin, &path).await, "100000");
    assert_eq!(objects(&app).await, 1);
    let sent = join_all((0..20).map(|_| patch(&admin, &path, 100_000, &film[100_000..]))).await;
    assert_eq!(sent.iter().filter(|answer| answer.status == 204).count(), 1);
    assert_eq!(admin.get("/admin/media").await.json()["total"], 1);
    app.run_jobs().await;
}

#[tokio::test]
async fn too_much_is_refused_before_a_byte_is_taken() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    assert_eq!(begin(&admin, "huge.mp4", 10 << 30, "").await.expect(413).problem(), "invalid");
    begin(&admin, "none.mp4", 0, "").await.expect(422);
    begin(&admin, "x.mp4", 5, ",replaces bm9uc2Vuc2U=").await.expect(404);
    let missing = admin.request(Method::POST, "/admin/media/uploads");
    admin.send(missing).await.expect(400);
    let version = admin.request(Method::POST, "/admin/media/uploads").header("tus-resumable", "0.2.2");
    admin.send(version.header("upload-length", "5")).await.expect(412);
    // What can't be used is refused with its first piece, and a large picture at the end.
    let path = begin(&admin, "page.mp4", 3_000, "").await.expect(201).header("location").to_owned();
    patch(&admin, &path, 0, &b"<html>".repeat(200)).await.expect(422);
    admin.send(admin.request(Method::HEAD, &path)).await.expect(404);
    let learner = app.user(Role::Premium).await;
    begin(&learner, "a.mp4", 5, "").await.expect(403);
    app.run_jobs().await;
    assert_eq!(objects(&app).await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM media_uploads").await, 0);
}

#[tokio::test]
async fn what_nobody_goes_on_with_is_given_up() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let film = film(5_000);
    let mut paths = Vec::new();
    for _ in 0..2 {
        let path = begin(&admin, "a.mp4", 5_000, "").await.expect(201).header("location").to_owned();
        patch(&admin, &path, 0, &film[..4_000]).await.expect(204);
        paths.push(path);
    }
    admin.send(admin.request(Method::DELETE, &paths[0])).await.expect(204);
    admin.send(admin.request(Method::DELETE, &paths[0])).await.expect(404);
    patch(&admin, &paths[0], 4_000, &film[4_000..]).await.expect(404);
    app.run_jobs().await;
    assert_eq!(objects(&app).await, 1);
    app.wait(TimeDelta::hours(25));
    app.run_later_jobs().await;
    assert_eq!(objects(&app).await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM media_upload_parts").await, 0);
}

#[tokio::test]
async fn a_document_gets_new_content_in_pieces() {
    use base64::Engine;
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let file = add(&admin, "plan.pdf", PDF).await;
    let id = base64::engine::general_purpose::STANDARD.encode(text(&file, "id"));
    let newer = [PDF, b" and more"].concat();
    let metadata = format!(",replaces {id}");
    let length = i64::try_from(newer.len()).unwrap();
    let path = begin(&admin, "new.pdf", length, &metadata).await.expect(201).header("location").to_owned();
    let done = patch(&admin, &path, 0, &newer).await.expect(204);
    assert_eq!(done.header("media-url"), text(&file, "url"));
    let now = admin.get(&format!("/admin/media/{}", text(&file, "id"))).await.json();
    assert_eq!((now["version"].as_i64(), now["size"].as_i64()), (Some(2), Some(length)));
    app.run_later_jobs().await;
    assert_eq!(objects(&app).await, 1);
}
