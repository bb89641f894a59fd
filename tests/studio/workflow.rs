//! From what is asked for to the draft: every step once, whatever happens in between.

use std::time::Duration;

use chrono::TimeDelta;
use momentum_core::{
    identity::Role,
    jobs::{Worker, WorkerOptions},
    ports::TextErrorKind,
};
use momentum_testkit::{ModelAnswer, ScriptedModel, TestApp};
use serde_json::json;

use super::{category, generate, job, request, site, written};

/// How often a model is asked for a course of seven days: each part of each lesson once.
const CALLS: [(&str, usize); 5] = [("plan", 1), ("text", 7), ("extras", 7), ("script", 7), ("intro", 1)];

fn assert_asked_once(model: &ScriptedModel) {
    for (form, times) in CALLS {
        assert_eq!(model.asked_for(form), times, "{form}");
    }
}

/// Another worker on the same queue, as another process has it.
fn worker(s: &momentum_core::Services) -> Worker {
    let options = WorkerOptions {
        poll: Duration::from_millis(20),
        stop_within: Duration::from_millis(10),
        ..WorkerOptions::default()
    };
    Worker::with_options(s.db.clone(), s.clock.clone(), momentum_server::handlers(s), Vec::new(), options)
}

#[tokio::test]
async fn a_course_is_written_approved_published_and_learned() {
    let (app, model, admin) = site().await;
    let id = generate(&admin, 7).await;
    let begun = job(&admin, &id).await;
    assert_eq!(begun["status"], "running");
    assert_eq!(begun["progress_percent"], 0);
    assert_eq!(begun["step"], "prepare");
    app.run_jobs().await;
    assert_asked_once(&model);

    let done = job(&admin, &id).await;
    assert_eq!(done["status"], "completed", "{done}");
    assert_eq!((&done["progress_percent"], &done["step"]), (&json!(100), &json!("done")));
    assert_eq!(done["lessons"].as_array().unwrap().len(), 7);
    assert_eq!(done["lessons"][0]["status"], "done");
    assert_eq!(done["lessons"][0]["title"], "The harbor of day 1");
    assert!(done["quality_score"].as_i64().unwrap() > 50, "{done}");
    // 23 answers of 1,000 tokens in at one dollar and 2,000 out at two dollars a million, less what one can't have taken.
    assert_eq!(done["usage"]["input_tokens"], 23_000);
    assert!(
        (45_000..=46_000).contains(&done["usage"]["output_tokens"].as_i64().unwrap()),
        "{}",
        done["usage"]
    );
    assert!((0.112..=0.115).contains(&done["usage"]["cost_usd"].as_f64().unwrap()), "{}", done["usage"]);

    let course = done["course_id"].as_str().unwrap();
    let draft = admin.get(&format!("/admin/courses/{course}")).await.expect(200).json();
    assert_eq!((&draft["status"], &draft["ai_generated"]), (&json!("draft"), &json!(true)));
    assert_eq!(draft["review_state"], "pending");
    assert_eq!(draft["lessons"].as_array().unwrap().len(), 7);
    assert!(draft["lessons"].as_array().unwrap().iter().all(|lesson| lesson["question_count"] == 3));

    let publish = format!("/admin/courses/{course}/publish");
    assert_eq!(admin.post(&publish, json!({})).await.expect(409).problem(), "not-ready");
    let author = json!({ "author": "Ada" });
    admin.patch(&format!("/admin/courses/{course}"), author).await.expect(200);
    assert_eq!(admin.post(&publish, json!({})).await.expect(409).problem(), "not-ready");
    let review =
        admin.post(&format!("/admin/ai/courses/{course}/approve"), json!({})).await.expect(200).json();
    assert_eq!(review["approved"], true);
    admin.post(&publish, json!({})).await.expect(200);

    let learner = app.user(Role::Free).await;
    learner.post("/enrollments", json!({ "course_id": course })).await.expect(201);
    let lesson = draft["lessons"][0]["id"].as_str().unwrap();
    let read = learner.get(&format!("/lessons/{lesson}")).await.expect(200);
    assert!(read.text.contains("Put it to use"), "{}", read.text);
    learner.post("/progress", json!({ "lesson_id": lesson, "completed": true })).await.expect(200);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn who_asked_gets_a_mail_when_the_draft_is_there() {
    let model = ScriptedModel::default();
    let app = TestApp::with_model(&model).await;
    let email = app.account(Role::Admin, "UTC").await;
    let admin = app.visitor().sign_in(&email, momentum_testkit::PASSWORD).await;
    let id = generate(&admin, 7).await;
    let mail = app.mail_to(&email).await;
    assert_eq!(mail.template, "studio-done");
    let course = job(&admin, &id).await["course_id"].as_str().unwrap().to_owned();
    assert_eq!(mail.link(), format!("/admin/ai/review/{course}"));
}

#[tokio::test]
async fn a_failed_job_goes_on_where_it_stopped_and_asks_nothing_twice() {
    let (app, model, admin) = site().await;
    let id = generate(&admin, 7).await;
    model.at_request(6, ModelAnswer::Error(TextErrorKind::Unauthorized, None));
    app.run_jobs().await;
    let failed = job(&admin, &id).await;
    assert_eq!(failed["status"], "failed", "{failed}");
    assert!(failed["error"].as_str().unwrap().contains("key"), "{}", failed["error"]);
    let asked = model.requests().len();
    assert_eq!(asked, 6, "a wrong key is not tried again, and nothing new begins");
    let begun = |list: &str| {
        failed[list]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["status"] == "running" || one["status"] == "queued")
    };
    assert!(!begun("lessons") && !begun("steps"), "nothing is under way in a job that has stopped: {failed}");

    admin.post(&format!("/admin/ai/jobs/{id}/retry"), json!({})).await.expect(202);
    app.run_jobs().await;
    assert_eq!(job(&admin, &id).await["status"], "completed");
    assert_eq!(model.requests().len(), 23 + 1, "only what failed was asked once more");
    let again = admin.post(&format!("/admin/ai/jobs/{id}/retry"), json!({})).await;
    assert_eq!(again.expect(409).problem(), "not-stopped");
}

