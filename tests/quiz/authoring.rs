use futures::future::join_all;
use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use serde_json::json;

use super::{every_kind, school};

#[tokio::test]
async fn a_quiz_goes_round_trip_and_wrong_ones_are_refused_by_field() {
    let app = TestApp::new().await;
    let (admin, learner, lesson) = school(&app, json!({ "pass_percent": 80 })).await;
    let path = format!("/admin/lessons/{lesson}/quiz");
    let quiz = admin.get(&path).await.expect(200).json();
    assert_eq!(quiz["policy"], json!({ "pass_percent": 80, "max_attempts": null, "show_answers": true }));
    assert_eq!(quiz["questions"][3], every_kind()[3]);
    assert_eq!(admin.put(&path, quiz.clone()).await.expect(200).json(), quiz);
    assert_eq!(app.count("SELECT COUNT(*) FROM audit_log WHERE action = 'authoring.quiz-changed'").await, 1);

    let bad = json!({ "policy": quiz["policy"], "questions": [
        { "kind": "single", "question": " ", "explanation": "", "options": [{ "text": "A" }, { "text": "A" }] },
        { "kind": "matching", "question": "M", "explanation": "", "pairs": [{ "left": "a", "right": "" }] },
    ] });
    let refused = admin.put(&path, bad).await.expect(422).json();
    let fields: Vec<&str> =
        refused["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(
        fields,
        [
            "questions[0].question",
            "questions[0].options",
            "questions[0].options",
            "questions[1].pairs",
            "questions[1].pairs"
        ]
    );
    // The rules are part of the history, and come back with it.
    let course = admin.get(&format!("/admin/lessons/{lesson}")).await.json()["course_id"].clone();
    let versions = format!("/admin/courses/{}/versions", course.as_str().unwrap());
    let mut easier = quiz.clone();
    easier["policy"]["pass_percent"] = json!(50);
    easier["revision"] = json!(null);
    admin.put(&path, easier).await.expect(200);
    let newest = admin.get(&versions).await.expect(200).json()["items"][0]["number"].as_i64().unwrap();
    let version = admin.get(&format!("{versions}/{newest}")).await.expect(200).json();
    assert_eq!(version["difference"][0]["field"], "quiz_policy", "{version}");
    assert_eq!(version["difference"].as_array().unwrap().len(), 1);
    admin.post(&format!("{versions}/{}/restore", newest - 1), json!({})).await.expect(200);
    let back = admin.get(&path).await.expect(200).json();
    assert_eq!((&back["policy"], &back["questions"]), (&quiz["policy"], &quiz["questions"]));

    let rules = json!({ "questions": [], "policy": { "pass_percent": 0, "max_attempts": 0 } });
    assert_eq!(admin.put(&path, rules).await.expect(422).json()["errors"].as_array().unwrap().len(), 2);
    let many: Vec<_> = (0..51).map(|_| every_kind()[2].clone()).collect();
    admin.put(&path, json!({ "questions": many })).await.expect(422);
    learner.get(&path).await.expect(403);
    learner.put(&path, json!({ "questions": [] })).await.expect(403);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn one_of_twenty_authors_wins_and_the_history_knows_every_state() {
    let app = TestApp::new().await;
    let (admin, _, lesson) = school(&app, json!({})).await;
    let path = format!("/admin/lessons/{lesson}/quiz");
    let revision = admin.get(&path).await.json()["revision"].clone();
    let answers = join_all((0..20).map(|n| {
        let question =
            json!({ "kind": "true_false", "question": format!("Text {n}"), "answer": true, "explanation": "" });
        admin.put(&path, json!({ "revision": revision, "questions": [question] }))
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().filter(|answer| answer.status != 200).all(|a| a.problem() == "edited-meanwhile"));
    let lesson_json = admin.get(&format!("/admin/lessons/{lesson}")).await.json();
    let course = lesson_json["course_id"].as_str().unwrap();
    let history = admin.get(&format!("/admin/courses/{course}/versions")).await.expect(200).json();
    let changes: Vec<_> =
        history["items"].as_array().unwrap().iter().map(|line| line["change"].clone()).collect();
    assert_eq!(changes, ["quiz", "quiz", "imported"], "{history}");
    app.run_later_jobs().await;
}

#[tokio::test]
async fn an_author_writes_questions_without_scripts() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let admin = app.browser_of(Role::Admin).await;
    let quiz = format!("/admin/lessons/{}/quiz", course.lessons[0].id);
    let new = format!("{quiz}/new?kind=single");
    let target = format!("{quiz}/new");
    // What was typed stays when rows are added and when something is wrong.
    let typed =
        [("kind", "single"), ("question", "Which?"), ("part", "Oak"), ("part", "Elm"), ("do", "more")];
    let more = admin.submit(&new, &target, &typed).await.expect(200).text;
    assert!(more.contains("value=\"Oak\"") && more.matches("name=\"part\"").count() == 4, "{more}");
    let typed =
        [("kind", "single"), ("question", "Which?"), ("part", "Oak"), ("part", "Elm"), ("do", "save")];
    let wrong = admin.submit(&new, &target, &typed).await.expect(422).text;
    assert!(wrong.contains("exactly one correct option") && wrong.contains("value=\"Elm\""));
    let typed = [
        ("kind", "single"),
        ("question", "Which?"),
        ("part", ""),
        ("part", "Oak"),
        ("part", "Elm"),
        ("correct", "3"),
        ("explanation", "It is."),
        ("do", "save"),
    ];
    admin.submit(&new, &target, &typed).await.expect(303);
    // A statement is neither true nor false until that is chosen.
    let typed = [("kind", "true_false"), ("question", "Tea is a plant."), ("do", "save")];
    let form = format!("{quiz}/new?kind=true_false");
    let open = admin.submit(&form, &target, &typed).await.expect(422).text;
    assert!(
        open.contains("Choose whether the statement is true or false.") && open.contains("Tea is a plant.")
    );
    admin.get(&format!("{quiz}/new?kind=essay")).await.expect(404);
    let page = admin.get(&quiz).await.expect(200).text;
    assert!(page.contains("Single choice") && page.contains("2 options"));

    let keys: Vec<String> =
        page.split("data-id=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(keys.len(), 2);
    let up = format!("{quiz}/questions/{}/move", keys[1]);
    admin.submit(&quiz, &up, &[("direction", "earlier")]).await.expect(303);
    let moved = admin.get(&quiz).await.text;
    assert!(moved.find(&keys[1]) < moved.find(&keys[0]));
    let edit = format!("{quiz}/questions/{}", keys[1]);
    let form = admin.get(&edit).await.expect(200).text;
    assert!(form.contains("value=\"2\" checked"), "the right option is marked: {form}");
    admin.submit(&quiz, &format!("{edit}/duplicate"), &[]).await.expect(303);
    assert_eq!(admin.get(&quiz).await.text.matches("data-id=\"").count(), 3);
    admin.submit(&quiz, &format!("{edit}/delete"), &[]).await.expect(303);
    admin.submit(&quiz, &format!("{quiz}/rules"), &[("pass_percent", "eighty")]).await.expect(422);
    let rules = [("pass_percent", "80"), ("max_attempts", "3")];
    admin.submit(&quiz, &format!("{quiz}/rules"), &rules).await.expect(303);
    // A question that somebody else has changed can be saved as a new one.
    let gone = format!("{quiz}/questions/0000000000000000");
    let typed = [("kind", "short_answer"), ("question", "Mine"), ("part", "x"), ("do", "save")];
    let conflict = admin.submit(&new, &gone, &typed).await.expect(409).text;
    assert!(conflict.contains("Mine") && conflict.contains(&format!("action=\"{target}\"")));
    admin.get(&format!("{quiz}/preview")).await.expect(200);
    app.run_later_jobs().await;
}
