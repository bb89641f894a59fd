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
    admin.submit(&page, &format!("{page}/start"), &[]).await.expect(303);
    app.run_jobs().await;
    assert!(admin.get(&page).await.text.contains("1 made"));
    assert!(admin.get("/admin/users").await.text.contains("ada@example.com"));
}
