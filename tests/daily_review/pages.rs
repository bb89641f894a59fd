use momentum_core::identity::Role;
use momentum_testkit::{Browser, TestApp};

async fn complete(browser: &Browser, day: u32) {
    let page = format!("/courses/tea/days/{day}");
    browser.submit(&page, &format!("{page}/complete"), &[]).await.expect(303);
}

fn value_of<'a>(page: &'a str, name: &str) -> &'a str {
    page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap().split('"').next().unwrap()
}

#[tokio::test]
async fn a_session_goes_card_by_card_without_scripts() {
    let app = TestApp::new().await;
    app.course("tea").takeaways(&["Warm the pot first, or the <water> is too cold"]).publish().await;
    let browser = app.browser_of(Role::Free).await;
    assert!(browser.get("/review").await.expect(200).text.contains("Nothing to review yet"));
    assert!(!browser.get("/dashboard").await.expect(200).text.contains("Daily review:"));
    assert_eq!(browser.get("/review/done").await.expect(303).header("location"), "/review");
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    complete(&browser, 1).await;
    complete(&browser, 2).await;
    let dashboard = browser.get("/dashboard").await.expect(200).text;
    assert!(dashboard.contains("Daily review: new cards") && dashboard.contains("About a minute,"));

    let front = browser.get("/review").await.expect(200).text;
    assert!(front.contains("Card 1 of 2") && front.contains("Warm the pot first, …"), "{front}");
    assert!(!front.contains("too cold") && !front.contains("name=\"grade\""));
    let shown = value_of(&front, "show").to_owned();
    let other = browser.get("/review?show=something-else").await.expect(200).text;
    assert!(!other.contains("too cold"));
    let back_page = format!("/review?show={shown}");
    let back = browser.get(&back_page).await.expect(200).text;
    assert!(back.contains("or the &#60;water&#62; is too cold") && back.contains("2 days"), "{back}");
    let (card, token) = (value_of(&back, "card"), value_of(&back, "csrf"));
    let send = async |grade: &str| {
        let fields = [("card", card), ("version", "0"), ("grade", grade)];
        browser.post_with("/review", token, &fields).await
    };
    send("perfect").await.expect(422);
    assert_eq!(send("good").await.expect(303).header("location"), "/review");
    // The back button, and the same button again: said calmly, and nothing changes.
    assert_eq!(send("easy").await.expect(303).header("location"), "/review");
    let second = browser.get("/review").await.expect(200).text;
    assert!(second.contains("That card was reviewed already") && second.contains("Card 2 of 2"), "{second}");
    let fields = [("card", "nothing"), ("version", "0"), ("grade", "good")];
    browser.post_with("/review", token, &fields).await.expect(404);

    let card = value_of(&second, "show").to_owned();
    let fields = [("card", card.as_str()), ("version", "0"), ("grade", "good")];
    let ended = browser.submit(&format!("/review?show={card}"), "/review", &fields).await.expect(303);
    assert_eq!(ended.header("location"), "/review/done");
    let done = browser.get("/review/done").await.expect(200).text;
    assert!(done.contains("Your daily review is done") && done.contains("2 cards reviewed today"), "{done}");
    assert!(done.contains("+5 points") && done.contains("on Wednesday"), "{done}");
    assert!(!browser.get("/dashboard").await.text.contains("Daily review:"));
    assert!(browser.get("/review").await.expect(200).text.contains("Your daily review is done"));
    let points = browser.get("/points").await.expect(200).text;
    assert!(points.contains("Daily review") && points.contains("Monday, March 2"), "{points}");
    let streak = browser.get("/streak").await.expect(200).text;
    assert!(streak.contains("2 lessons, 2 cards reviewed"), "{streak}");

    app.wait(chrono::TimeDelta::days(1));
    let rest = browser.get("/review").await.expect(200).text;
    assert!(rest.contains("Nothing is due") && rest.contains("Your next cards come tomorrow"), "{rest}");
    assert!(!browser.get("/dashboard").await.text.contains("Daily review:"));
    app.wait(chrono::TimeDelta::days(1));
    let dashboard = browser.get("/dashboard").await.expect(200).text;
    assert!(dashboard.contains("Daily review: 2 cards"), "{dashboard}");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_missed_question_is_shown_with_its_options_and_then_its_answer() {
    let app = TestApp::new().await;
    app.course("tea").takeaways(&[]).publish().await;
    let browser = app.browser_of(Role::Free).await;
    browser.submit("/courses/tea", "/courses/tea/enroll", &[]).await.expect(303);
    let quiz = "/courses/tea/days/1/quiz";
    browser.submit("/courses/tea/days/1", &format!("{quiz}/begin"), &[]).await.expect(303);
    let page = browser.get(quiz).await.expect(200).text;
    let fields = [("attempt", value_of(&page, "attempt")), ("q0", "false"), ("do", "submit")];
    browser.submit(quiz, quiz, &fields).await.expect(303);
    let front = browser.get("/review").await.expect(200).text;
    assert!(front.contains("A question you missed") && front.contains("True or false?"), "{front}");
    assert!(!front.contains("The secret reason"));
    let back = browser.get(&format!("/review?show={}", value_of(&front, "show"))).await.expect(200).text;
    assert!(back.contains("The secret reason") && back.contains("<p>True</p>"), "{back}");
    app.run_jobs().await;
}
