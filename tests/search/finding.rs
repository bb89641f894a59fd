//! What a search finds, and what it says.

use momentum_core::{catalog::Access, identity::Role};
use momentum_testkit::{Api, TestApp};
use serde_json::json;

use super::{slugs, slugs_of};

async fn site() -> TestApp {
    let app = TestApp::new().await;
    app.course("tea").title("Brewing tea").body("## Water\n\nBoil the `<kettle>` slowly.").publish().await;
    app.course("sql").title("SQL for tea houses").days(14).access(Access::Premium).publish().await;
    app.course("gruesse").title("Grüße aus München").category("business").publish().await;
    app.index().await;
    app
}

#[tokio::test]
async fn words_of_titles_lessons_and_authors_are_found() {
    let app = site().await;
    let api = app.visitor();
    assert_eq!(slugs(&api, "q=kettle").await, ["tea"]);
    assert_eq!(slugs(&api, "q=brewed").await, ["tea"], "endings don't matter");
    assert_eq!(slugs(&api, "q=gr%C3%BC%C3%9Fe").await, ["gruesse"]);
    assert_eq!(slugs(&api, "q=munchen").await, ["gruesse"], "nor do accents");
    assert_eq!(slugs(&api, "q=muenchen").await, ["gruesse"], "nor their other spelling");
    assert_eq!(slugs(&api, "q=sql+tea").await, ["sql"], "both words of a short text are needed");
    assert_eq!(slugs(&api, "q=tess+tester").await.len(), 3);
    assert!(slugs(&api, "q=zebra").await.is_empty());
    assert_eq!(slugs(&api, "").await.len(), 3, "no text finds everything");
    assert!(slugs(&api, "q=%3F%21").await.is_empty(), "signs find nothing");
}

#[tokio::test]
async fn misspelled_words_are_forgiven_and_mended() {
    let app = site().await;
    let found = app.visitor().get("/search?q=brewimg+tea").await.expect(200).json();
    assert_eq!(slugs_of(&found), ["tea"]);
    assert_eq!(found["did_you_mean"], "brewing tea");
    let many = "## Many\n\nThere are many ways to count money.";
    for n in 0..3 {
        app.course(&format!("ways-{n}")).title("Ways to count").body(many).publish().await;
    }
    app.course("purse").title("A purse").body("Money matters.").publish().await;
    app.index().await;
    let found = app.visitor().get("/search?q=mony").await.expect(200).json();
    assert_eq!(found["did_you_mean"], "money", "a letter is left out more often than exchanged");
    app.course("bees").title("Honey").publish().await;
    app.index().await;
    let found = app.visitor().get("/search?q=toney").await.expect(200).json();
    assert_eq!(found["did_you_mean"], "honey", "a title says what is looked for");
    let found = app.visitor().get("/search?q=brewing").await.expect(200).json();
    assert!(found.get("did_you_mean").is_none());
    app.course("python").title("Python").publish().await;
    app.index().await;
    let found = app.visitor().get("/search?q=phyton").await.expect(200).json();
    assert_eq!((slugs_of(&found), &found["did_you_mean"]), (vec!["python".to_owned()], &json!("python")));
    let begun = app.visitor().get("/search/suggestions?q=phyt").await.expect(200).json();
    assert_eq!(begun["items"][0]["text"], "Python");
}

#[tokio::test]
async fn one_word_too_many_does_not_empty_a_search() {
    let app = site().await;
    let api = app.visitor();
    let found = api.get("/search?q=sql+Tutorial").await.expect(200).json();
    assert_eq!((slugs_of(&found), &found["left_out"]), (vec!["sql".to_owned()], &json!(["tutorial"])));
    let found = api.get("/search?q=kettle+sql+zebra").await.expect(200).json();
    let mut some = slugs_of(&found);
    some.sort_unstable();
    assert_eq!((some, &found["partial"]), (vec!["sql".to_owned(), "tea".to_owned()], &json!(true)));
    assert_eq!(found["left_out"], json!(["zebra"]));
    let found = api.get("/search?q=sql+tea").await.expect(200).json();
    assert!(found.get("left_out").is_none() && found["partial"] == false);
    let page = app.browser().get("/search?q=sql+tutorial+%3Cb%3E").await.expect(200).text;
    assert!(page.contains("Nothing has all of your words. Shown without: tutorial, b."), "{page}");
    let page = app.browser().get("/search?q=sql+kettle").await.expect(200).text;
    assert!(
        page.contains("Nothing has all of your words. Each of these has some.") && !page.contains("without:")
    );
    for whole in ["sql", "sql+tutorial&category=business"] {
        let page = app.browser().get(&format!("/search?q={whole}")).await.expect(200).text;
        assert!(!page.contains("Nothing has all"), "{whole}");
    }
    app.course("talks").title("How to negotiate").publish().await;
    app.index().await;
    let found = api.get("/search?q=negotating").await.expect(200).json();
    assert_eq!((slugs_of(&found), &found["did_you_mean"]), (vec!["talks".to_owned()], &json!("negotiate")));
}