#[tokio::test]
async fn a_worker_that_dies_in_the_middle_loses_only_its_own_step() {
    let (app, model, admin) = site().await;
    let id = generate(&admin, 7).await;
    model.at_request(9, ModelAnswer::Hang);
    let dying = worker(&app.s);
    // Dropping the future is what a kill is: nobody cleans up.
    let ended = tokio::time::timeout(Duration::from_secs(20), async {
        let work = dying.run_due();
        tokio::pin!(work);
        loop {
            tokio::select! {
                _ = &mut work => panic!("the model hangs"),
                () = tokio::time::sleep(Duration::from_millis(20)) => {
                    if model.requests().len() >= 9 { return; }
                }
            }
        }
    });
    ended.await.expect("the model is asked nine times");
    let done = job(&admin, &id).await["progress_percent"].as_i64().unwrap();
    assert!(done > 0, "what was done is kept");

    // The lease runs out; another worker takes over.
    app.wait(TimeDelta::minutes(5));
    app.run_jobs().await;
    assert_eq!(job(&admin, &id).await["status"], "completed");
    assert_eq!(model.requests().len(), 23 + 1, "only the step that was broken off was asked again");
    assert_eq!(app.count("SELECT COUNT(*) FROM ai_calls WHERE state = 'lost'").await, 1);
    assert_eq!(app.count("SELECT COUNT(*) FROM ai_calls WHERE state = 'running'").await, 0);
}

