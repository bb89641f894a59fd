//! The same list for every adapter.

use std::time::{Duration, Instant, SystemTime};

use momentum_core::ports::{
    TextError,
    TextErrorKind::{self, *},
};
use serde_json::json;

use super::{
    dialect::{Dialect, Stop},
    *,
};

const PIECES: [&str; 5] = ["Ä", "€ ", "🙂 and", " \"so\"\n", "on"];
const JSON: [&str; 3] = ["{\"ti", "tle\":\"Ü", "ber\"}"];

fn millis(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// The error of the only request.
async fn failing<D: Dialect>(reply: Reply) -> TextError {
    let server = Server::play(vec![reply]).await;
    let (answer, _) = ask(&*model(D::PROVIDER, &server.url), &request()).await;
    assert_eq!(server.asked().len(), 1, "asked again");
    let error = answer.unwrap_err();
    assert!(!error.message.contains(KEY), "{error}");
    error
}

async fn kind<D: Dialect>(reply: Reply) -> TextErrorKind {
    failing::<D>(reply).await.kind
}

pub(super) async fn a_good_answer_in_pieces_of_any_size<D: Dialect>() {
    for size in [1, 7, 64, 100_000] {
        let bytes = D::whole(&PIECES, Stop::Done, false);
        let reply = bytes.chunks(size).fold(D::stream(), |reply, bytes| reply.send(bytes));
        let server = Server::play(vec![reply]).await;
        let (answer, heard) = ask(&*model(D::PROVIDER, &server.url), &request()).await;
        let answer = answer.unwrap();
        assert_eq!(answer.text, PIECES.concat());
        assert!(answer.complete);
        assert_eq!(answer.usage, USED);
        assert_eq!(heard, PIECES);
        let asked = server.asked();
        assert_eq!(asked[0].path, D::PATH);
    }
}

pub(super) async fn an_answer_in_a_form<D: Dialect>() {
    let server = Server::play(vec![D::stream().send(D::whole(&JSON, Stop::Done, true))]).await;
    let (answer, heard) = ask(&*model(D::PROVIDER, &server.url), &structured()).await;
    let answer = answer.unwrap();
    assert_eq!(serde_json::from_str::<serde_json::Value>(&answer.text).unwrap(), json!({ "title": "Über" }));
    assert!(answer.complete);
    assert_eq!(heard.concat(), answer.text);
    assert_eq!(heard.len(), 3);
}

pub(super) async fn an_answer_that_is_cut_off<D: Dialect>() {
    let server = Server::play(vec![D::stream().send(D::whole(&JSON[..2], Stop::Length, true))]).await;
    let (answer, _) = ask(&*model(D::PROVIDER, &server.url), &structured()).await;
    let answer = answer.unwrap();
    assert_eq!((answer.text, answer.complete, answer.usage), (JSON[..2].concat(), false, USED));
}

pub(super) async fn slow_but_steady<D: Dialect>() {
    let mut reply = D::stream().before(Step::Wait(millis(450))).send(D::begin(false));
    for piece in PIECES {
        reply = reply.then(Step::Wait(millis(150))).send(D::piece(piece, false));
    }
    let server = Server::play(vec![reply.send(D::end(Stop::Done, false, D::usage()))]).await;
    let begun = Instant::now();
    let (answer, _) = ask(&*model_with(D::PROVIDER, &server.url, 900, 600), &request()).await;
    assert_eq!(answer.unwrap().text, PIECES.concat());
    assert!(begun.elapsed() > millis(1100));
}

pub(super) async fn nothing_for_too_long<D: Dialect>() {
    let hanging = [
        Reply::new(200).before(Step::Hang),
        D::stream().then(Step::Hang),
        D::stream().send(D::begin(false)).then(Step::Hang),
        D::stream().send(D::begin(false)).send(D::piece("a", false)).then(Step::Hang),
    ];
    for (number, reply) in hanging.into_iter().enumerate() {
        let server = Server::play(vec![reply]).await;
        let begun = Instant::now();
        let (answer, heard) = ask(&*model_with(D::PROVIDER, &server.url, 500, 100), &request()).await;
        let error = answer.unwrap_err();
        assert_eq!(error.kind, Interrupted, "{error}");
        assert!(error.message.contains("nothing came for"), "{error}");
        let least = if number == 3 { 100 } else { 500 };
        assert!(begun.elapsed() >= millis(least) && begun.elapsed() < millis(least + 1500), "{number}");
        assert_eq!(heard.len(), usize::from(number == 3));
        server.hung_up().await;
    }
}

pub(super) async fn a_truncated_answer<D: Dialect>() {
    let whole = D::whole(&PIECES, Stop::Done, false);
    let ends = D::end(Stop::Done, false, D::usage()).len();
    for length in [0, 1, 3, D::begin(false).len(), whole.len() / 2, whole.len() - ends] {
        for cut in [false, true] {
            let mut reply = D::stream();
            if length > 0 {
                reply = reply.send(&whole[..length]);
            }
            if cut {
                reply = reply.then(Step::Cut);
            }
            let error = failing::<D>(reply).await;
            assert_eq!(error.kind, Interrupted, "{length} {cut}: {error}");
            assert!(cut || error.message.contains("truncated"), "{length}: {error}");
        }
    }
}

pub(super) async fn what_is_no_answer<D: Dialect>() {
    for body in [
        "<!DOCTYPE html><p>Sign in to the hotel's network</p>",
        "Hello",
        "\u{0}\u{1}\u{2}\u{3}binary, and long enough",
    ] {
        let kind = kind::<D>(D::stream().send(body)).await;
        // Amazon's SDK takes the first bytes for a length, and waits for that many.
        let waits = D::PROVIDER == Provider::Bedrock && kind == Interrupted;
        assert!(kind == Malformed || waits, "{body}");
    }
}

pub(super) async fn too_many_requests<D: Dialect>() {
    let busy = || D::failure(429, "slow down");
    let wait = |reply| async { failing::<D>(reply).await };
    let error = wait(busy().header("retry-after", "7")).await;
    assert_eq!((error.kind, error.retry_after), (Busy, Some(Duration::from_secs(7))));
    assert!(error.message.contains("slow down"), "{error}");
    let date = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(100));
    let after = wait(busy().header("retry-after", date)).await.retry_after.unwrap();
    assert!(after > Duration::from_secs(90) && after <= Duration::from_secs(100), "{after:?}");
    let long = wait(busy().header("retry-after", "1000000")).await.retry_after;
    assert_eq!(long, Some(Duration::from_secs(3600)));
    for none in [busy(), busy().header("retry-after", "later")] {
        let error = wait(none).await;
        assert_eq!((error.kind, error.retry_after), (Busy, None));
    }
}

