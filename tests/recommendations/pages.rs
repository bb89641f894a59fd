//! Recommendations on pages.

use momentum_core::identity::Role;
use momentum_testkit::{Browser, TestApp};
use reqwest::Method;

use super::twelve_courses;

/// The addresses of the recommended courses on a page.
fn links(page: &str) -> Vec<String> {
    page.split("href=\"")
        .filter_map(|rest| rest.split('"').next())
        .filter(|address| address.ends_with("?from=recommended"))
        .map(ToOwned::to_owned)
        .collect()
}

async fn complete(browser: &Browser, slug: &str) {
    browser.submit(&format!("/courses/{slug}"), &format!("/courses/{slug}/enroll"), &[]).await.expect(303);
    for day in 1..=7 {
        let page = format!("/courses/{slug}/days/{day}");
        browser.submit(&page, &format!("{page}/complete"), &[]).await.expect(303);
    }
}

#[tokio::test]
async fn they_stand_on_dashboard_home_and_after_a_finished_course() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let browser = app.browser_of(Role::Free).await;
    let dashboard = browser.get("/dashboard").await.expect(200).text;
    assert!(dashboard.contains("Recommended for you"));
    assert_eq!(links(&dashboard).len(), 6);
    let home = browser.get("/").await.expect(200).text;
    assert_eq!(links(&home), links(&dashboard));
    for link in links(&home) {
        let again = format!("href=\"{}\"", link.trim_end_matches("?from=recommended"));
        assert!(!home.contains(&again), "{link} stands there twice");
    }
    let visitor = app.browser().get("/").await.expect(200).text;
    assert!(links(&visitor).is_empty() && !visitor.contains("Recommended for you"));

    complete(&browser, "design-0").await;
    let end = browser.get("/courses/design-0/completed").await.expect(200).text;
    let (_, next) = end.split_once("What next?").unwrap();
    assert_eq!(links(next)[0], "/courses/design-1?from=recommended");
    assert!(next.contains("Because you finished “design-0”"));
    assert!(!links(next).contains(&"/courses/design-0?from=recommended".to_owned()));
    app.run_jobs().await;
}

#[tokio::test]
async fn following_a_link_counts_and_fetching_in_advance_does_not() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let browser = app.browser_of(Role::Free).await;
    let link = links(&browser.get("/dashboard").await.text).remove(0);
    let clicks = "SELECT COUNT(clicked_at) FROM recommendation_impressions";
    let fetch = browser.request(Method::GET, &link).header("sec-purpose", "prefetch");
    browser.send(fetch).await.expect(200);
    browser.get(link.trim_end_matches("?from=recommended")).await.expect(200);
    browser.get(&link.replace("recommended", "elsewhere")).await.expect(200);
    app.browser().get(&link).await.expect(200);
    // Passed on to somebody to whom it wasn't recommended.
    app.browser_of(Role::Free).await.get(&link).await.expect(200);
    assert_eq!(app.count(clicks).await, 0);
    let course = browser.get(&link).await.expect(200).text;
    browser.get(&link).await.expect(200);
    assert_eq!(app.count(clicks).await, 1);
    let clean = link.trim_end_matches("?from=recommended");
    assert!(course.contains(&format!("{clean}\">")) && course.contains("rel=\"canonical\""));
    browser.get("/courses/no-such-course?from=recommended").await.expect(404);
}

#[tokio::test]
async fn administrators_see_what_came_of_them() {
    let app = TestApp::new().await;
    twelve_courses(&app).await;
    let admin = app.browser_of(Role::Admin).await;
    let nothing = admin.get("/admin/recommendations").await.expect(200).text;
    assert!(nothing.contains("Nothing was recommended in these days"));
    let browser = app.browser_of(Role::Free).await;
    let link = links(&browser.get("/dashboard").await.text).remove(0);
    browser.get(&link).await.expect(200);
    let slug = link.trim_start_matches("/courses/").trim_end_matches("?from=recommended");
    browser.submit(&link, &format!("/courses/{slug}/enroll"), &[]).await.expect(303);
    let page = admin.get("/admin/recommendations?sort=clicks").await.expect(200).text;
    assert!(page.contains("aria-current=\"page\"") && page.contains("By reason") && page.contains("New"));
    assert!(page.contains("16.7%"), "one of six");
    assert!(
        page.split("<tbody>").nth(2).unwrap().find(slug) < page.split("<tbody>").nth(2).unwrap().find("0.0%")
    );
    for sort in ["shown", "rate", "enrollments", "course", "nonsense"] {
        for dir in ["asc", "desc"] {
            admin.get(&format!("/admin/recommendations?sort={sort}&dir={dir}&page=2")).await.expect(200);
        }
    }
    let wrong = admin.get("/admin/recommendations?from=2026-03-05&to=2026-03-01").await.expect(200).text;
    assert!(wrong.contains("The period ends before it begins."));
    let csv = admin.get("/admin/recommendations?format=csv").await.expect(200);
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.text.lines().count(), 7);
    browser.get("/admin/recommendations").await.expect(403);
    app.run_jobs().await;
}
