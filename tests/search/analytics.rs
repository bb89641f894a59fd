//! What people look for.

use chrono::TimeDelta;
use momentum_core::{identity::Role, search};
use momentum_testkit::TestApp;

#[tokio::test]
async fn searches_and_clicks_are_counted_and_nobody_is_named() {
    let app = TestApp::new().await;
    app.course("tea").title("Brewing tea").publish().await;
    app.index().await;
    let browser = app.browser();
    for query in ["Brewing", "brewing", "zebra", "ada%40example.com"] {
        browser.get(&format!("/search?q={query}")).await.expect(200);
    }
    browser.get("/search?q=brewing&access=free").await.expect(200);
    let to = browser.get("/search/go?q=brewing&course=tea&day=1").await.expect(303);
    assert_eq!(to.header("location"), "/courses/tea/days/1");
    let go = browser.request(reqwest::Method::GET, "/search/go?q=brewing&course=tea");
    browser.send(go.header("sec-purpose", "prefetch")).await.expect(303);
    browser.get("/search/go?q=brewing&course=//evil.example").await.expect(404);

    let admin = app.user(Role::Admin).await;
    let report = admin.get("/admin/search/analytics").await.expect(200).json();
    assert_eq!(
        (&report["searches"], &report["empty_searches"], &report["clicks"]),
        (&3.into(), &1.into(), &1.into())
    );
    assert_eq!(report["total"], 2);
    let first = &report["items"][0];
    assert_eq!(
        (&first["query"], &first["searches"], &first["hits"]),
        (&"brewing".into(), &2.into(), &1.into())
    );
    let same = admin.get("/admin/analytics/search?found=nothing").await.expect(200).json();
    assert_eq!((&same["total"], &same["items"][0]["query"]), (&1.into(), &"zebra".into()));
    let csv = admin.get("/admin/analytics/search?format=csv").await.expect(200).text;
    assert!(csv.contains("brewing,2,0,1,1"), "{csv}");
    assert_eq!(admin.get("/admin/search/analytics?to=2020-01-01").await.expect(200).json()["searches"], 0);
    admin.get("/admin/search/analytics?from=yesterday").await.expect(422);
    for days in ["to=-262143-01-15", "from=-5000-01-01&to=-5000-01-02", "from=2201-01-01"] {
        for report in ["search/analytics", "analytics/search", "analytics/recommendations"] {
            let refused = admin.get(&format!("/admin/{report}?{days}")).await.expect(422).json();
            let message = refused["errors"][0]["message"].as_str().unwrap();
            assert!(message.contains("1970 to 2200"), "{report}?{days}: {refused}");
        }
        let browser = app.browser_of(Role::Admin).await;
        for (page, status) in [("searches", 200), ("recommendations", 200), ("audit", 422)] {
            browser.get(&format!("/admin/{page}?{days}")).await.expect(status);
        }
    }
    let turned = admin.get("/admin/analytics/search?from=2026-12-31&to=2026-01-01").await.expect(422).json();
    assert_eq!(turned["errors"][0]["field"], "to");
    admin.get("/admin/analytics/search?from=2026-01-01&to=2026-01-01").await.expect(200);

    let page = app.browser_of(Role::Admin).await.get("/admin/searches").await.expect(200).text;
    assert!(page.contains("brewing") && page.contains("3 searches"));
    let free = app.user(Role::Free).await;
    free.get("/admin/search/analytics").await.expect(403);
}

#[tokio::test]
async fn old_counts_go() {
    let app = TestApp::new().await;
    app.browser().get("/search?q=tea").await.expect(200);
    search::flush(&app.s).await.unwrap();
    assert_eq!(app.count("SELECT COUNT(*) FROM search_queries").await, 1);
    app.wait(TimeDelta::days(402));
    app.run_jobs().await;
    app.wait(TimeDelta::days(1));
    app.run_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM search_queries").await, 0);
}
