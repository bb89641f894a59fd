use momentum_core::identity::Role;
use momentum_testkit::TestApp;
use serde_json::{Value, json};

use super::{cards, complete, grade, learner, review, take_quiz};

const TAKEAWAYS: &[&str] = &["Warm the pot first, or the water is too cold before it has begun", "Wait"];

fn yes_or_no(question: &str, answer: bool) -> Value {
    let explanation = "Because **water** does.";
    json!({ "kind": "true_false", "question": question, "answer": answer, "explanation": explanation })
}

#[tokio::test]
async fn completed_lessons_bring_their_takeaways_a_few_a_day() {
    let app = TestApp::new().await;
    let course = app.course("tea").takeaways(TAKEAWAYS).publish().await;
    let mut api = learner(&app, &course).await;
    let before = review(&api).await;
    assert_eq!((&before["total"], &before["cards"]), (&json!(0), &json!([])));
    complete(&api, course.lessons[0].id).await;
    let first = review(&api).await;
    assert_eq!((&first["total"], &first["new"], &first["reviewed_today"]), (&json!(2), &json!(2), &json!(0)));
    let card = &first["cards"][0];
    assert_eq!(card["lesson_title"], "Lesson 1");
    let content = json!({
        "kind": "takeaway", "place": 1, "of": 2, "cue": "Warm the pot first, …", "text": TAKEAWAYS[0]
    });
    assert_eq!(card["content"], content);
    assert_eq!(first["cards"][1]["content"]["cue"], json!(null), "a word has no beginning to show");
    let waits = json!({ "again_minutes": 10, "hard_days": 1, "good_days": 2, "easy_days": 8 });
    assert_eq!(card["waits"], waits);
    assert_eq!(app.count("SELECT COUNT(*) FROM review_cards").await, 0, "nothing is stored before a review");

    // Three more lessons are six more cards: the latest first, and at most six new ones a day.
    for lesson in &course.lessons[1..4] {
        app.wait(chrono::TimeDelta::minutes(1));
        complete(&api, lesson.id).await;
    }
    let today = cards(&api).await;
    assert_eq!(today.len(), 6);
    assert_eq!(today[0]["lesson_title"], "Lesson 4");
    for card in &today {
        grade(&api, card, "easy").await.expect(200);
    }
    assert_eq!(review(&api).await["total"], 0);
    app.wait(chrono::TimeDelta::days(1));
    api.renew().await;
    let tomorrow = review(&api).await;
    assert_eq!((&tomorrow["total"], &tomorrow["new"]), (&json!(2), &json!(2)));
    assert_eq!(tomorrow["cards"][0]["lesson_title"], "Lesson 1");
    let other = learner(&app, &course).await;
    assert_eq!(review(&other).await["total"], 0, "everybody has their own");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_missed_question_becomes_a_card_and_follows_its_quiz() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let admin = app.user(Role::Admin).await;
    let lesson = course.lessons[0].id;
    let quiz = format!("/admin/lessons/{lesson}/quiz");
    let set = async |questions: Value| {
        admin.put(&quiz, json!({ "questions": questions })).await.expect(200);
    };
    let single = |question: &str, right: &str| {
        let options: Vec<_> =
            ["Oak", "Camellia"].map(|text| json!({ "text": text, "correct": text == right })).into();
        json!({ "kind": "single", "question": question, "options": options, "explanation": "Why" })
    };
    set(json!([single("Which leaf?", "Camellia")])).await;
    let (api, careful) = (learner(&app, &course).await, learner(&app, &course).await);
    let choice = async |api: &momentum_testkit::Api, right: bool| {
        let attempt = api.get(&format!("/lessons/{lesson}/quiz")).await.expect(200).json();
        let options = attempt["questions"][0]["options"].as_array().unwrap();
        let at = options.iter().position(|option| (option == "Camellia") == right).unwrap();
        json!({ "kind": "single", "choice": at })
    };
    take_quiz(&api, lesson, choice(&api, false).await).await;
    take_quiz(&careful, lesson, choice(&careful, true).await).await;
    assert_eq!(review(&careful).await["total"], 0);
    let card = cards(&api).await.remove(0);
    let content = &card["content"];
    assert_eq!((&content["kind"], &content["explanation"]), (&json!("question"), &json!("Why")));
    let right = usize::try_from(content["right_answer"]["choice"].as_u64().unwrap()).unwrap();
    assert_eq!(content["question"]["options"][right], "Camellia");
    assert_eq!(cards(&api).await[0], card, "a reload shows the same");
    grade(&api, &card, "again").await.expect(200);

    // Its answer was mended: the same card.
    app.wait(chrono::TimeDelta::minutes(10));
    set(json!([single("Which leaf?", "Oak")])).await;
    let mended = cards(&api).await.remove(0);
    assert_eq!((&mended["id"], &mended["version"]), (&card["id"], &json!(1)));
    let content = &mended["content"];
    let right = usize::try_from(content["right_answer"]["choice"].as_u64().unwrap()).unwrap();
    assert_eq!(content["question"]["options"][right], "Oak");
    // It was reworded: what was missed is asked in its new words.
    set(json!([yes_or_no("Is it warm?", true), single("Which leaf is it?", "Camellia")])).await;
    let reworded = cards(&api).await.remove(0);
    assert_eq!(reworded["content"]["question"]["question"], "Which leaf is it?");
    assert_eq!(reworded["version"], 0);
    // It is gone, and so is its card.
    set(json!([yes_or_no("Is it warm?", true)])).await;
    assert_eq!(review(&api).await["total"], 0);
    grade(&api, &reworded, "good").await.expect(404);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_card_tells_no_answer_that_its_author_keeps() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let admin = app.user(Role::Admin).await;
    let lesson = course.lessons[0].id;
    let policy = json!({ "pass_percent": 100, "max_attempts": 2, "show_answers": false });
    let quiz = json!({ "questions": [yes_or_no("Does it boil?", true)], "policy": policy });
    admin.put(&format!("/admin/lessons/{lesson}/quiz"), quiz).await.expect(200);
    let api = learner(&app, &course).await;
    let wrong = || json!({ "kind": "true_false", "answer": false });
    take_quiz(&api, lesson, wrong()).await;
    assert_eq!(review(&api).await["total"], 0, "there is another attempt");
    take_quiz(&api, lesson, wrong()).await;
    assert_eq!(review(&api).await["total"], 1, "that was the last one");
    app.run_later_jobs().await;
}

