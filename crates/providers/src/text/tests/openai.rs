//! What is special about chat completions.

use momentum_core::ports::TextErrorKind::*;
use serde_json::{Value, json};

use super::{
    dialect::{Dialect, OpenAi, Stop, chunk, data},
    *,
};

fn good(text: &str) -> Reply {
    OpenAi::stream().send(OpenAi::whole(&[text], Stop::Done, false))
}

fn denied(message: &str, param: &str) -> Reply {
    let body = json!({ "error": { "message": message, "type": "invalid_request_error", "param": param } });
    Reply::new(400).send(body.to_string())
}

async fn answered(reply: Reply, request: &TextRequest) -> Result<TextAnswer, TextError> {
    let server = Server::play(vec![reply]).await;
    ask(&*model(Provider::OpenAi, &server.url), request).await.0
}

async fn text(reply: Reply) -> String {
    answered(reply, &request()).await.unwrap().text
}

#[tokio::test]
async fn the_question_as_it_is_put() {
    let server = Server::play(vec![good("{}")]).await;
    ask(&*model(Provider::OpenAi, &server.url), &structured()).await.0.unwrap();
    let asked = &server.asked()[0];
    assert!(asked.head.contains(&format!("authorization: bearer {KEY}")));
    assert!(asked.head.contains("user-agent: momentum/"));
    assert_eq!(
        asked.body,
        json!({
            "model": "model-1",
            "messages": [
                { "role": "system", "content": "Be brief." },
                { "role": "user", "content": "Hello" },
                { "role": "assistant", "content": "Hi" },
                { "role": "user", "content": "Wie heißt das?" },
            ],
            "stream": true,
            "stream_options": { "include_usage": true },
            "max_tokens": 500,
            "temperature": 0.2,
            "response_format": { "type": "json_schema", "json_schema": {
                "name": "course",
                "description": "A course",
                "strict": true,
                "schema": { "type": "object", "properties": { "title": { "type": "string" } },
                            "required": ["title"], "additionalProperties": false },
            } },
        })
    );
}