#[tokio::test]
async fn words_are_marked_and_nothing_else_is_html() {
    let app = site().await;
    let found = app.visitor().get("/search?q=kettle").await.expect(200).json();
    let lesson = &found["items"][0]["lesson"];
    let excerpt = lesson["excerpt"].as_str().unwrap();
    assert!(excerpt.contains("&lt;<mark>kettle</mark>&gt;"), "{excerpt}");
    let found = app.visitor().get("/search?q=tea").await.expect(200).json();
    let tea = found["items"].as_array().unwrap().iter().find(|item| item["slug"] == "tea").unwrap();
    assert_eq!(tea["highlights"]["title"], "Brewing <mark>tea</mark>");
    let page = app.browser().get("/search?q=tea%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await.expect(200);
    assert!(!page.text.contains("<script>alert(1)"));
}

#[tokio::test]
async fn what_is_quoted_is_prose() {
    let app = TestApp::new().await;
    let body = "## Water\n\nWater has to boil.\n\n| Tea | Water |\n|---|---|\n| green | 70 °C |\n\n```md\n| Water | \
                Kettle |\n|---|---|\n```\n\nPour the water slowly.";
    app.course("tea").title("Brewing tea").body(body).publish().await;
    app.index().await;
    let found = app.visitor().get("/search?q=water").await.expect(200).json();
    let excerpt = found["items"][0]["lesson"]["excerpt"].as_str().unwrap();
    assert!(excerpt.contains("has to boil") && excerpt.contains("slowly"), "{excerpt}");
    assert!(!excerpt.contains(['|', '°']) && !excerpt.contains("--"), "{excerpt}");
    assert_eq!(slugs(&app.visitor(), "q=kettle").await, ["tea"], "what isn't quoted is found all the same");
}

#[tokio::test]
async fn code_hardly_counts() {
    let app = TestApp::new().await;
    let rows = "## Rows\n\nA table of books.\n\n```sql\nINSERT INTO books VALUES ('Meditations', 'Varnish', 'Varnish');\n```";
    app.course("sql").title("Asking a database").body(rows).publish().await;
    app.course("wood").title("Wood").body("## Finish\n\nThe last coat is varnish.").publish().await;
    app.index().await;
    let api = app.visitor();
    assert!(slugs(&api, "q=meditation").await.is_empty(), "a name in a row has no endings");
    assert_eq!(slugs(&api, "q=meditations").await, ["sql"]);
    assert_eq!(slugs(&api, "q=varnish").await, ["wood", "sql"], "a sentence says more");
}

#[tokio::test]
async fn a_title_says_what_it_is_about_with_another_ending_too() {
    let app = TestApp::new().await;
    let calm = "## Water\n\nA calm hand pours slowly.";
    for n in 0..3 {
        app.course(&format!("tea-{n}")).title("Brewing tea").body(calm).publish().await;
    }
    app.course("attention").title("A calmer attention").publish().await;
    app.index().await;
    for query in ["q=calm", "q=calming"] {
        let found = app.visitor().get(&format!("/search?{query}")).await.expect(200).json();
        assert_eq!((slugs_of(&found)[0].as_str(), slugs_of(&found).len()), ("attention", 4), "{query}");
        assert_eq!(found["items"][0]["highlights"]["title"], "A <mark>calmer</mark> attention");
    }
}

#[tokio::test]
async fn a_lesson_is_quoted_to_those_who_may_read_it() {
    let app = site().await;
    let text = "## Foil\n\nA secret sentence about varnish.";
    let gold = app.course("gold").title("Gold leaf").body(text).access(Access::Premium).publish().await;
    app.index().await;
    let excerpt = async |api: &Api| {
        let found = api.get("/search?q=varnish+lesson+5").await.expect(200).json();
        let lesson = &found["items"][0]["lesson"];
        assert_eq!(lesson["day"], 5, "{found}");
        lesson["excerpt"].as_str().unwrap().to_owned()
    };
    let premium = app.user(Role::Premium).await;
    assert!(excerpt(&premium).await.contains("<mark>varnish</mark>"));
    for other in [app.visitor(), app.user(Role::Free).await] {
        assert_eq!(excerpt(&other).await, "Do thing 5");
    }
    // Who has joined reads on, also when their membership ends.
    premium.post("/enrollments", json!({ "course_id": gold.card.id })).await.expect(201);
    app.run_later_jobs().await;
}

#[tokio::test]
async fn a_facet_ignores_its_own_filter() {
    let app = site().await;
    let found = app.visitor().get("/search?q=course&access=free").await.expect(200).json();
    assert_eq!(found["total"], 2);
    let access = serde_json::json!([{ "value": "free", "count": 2 }, { "value": "premium", "count": 1 }]);
    assert_eq!(found["facets"]["access"], access);
    assert_eq!(found["facets"]["duration"], serde_json::json!([{ "value": "7", "count": 2 }]));
    assert_eq!(slugs(&app.visitor(), "category=business").await, ["gruesse"]);
    assert_eq!(slugs(&app.visitor(), "duration=14&level=beginner").await, ["sql"]);
    let first = slugs(&app.visitor(), "limit=2").await;
    let rest = slugs(&app.visitor(), "limit=2&offset=2").await;
    assert_eq!((first.len(), rest.len()), (2, 1));
    assert!(!first.contains(&rest[0]));
    for sort in ["relevance", "newest", "popular", "rating"] {
        assert_eq!(slugs(&app.visitor(), &format!("sort={sort}")).await.len(), 3, "{sort}");
    }
}

#[tokio::test]
async fn wrong_parameters_are_refused_and_any_text_is_taken() {
    let app = site().await;
    for wrong in
        ["duration=8", "access=gold", "level=x", "sort=best", "limit=0", "limit=101", "offset=-1", "limit=x"]
    {
        app.visitor().get(&format!("/search?{wrong}")).await.expect(422);
    }
    let long = format!("q={}", "tea%20".repeat(900));
    for odd in ["q=%00", "q=%F0%9F%8D%B5", "q=%FF%FE", "q=%22%28%5B%7B%5C", "q=AND+OR+NOT+*:*+~2", &long] {
        app.visitor().get(&format!("/search?{odd}")).await.expect(200);
        app.visitor().get(&format!("/search/suggestions?{odd}")).await.expect(200);
        app.browser().get(&format!("/search?{odd}")).await.expect(200);
    }
}

#[tokio::test]
async fn what_is_begun_is_completed() {
    let app = site().await;
    let items = |text: &str| {
        let path = format!("/search/suggestions?q={text}");
        let api = app.visitor();
        async move { api.get(&path).await.expect(200).json()["items"].clone() }
    };
    let found = items("bre").await;
    assert_eq!(found[0], serde_json::json!({ "text": "Brewing tea", "kind": "course", "slug": "tea" }));
    let kinds: Vec<_> =
        items("te").await.as_array().unwrap().iter().map(|item| item["kind"].clone()).collect();
    assert!(
        kinds.contains(&"tag".into())
            && kinds.contains(&"category".into())
            && kinds.contains(&"course".into())
    );
    assert_eq!(items("lesson").await[0]["kind"], "lesson");
    assert_eq!(items("brewimg").await[0]["text"], "Brewing tea", "misspelled");
    assert_eq!(items("tea+sql").await[0]["text"], "SQL for tea houses", "in any order");
    for accents in ["m%C3%BCn", "mun", "muen"] {
        assert_eq!(items(accents).await[0]["text"], "Grüße aus München", "{accents}");
    }
    assert_eq!(items("busi").await[0]["kind"], "category");
    assert_eq!(items("").await, serde_json::json!([]));
    let data = app.browser().get("/search/suggestions?q=bre").await.expect(200).json();
    assert_eq!(data["items"][0]["url"], "/courses/tea");
}

#[tokio::test]
async fn the_page_works_without_scripts() {
    let app = site().await;
    let browser = app.browser();
    let page = browser.get("/search?q=brewimg").await.expect(200).text;
    assert!(page.contains("<meta name=\"robots\" content=\"noindex\">"));
    assert!(page.contains("Did you mean <a href=\"/search?q=brewing\">brewing</a>?"));
    assert!(page.contains("<mark>Brewing</mark> tea"));
    let page = browser.get("/search?q=course").await.expect(200).text;
    assert!(
        page.contains("href=\"/search?q=course&#38;duration=14\"")
            || page.contains("href=\"/search?q=course&amp;duration=14\"")
    );
    let part = browser
        .send(browser.request(reqwest::Method::GET, "/search?q=tea").header("hx-request", "true"))
        .await;
    assert!(part.expect(200).text.starts_with("<section id=\"search-results\""));
    let empty = browser.get("/search?q=zebra").await.expect(200).text;
    assert!(empty.contains("Nothing found") && empty.contains("Popular courses"));
}