#[tokio::test]
async fn cards_change_and_go_with_their_lesson() {
    let app = TestApp::new().await;
    let course = app.course("tea").takeaways(TAKEAWAYS).publish().await;
    let admin = app.user(Role::Admin).await;
    let api = learner(&app, &course).await;
    let lesson = course.lessons[0].id;
    complete(&api, lesson).await;
    let card = cards(&api).await.remove(0);
    grade(&api, &card, "again").await.expect(200);
    app.wait(chrono::TimeDelta::minutes(10));
    let path = format!("/admin/lessons/{lesson}");
    let version = admin.get(&path).await.expect(200).json()["version"].clone();
    let edited = json!({ "version": version, "key_takeaways": ["Warm the cup"] });
    admin.patch(&path, edited).await.expect(200);
    let after = review(&api).await;
    assert_eq!(after["total"], 1, "the second one is gone");
    assert_eq!(after["cards"][0]["content"]["text"], "Warm the cup");
    assert_eq!((&after["cards"][0]["id"], &after["cards"][0]["version"]), (&card["id"], &json!(1)));

    admin.post(&format!("{path}/unpublish"), json!({})).await.expect(200);
    let hidden = review(&api).await;
    assert_eq!((&hidden["total"], &hidden["next_due_at"]), (&json!(0), &json!(null)));
    grade(&api, &after["cards"][0], "good").await.expect(404);
    admin.post(&format!("{path}/publish"), json!({})).await.expect(200);
    assert_eq!(review(&api).await["cards"], after["cards"], "what was remembered is still there");
    // Nobody can delete a lesson that was begun; when its course goes all the same, so does what was remembered.
    let mut tx = app.s.db.begin().await.unwrap();
    tx.run("DELETE FROM lessons WHERE day = 1").await.unwrap();
    tx.commit().await.unwrap();
    app.s.catalog.clear();
    assert_eq!(review(&api).await["total"], 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM review_cards").await, 0);
    grade(&api, &after["cards"][0], "good").await.expect(404);
    app.run_later_jobs().await;
}
