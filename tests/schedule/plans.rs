use chrono::TimeDelta;
use futures::future::join_all;
use momentum_core::{identity::Role, ids::CourseId};
use momentum_testkit::TestApp;
use serde_json::json;

use super::{choose, complete, dates, late_learner, learner, march, plan};

#[tokio::test]
async fn two_missed_days_come_with_proposals() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = late_learner(&app, &course).await;
    let found = plan(&api, "tea").await;
    assert_eq!((&found["today"], &found["missed_days"]), (&json!("2026-03-05"), &json!(2)));
    assert_eq!(dates(&found["days"]), march(&[2, 3, 4, 5, 6, 7, 8]));
    assert_eq!(found["finish_on"], "2026-03-08");
    let proposals = found["proposals"].as_array().unwrap();
    let names: Vec<_> = proposals.iter().map(|proposal| proposal["choice"].as_str().unwrap()).collect();
    assert_eq!(names, ["shift", "catch-up", "weekdays"]);
    assert_eq!(dates(&proposals[0]["days"]), march(&[5, 6, 7, 8, 9, 10]));
    assert_eq!(dates(&proposals[1]["days"]), march(&[5, 5, 6, 6, 7, 8]));
    let same = plan(&api, &course.card.id.to_string()).await;
    assert_eq!(same, found, "by id as by slug");
}

#[tokio::test]
async fn each_choice_gives_what_it_proposed() {
    for (choice, expected) in [("shift", [2, 5, 6, 7, 8, 9, 10]), ("catch-up", [2, 5, 5, 6, 6, 7, 8])] {
        let app = TestApp::new().await;
        let course = app.course("tea").publish().await;
        let api = late_learner(&app, &course).await;
        let before = api.get("/me/dashboard").await.json();
        assert_eq!(before["active"][0]["days_behind"], 2);
        let chosen = choose(&api, "tea", json!({ "choice": choice })).await;
        assert_eq!(dates(&chosen["days"]), march(&expected), "{choice}");
        assert_eq!(chosen["missed_days"], 0);
        assert_eq!(plan(&api, "tea").await["days"], chosen["days"]);
        let after = api.get("/me/dashboard").await.json();
        assert_eq!(after["active"][0]["days_behind"], 0);
        assert_eq!(after["active"][0]["next_day"], 2);
        assert_eq!(after["active"][0]["done_for_today"], false);
    }
}

