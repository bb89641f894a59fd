//! What models may cost.

use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_testkit::{PASSWORD, ScriptedModel, TestApp};
use serde_json::json;

use super::{generate, job, request, site, written};

async fn set_budget(admin: &momentum_testkit::Api, budget: serde_json::Value) {
    let body = json!({ "monthly_budget_usd": budget, "courses_per_day": 1000 });
    admin.put("/admin/settings/ai", body).await.expect(200);
}

#[tokio::test]
async fn a_used_up_budget_stops_the_work_and_a_higher_one_lets_it_go_on() {
    let (app, model, admin) = site().await;
    let id = generate(&admin, 7).await;
    set_budget(&admin, json!(0)).await;
    app.run_jobs().await;
    let stopped = job(&admin, &id).await;
    assert_eq!(stopped["status"], "failed");
    assert!(stopped["error"].as_str().unwrap().contains("budget"), "{}", stopped["error"]);
    assert_eq!(model.requests().len(), 0);
    assert_eq!(stopped["budget_used_up"], true);
    let refused = admin.post(&format!("/admin/ai/jobs/{id}/retry"), json!({})).await.expect(409);
    assert_eq!(refused.problem(), "budget-used-up");
    assert_eq!(job(&admin, &id).await["status"], "failed", "it isn't begun to stop again");
    let browser = app.browser_of(Role::Admin).await;
    let page = browser.get(&format!("/admin/ai/jobs/{id}")).await.expect(200).text;
    assert!(page.contains("id=\"job-retry\" disabled"), "{page}");
    assert!(browser.get("/admin/ai").await.expect(200).text.contains("budget for models is used up"));

    set_budget(&admin, json!(1)).await;
    admin.post(&format!("/admin/ai/jobs/{id}/retry"), json!({})).await.expect(202);
    app.run_jobs().await;
    assert_eq!(job(&admin, &id).await["status"], "completed");
    let usage = admin.get("/admin/ai/usage").await.expect(200).json();
    assert_eq!(usage["month"], "2026-03");
    // 23 calls of 0.005, less what an answer can't have taken: some say more tokens than they were allowed.
    assert!((0.112..=0.115).contains(&usage["cost_usd"].as_f64().unwrap()), "{usage}");
    assert_eq!(usage["reserved_usd"], 0.0);
    assert_eq!(usage["budget"]["monthly_usd"], 1.0);
    assert_eq!(usage["budget"]["used_percent"], 11);
    assert_eq!(usage["by_model"][0]["model"], "scripted-1");
    assert_eq!(usage["by_model"][0]["calls"], 23);

    let (_, lessons) = written(&app, &admin, 7).await;
    let lesson = &lessons[0];
    let review = async || {
        let answer = admin.get(&format!("/admin/ai/lessons/{lesson}/review")).await.expect(200).json();
        let page = browser.get(&format!("/admin/ai/review/lessons/{lesson}")).await.expect(200).text;
        (answer["budget_used_up"].clone(), page.contains("disabled aria-describedby=\"anew-hint\""))
    };
    assert_eq!(review().await, (json!(false), false));
    set_budget(&admin, json!(0)).await;
    assert_eq!(review().await, (json!(true), true));
    assert_eq!(usage["courses"], 1);
}

