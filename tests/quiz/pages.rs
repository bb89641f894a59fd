use momentum_core::identity::Role;
use momentum_testkit::{Browser, TestApp};
use serde_json::json;

use super::every_kind;

const LESSON: &str = "/courses/tea/days/1";
const QUIZ: &str = "/courses/tea/days/1/quiz";
const BEGIN: &str = "/courses/tea/days/1/quiz/begin";

async fn learner(app: &TestApp) -> Browser {
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    browser
}

fn attempt_of(page: &str) -> String {
    page.split("name=\"attempt\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn nothing_tells_an_answer_before_it_is_handed_in() {
    let app = TestApp::new().await;
    let (_, api, lesson) = super::school(&app, json!({})).await;
    let browser = learner(&app).await;
    let visitor = app.browser();
    assert!(visitor.get(LESSON).await.expect(200).text.contains("Join the course to take the quiz"));
    assert!(browser.get(LESSON).await.text.contains("Start the quiz"));
    browser.submit(LESSON, BEGIN, &[]).await.expect(303);
    let mut seen = vec![visitor.get("/courses/tea").await.text, visitor.get(LESSON).await.text];
    for path in ["/courses/tea", LESSON, QUIZ, "/dashboard"] {
        seen.push(browser.get(path).await.expect(200).text);
    }
    let paths =
        ["/courses/tea", "/enrollments", &format!("/lessons/{lesson}"), &format!("/lessons/{lesson}/quiz")];
    for path in paths {
        seen.push(api.get(path).await.expect(200).text);
    }
    for text in &seen {
        assert!(!text.contains("SECRET"), "{text}");
        assert!(!text.contains("\"correct\"") && !text.contains("right_answer"), "{text}");
    }
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_learner_takes_a_quiz_without_scripts() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let admin = app.user(Role::Admin).await;
    let questions = json!({ "questions": [every_kind()[2], every_kind()[3]] });
    admin.put(&format!("/admin/lessons/{}/quiz", course.lessons[0].id), questions).await.expect(200);
    let browser = learner(&app).await;
    let begun = browser.submit(LESSON, BEGIN, &[]).await.expect(303);
    assert_eq!(begun.header("location"), QUIZ);
    let page = browser.get(QUIZ).await.expect(200).text;
    let attempt = attempt_of(&page);
    let short = if page.find("minutes?") < page.find("Water boils") { ("q0", "q1") } else { ("q1", "q0") };

    // Saved for later, and there again.
    let saved = [("attempt", attempt.as_str()), (short.0, "three <b>"), ("do", "save")];
    browser.submit(QUIZ, QUIZ, &saved).await.expect(303);
    assert!(browser.get(LESSON).await.text.contains("Go on with the quiz"));
    assert!(browser.get(QUIZ).await.text.contains("value=\"three &#60;b&#62;\""));
    // Unfinished: asked once, and what was answered stays.
    let unfinished = [("attempt", attempt.as_str()), (short.0, "two"), ("do", "submit")];
    let asked = browser.submit(QUIZ, QUIZ, &unfinished).await.expect(422).text;
    assert!(asked.contains("One question isn’t answered yet") && asked.contains("value=\"two\""));
    let anyway = [("attempt", attempt.as_str()), (short.0, "two"), ("do", "anyway")];
    let done = browser.submit(QUIZ, QUIZ, &anyway).await.expect(303);
    assert_eq!(done.header("location"), "/courses/tea/days/1/quiz/attempts/1");
    let result = browser.get(done.header("location")).await.expect(200).text;
    for part in ["Not there yet", "0 %", "SECRET-three", "SECRET-why-3", "Try again", "No answer", "two"] {
        assert!(result.contains(part), "{part}: {result}");
    }
    // Handed in twice: the same result.
    let token = browser.form_token(LESSON).await;
    let twice = browser.post_with(QUIZ, &token, &anyway).await.expect(303);
    assert_eq!(twice.header("location"), "/courses/tea/days/1/quiz/attempts/1");
    let note = "the answers you sent now don’t count";
    assert!(!browser.get(twice.header("location")).await.text.contains(note));
    // Other answers, from another tab: the result is the first one's, and that is said.
    for what in ["save", "submit"] {
        let other = [("attempt", attempt.as_str()), (short.0, "3"), ("do", what)];
        let late = browser.post_with(QUIZ, &token, &other).await.expect(303);
        assert_eq!(late.header("location"), "/courses/tea/days/1/quiz/attempts/1");
        let result = browser.get(late.header("location")).await.text;
        assert!(result.contains(note) && result.contains("0 %"), "{result}");
    }

    browser.submit(LESSON, BEGIN, &[]).await;
    let page = browser.get(QUIZ).await.expect(200).text;
    let short = if page.find("minutes?") < page.find("Water boils") { ("q0", "q1") } else { ("q1", "q0") };
    let attempt = attempt_of(&page);
    let right = [("attempt", attempt.as_str()), (short.0, "3"), (short.1, "true"), ("do", "submit")];
    browser.submit(QUIZ, QUIZ, &right).await.expect(303);
    assert!(browser.get("/courses/tea/days/1/quiz/attempts/2").await.text.contains("Passed"));
    assert!(browser.get(LESSON).await.text.contains("Passed with <b>100 %</b>"));
    assert!(browser.get("/courses/tea").await.text.contains("Quiz 100 %"));
    assert!(browser.get("/dashboard").await.text.contains("1 of 7 quizzes passed"));
    // Nobody else sees it.
    let stranger = learner(&app).await;
    stranger.get("/courses/tea/days/1/quiz/attempts/2").await.expect(404);
    let outsider = app.browser_of(Role::Free).await;
    assert_eq!(outsider.get(QUIZ).await.expect(303).header("location"), "/courses/tea");
    app.run_later_jobs().await;
}

#[tokio::test]
async fn questions_about_html_are_shown_as_they_were_written() {
    let app = TestApp::new().await;
    let course = app.course("tea").publish().await;
    let admin = app.user(Role::Admin).await;
    let path = format!("/admin/lessons/{}/quiz", course.lessons[0].id);
    let question = "Which tag makes text bold: <b> or <i>?";
    let questions = json!({ "questions": [
        { "kind": "single", "question": question, "explanation": "<b> does.",
          "options": [{ "text": "<b>", "correct": true }, { "text": "<i>" }, { "text": "# h" }, { "text": "- x" }] },
        { "kind": "ordering", "question": "Order", "items": ["<p>", "</p>"], "explanation": "" },
        { "kind": "matching", "question": "Match", "explanation": "",
          "pairs": [{ "left": "<b>", "right": "_bold_" }, { "left": "<i>", "right": "<em>" },
                    { "left": "<strong>", "right": "_bold_" }] },
    ] });
    admin.put(&path, questions).await.expect(200);
    let same = json!({ "questions": [{ "kind": "single", "question": "Q", "explanation": "",
        "options": [{ "text": "a  b", "correct": true }, { "text": "a b" }] }] });
    let refused = admin.put(&path, same).await.expect(422).json();
    assert_eq!(refused["errors"][0]["message"], "Two options say the same.");

    let browser = learner(&app).await;
    browser.submit(LESSON, BEGIN, &[]).await.expect(303);
    let page = browser.get(QUIZ).await.expect(200).text;
    for part in [
        "<p>Which tag makes text bold: &lt;b&gt; or &lt;i&gt;?</p>",
        "<span>&lt;b&gt;</span>",
        "<span>&lt;i&gt;</span>",
        "<span># h</span>",
        "<span>- x</span>",
        ">&lt;p&gt;</span>",
        ">bold</option>",
        ">&#60;em&#62;</option>",
        "aria-label=\"Place of &#60;p&#62;\"",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_eq!(page.matches(">bold</option>").count(), 3, "once for each left side: {page}");
    assert!(!page.contains("_bold_"), "no marks where none can be shown: {page}");
    let attempt = attempt_of(&page);
    let done =
        browser.submit(QUIZ, QUIZ, &[("attempt", attempt.as_str()), ("do", "anyway")]).await.expect(303);
    let result = browser.get(done.header("location")).await.expect(200).text;
    assert!(result.contains("&lt;b&gt; does.") && result.contains("&lt;b&gt; → <em>bold</em>"), "{result}");
    let editor = app.browser_of(Role::Admin).await.get(&path).await.expect(200).text;
    assert!(editor.contains("bold: &lt;b&gt; or &lt;i&gt;?"), "{editor}");
    app.run_later_jobs().await;
}
