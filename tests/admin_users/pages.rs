use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use reqwest::Method;

use super::somebody;

#[tokio::test]
async fn an_administrator_makes_edits_suspends_and_deletes_by_forms() {
    let app = TestApp::new().await;
    let admin = app.browser_of(Role::Admin).await;
    let new = "/admin/users/new";
    let wrong =
        admin.submit(new, new, &[("name", "Ada"), ("email", "ada"), ("role", "free")]).await.expect(422);
    assert!(wrong.text.contains("value=\"Ada\"") && wrong.text.contains("aria-invalid"));
    let fields =
        [("name", "Ada"), ("email", "ada@example.com"), ("role", "premium"), ("time_zone", "Europe/Berlin")];
    let page = admin.submit(new, new, &fields).await.expect(303).header("location").to_owned();
    admin.submit(new, new, &fields).await.expect(409);
    let shown = admin.get(&page).await.expect(200).text;
    assert!(
        shown.contains("ada@example.com") && shown.contains("Premium") && shown.contains("no password yet")
    );

    let edit = format!("{page}/edit");
    let wrong = admin.submit(&edit, &edit, &[("name", ""), ("time_zone", "UTC"), ("locale", "en")]).await;
    assert!(wrong.expect(422).text.contains("aria-invalid"));
    let fields = [("name", "Ada Winter"), ("time_zone", "UTC"), ("locale", "en"), ("country", "DE")];
    assert_eq!(admin.submit(&edit, &edit, &fields).await.expect(303).header("location"), page);
    admin.submit(&page, &format!("{page}/suspend"), &[("reason", "Spam")]).await.expect(303);
    let shown = admin.get(&page).await.text;
    assert!(shown.contains("Ada Winter") && shown.contains("Spam") && shown.contains("Restore account"));
    admin.submit(&page, &format!("{page}/restore"), &[]).await.expect(303);
    let delete = format!("{page}/delete");
    admin.submit(&delete, &delete, &[("confirm", "ada")]).await.expect(422);
    admin.submit(&delete, &delete, &[("confirm", "ada@example.com")]).await.expect(303);
    admin.get(&page).await.expect(404);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_form_that_is_out_of_date_undoes_nothing() {
    let app = TestApp::new().await;
    let admin = app.browser_of(Role::Admin).await;
    let (id, _, owner) = somebody(&app, Role::Free).await;
    let (page, edit) = (format!("/admin/users/{id}"), format!("/admin/users/{id}/edit"));
    let version = async || {
        let form = admin.get(&edit).await.expect(200).text;
        let value = form.split("name=\"version\" value=\"").nth(1).unwrap();
        value.split('"').next().unwrap().to_owned()
    };
    let before = version().await;
    assert_eq!(before, version().await);
    owner.patch("/me", serde_json::json!({ "name": "Ada Winter", "country": "DE" })).await.expect(200);
    let now = version().await;
    let fields = |version: &str| {
        [
            ("version", version),
            ("name", "Test Person"),
            ("occupation", "Baker"),
            ("time_zone", "UTC"),
            ("locale", "en"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
    };
    let save = async |version: &str| {
        let fields = fields(version);
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        admin.submit(&edit, &edit, &fields).await
    };
    let stale = save(&before).await.expect(409).text;
    assert!(
        stale.contains("<dt>Name</dt><dd>Ada Winter</dd>") && stale.contains("<dd>Germany</dd>"),
        "{stale}"
    );
    assert!(stale.contains("value=\"Test Person\"") && stale.contains("value=\"Baker\""), "yours is kept");
    assert!(
        stale.contains(&format!("name=\"version\" value=\"{now}\"")),
        "and replaces theirs when saved again"
    );
    assert_eq!(owner.get("/me").await.json()["name"], "Ada Winter");
    assert_eq!(save(&now).await.expect(303).header("location"), page);
    let me = owner.get("/me").await.json();
    assert_eq!((me["name"].as_str(), me["occupation"].as_str()), (Some("Test Person"), Some("Baker")));
    app.run_jobs().await;
}

#[tokio::test]
async fn only_what_was_changed_in_a_form_is_written() {
    let app = TestApp::new().await;
    let admin = app.browser_of(Role::Admin).await;
    let (id, _, owner) = somebody(&app, Role::Free).await;
    let edit = format!("/admin/users/{id}/edit");
    let hidden = async |name: &str| {
        let form = admin.get(&edit).await.expect(200).text;
        let value = form.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        value.split('"').next().unwrap().replace("&#34;", "\"").replace("&#38;", "&")
    };
    let me = owner.get("/me").await.json();
    let (version, was) = (hidden("version").await, hidden("was").await);
    owner.patch("/me", serde_json::json!({ "occupation": "Baker" })).await.expect(200);
    let fields = |version: &str, on: &str| {
        let of = |field: &str| me[field].as_str().unwrap().to_owned();
        let mut fields = vec![
            ("version", version.to_owned()),
            ("was", was.clone()),
            ("name", of("name")),
            ("headline", "Bakes".to_owned()),
            ("time_zone", of("time_zone")),
            ("locale", of("locale")),
            ("daily_minutes", "0".to_owned()),
        ];
        if !on.is_empty() {
            fields.push(("on_leaderboards", on.to_owned()));
        }
        fields
    };
    let on = if me["on_leaderboards"] == true { "true" } else { "" };
    let save = async |version: &str| {
        let fields = fields(version, on);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        admin.submit(&edit, &edit, &fields).await
    };
    let stale = save(&version).await.expect(409).text;
    assert!(stale.contains("<dt>Occupation</dt><dd>Baker</dd>"), "{stale}");
    assert_eq!(stale.matches("<dt>").count(), 1, "what nobody else touched isn't named: {stale}");
    assert!(stale.contains("value=\"Bakes\"") && stale.contains("value=\"Baker\""), "{stale}");
    save(&hidden("version").await).await.expect(303);
    let now = owner.get("/me").await.json();
    assert_eq!((now["headline"].as_str(), now["occupation"].as_str()), (Some("Bakes"), Some("Baker")));
    save(&version).await.expect(303);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_was_deleted_meanwhile_spoils_nothing() {
    let app = TestApp::new().await;
    let admin = app.browser_of(Role::Admin).await;
    let (one, email, _) = somebody(&app, Role::Free).await;
    let (two, gone, _) = somebody(&app, Role::Free).await;
    let page = format!("/admin/users/{two}");
    let token = admin.form_token(&page).await;
    let delete = format!("{page}/delete");
    admin.submit(&delete, &delete, &[("confirm", gone.as_str())]).await.expect(303);
    let list = "/admin/users?role=free";
    let form = [("id", one.as_str()), ("id", two.as_str()), ("action", "suspend"), ("back", list)];
    let question = admin.submit("/admin/users", "/admin/users/bulk", &form).await.expect(200).text;
    assert!(question.contains("Suspend 1 account?") && question.contains(&email), "{question}");
    assert!(question.contains("One of the chosen is left out") && !question.contains(&two), "{question}");
    // Without scripts a box says that the whole page is meant.
    let form = [("page", "true"), ("shown", one.as_str()), ("shown", two.as_str()), ("action", "restore")];
    let question = admin.submit("/admin/users", "/admin/users/bulk", &form).await.expect(200).text;
    assert!(question.contains("Restore 1 account?") && question.contains(&email), "{question}");
    let form = [("id", two.as_str()), ("action", "suspend"), ("back", list)];
    let back = admin.submit("/admin/users", "/admin/users/bulk", &form).await.expect(303);
    assert_eq!(back.header("location"), list);
    let lost = admin.post_with(&format!("{page}/suspend"), &token, &[]).await.expect(404).text;
    assert!(
        lost.contains("href=\"/admin/users\">Back to Users") && !lost.contains("Browse courses"),
        "{lost}"
    );

    // Whoever comes second learns that it is done.
    let page = format!("/admin/users/{one}");
    for notice in ["signed out everywhere", "suspended the account already"] {
        let token = admin.form_token("/admin/users").await;
        let answer = admin.post_with(&format!("{page}/suspend"), &token, &[]).await.expect(303);
        assert_eq!(answer.header("location"), page);
        assert!(admin.get(&page).await.expect(200).text.contains(notice), "{notice}");
    }
    let token = admin.form_token("/admin/users").await;
    admin.post_with(&format!("{page}/password-link"), &token, &[]).await.expect(303);
    assert!(admin.get(&page).await.expect(200).text.contains("No link was sent"));
    let form = [("id", two.as_str()), ("action", "suspend"), ("confirmed", "true")];
    let done = admin.submit("/admin/users", "/admin/users/bulk", &form).await.expect(200).text;
    assert!(done.contains("An account that was deleted meanwhile") && !done.contains(&two), "{done}");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_found_says_how_much_there_is_and_leads_to_it() {
    let app = TestApp::new().await;
    for _ in 0..7 {
        app.account(Role::Free, "UTC").await;
    }
    let admin = app.browser_of(Role::Admin).await;
    let page = admin.get("/admin/search?q=test%20person").await.expect(200).text;
    assert!(page.contains("6 of 8") && page.contains("href=\"/admin/users?q=test"), "{page}");
    let settings = admin.get("/admin/search?q=settings").await.expect(200).text;
    for section in ["branding", "security", "notifications", "system", "general"] {
        assert!(settings.contains(&format!("/admin/settings/{section}")), "{section}");
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn the_list_filters_exports_and_acts_on_many() {
    let app = TestApp::new().await;
    let admin = app.browser_of(Role::Admin).await;
    let (one, email, _) = somebody(&app, Role::Free).await;
    let list = admin.get("/admin/users").await.expect(200).text;
    assert!(list.contains(&email) && list.contains("1–2 of 2"));
    assert!(!admin.get("/admin/users?role=admin").await.expect(200).text.contains(&email));
    for sort in ["role", "state"] {
        let up = admin.get(&format!("/admin/users?sort={sort}&dir=asc")).await.expect(200).text;
        assert!(up.contains("aria-sort=\"ascending\"") && up.contains(&email), "{sort}");
    }
    let roles = admin.get("/admin/users?sort=role").await.text;
    assert!(roles.find("Administrator</td>") < roles.find("Free</td>"), "{roles}");
    // The choice of columns is still there on the next visit.
    assert!(!admin.get("/admin/users").await.text.contains("data-label=\"Profile\""));
    admin.get("/admin/users?columns=profile&columns=nonsense%3B&columns=").await.expect(200);
    let next = admin.get("/admin/users").await.text;
    assert!(next.contains("data-label=\"Profile\"") && !next.contains("data-label=\"Joined\""), "{next}");
    admin.get("/admin/users?columns=").await.expect(200);
    assert!(!admin.get("/admin/users").await.text.contains("data-label=\"Profile\""));
    let csv = admin.get("/admin/users?format=csv&role=free").await.expect(200).text;
    assert!(csv.contains(&email) && csv.lines().count() == 2);
    let nobody = admin.get("/admin/users?format=csv&q=nobody").await.expect(200).text;
    assert!(nobody.starts_with("id,email,") && nobody.lines().count() == 1);
    // A phone has no table head to sort by.
    assert!(list.contains("table-sort") && list.contains("sort=last_seen"));
    let back = "/admin/users?role=free&sort=name";
    let mut form = vec![("id", one.as_str()), ("action", "suspend"), ("back", back)];
    let question = admin.submit("/admin/users", "/admin/users/bulk", &form).await.expect(200).text;
    assert!(question.contains("Suspend 1 account?") && question.contains(&email), "{question}");
    assert!(!admin.get("/admin/users?status=suspended").await.text.contains(&email), "only asked");
    form.extend([("confirmed", "true"), ("reason", "Spam")]);
    let done = admin.submit("/admin/users", "/admin/users/bulk", &form).await.expect(303);
    assert_eq!(done.header("location"), back);
    let none = [("action", "suspend"), ("back", "https://evil.example/")];
    let nothing = admin.submit("/admin/users", "/admin/users/bulk", &none).await.expect(303);
    assert_eq!(nothing.header("location"), "/admin/users");
    assert!(admin.get("/admin/users?status=suspended").await.text.contains(&email));
}

#[tokio::test]
async fn a_file_goes_through_the_pages() {
    let app = TestApp::new().await;
    let admin = app.browser_of(Role::Admin).await;
    let token = admin.form_token("/admin/users/import").await;
    let post = async |csv: &'static str| {
        let head = "content-disposition: form-data; name";
        let body = format!(
            "--x\r\n{head}=\"csrf\"\r\n\r\n{token}\r\n--x\r\n{head}=\"file\"; filename=\"people.csv\"\r\n\
             content-type: text/csv\r\n\r\n{csv}\r\n--x--\r\n"
        );
        let request = admin.request(Method::POST, "/admin/users/import");
        admin.send(request.header("content-type", "multipart/form-data; boundary=x").body(body)).await
    };
    assert!(post("name\nAda\n").await.expect(422).text.contains("is missing"));
    let page =
        post("email,name\nada@example.com,Ada\nnobody,Bo\n").await.expect(303).header("location").to_owned();
    let checked = admin.get(&page).await.expect(200).text;
    assert!(checked.contains("people.csv") && checked.contains("no email address"));
    assert!(admin.get(&format!("{page}/errors")).await.expect(200).text.contains("3,nobody,"));
    assert!(checked.contains("<b>1</b> new account<"), "{checked}");
    let token = admin.form_token(&page).await;
    admin.submit(&page, &format!("{page}/start"), &[]).await.expect(303);
    let second = admin.post_with(&format!("{page}/start"), &token, &[]).await.expect(303);
    assert_eq!(second.header("location"), page);
    app.run_jobs().await;
    assert!(admin.get(&page).await.text.contains("started already"));
    assert!(admin.get(&page).await.text.contains("1 made"));
    assert!(admin.get("/admin/users").await.text.contains("ada@example.com"));
}