#[tokio::test]
async fn a_used_up_budget_is_told_before_anything_is_begun() {
    let (app, _model, admin) = site().await;
    let estimate = async || {
        let answer = admin.post("/admin/ai/estimate", json!({ "duration_days": 7 })).await.expect(200).json();
        (answer["budget_left_usd"].as_f64(), answer["budget_used_up"].as_bool().unwrap())
    };
    set_budget(&admin, json!(null)).await;
    assert_eq!(estimate().await, (None, false));
    set_budget(&admin, json!(1)).await;
    assert_eq!(estimate().await, (Some(1.0), false));
    let browser = app.browser_of(Role::Admin).await;
    let many = (0..40).map(|n| format!("Star {n}")).collect::<Vec<_>>().join("\n");
    let mut fields = vec![
        ("topic", "Habits that last"),
        ("category_id", "design"),
        ("duration_days", "7"),
        ("level", "beginner"),
        ("language", "en"),
        ("more_topics", &many),
    ];
    let warned = browser.submit("/admin/ai/new", "/admin/ai/estimate", &fields).await.expect(200);
    assert!(warned.text.contains("more than the $1.00 that are left"), "{}", warned.text);

    set_budget(&admin, json!(0)).await;
    assert_eq!(estimate().await, (Some(0.0), true));
    let body = request(&admin, 7).await;
    let refused = admin.post("/admin/ai/generate-course", body.clone()).await.expect(409);
    assert_eq!(refused.problem(), "budget-used-up");
    let batch = json!({ "courses": [body.clone(), body.clone()] });
    let refused = admin.post("/admin/ai/generate-courses", batch).await.expect(409);
    assert_eq!(refused.problem(), "budget-used-up");
    fields.pop();
    let page = browser.get("/admin/ai/new").await.expect(200);
    assert!(page.text.contains("so nothing can be begun"), "it stands beside the estimate");
    let button = "<button class=\"btn btn-block\" disabled";
    assert!(page.text.contains(button), "{}", page.text);
    let built_in = [("author", "extractive")];
    let page = browser.submit("/admin/ai/new", "/admin/ai/estimate", &built_in).await.expect(200);
    assert!(!page.text.contains(button), "the built-in author costs nothing");
    let refused = browser.submit("/admin/ai/new", "/admin/ai/new", &fields).await.expect(409);
    assert!(refused.text.contains("budget for models is used up. Raise it"), "{}", refused.text);
    assert_eq!(app.count("SELECT COUNT(*) FROM ai_jobs").await, 0);
    app.run_jobs().await;
}

#[tokio::test]
async fn twenty_corrections_at_once_take_away_no_more_than_there_is() {
    let (app, _model, admin) = site().await;
    let correct = async |dollars: f64| {
        let body = json!({ "amount_usd": dollars, "reason": "At once" });
        admin.post("/admin/ai/usage/corrections", body).await.status.as_u16()
    };
    assert_eq!(correct(1.0).await, 201);
    let answers = futures::future::join_all((0..20).map(|_| correct(-0.1))).await;
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 10, "{answers:?}");
    assert!(answers.iter().all(|status| [201, 422].contains(status)), "{answers:?}");
    let usage = admin.get("/admin/ai/usage").await.expect(200).json();
    assert_eq!((&usage["cost_usd"], usage["corrections"].as_array().unwrap().len()), (&json!(0.0), 11));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_false_figure_is_corrected() {
    let (app, _model, admin) = site().await;
    set_budget(&admin, json!(1)).await;
    let usage = async || admin.get("/admin/ai/usage").await.expect(200).json();
    let correct = async |body: serde_json::Value| admin.post("/admin/ai/usage/corrections", body).await;

    let first = correct(json!({ "amount_usd": 1.5, "reason": " A bill " })).await.expect(201).json();
    assert_eq!((&first["month"], &first["reason"]), (&json!("2026-03"), &json!("A bill")));
    let spent = usage().await;
    assert_eq!((&spent["cost_usd"], &spent["corrected_usd"]), (&json!(1.5), &json!(1.5)));
    assert_eq!((&spent["reserved_usd"], &spent["budget"]["used_up"]), (&json!(0.0), &json!(true)));
    let body = request(&admin, 7).await;
    let refused = admin.post("/admin/ai/generate-course", body.clone()).await.expect(409);
    assert_eq!(refused.problem(), "budget-used-up");

    let wrong = [
        (json!({ "amount_usd": -1.6, "reason": "Less than nothing" }), "amount_usd"),
        (json!({ "amount_usd": 0, "reason": "Nothing" }), "amount_usd"),
        (json!({ "amount_usd": 1e300, "reason": "Too much" }), "amount_usd"),
        (json!({ "amount_usd": 1, "reason": " " }), "reason"),
        (json!({ "amount_usd": 1, "reason": "Too early", "month": "2026-04" }), "month"),
    ];
    for (body, field) in wrong {
        assert_eq!(correct(body).await.expect(422).json()["errors"][0]["field"], field);
    }
    assert_eq!(usage().await["cost_usd"], 1.5, "what is refused changes nothing");
    let earlier = json!({ "amount_usd": 2, "reason": "Forgotten", "month": "2026-02" });
    correct(earlier).await.expect(201);
    assert_eq!(usage().await["previous"][0], json!({ "month": "2026-02", "cost_usd": 2.0 }));

    let browser = app.browser_of(Role::Admin).await;
    let (from, to) = ("/admin/ai/usage", "/admin/ai/usage/corrections");
    let fields = [("month", "2026-03"), ("amount_usd", "ten"), ("reason", "Never billed")];
    let refused = browser.submit(from, to, &fields).await.expect(422).text;
    assert!(refused.contains("value=\"ten\"") && refused.contains("Enter dollars other than 0"), "{refused}");
    let fields = [("month", "2026-03"), ("amount_usd", "−1,50"), ("reason", "Never billed")];
    browser.submit(from, to, &fields).await.expect(303);
    let page = browser.get(from).await.expect(200).text;
    assert!(page.contains("Never billed") && page.contains("−$1.50"), "{page}");
    assert_eq!(usage().await["cost_usd"], 0.0);
    assert_eq!(usage().await["corrections"].as_array().unwrap().len(), 3);
    admin.post("/admin/ai/generate-course", body).await.expect(202);

    let audited = "SELECT COUNT(*) FROM audit_log WHERE action = 'studio.usage-corrected'";
    assert_eq!(app.count(audited).await, 3);
    app.user(Role::Free).await.post(to, json!({ "amount_usd": 1, "reason": "Mine" })).await.expect(403);
    app.run_jobs().await;
}