pub(super) async fn what_a_status_means<D: Dialect>() {
    for (status, expected) in [
        (400, Rejected),
        (401, Unauthorized),
        (402, NoCredit),
        (403, Unauthorized),
        (404, Rejected),
        (413, Rejected),
        (422, Rejected),
        (500, Interrupted),
        (502, Interrupted),
        (503, Busy),
        (529, Busy),
    ] {
        // Not in the provider's form: a proxy said it.
        let proxy = Reply::new(status).header("content-type", "text/html").send("<h1>Oh no</h1>");
        assert_eq!(kind::<D>(proxy).await, expected, "{status}");
    }
    for (status, expected) in
        [(400, Rejected), (401, Unauthorized), (403, Unauthorized), (404, Rejected), (500, Interrupted)]
    {
        let error = failing::<D>(D::failure(status, &format!("about {KEY}: no"))).await;
        assert_eq!(error.kind, expected, "{status}: {error}");
        assert!(error.message.contains("about [key]: no"), "{error}");
    }
}

pub(super) async fn a_long_error_is_shortened<D: Dialect>() {
    let error = failing::<D>(D::failure(400, &"so wrong ".repeat(200_000))).await;
    assert_eq!(error.kind, Rejected);
    assert!(error.message.chars().count() < 450, "{error}");
}

pub(super) async fn nobody_is_followed<D: Dialect>() {
    let other = Server::play(vec![D::stream().send(D::whole(&PIECES, Stop::Done, false))]).await;
    for status in [302, 307] {
        let reply = Reply::new(status).header("location", format!("{}{}", other.url, D::PATH));
        assert_eq!(kind::<D>(reply).await, Rejected);
    }
    assert!(other.asked().is_empty());
}

pub(super) async fn a_refusal<D: Dialect>() {
    let error = failing::<D>(D::stream().send(D::whole(&["I"], Stop::Refused, false))).await;
    assert_eq!((error.kind, error.usage), (Refused, USED), "{error}");
}

