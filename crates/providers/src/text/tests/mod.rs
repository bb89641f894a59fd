//! What every adapter keeps to, tried against a server on this machine that plays good, slow, truncated, malformed,
//! busy, refusing and lying answers.

mod anthropic;
#[cfg(feature = "bedrock")]
mod bedrock;
mod contract;
mod dialect;
mod openai;
mod server;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use momentum_core::ports::{
    AnswerSchema, Message, Speaker, TextAnswer, TextError, TextModel, TextRequest, TokenUsage,
};
use serde_json::json;

use super::{ModelConfig, Provider, open};
use server::{Reply, Server, Step};

/// What no message may show.
const KEY: &str = "sk-very-secret-1234567890";

/// What the scripted providers say was used.
const USED: TokenUsage = TokenUsage { input: 11, output: 7 };

fn request() -> TextRequest {
    let message = |speaker, text: &str| Message { speaker, text: text.into() };
    TextRequest {
        model: "model-1".into(),
        system: "Be brief.".into(),
        messages: vec![
            message(Speaker::User, "Hello"),
            message(Speaker::Model, "Hi"),
            message(Speaker::User, "Wie heißt das?"),
        ],
        schema: None,
        max_output_tokens: 500,
        temperature: Some(0.2),
    }
}

fn structured() -> TextRequest {
    let schema = json!({ "type": "object", "properties": { "title": { "type": "string" } } });
    let schema = AnswerSchema { name: "course".into(), description: "A course".into(), schema };
    TextRequest { schema: Some(schema), ..request() }
}

/// A model at `url` that loses its patience soon.
fn model(provider: Provider, url: &str) -> Arc<dyn TextModel> {
    model_with(provider, url, 3000, 3000)
}

fn model_with(provider: Provider, url: &str, first: u64, piece: u64) -> Arc<dyn TextModel> {
    let mut config = ModelConfig::new(provider);
    config.base_url = Some(url.to_owned());
    config.api_key = Some(KEY.to_owned().into());
    config.region = Some("eu-central-1".into());
    config.first_piece_timeout = Duration::from_millis(first);
    config.piece_timeout = Duration::from_millis(piece);
    open(&config).unwrap()
}

/// The answer, and the pieces in which it was heard.
async fn ask(model: &dyn TextModel, request: &TextRequest) -> (Result<TextAnswer, TextError>, Vec<String>) {
    let heard = Mutex::new(Vec::new());
    let answer = model.write(request, &|piece: &str| heard.lock().unwrap().push(piece.to_owned())).await;
    (answer, heard.into_inner().unwrap())
}
