//! What is written anew: beside a lesson that learners read, or in place of one that they don't.

use chrono::TimeDelta;
use momentum_core::identity::Role;
use momentum_testkit::{Api, ModelAnswer, ScriptedModel, TestApp, good_answer};
use serde_json::{Value, json};

use super::{job, site, written};

/// The model writes day 1 next as it never did: the text begins so, and so does a question.
fn will_say(model: &ScriptedModel, beginning: &str) {
    let mut text = good_answer("text", "day 1 ");
    text["introduction"] = json!(format!("{beginning}\n\nA harbor is a good picture of a habit."));
    let mut extras = good_answer("extras", "day 1 ");
    extras["questions"][1]["question"] = json!(beginning);
    model.next([ModelAnswer::Text(text.to_string()), ModelAnswer::Text(extras.to_string())]);
}

/// A course that learners read, and its lessons' ids by day.
async fn published(app: &TestApp, admin: &Api) -> (String, Vec<String>) {
    let (course, lessons) = written(app, admin, 7).await;
    admin.patch(&format!("/admin/courses/{course}"), json!({ "author": "Ada" })).await.expect(200);
    admin.post(&format!("/admin/ai/courses/{course}/approve"), json!({})).await.expect(200);
    admin.post(&format!("/admin/courses/{course}/publish"), json!({})).await.expect(200);
    (course, lessons)
}

/// Asks for a lesson to be written anew and answers the job.
async fn ask_anew(admin: &Api, lesson: &str) -> String {
    let asked = admin.post("/admin/ai/regenerate-lesson", json!({ "lesson_id": lesson })).await;
    asked.expect(202).json()["job_id"].as_str().expect("a job").to_owned()
}

async fn review(admin: &Api, lesson: &str) -> Value {
    admin.get(&format!("/admin/ai/lessons/{lesson}/review")).await.expect(200).json()
}

async fn course_review(admin: &Api, course: &str) -> Value {
    admin.get(&format!("/admin/ai/courses/{course}/review")).await.expect(200).json()
}

async fn lesson(admin: &Api, id: &str) -> Value {
    admin.get(&format!("/admin/lessons/{id}")).await.expect(200).json()
}

fn begins_with(body: &Value, beginning: &str) -> bool {
    body.as_str().is_some_and(|body| body.starts_with(beginning))
}

