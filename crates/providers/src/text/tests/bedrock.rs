//! Bedrock's frames, and what is special about it.

use momentum_core::ports::TextErrorKind::*;
use serde_json::{Value, json};

use super::{
    dialect::{Dialect, Stop},
    *,
};

pub(super) struct Bedrock;

/// A frame of an event stream: lengths, headers, payload and two check sums.
fn frame(headers: &[(&str, &str)], payload: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    for (name, value) in headers {
        head.push(u8::try_from(name.len()).unwrap());
        head.extend(name.as_bytes());
        // A string.
        head.push(7);
        head.extend(u16::try_from(value.len()).unwrap().to_be_bytes());
        head.extend(value.as_bytes());
    }
    let length = |bytes: usize| u32::try_from(bytes).unwrap().to_be_bytes();
    let mut bytes = Vec::new();
    bytes.extend(length(16 + head.len() + payload.len()));
    bytes.extend(length(head.len()));
    bytes.extend(check(&bytes).to_be_bytes());
    bytes.extend(head);
    bytes.extend(payload);
    bytes.extend(check(&bytes).to_be_bytes());
    bytes
}

/// CRC-32 as in zip files.
fn check(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
    })
}

fn event(name: &str, value: Value) -> Vec<u8> {
    let headers = [(":message-type", "event"), (":event-type", name), (":content-type", "application/json")];
    frame(&headers, value.to_string().as_bytes())
}

fn exception(name: &str) -> Vec<u8> {
    let headers =
        [(":message-type", "exception"), (":exception-type", name), (":content-type", "application/json")];
    frame(&headers, json!({ "message": "said so" }).to_string().as_bytes())
}

impl Dialect for Bedrock {
    const PROVIDER: Provider = Provider::Bedrock;
    const PATH: &'static str = "/model/model-1/converse-stream";

    fn begin(structured: bool) -> Vec<u8> {
        let mut bytes = event("messageStart", json!({ "role": "assistant" }));
        if structured {
            let start = json!({ "toolUse": { "toolUseId": "t", "name": "course" } });
            bytes.extend(event("contentBlockStart", json!({ "contentBlockIndex": 0, "start": start })));
        }
        bytes
    }

    fn piece(text: &str, structured: bool) -> Vec<u8> {
        let delta = match structured {
            true => json!({ "toolUse": { "input": text } }),
            false => json!({ "text": text }),
        };
        event("contentBlockDelta", json!({ "contentBlockIndex": 0, "delta": delta }))
    }

    fn stop(stop: Stop, structured: bool, _: Value) -> Vec<u8> {
        let reason = match stop {
            Stop::Done if structured => "tool_use",
            Stop::Done => "end_turn",
            Stop::Length => "max_tokens",
            Stop::Refused => "guardrail_intervened",
        };
        let mut bytes = event("contentBlockStop", json!({ "contentBlockIndex": 0 }));
        bytes.extend(event("messageStop", json!({ "stopReason": reason })));
        bytes
    }

    fn after(usage: Value) -> Vec<u8> {
        event("metadata", json!({ "usage": usage, "metrics": { "latencyMs": 1 } }))
    }

    fn usage() -> Value {
        json!({ "inputTokens": 4, "cacheReadInputTokens": 5, "cacheWriteInputTokens": 2,
                "outputTokens": USED.output, "totalTokens": 18 })
    }

    fn overloaded() -> Vec<u8> {
        exception("throttlingException")
    }

    fn failure(status: u16, said: &str) -> Reply {
        let kind = match status {
            401 | 403 => "AccessDeniedException",
            404 => "ResourceNotFoundException",
            429 => "ThrottlingException",
            500 => "InternalServerException",
            _ => "ValidationException",
        };
        Reply::new(status)
            .header("content-type", "application/json")
            .header("x-amzn-errortype", kind)
            .send(json!({ "message": said }).to_string())
    }

    fn stream() -> Reply {
        Reply::new(200).header("content-type", "application/vnd.amazon.eventstream")
    }
}

fn good(structured: bool) -> Reply {
    Bedrock::stream().send(Bedrock::whole(&["{}"], Stop::Done, structured))
}

async fn answered(bytes: Vec<u8>, request: &TextRequest) -> Result<TextAnswer, TextError> {
    let server = Server::play(vec![Bedrock::stream().send(bytes)]).await;
    ask(&*model(Provider::Bedrock, &server.url), request).await.0
}