#[tokio::test]
async fn a_parameter_that_is_not_known_is_left_out_and_that_is_remembered() {
    let server = Server::play(vec![
        denied("'response_format.type' json_schema is not supported", "response_format"),
        denied("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "max_tokens"),
        denied("response_format is not supported with this model", "response_format"),
        denied("Unsupported value: 'temperature' does not support 0.2", "temperature"),
        Reply::new(422).send("{\"detail\": \"stream_options: extra fields not permitted\"}"),
        good("{}"),
        good("{}"),
        good("{}"),
    ])
    .await;
    let model = model(Provider::OpenAi, &server.url);
    ask(&*model, &structured()).await.0.unwrap();
    let bodies = || server.asked().into_iter().map(|asked| asked.body).collect::<Vec<Value>>();
    let first = bodies();
    assert_eq!(first.len(), 6);
    assert_eq!(first[1]["response_format"], json!({ "type": "json_object" }));
    let system = first[1]["messages"][0]["content"].as_str().unwrap();
    assert!(system.starts_with("Be brief.\n\nAnswer with one JSON object") && system.contains("\"title\""));
    assert_eq!((&first[2]["max_tokens"], &first[2]["max_completion_tokens"]), (&Value::Null, &json!(500)));
    let last = &first[5];
    for gone in ["response_format", "max_tokens", "temperature", "stream_options"] {
        assert!(last.get(gone).is_none(), "{gone}");
    }
    ask(&*model, &structured()).await.0.unwrap();
    assert_eq!(bodies()[6], *last);
    // Another model is another matter.
    ask(&*model, &TextRequest { model: "model-2".into(), ..structured() }).await.0.unwrap();
    assert_eq!(bodies()[7]["response_format"]["type"], "json_schema");
}

#[tokio::test]
async fn a_schema_that_is_refused_says_nothing_about_others() {
    let invalid = "Invalid schema for response_format 'course': 'x' is not permitted.";
    let server = Server::play(vec![denied(invalid, "response_format"), good("{}"), good("{}")]).await;
    let model = model(Provider::OpenAi, &server.url);
    ask(&*model, &structured()).await.0.unwrap();
    ask(&*model, &structured()).await.0.unwrap();
    let types = server.asked().into_iter().map(|asked| asked.body["response_format"]["type"].clone());
    assert_eq!(types.collect::<Vec<_>>(), ["json_schema", "json_object", "json_schema"]);
}

#[tokio::test]
async fn a_limit_that_is_too_high_is_said() {
    let high = || denied("max_tokens is too large: 500", "max_tokens");
    let server = Server::play(vec![high(), high(), good("never")]).await;
    let error = ask(&*model(Provider::OpenAi, &server.url), &request()).await.0.unwrap_err();
    assert_eq!((error.kind, server.asked().len()), (Rejected, 2));
}

#[tokio::test]
async fn an_answer_that_does_not_stream() {
    let whole = |message: Value, finish: &str| {
        let body = json!({ "object": "chat.completion", "usage": OpenAi::usage(),
                           "choices": [{ "message": message, "finish_reason": finish }] });
        Reply::new(200).header("content-type", "application/json").send(format!("\n {body}"))
    };
    let server = Server::play(vec![whole(json!({ "content": "<think>so</think>yes" }), "stop")]).await;
    let (answer, heard) = ask(&*model(Provider::OpenAi, &server.url), &request()).await;
    assert_eq!(answer.unwrap(), TextAnswer { text: "yes".into(), complete: true, usage: USED });
    assert_eq!(heard, ["yes"]);
    let cut = answered(whole(json!({ "content": "yes" }), "length"), &request()).await.unwrap();
    assert!(!cut.complete);
    let refused = whole(json!({ "content": null, "refusal": "I can't help with that." }), "stop");
    let error = answered(refused, &request()).await.unwrap_err();
    assert_eq!((error.kind, error.usage), (Refused, USED));
    assert!(error.message.contains("I can't help"), "{error}");
    for (body, kind) in [
        ("{\"choices\": [{\"message\": {\"cont", Interrupted),
        ("{\"choices\": []}", Malformed),
        ("{} {}", Malformed),
        ("{\"error\": {\"message\": \"no\", \"code\": 429}}", Busy),
        ("{\"error\": \"model not loaded\"}", Interrupted),
    ] {
        let error = answered(Reply::new(200).send(body), &request()).await.unwrap_err();
        assert_eq!(error.kind, kind, "{body}: {error}");
    }
}

#[tokio::test]
async fn what_it_thinks_is_not_the_answer() {
    let pieces = ["<th", "ink>Hmm.", "</think>", "\n\nyes"];
    let reply = OpenAi::stream().send(OpenAi::whole(&pieces, Stop::Done, false));
    let server = Server::play(vec![reply]).await;
    let (answer, heard) = ask(&*model(Provider::OpenAi, &server.url), &request()).await;
    assert_eq!((answer.unwrap().text.as_str(), heard.concat().as_str()), ("yes", "yes"));
    let thought = |name: &str| chunk(json!({ name: "Hmm.", "content": null }), Value::Null);
    let parts = json!({ "content": [{ "type": "thinking", "thinking": [{ "type": "text", "text": "Hmm" }] },
                                    { "type": "text", "text": "y" }] });
    let bytes = [
        thought("reasoning_content"),
        thought("reasoning"),
        chunk(parts, Value::Null),
        OpenAi::piece("es", false),
        OpenAi::end(Stop::Done, false, OpenAi::usage()),
    ];
    assert_eq!(text(OpenAi::stream().send(bytes.concat())).await, "yes");
}

#[tokio::test]
async fn thinking_for_long_is_being_at_work() {
    // Once it thinks, it is held to the shorter time.
    let thought = chunk(json!({ "reasoning_content": "Hmm." }), Value::Null);
    let server = Server::play(vec![OpenAi::stream().send(thought).then(Step::Hang)]).await;
    let begun = std::time::Instant::now();
    let (answer, _) = ask(&*model_with(Provider::OpenAi, &server.url, 5000, 100), &request()).await;
    assert_eq!(answer.unwrap_err().kind, Interrupted);
    assert!(begun.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn a_refusal_in_pieces() {
    let refusal = |piece: &str| chunk(json!({ "refusal": piece }), Value::Null);
    let end = OpenAi::end(Stop::Done, false, OpenAi::usage());
    let bytes = [refusal("I can't "), refusal("do that."), end].concat();
    let error = answered(OpenAi::stream().send(bytes), &request()).await.unwrap_err();
    assert_eq!((error.kind, error.usage), (Refused, USED));
    assert_eq!(error.message, "I can't do that.");
}

#[tokio::test]
async fn ends_in_use() {
    // Without [DONE]; with the text in the last chunk; with comments, other line ends and a byte order mark.
    let last = chunk(json!({ "content": "yes" }), json!("stop"));
    assert_eq!(text(OpenAi::stream().send(last.clone())).await, "yes");
    assert_eq!(text(OpenAi::stream().send(last.clone()).then(Step::Cut)).await, "yes");
    let windows =
        String::from_utf8(OpenAi::whole(&["yes"], Stop::Done, false)).unwrap().replace('\n', "\r\n");
    let decorated = format!(": hello\r\n\r\nretry: 5\r\nid: 1\r\n{windows}");
    for (text, size) in [(&decorated, 1), (&decorated, 1000), (&format!("\u{feff}{windows}"), 1)] {
        let reply = text.as_bytes().chunks(size).fold(OpenAi::stream(), |reply, bytes| reply.send(bytes));
        assert_eq!(answered(reply, &request()).await.unwrap().text, "yes");
    }
    // [DONE] without a reason.
    let done = [OpenAi::piece("yes", false), b"data: [DONE]\n\n".to_vec()].concat();
    assert_eq!(text(OpenAi::stream().send(done)).await, "yes");
    for (bytes, kind) in [
        (b"data: [DONE]\n\n".to_vec(), Malformed),
        (b": nothing\n\n".to_vec(), Interrupted),
        (b"data: {\"choices\": [{]}\n\n".to_vec(), Malformed),
        (b"data: \xff\xfe\n\n".to_vec(), Malformed),
        (b"event: error\ndata: {\"message\": \"no\"}\n\n".to_vec(), Interrupted),
        (chunk(json!({}), json!("error")), Interrupted),
        (
            data(json!({ "object": "error", "message": "no", "code": 400, "type": "BadRequestError" })),
            Rejected,
        ),
    ] {
        let said = String::from_utf8_lossy(&bytes).into_owned();
        let error = answered(OpenAi::stream().send(bytes), &request()).await.unwrap_err();
        assert_eq!(error.kind, kind, "{said}: {error}");
    }
}

#[tokio::test]
async fn nonsense_where_usage_should_be() {
    for usage in [
        json!({ "prompt_tokens": "many", "completion_tokens": -3 }),
        json!({ "prompt_tokens": null }),
        json!("none"),
        json!([]),
    ] {
        let bytes = [OpenAi::piece("a", false), OpenAi::end(Stop::Done, false, usage)].concat();
        let answer = answered(OpenAi::stream().send(bytes), &request()).await.unwrap();
        assert_eq!(answer.usage, TokenUsage::default());
    }
    let huge = json!({ "prompt_tokens": u64::MAX, "completion_tokens": 1 });
    let bytes = [OpenAi::piece("a", false), OpenAi::end(Stop::Done, false, huge)].concat();
    let answer = answered(OpenAi::stream().send(bytes), &request()).await.unwrap();
    assert!(answer.usage.input.checked_mul(1000).is_some());
}

#[tokio::test]
async fn a_line_without_end() {
    for bytes in [vec![b'a'; 100_000], format!("data: {}\n", "a".repeat(1000)).repeat(100).into_bytes()] {
        let reply = OpenAi::stream().send("data: {\"a\": \"").then(Step::Endless(bytes));
        let server = Server::play(vec![reply]).await;
        let error = ask(&*model(Provider::OpenAi, &server.url), &request()).await.0.unwrap_err();
        assert_eq!(error.kind, TooLong, "{error}");
        server.hung_up().await;
    }
}

#[tokio::test]
async fn what_is_missing_in_the_address_is_said() {
    let error = answered(Reply::new(404).send("404 page not found"), &request()).await.unwrap_err();
    assert_eq!(error.kind, Rejected);
    assert!(error.message.ends_with("(does base_url have to end in /v1?)"), "{error}");
}

#[tokio::test]
async fn without_credit_or_with_a_filter() {
    let quota = json!({ "error": { "message": "You exceeded your quota", "type": "insufficient_quota" } });
    let error = answered(Reply::new(429).send(quota.to_string()), &request()).await.unwrap_err();
    assert_eq!(error.kind, NoCredit);
    assert_eq!(error.message, "status 429: You exceeded your quota");
    let filter = json!({ "error": { "message": "filtered", "code": "content_filter" } });
    let error = answered(Reply::new(400).send(filter.to_string()), &request()).await.unwrap_err();
    assert_eq!(error.kind, Refused);
}
