//! Language models: Anthropic's, Amazon Bedrock's, and whatever speaks OpenAI's chat completions (OpenAI, Azure,
//! OpenRouter, Mistral, Ollama, llama.cpp, vLLM, LM Studio, LocalAI and others).
//!
//! The two that speak plain HTTP are written on reqwest and the line parser of `sseer`, not on a client crate. Looked
//! at in 2026: `genai` 0.7 streams, knows both and has time-outs, but holds lines and error bodies of any length, takes
//! a stream that breaks off for one that ended, can't read a plain JSON answer to a streamed question and doesn't tell
//! a refusal from an answer. `async-openai` 0.43 knows one of the two and retries by itself; `rig-core` 0.44 brings
//! agents and a vector store along and has no time-outs. `eventsource-stream`, on which they stand, has not been
//! released since 2022 and reads lines of any length. Bedrock has Amazon's own SDK, behind the feature `bedrock`:
//! signatures, credentials of instances and its binary frames are not for writing again.
//!
//! None of them tries again when a provider is busy: that is for who asks. A question is only put once more when the
//! provider doesn't know a parameter, without that parameter.

mod anthropic;
#[cfg(feature = "bedrock")]
mod bedrock;
mod config;
mod draft;
mod errors;
mod http;
mod manners;
mod openai;
mod profile;
mod schema;
mod thinking;
mod tool;

#[cfg(test)]
mod tests;

pub use config::{ApiKey, ModelConfig, Provider, open};
pub use profile::profile;
