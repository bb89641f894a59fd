//! What is special about Messages.

use momentum_core::ports::TextErrorKind::*;
use serde_json::{Value, json};

use super::{
    dialect::{Anthropic, Dialect, Stop, event},
    *,
};

fn good(structured: bool) -> Reply {
    Anthropic::stream().send(Anthropic::whole(&["{}"], Stop::Done, structured))
}

async fn answered(reply: Reply, request: &TextRequest) -> Result<TextAnswer, TextError> {
    let server = Server::play(vec![reply]).await;
    ask(&*model(Provider::Anthropic, &server.url), request).await.0
}

#[tokio::test]
async fn the_question_as_it_is_put() {
    let server = Server::play(vec![good(true)]).await;
    ask(&*model(Provider::Anthropic, &format!("{}/v1/", server.url)), &structured()).await.0.unwrap();
    let asked = &server.asked()[0];
    assert_eq!(asked.path, "/v1/messages");
    assert!(asked.head.contains(&format!("x-api-key: {KEY}")));
    assert!(asked.head.contains("anthropic-version: 2023-06-01"));
    assert_eq!(
        asked.body,
        json!({
            "model": "model-1",
            "system": "Be brief.",
            "messages": [
                { "role": "user", "content": "Hello" },
                { "role": "assistant", "content": "Hi" },
                { "role": "user", "content": "Wie heißt das?" },
            ],
            "stream": true,
            "max_tokens": 500,
            "temperature": 0.2,
            "tools": [{ "name": "course", "description": "A course",
                        "input_schema": { "type": "object", "properties": { "title": { "type": "string" } } } }],
            "tool_choice": { "type": "tool", "name": "course", "disable_parallel_tool_use": true },
        })
    );
}

#[tokio::test]
async fn what_a_model_does_not_take_is_left_out() {
    let denied = |message: &str| Anthropic::failure(400, message);
    let server = Server::play(vec![
        denied("temperature: is deprecated for this model"),
        denied("tool_choice: forcing tool use is not supported by this model"),
        good(false),
        good(false),
    ])
    .await;
    let model = model(Provider::Anthropic, &server.url);
    ask(&*model, &structured()).await.0.unwrap();
    let (answer, _) = ask(&*model, &structured()).await;
    assert_eq!(answer.unwrap().text, "{}");
    let asked = server.asked();
    assert!(asked[1].body.get("temperature").is_none() && asked[1].body.get("tools").is_some());
    assert!(asked[2].body.get("tools").is_none());
    assert!(asked[2].body["system"].as_str().unwrap().contains("JSON Schema"));
    assert_eq!(asked[3].body, asked[2].body);
}

#[tokio::test]
async fn only_what_the_tool_is_given_is_the_answer() {
    let text = |text: &str| {
        let start = json!({ "index": 0, "content_block": { "type": "text", "text": "" } });
        let delta = json!({ "index": 0, "delta": { "type": "text_delta", "text": text } });
        [event("content_block_start", start), event("content_block_delta", delta)].concat()
    };
    let think = json!({ "index": 0, "delta": { "type": "thinking_delta", "thinking": "Hmm" } });
    let bytes = [
        text("I'll call the tool."),
        event("content_block_delta", think),
        Anthropic::begin(true),
        Anthropic::piece("{\"title\"", true),
        Anthropic::piece(":1}", true),
        event("something_new", json!({ "index": 0 })),
        Anthropic::end(Stop::Done, true, Anthropic::usage()),
    ];
    let answer = answered(Anthropic::stream().send(bytes.concat()), &structured()).await.unwrap();
    assert_eq!(answer.text, "{\"title\":1}");
    // It answers in a text all the same.
    let bytes = [text("{\"title\":2}"), Anthropic::end(Stop::Done, false, json!({}))].concat();
    assert_eq!(answered(Anthropic::stream().send(bytes), &structured()).await.unwrap().text, "{\"title\":2}");
    // A call without input, and one that has it at once.
    let empty = [Anthropic::begin(true), Anthropic::end(Stop::Done, true, json!({}))].concat();
    assert_eq!(answered(Anthropic::stream().send(empty), &structured()).await.unwrap().text, "{}");
    let start = json!({ "index": 0, "content_block": { "type": "tool_use", "input": { "title": 3 } } });
    let bytes = [event("content_block_start", start), Anthropic::end(Stop::Done, true, json!({}))].concat();
    assert_eq!(answered(Anthropic::stream().send(bytes), &structured()).await.unwrap().text, "{\"title\":3}");
}

#[tokio::test]
async fn an_answer_that_does_not_stream() {
    let whole = |stop: &str| {
        let content = json!([{ "type": "thinking", "thinking": "Hmm" }, { "type": "text", "text": "a" },
                             { "type": "tool_use", "input": { "title": "b" } }]);
        let usage = json!({ "input_tokens": 11, "output_tokens": 7 });
        let body = json!({ "type": "message", "content": content, "stop_reason": stop, "usage": usage });
        Reply::new(200).send(body.to_string())
    };
    let answer = answered(whole("tool_use"), &structured()).await.unwrap();
    assert_eq!(answer, TextAnswer { text: "{\"title\":\"b\"}".into(), complete: true, usage: USED });
    assert_eq!(answered(whole("end_turn"), &request()).await.unwrap().text, "a");
    assert!(!answered(whole("max_tokens"), &request()).await.unwrap().complete);
    assert_eq!(answered(whole("refusal"), &request()).await.unwrap_err().kind, Refused);
    let error = json!({ "type": "error", "error": { "type": "overloaded_error", "message": "no" } });
    assert_eq!(answered(Reply::new(200).send(error.to_string()), &request()).await.unwrap_err().kind, Busy);
    assert_eq!(answered(Reply::new(200).send("{}"), &request()).await.unwrap_err().kind, Malformed);
}

#[tokio::test]
async fn what_was_used_is_known_when_it_fails() {
    let bytes = [Anthropic::begin(false), Anthropic::piece("a", false)].concat();
    let error = answered(Anthropic::stream().send(bytes), &request()).await.unwrap_err();
    assert_eq!((error.kind, error.usage), (Interrupted, TokenUsage { input: 11, output: 1 }));
    let nonsense = json!({ "output_tokens": "many", "input_tokens": Value::Null });
    let bytes = [Anthropic::begin(false), Anthropic::end(Stop::Done, false, nonsense)].concat();
    let answer = answered(Anthropic::stream().send(bytes), &request()).await.unwrap();
    assert_eq!(answer.usage, TokenUsage { input: 11, output: 1 });
}

#[tokio::test]
async fn other_ends() {
    // Without message_stop; without a reason.
    let [begin, piece, stop] = [
        Anthropic::begin(false),
        Anthropic::piece("a", false),
        Anthropic::stop(Stop::Done, false, json!({})),
    ];
    let bytes = [begin.clone(), piece.clone(), stop].concat();
    assert_eq!(answered(Anthropic::stream().send(bytes), &request()).await.unwrap().text, "a");
    let bytes = [begin, piece, Anthropic::after(json!({}))].concat();
    assert_eq!(answered(Anthropic::stream().send(bytes), &request()).await.unwrap_err().kind, Malformed);
    let credit = "Your credit balance is too low to access the Anthropic API.";
    let error = answered(Anthropic::failure(400, credit), &request()).await.unwrap_err();
    assert_eq!(error.kind, NoCredit);
}