#[tokio::test]
async fn administrators_are_told_once_of_each_threshold() {
    let model = ScriptedModel::default();
    let app = TestApp::with_model(&model).await;
    let email = app.account(Role::Admin, "UTC").await;
    let admin = app.visitor().sign_in(&email, PASSWORD).await;
    let body = json!({ "monthly_budget_usd": 1, "alert_percents": [5, 10, 90], "courses_per_day": 10 });
    admin.put("/admin/settings/ai", body).await.expect(200);
    generate(&admin, 7).await;
    let mails = app.mails_to(&email).await;
    let told: Vec<&str> = mails
        .iter()
        .filter(|mail| mail.template == "studio-budget")
        .map(|mail| mail.subject.split(' ').next().unwrap())
        .collect();
    assert_eq!(told, ["5", "10"]);
}

#[tokio::test]
async fn requests_at_once_never_spend_more_than_there_is() {
    let model = ScriptedModel::default();
    model.cost_times(20.0);
    let app = TestApp::with_model(&model).await;
    let admin = app.user(Role::Admin).await;
    // A request costs ten cents, and twelve courses need a hundred: not all of them fit, whatever runs at the same time.
    set_budget(&admin, json!(1)).await;
    for n in 0..12 {
        let mut body = request(&admin, 7).await;
        body["topic"] = json!(format!("Habit number {n}"));
        admin.post("/admin/ai/generate-course", body).await.expect(202);
    }
    let ran = join_all((0..4).map(|_| app.try_jobs())).await;
    assert!(ran.iter().all(|ran| ran.failures.is_empty()), "{ran:?}");
    app.run_jobs().await;
    let usage = admin.get("/admin/ai/usage").await.expect(200).json();
    let cost = usage["cost_usd"].as_f64().unwrap();
    assert!(cost <= 1.0 && cost > 0.3, "{cost}");
    let failed = admin.get("/admin/ai/jobs?status=failed").await.expect(200).json();
    assert!(failed["total"].as_i64().unwrap() >= 10, "{failed}");
    assert!(model.requests().len() < 12 * 23);
}