pub(super) async fn an_error_in_the_middle<D: Dialect>() {
    let reply = D::stream().send(D::begin(false)).send(D::piece("a", false)).send(D::overloaded());
    let server = Server::play(vec![reply]).await;
    let (answer, heard) = ask(&*model(D::PROVIDER, &server.url), &request()).await;
    let error = answer.unwrap_err();
    assert_eq!(error.kind, Busy, "{error}");
    assert_eq!(heard, ["a"]);
}

pub(super) async fn a_content_type_that_lies<D: Dialect>() {
    for content_type in ["text/html", "application/octet-stream", "nonsense"] {
        let bytes = D::whole(&PIECES, Stop::Done, false);
        let server =
            Server::play(vec![Reply::new(200).header("content-type", content_type).send(bytes)]).await;
        let (answer, _) = ask(&*model(D::PROVIDER, &server.url), &request()).await;
        assert_eq!(answer.unwrap().text, PIECES.concat());
    }
}

pub(super) async fn an_endless_answer<D: Dialect>() {
    let many = D::piece(&"for ever and ever ".repeat(500), false);
    let reply = D::stream().send(D::begin(false)).then(Step::Endless(many));
    let server = Server::play(vec![reply]).await;
    let (answer, heard) = ask(&*model(D::PROVIDER, &server.url), &request()).await;
    let error = answer.unwrap_err();
    assert_eq!(error.kind, TooLong);
    assert!(error.message.contains("too long"), "{error}");
    let (heard, asked) = (heard.concat().len(), 500);
    assert!(heard >= 8 * asked && heard <= 16 * asked, "soon after what was asked for: {heard} bytes");
    server.hung_up().await;
}

pub(super) async fn an_end_before_the_answer<D: Dialect>() {
    let early = D::stop(Stop::Done, false, D::usage());
    let bytes = [D::begin(false), early, D::piece("more", false), D::after(D::usage())].concat();
    assert_eq!(kind::<D>(D::stream().send(bytes)).await, Malformed);
}

pub(super) async fn usage_that_is_none<D: Dialect>() {
    let bytes = [D::begin(false), D::piece("a", false), D::end(Stop::Done, false, json!({}))].concat();
    let server = Server::play(vec![D::stream().send(bytes)]).await;
    let (answer, _) = ask(&*model(D::PROVIDER, &server.url), &request()).await;
    assert!(answer.unwrap().usage.output <= 1);
}

pub(super) async fn dropping_it_hangs_up<D: Dialect>() {
    for reply in [
        Reply::new(200).before(Step::Hang),
        D::stream().send(D::begin(false)).send(D::piece("a", false)).then(Step::Hang),
    ] {
        let server = Server::play(vec![reply]).await;
        let model = model(D::PROVIDER, &server.url);
        let asked = tokio::time::timeout(millis(500), ask(&*model, &request())).await;
        assert!(asked.is_err());
        server.hung_up().await;
        assert_eq!(server.asked().len(), 1);
    }
}

pub(super) async fn nobody_is_there<D: Dialect>() {
    let (answer, _) = ask(&*model(D::PROVIDER, "http://127.0.0.1:9"), &request()).await;
    let error = answer.unwrap_err();
    assert_eq!(error.kind, Interrupted, "{error}");
    assert!(!error.message.contains("127.0.0.1:9/"), "{error}");
}

macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod openai_keeps_to {
            $(#[tokio::test] async fn $name() { super::$name::<super::dialect::OpenAi>().await })*
        }
        mod anthropic_keeps_to {
            $(#[tokio::test] async fn $name() { super::$name::<super::dialect::Anthropic>().await })*
        }
        #[cfg(feature = "bedrock")]
        mod bedrock_keeps_to {
            $(#[tokio::test] async fn $name() { super::$name::<super::bedrock::Bedrock>().await })*
        }
    };
}

contract!(
    a_good_answer_in_pieces_of_any_size,
    an_answer_in_a_form,
    an_answer_that_is_cut_off,
    slow_but_steady,
    nothing_for_too_long,
    a_truncated_answer,
    what_is_no_answer,
    too_many_requests,
    what_a_status_means,
    a_long_error_is_shortened,
    nobody_is_followed,
    a_refusal,
    an_error_in_the_middle,
    a_content_type_that_lies,
    an_endless_answer,
    an_end_before_the_answer,
    usage_that_is_none,
    dropping_it_hangs_up,
    nobody_is_there,
);
