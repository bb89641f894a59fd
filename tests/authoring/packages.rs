//! Courses as packages: out, in, and nothing lost or let in on the way.

use std::io::{Cursor, Read, Write};

use momentum_core::identity::Role;
use momentum_testkit::{Answer, Api, TestApp};
use reqwest::Method;
use serde_json::{Value, json};

use super::{draft, fields, published, write};
use crate::media;

async fn export(admin: &Api, course: &str) -> Vec<u8> {
    let request = admin.request(Method::GET, &format!("/admin/courses/{course}/export"));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/zip");
    response.bytes().await.unwrap().to_vec()
}

async fn import(admin: &Api, zip: Vec<u8>, query: &str) -> Answer {
    let request = admin.request(Method::POST, &format!("/admin/courses/import{query}"));
    admin.send(request.header("content-type", "application/zip").body(zip)).await
}

fn files(zip: &[u8]) -> Vec<(String, String)> {
    read(zip, |_| true)
}

fn files_of_texts(zip: &[u8]) -> Vec<(String, String)> {
    read(zip, |name| name.ends_with(".md"))
}

fn read(zip: &[u8], wanted: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        if wanted(&name) {
            let mut text = String::new();
            entry.read_to_string(&mut text).unwrap();
            files.push((name, text));
        }
    }
    files
}