#[tokio::test]
async fn what_learners_read_changes_only_when_a_person_approves_it() {
    let (app, model, admin) = site().await;
    let (course, lessons) = published(&app, &admin).await;
    let path = format!("/admin/lessons/{}", lessons[0]);
    admin.patch(&path, json!({ "body": "Written by a person." })).await.expect(200);
    let typed = json!({ "title": "Typed", "body": "Half a sent" });
    admin.put(&format!("{path}/draft"), typed).await.expect(200);
    let before = lesson(&admin, &lessons[0]).await;
    will_say(&model, "A new beginning.");
    let job_id = ask_anew(&admin, &lessons[0]).await;
    app.run_later_jobs().await;
    assert_eq!(job(&admin, &job_id).await["status"], "completed");
    assert_eq!(lesson(&admin, &lessons[0]).await, before, "lesson, quiz and working copy are what they were");

    let seen = review(&admin, &lessons[0]).await;
    let proposal = &seen["proposal"];
    assert_eq!(proposal["job_id"], json!(job_id));
    assert!(begins_with(&proposal["content"]["body"], "A new beginning."), "{proposal}");
    assert_eq!(proposal["quiz"][1]["question"], "A new beginning.");
    assert!(proposal["quality_score"].as_i64().unwrap() > seen["quality_score"].as_i64().unwrap());
    assert!(!proposal["gates"].as_array().unwrap().is_empty());
    let fields: Vec<_> =
        proposal["difference"].as_array().unwrap().iter().map(|change| change["field"].clone()).collect();
    assert!(fields.contains(&json!("body")) && fields.contains(&json!("quiz")), "{fields:?}");
    let waiting = course_review(&admin, &course).await;
    assert_eq!((&waiting["approved"], &waiting["lessons"][0]["proposed"]), (&json!(false), &json!(true)));

    // Nobody approves what they did not see.
    let approve = format!("/admin/ai/lessons/{}/approve", lessons[0]);
    let unseen = json!({ "version": seen["version"] });
    assert_eq!(admin.post(&approve, unseen).await.expect(409).problem(), "edited-meanwhile");
    let another = json!({ "proposal": course });
    assert_eq!(admin.post(&approve, another).await.expect(409).problem(), "edited-meanwhile");
    // Saving the working copy is no approval.
    let saved = admin.patch(&path, json!({ "body": "Half a sentence." })).await.expect(200).json();
    assert_eq!(saved["body"], "Half a sentence.");
    admin.put(&format!("{path}/draft"), json!({ "title": "Typed", "body": "Once mo" })).await.expect(200);

    let seen = json!({ "version": lesson(&admin, &lessons[0]).await["version"], "proposal": job_id });
    let approved = admin.post(&approve, seen).await.expect(200).json();
    assert!(approved["proposal"].is_null());
    assert_eq!((&approved["job_id"], &approved["review_state"]), (&json!(job_id), &json!("approved")));
    let after = lesson(&admin, &lessons[0]).await;
    assert!(begins_with(&after["body"], "A new beginning."), "{after}");
    assert_eq!(after["quiz"][1]["question"], "A new beginning.");
    assert_eq!((&after["status"], &after["is_preview"]), (&json!("published"), &before["is_preview"]));
    let history = admin.get(&format!("/admin/courses/{course}/versions?lesson_id={}", lessons[0])).await;
    assert_eq!(history.expect(200).json()["items"][0]["change"], "generated");
    // The working copy is still there; saving it meets the new text.
    assert_eq!(
        (&after["draft"]["content"]["body"], &after["draft"]["outdated"]),
        (&json!("Once mo"), &json!(true))
    );
    let based = after["version"].as_i64().unwrap() - 1;
    let stale = admin.patch(&path, json!({ "version": based, "body": "Once more." })).await;
    assert_eq!(stale.expect(409).problem(), "edited-meanwhile");
    let editor = app.browser_of(Role::Admin).await.get(&path).await.expect(200).text;
    assert!(editor.contains("Yours and theirs"), "the editor shows both texts");
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_proposal_is_replaced_flagged_discarded_or_approved_with_all() {
    let (app, model, admin) = site().await;
    let (course, lessons) = published(&app, &admin).await;
    let path = format!("/admin/ai/lessons/{}", lessons[0]);
    let all = format!("/admin/ai/courses/{course}/approve");
    will_say(&model, "The first try.");
    let first = ask_anew(&admin, &lessons[0]).await;
    app.run_later_jobs().await;
    will_say(&model, "The second try.");
    let second = ask_anew(&admin, &lessons[0]).await;
    app.run_later_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM ai_proposals").await, 1);
    let stale = admin.post(&format!("{path}/approve"), json!({ "proposal": first })).await;
    assert_eq!(stale.expect(409).problem(), "edited-meanwhile");

    let flagged = admin.post(&format!("{path}/flag"), json!({ "reason": "Too cold." })).await.expect(200);
    assert_eq!(flagged.json()["proposal"]["flag"], "Too cold.");
    assert_eq!(flagged.json()["review_state"], "approved", "learners read what was approved");
    assert_eq!(admin.post(&all, json!({})).await.expect(409).problem(), "flagged");
    admin.delete(&format!("{path}/proposal?proposal={first}")).await.expect(409);
    admin.delete(&format!("{path}/proposal?proposal={second}")).await.expect(200);
    admin.delete(&format!("{path}/proposal")).await.expect(404);
    assert_eq!(course_review(&admin, &course).await["approved"], true);

    will_say(&model, "The third try.");
    ask_anew(&admin, &lessons[0]).await;
    app.run_later_jobs().await;
    admin.post(&all, json!({})).await.expect(200);
    assert!(begins_with(&lesson(&admin, &lessons[0]).await["body"], "The third try."));
    assert_eq!(course_review(&admin, &course).await["approved"], true);

    ask_anew(&admin, &lessons[1]).await;
    app.run_later_jobs().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM ai_proposals").await, 1);
    admin.delete(&format!("/admin/lessons/{}", lessons[1])).await.expect(204);
    assert_eq!(app.count("SELECT COUNT(*) FROM ai_proposals").await, 0);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn the_page_shows_the_new_text_and_who_reads_what() {
    let (app, model, admin) = site().await;
    let (course, lessons) = published(&app, &admin).await;
    will_say(&model, "A new beginning.");
    let job_id = ask_anew(&admin, &lessons[0]).await;
    app.run_later_jobs().await;
    let browser = app.browser_of(Role::Admin).await;
    let list = format!("/admin/ai/review/{course}");
    assert!(browser.get(&list).await.expect(200).text.contains("New text waits for approval"));
    let page = format!("/admin/ai/review/lessons/{}", lessons[0]);
    let shown = browser.get(&page).await.expect(200).text;
    for text in
        ["Learners still read the old one", "A new beginning.", "What changes for learners", "Discard"]
    {
        assert!(shown.contains(text), "{text}");
    }
    let stale = [("proposal", lessons[0].as_str())];
    browser.submit(&page, &format!("{page}/discard"), &stale).await.expect(409);
    browser.submit(&page, &format!("{page}/approve"), &[("proposal", job_id.as_str())]).await.expect(303);
    let shown = browser.get(&page).await.expect(200).text;
    assert!(shown.contains("Learners read it.") && !shown.contains("Learners still read the old one"));

    will_say(&model, "Another beginning.");
    let job_id = ask_anew(&admin, &lessons[0]).await;
    app.run_later_jobs().await;
    browser.submit(&page, &format!("{page}/discard"), &[("proposal", job_id.as_str())]).await.expect(303);
    assert!(begins_with(&lesson(&admin, &lessons[0]).await["body"], "A new beginning."));
    app.run_later_jobs().await;
}

#[tokio::test]
async fn nobody_approves_a_lesson_that_is_being_written_anew_and_edits_stay_in_the_history() {
    let (app, model, admin) = site().await;
    let (course, lessons) = written(&app, &admin, 7).await;
    will_say(&model, "A new beginning.");
    ask_anew(&admin, &lessons[0]).await;
    let approve = format!("/admin/ai/lessons/{}/approve", lessons[0]);
    assert_eq!(admin.post(&approve, json!({})).await.expect(409).problem(), "under-way");
    let all = format!("/admin/ai/courses/{course}/approve");
    assert_eq!(admin.post(&all, json!({})).await.expect(409).problem(), "under-way");
    let path = format!("/admin/lessons/{}", lessons[0]);
    admin.patch(&path, json!({ "body": "Saved meanwhile." })).await.expect(200);
    admin.put(&format!("{path}/draft"), json!({ "body": "Typed meanwh" })).await.expect(200);
    app.run_jobs().await;

    let after = lesson(&admin, &lessons[0]).await;
    assert!(begins_with(&after["body"], "A new beginning.") && after["draft"].is_null(), "{after}");
    let seen = review(&admin, &lessons[0]).await;
    let kept = seen["kept_version"].as_i64().expect("a version");
    let kept = admin.get(&format!("/admin/courses/{course}/versions/{kept}")).await.expect(200).json();
    assert_eq!((&kept["change"], &kept["content"]["body"]), (&json!("working_copy"), &json!("Typed meanwh")));
    let history =
        admin.get(&format!("/admin/courses/{course}/versions?lesson_id={}", lessons[0])).await.expect(200);
    let changes: Vec<_> =
        history.json()["items"].as_array().unwrap().iter().map(|line| line["change"].clone()).collect();
    assert_eq!(changes, ["generated", "working_copy", "saved", "generated"]);
    let browser = app.browser_of(Role::Admin).await;
    let page = browser.get(&format!("/admin/ai/review/lessons/{}", lessons[0])).await.expect(200).text;
    assert!(page.contains("kept in the history"), "the page says so");
    admin.post(&approve, json!({ "version": after["version"] })).await.expect(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_score_follows_the_text_and_a_restored_text_has_its_own_job() {
    let (app, model, admin) = site().await;
    let (course, lessons) = written(&app, &admin, 7).await;
    let (written, of_course) = (review(&admin, &lessons[0]).await, course_review(&admin, &course).await);
    assert!(written["changed"].is_null());
    let path = format!("/admin/lessons/{}", lessons[0]);
    admin.patch(&path, json!({ "body": "Short." })).await.expect(200);
    let edited = review(&admin, &lessons[0]).await;
    let score = |review: &Value| review["quality_score"].as_i64().unwrap();
    assert!(score(&edited) < score(&written), "{edited}");
    assert_eq!(edited["changed"]["change"], "saved");
    let now = course_review(&admin, &course).await;
    assert!(score(&now) < score(&of_course), "{now}");
    assert_eq!(now["lessons"][0]["quality_score"], edited["quality_score"]);

    app.wait(TimeDelta::minutes(1));
    will_say(&model, "A new beginning.");
    let job_id = ask_anew(&admin, &lessons[0]).await;
    app.run_jobs().await;
    let anew = review(&admin, &lessons[0]).await;
    assert_eq!(anew["job_id"], json!(job_id));
    assert!(anew["changed"].is_null() && anew["kept_version"].is_null(), "{anew}");
    let versions = format!("/admin/courses/{course}/versions");
    let history = admin.get(&format!("{versions}?lesson_id={}", lessons[0])).await.expect(200).json();
    let number = |at: usize| history["items"][at]["number"].clone();
    // The text that came with the course.
    admin.post(&format!("{versions}/{}/restore", number(2)), json!({})).await.expect(200);
    let restored = review(&admin, &lessons[0]).await;
    assert_eq!(restored["job_id"], written["job_id"]);
    assert_eq!(score(&restored), score(&written));
    assert_eq!(restored["changed"]["change"], "restored");
    // A text of no job.
    admin.post(&format!("{versions}/{}/restore", number(1)), json!({})).await.expect(200);
    let short = review(&admin, &lessons[0]).await;
    assert!(short["job_id"].is_null() && short["author"].is_null(), "{short}");
    assert_eq!(score(&short), score(&edited));
    app.run_jobs().await;
}

#[tokio::test]
async fn a_deleted_lesson_is_not_written_anew() {
    let (app, _model, admin) = site().await;
    let (_, lessons) = written(&app, &admin, 7).await;
    let job_id = ask_anew(&admin, &lessons[6]).await;
    admin.delete(&format!("/admin/lessons/{}", lessons[6])).await.expect(204);
    app.run_jobs().await;
    let failed = job(&admin, &job_id).await;
    assert_eq!(
        (&failed["status"], &failed["error"]),
        (&json!("failed"), &json!("The lesson was deleted meanwhile."))
    );
    let again = admin.post(&format!("/admin/ai/jobs/{job_id}/retry"), json!({})).await;
    assert_eq!(again.expect(409).problem(), "lesson-gone");
    app.run_later_jobs().await;
}
