//! How each provider says the same.

use serde_json::{Value, json};

use super::{Provider, Reply, USED};

/// How an answer ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Done,
    Length,
    Refused,
}

/// A provider's way of saying things.
pub(super) trait Dialect {
    const PROVIDER: Provider;
    const PATH: &'static str;

    /// The stream's beginning.
    fn begin(structured: bool) -> Vec<u8>;
    /// A piece of the answer.
    fn piece(text: &str, structured: bool) -> Vec<u8>;
    /// Why it ends.
    fn stop(stop: Stop, structured: bool, usage: Value) -> Vec<u8>;
    /// What comes after that.
    fn after(usage: Value) -> Vec<u8>;
    /// The usage as it is said.
    fn usage() -> Value;
    /// Says in the middle that there is too much to do.
    fn overloaded() -> Vec<u8>;
    /// An error instead of an answer.
    fn failure(status: u16, said: &str) -> Reply;
    fn stream() -> Reply;

    /// The end, with what was used.
    fn end(stop: Stop, structured: bool, usage: Value) -> Vec<u8> {
        [Self::stop(stop, structured, usage.clone()), Self::after(usage)].concat()
    }

    fn whole(pieces: &[&str], stop: Stop, structured: bool) -> Vec<u8> {
        let mut bytes = Self::begin(structured);
        for piece in pieces {
            bytes.extend(Self::piece(piece, structured));
        }
        bytes.extend(Self::end(stop, structured, Self::usage()));
        bytes
    }
}

pub(super) struct OpenAi;

pub(super) fn data(value: Value) -> Vec<u8> {
    format!("data: {value}\n\n").into_bytes()
}

pub(super) fn chunk(delta: Value, finish: Value) -> Vec<u8> {
    data(json!({ "id": "1", "object": "chat.completion.chunk",
                 "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] }))
}

impl Dialect for OpenAi {
    const PROVIDER: Provider = Provider::OpenAi;
    const PATH: &'static str = "/chat/completions";

    fn begin(_: bool) -> Vec<u8> {
        chunk(json!({ "role": "assistant", "content": "" }), Value::Null)
    }

    fn piece(text: &str, _: bool) -> Vec<u8> {
        chunk(json!({ "content": text }), Value::Null)
    }

    fn stop(stop: Stop, _: bool, _: Value) -> Vec<u8> {
        let reason = match stop {
            Stop::Done => "stop",
            Stop::Length => "length",
            Stop::Refused => "content_filter",
        };
        chunk(json!({}), json!(reason))
    }

    fn after(usage: Value) -> Vec<u8> {
        let mut bytes = data(json!({ "choices": [], "usage": usage }));
        bytes.extend(b"data: [DONE]\n\n");
        bytes
    }

    fn usage() -> Value {
        json!({ "prompt_tokens": USED.input, "completion_tokens": USED.output, "total_tokens": 18 })
    }

    fn overloaded() -> Vec<u8> {
        data(json!({ "error": { "message": "too much to do", "type": "server_overloaded", "code": 503 } }))
    }

    fn failure(status: u16, said: &str) -> Reply {
        let body = json!({ "error": { "message": said, "type": null, "param": null, "code": null } });
        Reply::new(status).header("content-type", "application/json").send(body.to_string())
    }

    fn stream() -> Reply {
        Reply::new(200).header("content-type", "text/event-stream")
    }
}

pub(super) struct Anthropic;

pub(super) fn event(name: &str, mut value: Value) -> Vec<u8> {
    value["type"] = json!(name);
    format!("event: {name}\ndata: {value}\n\n").into_bytes()
}

impl Dialect for Anthropic {
    const PROVIDER: Provider = Provider::Anthropic;
    const PATH: &'static str = "/v1/messages";

    fn begin(structured: bool) -> Vec<u8> {
        let usage = json!({ "input_tokens": 4, "cache_creation_input_tokens": 5, "cache_read_input_tokens": 2,
                            "output_tokens": 1 });
        let block = match structured {
            true => json!({ "type": "tool_use", "id": "t", "name": "course", "input": {} }),
            false => json!({ "type": "text", "text": "" }),
        };
        let mut bytes = event("message_start", json!({ "message": { "id": "m", "usage": usage } }));
        bytes.extend(event("ping", json!({})));
        bytes.extend(event("content_block_start", json!({ "index": 0, "content_block": block })));
        bytes
    }

    fn piece(text: &str, structured: bool) -> Vec<u8> {
        let delta = match structured {
            true => json!({ "type": "input_json_delta", "partial_json": text }),
            false => json!({ "type": "text_delta", "text": text }),
        };
        event("content_block_delta", json!({ "index": 0, "delta": delta }))
    }

    fn stop(stop: Stop, structured: bool, usage: Value) -> Vec<u8> {
        let reason = match stop {
            Stop::Done if structured => "tool_use",
            Stop::Done => "end_turn",
            Stop::Length => "max_tokens",
            Stop::Refused => "refusal",
        };
        let mut bytes = event("content_block_stop", json!({ "index": 0 }));
        bytes.extend(event("message_delta", json!({ "delta": { "stop_reason": reason }, "usage": usage })));
        bytes
    }

    fn after(_: Value) -> Vec<u8> {
        event("message_stop", json!({}))
    }

    fn usage() -> Value {
        json!({ "output_tokens": USED.output })
    }

    fn overloaded() -> Vec<u8> {
        event("error", json!({ "error": { "type": "overloaded_error", "message": "Overloaded" } }))
    }

    fn failure(status: u16, said: &str) -> Reply {
        let kind = match status {
            401 => "authentication_error",
            403 => "permission_error",
            404 => "not_found_error",
            429 => "rate_limit_error",
            500 => "api_error",
            529 => "overloaded_error",
            _ => "invalid_request_error",
        };
        let body = json!({ "type": "error", "error": { "type": kind, "message": said } });
        Reply::new(status).header("content-type", "application/json").send(body.to_string())
    }

    fn stream() -> Reply {
        Reply::new(200).header("content-type", "text/event-stream; charset=utf-8")
    }
}