fn pack(files: &[(String, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// What has to survive, without ids and times.
async fn content(admin: &Api, course: &str) -> Value {
    let mut course = admin.get(&format!("/admin/courses/{course}")).await.expect(200).json();
    let mut lessons = Vec::new();
    for lesson in course["lessons"].as_array().unwrap() {
        let id = lesson["id"].as_str().unwrap();
        let mut lesson = admin.get(&format!("/admin/lessons/{id}")).await.expect(200).json();
        let fields = lesson.as_object_mut().unwrap();
        for name in [
            "id",
            "course_id",
            "course_slug",
            "course_status",
            "version",
            "previous",
            "next",
            "created_at",
            "updated_at",
        ] {
            fields.remove(name);
        }
        for item in lesson["action_items"].as_array_mut().unwrap() {
            item.as_object_mut().unwrap().remove("id");
        }
        lessons.push(lesson);
    }
    let fields = course.as_object_mut().unwrap();
    for name in [
        "id",
        "slug",
        "version",
        "status",
        "created_at",
        "updated_at",
        "published_at",
        "enrollment_count",
        "completion_count",
        "rating_count",
        "rating_average",
        "lessons",
        "checklist",
    ] {
        fields.remove(name);
    }
    json!({ "course": course, "lessons": lessons })
}

#[tokio::test]
async fn a_round_trip_loses_nothing() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let id = draft(&admin, "tea").await;
    let strange = json!({
        "title": "Tea: \"the\" course — #1 'now' & {more}", "subtitle": "- not a list: null", "audience": "yes",
        "description": "---\nlooks like front matter\n---\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n    code\n\n\\* ünïcödé 🍵",
        "access": "paid", "price": { "amount": 1900, "currency": "EUR" }, "premium_included": false, "drip": true,
        "language": "pt-BR", "level": "advanced", "tags": ["no", "1.0", "a: b"],
        "objectives": ["Brew: well", "- dash", "\"quoted\"", "multi  space"],
        "intro_video_url": "https://videos.example/a?b=c#d",
    });
    admin.patch(&format!("/admin/courses/{id}"), strange).await.expect(200);
    let first = write(&admin, &id, "Water: hot").await;
    let lesson = json!({
        "title": "null", "summary": "true", "minutes": 17, "is_preview": true, "video_url": "https://v.example/1",
        "body": "\n    code first\n\n## A\n\n```yaml\n---\nkey: value\n---\n```\n\n> [!TIP]\n> Warm the pot.\n\n- [ ] task",
        "action_items": [{ "text": "- [x] odd: one" }], "key_takeaways": ["~", "0x10", "multi\tspace"],
        "resources": [{ "title": "A: b", "url": "https://example.com/?q=a#b", "kind": "tool" }], "day": 5,
    });
    admin.post(&format!("/admin/courses/{id}/lessons"), lesson).await.expect(201);
    let hidden = write(&admin, &id, "Hidden").await;
    for lesson in [&first, &hidden] {
        admin.post(&format!("/admin/lessons/{lesson}/publish"), json!({})).await.expect(200);
    }
    admin.post(&format!("/admin/lessons/{hidden}/unpublish"), json!({})).await.expect(200);

    let zip = export(&admin, &id).await;
    let names: Vec<_> = files(&zip).into_iter().map(|(name, _)| name).collect();
    let lessons = ["tea/lessons/01-water-hot.md", "tea/lessons/02-hidden.md", "tea/lessons/05-null.md"];
    assert_eq!((names[0].as_str(), &names[1..]), ("tea/course.md", &lessons.map(ToOwned::to_owned)[..]));
    let text = &files(&zip)[3].1;
    assert!(text.contains("\n---\n    code first\n"), "{text}");
    let refused = import(&admin, zip.clone(), "").await.expect(409).json();
    assert!(refused["type"].as_str().unwrap().ends_with("slug-taken"));
    let copy = import(&admin, zip.clone(), "?when_taken=rename").await.expect(201).json();
    assert_eq!((&copy["slug"], &copy["status"]), (&json!("tea-2"), &json!("draft")));
    let copy = copy["id"].as_str().unwrap();
    assert_eq!(content(&admin, copy).await, content(&admin, &id).await);
    let again = export(&admin, copy).await;
    let plain = |zip: &[u8], slug: &str| {
        let files = files(zip).into_iter();
        files
            .map(|(name, text)| {
                let text = text.replace(&format!("slug: {slug}\n"), "slug: X\n");
                (name.replace(&format!("{slug}/"), "X/"), text)
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(plain(&again, "tea-2"), plain(&zip, "tea"));
    assert_eq!(app.count("SELECT COUNT(*) FROM lessons WHERE hidden").await, 2);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_broken_package_changes_nothing_and_says_where() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let (id, _) = published(&admin, "tea").await;
    let good = files(&export(&admin, &id).await);
    let with = |index: usize, from: &str, to: &str| {
        let mut files = good.clone();
        for file in &mut files {
            file.0 = file.0.replace("tea/", "coffee/");
        }
        files[0].1 = files[0].1.replace("slug: tea", "slug: coffee");
        assert!(files[index].1.contains(from), "{}", files[index].1);
        files[index].1 = files[index].1.replace(from, to);
        pack(&files)
    };
    let refused = import(&admin, with(0, "level:", "levle:"), "").await.expect(422).json();
    assert_eq!(fields(&refused), ["course.md"]);
    assert!(refused["errors"][0]["message"].as_str().unwrap().contains("line "), "{refused}");
    let refused = import(&admin, with(3, "minutes: 16", "minutes: soon"), "").await.expect(422).json();
    assert_eq!(fields(&refused), ["lessons/03-day-3.md"]);
    assert!(refused["errors"][0]["message"].as_str().unwrap().contains("line "), "{refused}");
    let refused =
        import(&admin, with(0, "category: business", "category: cooking"), "").await.expect(422).json();
    assert_eq!(fields(&refused), ["course.md"]);
    assert!(refused["errors"][0]["message"].as_str().unwrap().starts_with("line "), "{refused}");
    let refused =
        import(&admin, with(0, "duration_days: 7", "duration_days: 8"), "").await.expect(422).json();
    let message = refused["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("line ") && message.contains("duration_days: 7, 14 or 21"), "{message}");
    let picture = "slug: coffee\nthumbnail_url: media/none.png";
    let refused = import(&admin, with(0, "slug: coffee", picture), "").await.expect(422).json();
    let message = refused["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("thumbnail_url: It names media/none.png, which isn't in the package"),
        "{message}"
    );
    let film = "minutes: 16\nvideo_url: media/none.mp4";
    let refused = import(&admin, with(3, "minutes: 16", film), "").await.expect(422).json();
    assert_eq!(fields(&refused), ["lessons/03-day-3.md"]);
    let long = format!("title: {}", "x".repeat(151));
    let refused = import(&admin, with(2, "title: Day 2", &long), "").await.expect(422).json();
    assert_eq!(fields(&refused), ["lessons/02-day-2.md"]);
    // Whatever the files are called, everything is said at once, and where.
    let renamed = |(name, text): &(String, String)| {
        let name = name.replace("tea/", "coffee/").replace("-day-", "-x");
        (
            name,
            text.replace("slug: tea", "slug: coffee")
                .replace("title: Day 1", &long)
                .replace("title: Day 2", &long),
        )
    };
    let several: Vec<_> = good.iter().map(renamed).collect();
    let refused = import(&admin, pack(&several), "").await.expect(422).json();
    assert_eq!(fields(&refused), ["lessons/01-x1.md", "lessons/02-x2.md"]);
    for error in refused["errors"].as_array().unwrap() {
        assert!(error["message"].as_str().unwrap().starts_with("line 2: title: "), "{error}");
    }
    // A file that can't be read hides nothing of the others.
    let mut unreadable = several;
    unreadable[3].1 = unreadable[3].1.replace("minutes: 16", "minutes: soon");
    let refused = import(&admin, pack(&unreadable), "").await.expect(422).json();
    let mut named = fields(&refused);
    named.sort_unstable();
    assert_eq!(named, ["lessons/01-x1.md", "lessons/02-x2.md", "lessons/03-x3.md"]);
    let escaping = pack(&[("../course.md".to_owned(), "x".to_owned())]);
    import(&admin, escaping, "").await.expect(422);
    import(&admin, b"no zip at all".to_vec(), "").await.expect(422);
    import(&admin, vec![0; 50 * 1024 * 1024 + 1], "").await.expect(422);
    import(&admin, Vec::new(), "?when_taken=overwrite").await.expect(422);
    assert_eq!(admin.get("/admin/courses").await.json()["total"], 1);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn films_travel_too() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let id = draft(&admin, "tea").await;
    let lesson = write(&admin, &id, "Water").await;
    let film = media::uploads::film(30_000_000);
    let file = media::uploads::add_film(&admin, "kettle.mp4", &film).await;
    let address = format!("/media/{}/kettle.mp4", file["id"].as_str().unwrap());
    admin.patch(&format!("/admin/lessons/{lesson}"), json!({ "video_url": address })).await.expect(200);

    let zip = export(&admin, &id).await;
    let copy = import(&admin, zip.clone(), "?when_taken=rename").await.expect(201).json();
    let there = copy["lessons"][0]["id"].as_str().unwrap();
    let there = admin.get(&format!("/admin/lessons/{there}")).await.json();
    let url = there["video_url"].as_str().unwrap();
    assert_eq!(url, address, "the library has this film already");
    // In another library it is new.
    let elsewhere = TestApp::new().await;
    let other = elsewhere.user(Role::Admin).await;
    let copy = import(&other, zip.clone(), "").await.expect(201).json();
    let there = copy["lessons"][0]["id"].as_str().unwrap();
    let there = other.get(&format!("/admin/lessons/{there}")).await.json();
    let url = there["video_url"].as_str().unwrap();
    assert!(url != address.as_str() && url.ends_with("/kettle.mp4"), "{url}");
    let copied = other.get(&format!("/admin/media/{}", url.split('/').nth(2).unwrap())).await.json();
    for field in ["size", "sha256", "kind"] {
        assert_eq!(copied[field], file[field], "{field}");
    }
    elsewhere.run_later_jobs().await;
    // From the browser, too; half a film is none, and leaves nothing behind.
    let browser = app.browser_of(Role::Admin).await;
    let token = browser.form_token("/admin/courses/import").await;
    let post = |zip: &[u8]| {
        let fields: [(&str, Option<&str>, &[u8]); 3] =
            [("csrf", None, token.as_bytes()), ("package", Some("tea.zip"), zip), ("rename", None, b"true")];
        let kind = format!("multipart/form-data; boundary={}", media::BOUNDARY);
        browser
            .request(Method::POST, "/admin/courses/import")
            .header("content-type", kind)
            .body(media::form(&fields))
    };
    browser.send(post(&zip)).await.expect(303);
    let mut cut = zip.clone();
    let at = cut.windows(8).position(|bytes| bytes == &film[1_000_000..1_000_008]).unwrap();
    cut[at] ^= 1;
    let refused = browser.send(post(&cut)).await.expect(422);
    assert!(refused.text.contains("media/kettle.mp4"), "{}", refused.text);
    assert_eq!(admin.get("/admin/media").await.json()["total"], 1);
    assert_eq!(admin.get("/admin/courses").await.json()["total"], 3);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn files_travel_with_the_course_that_names_them() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let id = draft(&admin, "tea").await;
    let lesson = write(&admin, &id, "Water").await;
    let file = media::add(&admin, "worksheet.pdf", media::PDF).await;
    let address = format!("/media/{}/worksheet.pdf", file["id"].as_str().unwrap());
    let gone = format!("/media/{}/gone.pdf", uuid::Uuid::now_v7());
    let content = json!({
        "body": format!("Print the [worksheet]({address}) twice: [again]({address}). Not [this]({gone})."),
        "resources": [{ "title": "Worksheet", "url": address, "kind": "tool" }],
    });
    admin.patch(&format!("/admin/lessons/{lesson}"), content).await.expect(200);

    let zip = export(&admin, &id).await;
    let packed = files(&zip);
    let (name, text) = &packed[2];
    assert_eq!(name, "tea/media/worksheet.pdf");
    assert_eq!(text.as_bytes(), media::PDF);
    assert_eq!(packed[1].1.matches("media/worksheet.pdf").count(), 3);
    assert!(!packed[1].1.contains(&address) && packed[1].1.contains(&gone), "{}", packed[1].1);

    let copy = import(&admin, zip, "?when_taken=rename").await.expect(201).json();
    let there = copy["lessons"][0]["id"].as_str().unwrap();
    let there = admin.get(&format!("/admin/lessons/{there}")).await.json();
    let url = there["resources"][0]["url"].as_str().unwrap();
    assert_eq!(url, address, "the same content is kept once");
    assert_eq!(there["body"].as_str().unwrap().matches(url).count(), 2);
    assert_eq!(admin.get("/admin/media").await.json()["total"], 1);
    // A file that is used stays, until nobody uses it any more.
    let path = format!("/admin/media/{}", file["id"].as_str().unwrap());
    admin.delete(&path).await.expect(409);
    admin.delete(&format!("/admin/courses/{id}")).await.expect(204);
    admin.delete(&path).await.expect(409);
    admin.delete(&format!("/admin/courses/{}", copy["id"].as_str().unwrap())).await.expect(204);
    admin.delete(&path).await.expect(204);

    // What a package names and doesn't hold, or holds and isn't what it seems, is refused, and nothing stays behind.
    let without: Vec<_> = packed.iter().filter(|(name, _)| !name.ends_with(".pdf")).cloned().collect();
    let refused = import(&admin, pack(&without), "").await.expect(422).json();
    assert_eq!(fields(&refused), ["lessons/01-water.md"; 2], "the link and the resource: {refused}");
    let mut disguised = packed.clone();
    disguised[2].1 = "<script>alert(1)</script>".to_owned();
    let refused = import(&admin, pack(&disguised), "").await.expect(422).json();
    assert_eq!(fields(&refused), ["media/worksheet.pdf"]);
    assert_eq!(admin.get("/admin/media").await.json()["total"], 0);
    assert_eq!(admin.get("/admin/courses").await.json()["total"], 0);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn what_is_said_about_a_file_travels_and_pictures_are_kept_once() {
    let (here, there) = (TestApp::new().await, TestApp::new().await);
    let admin = here.user(Role::Admin).await;
    let id = draft(&admin, "tea").await;
    let lesson = write(&admin, &id, "Water").await;
    let picture = media::add(&admin, "pot.png", &media::pictures::png(70, 30, &[])).await;
    let sheet = media::add(&admin, "sheet.pdf", media::PDF).await;
    let path = |file: &Value| format!("/admin/media/{}", file["id"].as_str().unwrap());
    admin.patch(&path(&picture), json!({ "alt": "A pot: \"blue\"" })).await.expect(200);
    admin.patch(&path(&sheet), json!({ "visibility": "public" })).await.expect(200);
    let body =
        format!("![]({}) and [this]({})", picture["url"].as_str().unwrap(), sheet["url"].as_str().unwrap());
    admin.patch(&format!("/admin/lessons/{lesson}"), json!({ "body": body })).await.expect(200);
    let zip = export(&admin, &id).await;

    let other = there.user(Role::Admin).await;
    for query in ["", "?when_taken=rename", "?when_taken=rename"] {
        import(&other, zip.clone(), query).await.expect(201);
        let library = other.get("/admin/media?sort=name").await.json();
        assert_eq!(library["total"], 2, "the same content is kept once");
        let (pot, sheet) = (&library["items"][0], &library["items"][1]);
        assert_eq!((&pot["alt"], &pot["visibility"]), (&json!("A pot: \"blue\""), &json!("public")));
        assert_eq!((&sheet["name"], &sheet["visibility"]), (&json!("sheet.pdf"), &json!("public")));
    }
    let mut wrong = files_of_texts(&zip);
    wrong[0].1 = wrong[0].1.replace("sheet.pdf", "gone.pdf");
    let refused = import(&other, pack(&wrong), "?when_taken=rename").await.expect(422).json();
    let sheet =
        refused["errors"].as_array().unwrap().iter().find(|error| {
            error["message"].as_str().unwrap().contains("media: gone.pdf isn't in the package")
        });
    assert_eq!(sheet.unwrap()["field"], "course.md");
    here.run_later_jobs().await;
    there.run_later_jobs().await;
}

#[tokio::test]
async fn a_package_names_files_as_people_do_and_only_what_fits() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let id = draft(&admin, "tea").await;
    write(&admin, &id, "Water").await;
    let mut good = files(&export(&admin, &id).await);
    admin.delete(&format!("/admin/courses/{id}")).await.expect(204);
    good.push(("tea/media/a b.pdf".to_owned(), String::from_utf8(media::PDF.to_vec()).unwrap()));
    // A paper is neither a picture nor a film.
    for (field, wanted) in [("thumbnail_url", "a picture"), ("intro_video_url", "a video")] {
        let mut wrong = good.clone();
        wrong[0].1 = wrong[0].1.replace("slug: tea", &format!("slug: tea\n{field}: media/a b.pdf"));
        let refused = import(&admin, pack(&wrong), "").await.expect(422).json();
        assert_eq!(fields(&refused), ["course.md"]);
        let message = refused["errors"][0]["message"].as_str().unwrap();
        assert!(message.starts_with(&format!("line 4: {field}: Choose {wanted}")), "{message}");
    }
    assert_eq!(admin.get("/admin/media").await.json()["total"], 0);
    good[1].1.push_str("\n[One](./media/a%20b.pdf) and [two](<../media/a b.pdf>).\n");
    let course = import(&admin, pack(&good), "").await.expect(201).json();
    let lesson = course["lessons"][0]["id"].as_str().unwrap();
    let lesson = admin.get(&format!("/admin/lessons/{lesson}")).await.json();
    let body = lesson["body"].as_str().unwrap();
    assert!(body.contains("[One](/media/") && body.contains("[two](</media/"), "{body}");
    assert_eq!(admin.get("/admin/media").await.json()["total"], 1);
    app.run_later_jobs().await;
}