#[tokio::test]
async fn weekdays_can_be_chosen_without_having_missed_anything() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let mut api = learner(&app, &course, "UTC").await;
    let proposed = api.get("/courses/tea/schedule?weekdays=monday,thursday").await.expect(200).json();
    assert_eq!(proposed["missed_days"], 0);
    let proposals = proposed["proposals"].as_array().unwrap();
    assert_eq!(proposals.len(), 1, "there is nothing to shift or to catch up with");
    let wanted = march(&[2, 5, 9, 12, 16, 19, 23]);
    assert_eq!(dates(&proposals[0]["days"]), wanted);
    let chosen =
        choose(&api, "tea", json!({ "choice": "weekdays", "weekdays": ["thursday", "monday"] })).await;
    assert_eq!((dates(&chosen["days"]), &chosen["weekdays"]), (wanted, &json!(["monday", "thursday"])));

    complete(&api, &course, 1).await;
    app.wait(TimeDelta::days(2));
    api.renew().await;
    let free_day = api.get("/me/dashboard").await.json();
    assert_eq!(
        (&free_day["active"][0]["done_for_today"], &free_day["active"][0]["days_behind"]),
        (&json!(true), &json!(0))
    );
    app.wait(TimeDelta::days(10));
    api.renew().await;
    assert_eq!(plan(&api, "tea").await["missed_days"], 3, "Thursday, Monday, Thursday");
    let shifted = choose(&api, "tea", json!({ "choice": "shift" })).await;
    assert_eq!(
        dates(&shifted["days"]),
        march(&[2, 16, 19, 23, 26, 30]).into_iter().chain(["2026-04-02".into()]).collect::<Vec<_>>()
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn leaving_it_moves_nothing_and_one_can_choose_again() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = late_learner(&app, &course).await;
    let before = plan(&api, "tea").await;
    let left = choose(&api, "tea", json!({ "choice": "leave" })).await;
    assert_eq!((&left["days"], &left["missed_days"]), (&before["days"], &json!(2)));
    choose(&api, "tea", json!({ "choice": "catch-up" })).await;
    complete(&api, &course, 2).await;
    let again = choose(&api, "tea", json!({ "choice": "shift" })).await;
    assert_eq!(
        dates(&again["days"]),
        march(&[2, 5, 6, 7, 8, 9, 10]),
        "today has its lesson; what is done stays"
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn bad_input_changes_nothing() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let mut api = late_learner(&app, &course).await;
    let path = "/courses/tea/schedule";
    let before = plan(&api, "tea").await;
    for body in [
        json!({ "choice": "weekdays" }),
        json!({ "choice": "weekdays", "weekdays": [] }),
        json!({ "choice": "weekdays", "weekdays": ["someday"] }),
        json!({ "choice": "sleep" }),
        json!({ "choice": "shift", "today": "soon" }),
        json!({}),
    ] {
        assert_eq!(api.put(path, body.clone()).await.problem(), "invalid", "{body}");
    }
    api.get("/courses/tea/schedule?weekdays=someday").await.expect(422);
    let number = api.put(path, json!({ "choice": "weekdays", "weekdays": [0] })).await.expect(422).json();
    let said = number["errors"][0]["message"].as_str().unwrap();
    assert!(said.contains("monday, tuesday"), "the names are listed: {said}");
    let yesterday = api.put(path, json!({ "choice": "shift", "today": "2026-03-04" })).await;
    assert_eq!(yesterday.problem(), "plan-outdated");
    assert_eq!(plan(&api, "tea").await, before);
    choose(&api, "tea", json!({ "choice": "leave", "today": "2026-03-05" })).await;
    app.wait(TimeDelta::days(10));
    api.renew().await;
    let too_late = api.put(path, json!({ "choice": "catch-up" })).await;
    assert_eq!(too_late.problem(), "finish-passed");
    assert_eq!(plan(&api, "tea").await["days"], before["days"]);
}

#[tokio::test]
async fn a_plan_belongs_to_who_is_in_the_course() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = late_learner(&app, &course).await;
    let stranger = app.user(Role::Free).await;
    let path = "/courses/tea/schedule";
    let refused = stranger.get(path).await;
    assert_eq!(refused.problem(), "not-enrolled");
    assert_eq!(stranger.put(path, json!({ "choice": "shift" })).await.problem(), "not-enrolled");
    app.visitor().get(path).await.expect(401);
    api.get("/courses/coffee/schedule").await.expect(404);
    api.get(&format!("/courses/{}/schedule", CourseId::new())).await.expect(404);
    assert_eq!(stranger.get("/me/schedule").await.expect(200).json()["total"], 0);
    for day in 2..=7 {
        complete(&api, &course, day).await;
    }
    assert_eq!(api.put(path, json!({ "choice": "shift" })).await.problem(), "course-completed");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_course_that_drips_opens_a_day_at_a_time_whatever_the_plan() {
    let app = TestApp::new().await;
    let course = app.course("tea").drip().publish().await;
    let mut api = late_learner(&app, &course).await;
    let lesson = |day: usize| format!("/lessons/{}", course.lessons[day - 1].id);
    api.get(&lesson(4)).await.expect(200);
    assert_eq!(api.get(&lesson(5)).await.problem(), "not-open-yet");
    choose(&api, "tea", json!({ "choice": "catch-up" })).await;
    api.get(&lesson(4)).await.expect(200);
    assert_eq!(api.get(&lesson(5)).await.problem(), "not-open-yet");
    choose(&api, "tea", json!({ "choice": "shift" })).await;
    api.get(&lesson(4)).await.expect(200);
    app.wait(TimeDelta::days(1));
    api.renew().await;
    api.get(&lesson(5)).await.expect(200);
    assert_eq!(api.get(&lesson(6)).await.problem(), "not-open-yet");
    // Every weekday, from today on: the rest still waits for the day on which it would have opened.
    for day in 2..=5 {
        complete(&api, &course, day).await;
    }
    let every = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let chosen = choose(&api, "tea", json!({ "choice": "weekdays", "weekdays": every })).await;
    assert_eq!(dates(&chosen["days"])[5..], march(&[7, 8]));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_course_that_changes_keeps_a_valid_plan() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let set = async |day: i64, status: &'static str| {
        let mut tx = app.s.db.begin().await.unwrap();
        tx.run(momentum_db::sql!("UPDATE lessons SET status = $2 WHERE day = $1", day, status))
            .await
            .unwrap();
        tx.commit().await.unwrap();
        app.s.catalog.clear();
    };
    set(4, "draft").await;
    set(7, "draft").await;
    let api = late_learner(&app, &course).await;
    let chosen = choose(&api, "tea", json!({ "choice": "shift" })).await;
    assert_eq!(dates(&chosen["days"]), march(&[2, 5, 6, 7, 8]));
    set(4, "published").await;
    set(7, "published").await;
    let more = plan(&api, "tea").await;
    assert_eq!(dates(&more["days"]), march(&[2, 5, 6, 7, 7, 8, 9]), "new days stand between their neighbors");
    set(3, "draft").await;
    assert_eq!(dates(&plan(&api, "tea").await["days"]), march(&[2, 5, 7, 7, 8, 9]));
}