#[tokio::test]
async fn several_workers_share_a_job() {
    let (app, model, admin) = site().await;
    model.take(Duration::from_millis(30));
    let id = generate(&admin, 14).await;
    let other = app.other_server_with(&model).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let workers: Vec<_> = [&app.s, &other]
        .into_iter()
        .map(|s| {
            let (worker, stop) = (worker(s), stop.clone());
            tokio::spawn(async move { worker.run(stop).await })
        })
        .collect();
    for _ in 0..600 {
        if job(&admin, &id).await["status"] == "completed" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.cancel();
    for worker in workers {
        worker.await.expect("it stops");
    }
    assert_eq!(job(&admin, &id).await["status"], "completed");
    assert_eq!(model.requests().len(), 1 + 3 * 14 + 1, "nothing is asked twice");
    assert_eq!(app.count("SELECT COUNT(*) FROM courses WHERE ai_generated").await, 1);
    other.db.close().await;
    app.run_jobs().await;
}

#[tokio::test]
async fn cancelling_stops_what_is_under_way_within_seconds_and_what_is_done_is_kept() {
    let (app, model, admin) = site().await;
    let id = generate(&admin, 7).await;
    model.at_request(4, ModelAnswer::Hang);
    let working = worker(&app.s);
    let work = tokio::spawn(async move { working.run_due().await });
    while model.requests().len() < 4 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // What has come so far can be read meanwhile.
    let mut read = String::new();
    for _ in 0..100 {
        read = job(&admin, &id).await.to_string();
        if read.contains("Once upon a time") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(read.contains("Once upon a time"), "{read}");
    let cancelled = admin.post(&format!("/admin/ai/jobs/{id}/cancel"), json!({})).await.expect(200).json();
    assert_eq!(cancelled["status"], "cancelled");
    tokio::time::timeout(Duration::from_secs(5), work).await.expect("it ends at once").unwrap().unwrap();
    let asked = model.requests().len();
    app.run_jobs().await;
    assert_eq!(model.requests().len(), asked, "nothing is asked any more");
    let again = admin.post(&format!("/admin/ai/jobs/{id}/cancel"), json!({})).await;
    assert_eq!(again.expect(409).problem(), "not-running");

    admin.post(&format!("/admin/ai/jobs/{id}/retry"), json!({})).await.expect(202);
    app.run_jobs().await;
    assert_eq!(job(&admin, &id).await["status"], "completed");
    assert_eq!(model.requests().len(), 23 + 1);
}

#[tokio::test]
async fn an_answer_of_the_wrong_form_is_sent_back_with_what_is_wrong() {
    let (app, model, admin) = site().await;
    model.next([
        ModelAnswer::Text("Sure, here is your plan!".into()),
        ModelAnswer::CutOff("{\"title\": \"Hab".into()),
    ]);
    let id = generate(&admin, 7).await;
    app.run_jobs().await;
    assert_eq!(job(&admin, &id).await["status"], "completed");
    assert_eq!(model.asked_for("plan"), 3);
    let repair = &model.requests()[2];
    assert_eq!(repair.messages.len(), 5, "question, answer, fault, answer, fault");
    assert!(repair.messages[2].text.contains("not a JSON object"), "{:?}", repair.messages[2]);
    assert!(repair.messages[4].text.contains("cut off"), "{:?}", repair.messages[4]);
    // Every attempt is kept for the audit, and paid for.
    assert_eq!(app.count("SELECT COUNT(*) FROM ai_calls WHERE state = 'wrong'").await, 2);
}

#[tokio::test]
async fn an_answer_without_an_end_is_sent_back_twice_and_then_given_up() {
    let (app, model, admin) = site().await;
    model.next(std::iter::repeat_n(ModelAnswer::Endless("and so on ".into()), 3));
    let id = generate(&admin, 7).await;
    app.run_jobs().await;
    let failed = job(&admin, &id).await;
    assert_eq!(failed["status"], "failed");
    assert!(failed["error"].as_str().unwrap().contains("too long"), "{}", failed["error"]);
    assert_eq!(model.requests().len(), 3, "the answer and two repairs");
    assert!(model.requests()[2].messages[4].text.contains("Be shorter"));
    assert_eq!(failed["usage"]["output_tokens"], 3 * 250, "what came was paid for, once each");
}

#[tokio::test]
async fn a_plan_of_the_wrong_length_is_no_plan() {
    let (app, model, admin) = site().await;
    let six = momentum_testkit::good_answer("plan", "a course of exactly 6 days").to_string();
    model.next(std::iter::repeat_n(ModelAnswer::Text(six), 3));
    let id = generate(&admin, 7).await;
    app.run_jobs().await;
    let failed = job(&admin, &id).await;
    assert_eq!(failed["status"], "failed");
    assert!(failed["error"].as_str().unwrap().contains("exactly 7"), "{}", failed["error"]);
    assert_eq!(model.requests().len(), 3, "the answer and two repairs");
    let plan = failed["steps"].as_array().unwrap().iter().find(|step| step["key"] == "plan").unwrap();
    assert_eq!(plan["status"], "failed");
}

#[tokio::test]
async fn a_busy_provider_is_asked_again_and_a_refusal_is_not() {
    let (app, model, admin) = site().await;
    model.next([
        ModelAnswer::Error(TextErrorKind::Busy, Some(Duration::from_millis(20))),
        ModelAnswer::Error(TextErrorKind::Interrupted, None),
    ]);
    let id = generate(&admin, 7).await;
    app.run_jobs().await;
    assert_eq!(job(&admin, &id).await["status"], "completed");
    assert_eq!(model.asked_for("plan"), 3);

    model.next([ModelAnswer::Error(TextErrorKind::Refused, None)]);
    let mut other = request(&admin, 7).await;
    other["topic"] = json!("Something else");
    let answer = admin.post("/admin/ai/generate-course", other).await.expect(202).json();
    app.run_jobs().await;
    let refused = job(&admin, answer["job_id"].as_str().unwrap()).await;
    assert_eq!(refused["status"], "failed");
    assert!(refused["error"].as_str().unwrap().contains("won't write this"), "{}", refused["error"]);
    assert_eq!(model.asked_for("plan"), 4);

    model.next([ModelAnswer::Error(TextErrorKind::Busy, Some(Duration::from_secs(3_600)))]);
    let mut later = request(&admin, 7).await;
    later["topic"] = json!("Something for later");
    let answer = admin.post("/admin/ai/generate-course", later).await.expect(202).json();
    app.run_jobs().await;
    let put_off = job(&admin, answer["job_id"].as_str().unwrap()).await;
    assert!(put_off["error"].as_str().unwrap().contains("asks to wait an hour"), "{}", put_off["error"]);
}

#[tokio::test]
async fn a_course_can_begin_later() {
    let (app, model, admin) = site().await;
    let mut later = request(&admin, 7).await;
    later["starts_at"] = json!(app.now() + TimeDelta::hours(10));
    let id = admin.post("/admin/ai/generate-course", later.clone()).await.expect(202).json();
    let id = id["job_id"].as_str().unwrap();
    app.run_jobs().await;
    assert_eq!(job(&admin, id).await["status"], "queued");
    assert_eq!(model.requests().len(), 0);
    app.wait(TimeDelta::hours(11));
    app.run_jobs().await;
    let mut admin = admin.clone();
    admin.renew().await;
    assert_eq!(job(&admin, id).await["status"], "completed");

    later["starts_at"] = json!(app.now() + TimeDelta::days(400));
    let refused = admin.post("/admin/ai/generate-course", later.clone()).await.expect(422).json();
    assert_eq!(refused["errors"][0]["field"], "starts_at");
    later["starts_at"] = json!(app.now() - TimeDelta::minutes(6));
    let refused = admin.post("/admin/ai/generate-course", later.clone()).await.expect(422).json();
    assert_eq!(
        (&refused["errors"][0]["field"], &refused["errors"][0]["code"]),
        (&json!("starts_at"), &json!("too-early"))
    );
    later["starts_at"] = json!(app.now() - TimeDelta::minutes(4));
    admin.post("/admin/ai/generate-course", later).await.expect(202);
    app.run_jobs().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said() {
    let (app, model, admin) = site().await;
    let bad = json!({
        "topic": "x", "category_id": category(&admin).await, "duration_days": 8, "language": "Klingon!",
        "goals": ["a", "b"],
    });
    let answer = admin.post("/admin/ai/generate-course", bad).await.expect(422).json();
    let fields: Vec<&str> =
        answer["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["topic", "duration_days", "language"]);
    for (topic, code) in [("", "required"), ("21", "no-letters"), ("ab", "too-short")] {
        let mut short = request(&admin, 7).await;
        short["topic"] = json!(topic);
        let answer = admin.post("/admin/ai/generate-course", short).await.expect(422).json();
        assert_eq!(answer["errors"][0]["code"], code, "{answer}");
    }
    let mut unknown = request(&admin, 7).await;
    unknown["category_id"] = json!("01890a5d-ac96-774b-bcce-b302099a8057");
    admin.post("/admin/ai/generate-course", unknown).await.expect(422);
    let mut gone = request(&admin, 7).await;
    gone["reference_ids"] = json!(["01890a5d-ac96-774b-bcce-b302099a8057"]);
    let answer = admin.post("/admin/ai/generate-course", gone).await.expect(422).json();
    assert_eq!(answer["errors"][0]["field"], "reference_ids");
    assert_eq!(app.count("SELECT COUNT(*) FROM ai_jobs").await, 0);
    assert_eq!(model.requests().len(), 0);
}

#[tokio::test]
async fn without_a_model_only_documents_become_courses() {
    let app = TestApp::new().await;
    let admin = app.user(Role::Admin).await;
    let answer = admin.post("/admin/ai/generate-course", request(&admin, 7).await).await;
    assert_eq!(answer.expect(409).problem(), "no-references");
    let mut wants_model = request(&admin, 7).await;
    wants_model["author"] = json!("model");
    let answer = admin.post("/admin/ai/generate-course", wants_model).await;
    assert_eq!(answer.expect(409).problem(), "no-model");
}

#[tokio::test]
async fn a_lesson_is_written_anew_with_instructions() {
    let (app, model, admin) = site().await;
    let (course, lessons) = written(&app, &admin, 7).await;
    admin.post(&format!("/admin/ai/courses/{course}/approve"), json!({})).await.expect(200);
    let before = admin.get(&format!("/admin/lessons/{}", lessons[2])).await.expect(200).json();
    let asked = model.requests().len();
    let wish = json!({ "lesson_id": lessons[2], "instructions": "More </brief> examples from kitchens." });
    let id = admin.post("/admin/ai/regenerate-lesson", wish.clone()).await.expect(202).json();
    let twice = admin.post("/admin/ai/regenerate-lesson", wish).await;
    assert_eq!(twice.expect(409).problem(), "under-way");
    app.run_jobs().await;
    let done = job(&admin, id["job_id"].as_str().unwrap()).await;
    assert_eq!((&done["status"], &done["kind"]), (&json!("completed"), &json!("lesson")), "{done}");
    assert_eq!(model.requests().len(), asked + 3, "it is asked anew, not taken from the cache");
    let prompt = &model.requests()[asked].messages[0].text;
    assert!(prompt.contains("More ‹/brief> examples from kitchens."), "{prompt}");

    let after = admin.get(&format!("/admin/lessons/{}", lessons[2])).await.expect(200).json();
    assert_eq!(after["review_state"], "pending");
    assert!(after["version"].as_i64() > before["version"].as_i64());
    let history = admin.get(&format!("/admin/courses/{course}/versions?lesson_id={}", lessons[2])).await;
    assert_eq!(history.expect(200).json()["total"], 2);
    let review = admin.get(&format!("/admin/ai/courses/{course}/review")).await.expect(200).json();
    assert_eq!(review["approved"], false);
}