#[tokio::test]
async fn ten_courses_a_day_and_not_one_more() {
    let (app, _model, admin) = site().await;
    let body = request(&admin, 7).await;
    let answers = join_all((0..20).map(|_| admin.post("/admin/ai/generate-course", body.clone()))).await;
    let accepted = answers.iter().filter(|answer| answer.status == 202).count();
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    assert_eq!((accepted, refused.len()), (10, 10));
    // It is noon: the day ends in twelve hours.
    assert_eq!(refused[0].header("retry-after"), "43200");
    let why = refused[0].json()["detail"].as_str().unwrap().to_owned();
    assert!(why.starts_with("10 courses a day (UTC) are allowed"), "{why}");
    app.run_jobs().await;
    let mut tomorrow = admin.clone();
    app.wait(chrono::TimeDelta::hours(13));
    tomorrow.renew().await;
    tomorrow.post("/admin/ai/generate-course", body).await.expect(202);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_batch_is_begun_whole_or_not_at_all() {
    let (app, _model, admin) = site().await;
    let course = request(&admin, 7).await;
    let about = |topic: &str| {
        let mut course = course.clone();
        course["topic"] = json!(topic);
        course
    };
    let ask = async |courses: Vec<serde_json::Value>| {
        admin.post("/admin/ai/generate-courses", json!({ "courses": courses })).await
    };
    let jobs = async || admin.get("/admin/ai/jobs").await.expect(200).json()["total"].as_i64().unwrap();

    let refused = ask(vec![about("Knots"), about("?"), about("Sails")]).await.expect(422).json();
    assert_eq!(refused["errors"][0]["field"], "courses[1].topic");
    ask(Vec::new()).await.expect(422);
    let mut unknown = about("Winds");
    unknown["reference_ids"] = json!(["0198c0de-0000-7000-8000-000000000000"]);
    let refused = ask(vec![about("Knots"), unknown]).await.expect(422).json();
    assert_eq!(refused["errors"][0]["field"], "courses[1].reference_ids");
    let mut nowhere = about("Winds");
    nowhere["category_id"] = json!("0198c0de-0000-7000-8000-000000000000");
    let refused = ask(vec![about("Knots"), nowhere]).await.expect(422).json();
    assert_eq!(refused["errors"][0]["field"], "courses[1].category_id");
    assert_eq!(jobs().await, 0);

    let begun = ask(vec![about("Knots"), about("Sails"), about("Winds")]).await.expect(202).json();
    let ids = begun["job_ids"].as_array().unwrap();
    let mut topics = Vec::new();
    for id in ids {
        topics.push(job(&admin, id.as_str().unwrap()).await["brief"]["topic"].clone());
    }
    assert_eq!(topics, ["Knots", "Sails", "Winds"]);
    ask((0..8).map(|n| about(&format!("Star {n}"))).collect()).await.expect(429);
    assert_eq!(jobs().await, 3, "three are begun today, and eight more would be eleven");
    ask((0..7).map(|n| about(&format!("Star {n}"))).collect()).await.expect(202);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_a_course_will_cost_is_said_before() {
    let (app, _model, admin) = site().await;
    let estimate = json!({ "duration_days": 7 });
    let answer = admin.post("/admin/ai/estimate", estimate).await.expect(200).json();
    assert_eq!((&answer["author"], &answer["calls"]), (&json!("model"), &json!(23)));
    let cost = answer["cost_usd"].as_f64().unwrap();
    assert!(cost > 0.05 && cost < 1.0, "{answer}");
    let unpriced = json!({ "duration_days": 21, "grade": "draft" });
    let answer = admin.post("/admin/ai/estimate", unpriced).await.expect(200).json();
    assert!(answer["cost_usd"].is_null(), "{answer}");
    admin.post("/admin/ai/estimate", json!({ "duration_days": 5 })).await.expect(422);
    app.run_jobs().await;
}