#[tokio::test]
async fn days_are_the_learners_own() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    // Noon of March 2 in UTC: two and one at night there, before the day ends at three.
    for (zone, joined, hours) in [("Pacific/Kiritimati", 2, 25), ("Pacific/Pago_Pago", 1, 26)] {
        let mut api = learner(&app, &course, zone).await;
        let found = plan(&api, "tea").await;
        assert_eq!(found["days"][0]["due"], march(&[joined])[0], "{zone}");
        assert_eq!(found["today"], march(&[joined])[0]);
        let agenda = api.get("/me/schedule?from=2026-03-01&to=2026-03-31").await.expect(200).json();
        assert_eq!((&agenda["total"], &agenda["items"][0]["date"]), (&json!(7), &json!(march(&[joined])[0])));
        // The second day ends at three at night where they are.
        let start = app.now();
        app.clock.set(start + TimeDelta::hours(hours) - TimeDelta::seconds(1));
        api.renew().await;
        assert_eq!(plan(&api, "tea").await["missed_days"], 1, "{zone}");
        app.clock.set(start + TimeDelta::hours(hours));
        assert_eq!(plan(&api, "tea").await["missed_days"], 2, "{zone}");
        app.clock.set(start);
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn twenty_choices_at_once_are_one() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let api = late_learner(&app, &course).await;
    for choice in ["catch-up", "shift"] {
        let body = json!({ "choice": choice, "today": "2026-03-05" });
        let answers = join_all((0..20).map(|_| api.put("/courses/tea/schedule", body.clone()))).await;
        let first = answers[0].json();
        assert!(answers.iter().all(|answer| answer.status == 200 && answer.json() == first), "{choice}");
    }
    let link = api.post("/me/calendar-link", json!({})).await.expect(200).json();
    let feed = reqwest::get(link["url"].as_str().unwrap()).await.unwrap().text().await.unwrap();
    assert!(feed.contains("SEQUENCE:4"), "two choices, each counted once: {feed}");
}

#[tokio::test]
async fn the_agenda_has_what_is_due_and_what_is_done() {
    let app = TestApp::new().await;
    let (tea, rust) = (app.course("tea").publish().await, app.course("rust").publish().await);
    let api = late_learner(&app, &tea).await;
    api.post("/enrollments", json!({ "course_id": rust.card.id })).await.expect(201);
    complete(&api, &tea, 3).await;
    let path = "/me/schedule?from=2026-03-02&to=2026-03-06";
    let agenda = api.get(path).await.expect(200).json();
    let found: Vec<_> = agenda["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            let mark = if item["done"] == true {
                "done"
            } else if item["overdue"] == true {
                "open"
            } else {
                "due"
            };
            format!(
                "{} {} {} {mark}",
                item["date"].as_str().unwrap(),
                item["course_slug"].as_str().unwrap(),
                item["day"]
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            "2026-03-02 tea 1 done",
            "2026-03-03 tea 2 open",
            "2026-03-05 rust 1 due",
            "2026-03-05 tea 3 done",
            "2026-03-05 tea 4 due",
            "2026-03-06 rust 2 due",
            "2026-03-06 tea 5 due",
        ]
    );
    api.get("/me/schedule?from=2026-03-06&to=2026-03-02").await.expect(422);
    api.get("/me/schedule?from=2026-03-06&to=2028-03-02").await.expect(422);
    api.get("/me/schedule?from=tomorrow").await.expect(422);
    assert_eq!(api.get("/me/schedule").await.expect(200).json()["total"], 12, "from today, a month");
    app.run_jobs().await;
}
