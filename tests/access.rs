//! Every route with every role: who may call what is declared once and holds everywhere.

use momentum_core::identity::Role;
use momentum_testkit::{Api, Browser, TestApp};
use momentum_web::{Access, Face, RouteInfo};
use reqwest::Method;

/// A path of the route with parameters that name nothing.
fn concrete(path: &str) -> String {
    path.split('/')
        .map(|part| match part {
            "{day}" => "1",
            "{file}" => "none.svg",
            "{name}" => "none.css",
            "{slug}" | "{id_or_slug}" => "no-such-course",
            part if part.starts_with('{') => "01890a5d-ac96-774b-bcce-b302099a8057",
            part => part,
        })
        .collect::<Vec<_>>()
        .join("/")
}

async fn call_api(api: &Api, route: &RouteInfo) -> u16 {
    let request = api.request(route.method.clone(), &concrete(&route.path));
    let request = if route.method == Method::GET {
        request
    } else {
        request.json(&serde_json::json!({ "nothing": true }))
    };
    api.send(request).await.status.as_u16()
}

async fn call_page(browser: &Browser, route: &RouteInfo, token: &str) -> (u16, String) {
    let path = concrete(&route.path);
    let answer = if route.method == Method::POST {
        browser.post_with(&path, token, &[]).await
    } else {
        browser.send(browser.request(route.method.clone(), &path).header("x-csrf-token", token)).await
    };
    (answer.status.as_u16(), answer.header("location").to_owned())
}

#[tokio::test]
async fn api_operations_admit_whom_they_declare() {
    let app = TestApp::new().await;
    let routes = app.routes();
    assert!(routes.len() > 50, "the table lists the whole site: {}", routes.len());
    for route in routes.iter().filter(|route| route.face == Face::Api) {
        let status = call_api(&app.visitor(), route).await;
        let open = route.access == Access::Anyone;
        assert!(status < 500, "{} {} for a visitor: {status}", route.method, route.path);
        assert_eq!(
            status != 401,
            open || route.path.ends_with("/refresh"),
            "{} {} for a visitor: {status}",
            route.method,
            route.path
        );
        for role in [Role::Free, Role::Premium, Role::Admin] {
            // A fresh account for each call: some operations end the session.
            let status = call_api(&app.user(role).await, route).await;
            let admitted = route.access != Access::Admin || role == Role::Admin;
            assert_ne!(status, 401, "{} {} for {role:?}", route.method, route.path);
            assert!(status < 500, "{} {} for {role:?}: {status}", route.method, route.path);
            if !admitted {
                assert_eq!(status, 403, "{} {} for {role:?}", route.method, route.path);
            }
        }
        let status = call_api(&app.visitor().with_token("forged"), route).await;
        assert_eq!(status, 401, "{} {} with a forged token", route.method, route.path);
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn pages_admit_whom_they_declare() {
    let app = TestApp::new().await;
    let visitor = app.browser();
    let visitor_token = visitor.form_token("/sign-in").await;
    for route in app.routes().iter().filter(|route| route.face == Face::Page) {
        let (status, location) = call_page(&visitor, route, &visitor_token).await;
        assert!(status < 500, "{} {} for a visitor: {status}", route.method, route.path);
        let sent_to_sign_in = status == 303 && (location == "/sign-in" || location.starts_with("/sign-in?"));
        assert_eq!(
            sent_to_sign_in,
            route.access != Access::Anyone,
            "{} {} for a visitor: {status}",
            route.method,
            route.path
        );
        for role in [Role::Free, Role::Premium, Role::Admin] {
            let browser = app.browser_of(role).await;
            let token = browser.form_token("/dashboard").await;
            let (status, location) = call_page(&browser, route, &token).await;
            let admitted = route.access != Access::Admin || role == Role::Admin;
            assert!(status < 500, "{} {} for {role:?}: {status}", route.method, route.path);
            assert!(
                location != "/sign-in" && !location.starts_with("/sign-in?"),
                "{} {} for {role:?}",
                route.method,
                route.path
            );
            if !admitted {
                assert_eq!(status, 403, "{} {} for {role:?}", route.method, route.path);
            }
        }
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn a_visitors_form_that_comes_too_late_is_shown_again() {
    let app = TestApp::new().await;
    let email = app.account(Role::Free, "UTC").await;
    let typed = [("email", email.as_str()), ("password", momentum_testkit::PASSWORD), ("name", "Ada")];
    let mut all = typed.to_vec();
    all.push(("return_to", "/notes"));
    for form in ["/sign-in", "/sign-up", "/forgot-password"] {
        let browser = app.browser();
        let again = browser.post_with(form, "of-yesterday", &all).await.expect(403).text;
        assert!(
            again.contains("open for too long") && again.contains(&format!("value=\"{email}\"")),
            "{again}"
        );
        assert!(!again.contains(momentum_testkit::PASSWORD), "{form} shows a password");
        assert_eq!(again.contains("value=\"/notes\""), form != "/forgot-password");
        assert_eq!(again.contains("value=\"Ada\""), form == "/sign-up");
        // What it brings now is this visit's.
        let (_, rest) = again.split_once("name=\"csrf\" value=\"").unwrap();
        if form == "/sign-in" {
            let sent = browser.post_with(form, rest.split('"').next().unwrap(), &all).await.expect(303);
            assert_eq!(sent.header("location"), "/notes");
        }
        let other_site = app.browser().request(Method::POST, form).header("sec-fetch-site", "cross-site");
        let refused = app.browser().send(other_site.form(&all)).await.expect(403).text;
        assert!(refused.contains("This form was open for too long") && !refused.contains(&email));
    }
    // The form of another tab, in which nobody was signed in yet.
    let browser = app.browser();
    let token = browser.form_token("/sign-in").await;
    browser.sign_in(&email, momentum_testkit::PASSWORD).await;
    let late = browser.post_with("/sign-in", &token, &all).await.expect(303);
    assert_eq!(late.header("location"), "/notes");
    let late = browser.post_with("/settings/profile", &token, &[("name", "Grace")]).await.expect(403).text;
    assert!(late.contains("<h1>This form was open for too long</h1>"));
    app.run_jobs().await;
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let app = TestApp::new().await;
    let browser = app.browser_of(Role::Free).await;
    let own_token = browser.form_token("/dashboard").await;
    let stranger = app.browser_of(Role::Free).await;
    let strange_token = stranger.form_token("/dashboard").await;
    let forms: Vec<RouteInfo> = app
        .routes()
        .into_iter()
        .filter(|route| route.face == Face::Page && route.method == Method::POST)
        // Other sites do post there: it changes nothing and sends the browser on to where the answer is checked.
        .filter(|route| route.path != "/sign-in/with/{provider}/callback")
        .collect();
    assert!(forms.len() > 10);
    for route in &forms {
        let path = concrete(&route.path);
        for token in ["", "made-up", &strange_token] {
            let answer = browser.post_with(&path, token, &[]).await;
            // Who is signed in already is sent on, and nothing else happens.
            let status =
                if ["/sign-in", "/sign-up", "/forgot-password"].contains(&&*path) { 303 } else { 403 };
            assert_eq!(answer.status, status, "{path} with token {token:?}");
        }
        for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
            let request = browser
                .request(Method::POST, &path)
                .header(name, value)
                .form(&[("csrf", own_token.as_str())]);
            assert_eq!(browser.send(request).await.status, 403, "{path} with {name}");
        }
    }
    browser.get("/dashboard").await.expect(200);
}