#[tokio::test]
async fn the_question_as_it_is_put() {
    let server = Server::play(vec![good(true)]).await;
    let request = TextRequest { model: "auto.amazon.nova-lite-v1:0".into(), ..structured() };
    ask(&*model(Provider::Bedrock, &server.url), &request).await.0.unwrap();
    let asked = &server.asked()[0];
    assert_eq!(asked.path, "/model/eu.amazon.nova-lite-v1%3A0/converse-stream");
    assert!(asked.head.contains(&format!("authorization: bearer {KEY}")), "{}", asked.head);
    let mut body = asked.body.clone();
    let temperature = body["inferenceConfig"]["temperature"].take().as_f64().unwrap();
    assert!((temperature - 0.2).abs() < 1e-6);
    let schema = json!({ "type": "object", "properties": { "title": { "type": "string" } } });
    let spec = json!({ "name": "course", "description": "A course", "inputSchema": { "json": schema } });
    assert_eq!(
        body,
        json!({
            "system": [{ "text": "Be brief." }],
            "messages": [
                { "role": "user", "content": [{ "text": "Hello" }] },
                { "role": "assistant", "content": [{ "text": "Hi" }] },
                { "role": "user", "content": [{ "text": "Wie heißt das?" }] },
            ],
            "inferenceConfig": { "maxTokens": 500, "temperature": null },
            "toolConfig": { "tools": [{ "toolSpec": spec }], "toolChoice": { "tool": { "name": "course" } } },
        })
    );
}

#[tokio::test]
async fn what_a_model_does_not_take_is_left_out() {
    let denied = |message: &str| Bedrock::failure(400, message);
    let server = Server::play(vec![
        denied("This model doesn't support the toolConfig.toolChoice.tool field. Remove it and try again."),
        denied("This model doesn't support tool use in streaming mode."),
        good(false),
        good(false),
    ])
    .await;
    let model = model(Provider::Bedrock, &server.url);
    ask(&*model, &structured()).await.0.unwrap();
    assert_eq!(ask(&*model, &structured()).await.0.unwrap().text, "{}");
    let asked = server.asked();
    assert_eq!(asked[1].body["toolConfig"]["toolChoice"], json!({ "any": {} }));
    assert!(asked[2].body.get("toolConfig").is_none());
    assert!(asked[2].body["system"][0]["text"].as_str().unwrap().contains("JSON Schema"));
    assert_eq!(asked[3].body, asked[2].body);
}

#[tokio::test]
async fn errors_in_the_stream() {
    for (name, kind) in [
        ("throttlingException", Busy),
        ("serviceUnavailableException", Busy),
        ("internalServerException", Interrupted),
        ("modelStreamErrorException", Interrupted),
        ("validationException", Rejected),
        ("somethingNewException", Interrupted),
    ] {
        let bytes = [Bedrock::begin(false), exception(name)].concat();
        let error = answered(bytes, &request()).await.unwrap_err();
        assert_eq!(error.kind, kind, "{name}: {error}");
    }
}

#[tokio::test]
async fn frames_that_are_damaged() {
    let mut bytes = Bedrock::whole(&["a"], Stop::Done, false);
    bytes[20] ^= 1;
    assert_eq!(answered(bytes, &request()).await.unwrap_err().kind, Malformed);
    let not_json = frame(&[(":message-type", "event"), (":event-type", "contentBlockDelta")], b"{");
    let error = answered([Bedrock::begin(false), not_json].concat(), &request()).await.unwrap_err();
    assert_eq!(error.kind, Malformed, "{error}");
}

#[tokio::test]
async fn a_frame_that_claims_to_be_huge() {
    let claim = [u32::MAX.to_be_bytes(), 0_u32.to_be_bytes()].concat();
    let reply = Bedrock::stream().send(claim).then(Step::Endless(vec![0; 1 << 20]));
    let server = Server::play(vec![reply]).await;
    let error = ask(&*model(Provider::Bedrock, &server.url), &request()).await.0.unwrap_err();
    assert!(error.kind.is_temporary(), "{error}");
    server.hung_up().await;
}

#[tokio::test]
async fn other_ends() {
    let ended = |reason: &str| {
        let stop = event("messageStop", json!({ "stopReason": reason }));
        [Bedrock::begin(false), Bedrock::piece("a", false), stop, Bedrock::after(Bedrock::usage())].concat()
    };
    for (reason, kind) in [
        ("content_filtered", Refused),
        ("guardrail_intervened", Refused),
        ("refusal", Refused),
        ("malformed_model_output", Malformed),
    ] {
        let error = answered(ended(reason), &request()).await.unwrap_err();
        assert_eq!((error.kind, error.usage), (kind, USED), "{reason}: {error}");
    }
    for (reason, complete) in [("stop_sequence", true), ("model_context_window_exceeded", false)] {
        assert_eq!(answered(ended(reason), &request()).await.unwrap().complete, complete);
    }
    // Without metadata.
    let bytes =
        [Bedrock::begin(false), Bedrock::piece("a", false), Bedrock::stop(Stop::Done, false, json!({}))];
    let answer = answered(bytes.concat(), &request()).await.unwrap();
    assert_eq!((answer.text.as_str(), answer.usage), ("a", TokenUsage::default()));
}
