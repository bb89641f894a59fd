//! What the operator writes about a provider.

use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

use momentum_core::ports::TextModel;
use reqwest::header::HeaderValue;
use serde::{Deserialize, Deserializer};

use super::{anthropic::Anthropic, http::Patience, openai::OpenAi};

/// Where a language model is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// How it is spoken to.
    pub provider: Provider,
    /// Where its interface begins, such as `http://localhost:11434/v1` (Ollama). Without it: the provider's own.
    pub base_url: Option<String>,
    /// The key. What speaks like OpenAI needs none on this machine or in its network. Bedrock takes an API key of its
    /// own here; without one it takes the credentials that Amazon's tools find.
    pub api_key: Option<ApiKey>,
    /// Bedrock: such as `eu-central-1`; without it what `AWS_REGION` says.
    pub region: Option<String>,
    /// How long to wait for the first word, in seconds. A model on this machine may be loaded first.
    #[serde(default = "ModelConfig::default_first_piece", deserialize_with = "seconds")]
    pub first_piece_timeout: Duration,
    /// How long to wait from one piece to the next, in seconds.
    #[serde(default = "ModelConfig::default_piece", deserialize_with = "seconds")]
    pub piece_timeout: Duration,
}

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Whatever has OpenAI's chat completions.
    OpenAi,
    /// Anthropic's Messages.
    Anthropic,
    /// Amazon Bedrock's Converse.
    Bedrock,
}

impl std::str::FromStr for Provider {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "openai" => Ok(Self::OpenAi),
            "anthropic" => Ok(Self::Anthropic),
            "bedrock" => Ok(Self::Bedrock),
            _ => Err(format!("{name:?} is no provider of models: use openai, anthropic or bedrock")),
        }
    }
}

/// A key that is never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct ApiKey(String);

impl ApiKey {
    /// A key; spaces around it don't count.
    #[must_use]
    pub fn new(key: &str) -> Self {
        Self(key.trim().to_owned())
    }

    pub(super) fn expose(&self) -> &str {
        self.0.trim()
    }

    /// `prefix` and the key, as a header that is not logged.
    pub(super) fn header(&self, prefix: &str) -> Result<HeaderValue, String> {
        let mut value = HeaderValue::from_str(&format!("{prefix}{}", self.expose()))
            .map_err(|_| "api_key has letters that no key has".to_owned())?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(…)")
    }
}

impl From<String> for ApiKey {
    fn from(key: String) -> Self {
        Self::new(&key)
    }
}

impl ModelConfig {
    /// A provider with nothing else said about it.
    #[must_use]
    pub fn new(provider: Provider) -> Self {
        Self {
            provider,
            base_url: None,
            api_key: None,
            region: None,
            first_piece_timeout: Self::default_first_piece(),
            piece_timeout: Self::default_piece(),
        }
    }

    fn default_first_piece() -> Duration {
        Duration::from_secs(180)
    }

    fn default_piece() -> Duration {
        Duration::from_secs(120)
    }

    pub(super) fn patience(&self) -> Patience {
        Patience { first: self.first_piece_timeout, piece: self.piece_timeout }
    }

    /// The key, if there is one.
    pub(super) fn key(&self) -> Option<&ApiKey> {
        self.api_key.as_ref().filter(|key| !key.expose().is_empty())
    }

    /// Where the interface begins, without a slash at the end, and whether that is on this machine or in its network.
    pub(super) fn base(&self, own: &str) -> Result<(String, bool), String> {
        match self.base_url.as_deref().map(str::trim).filter(|url| !url.is_empty()) {
            None => Ok((own.to_owned(), false)),
            Some(url) => Ok((url.trim_end_matches('/').to_owned(), checked(url)?)),
        }
    }
}

/// Makes the model that is described. Nothing is sent yet.
///
/// # Errors
/// With a message for the operator: what is missing or wrong.
pub fn open(config: &ModelConfig) -> Result<Arc<dyn TextModel>, String> {
    if config.first_piece_timeout.is_zero() || config.piece_timeout.is_zero() {
        return Err("first_piece_timeout and piece_timeout are seconds, at least one".into());
    }
    match config.provider {
        Provider::OpenAi => Ok(Arc::new(OpenAi::new(config)?)),
        Provider::Anthropic => Ok(Arc::new(Anthropic::new(config)?)),
        #[cfg(feature = "bedrock")]
        Provider::Bedrock => Ok(Arc::new(super::bedrock::Bedrock::new(config)?)),
        #[cfg(not(feature = "bedrock"))]
        Provider::Bedrock => {
            Err("this program was built without Bedrock: build with --features bedrock".into())
        }
    }
}

/// Whether an address is on this machine or in its network. Others are not spoken to in the open.
fn checked(address: &str) -> Result<bool, String> {
    let url = url::Url::parse(address).map_err(|_| format!("base_url: {address:?} is no address"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("base_url has a password in it; the key belongs into api_key".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("base_url can't have a ? or a # in it".into());
    }
    let near = match url.host() {
        // A name without a dot is one of a local network, such as a container's.
        Some(url::Host::Domain(name)) => !name.contains('.') || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(ip)) => is_near(ip.into()),
        Some(url::Host::Ipv6(ip)) => is_near(ip.into()),
        None => false,
    };
    match (url.scheme(), near) {
        ("https", near) => Ok(near),
        ("http", true) => Ok(true),
        ("http", false) => Err(format!("base_url: {address} would send everything in the open; use https")),
        _ => Err(format!("base_url: {address:?} is neither https nor http")),
    }
}

fn is_near(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

fn seconds<'de, D: Deserializer<'de>>(input: D) -> Result<Duration, D::Error> {
    u64::deserialize(input).map(Duration::from_secs)
}

#[cfg(test)]
mod unit {
    use super::*;
    use serde_json::{Value, json};

    fn parse(config: Value) -> Result<Arc<dyn TextModel>, String> {
        let config: ModelConfig = serde_json::from_value(config).map_err(|error| error.to_string())?;
        open(&config)
    }

    #[test]
    fn what_is_missing_or_wrong_is_named() {
        for (config, word) in [
            (json!({ "provider": "openai" }), "api_key is missing"),
            (json!({ "provider": "openai", "api_key": " " }), "api_key is missing"),
            (
                json!({ "provider": "openai", "base_url": "https://openrouter.ai/api/v1" }),
                "api_key is missing",
            ),
            (json!({ "provider": "anthropic" }), "api_key is missing"),
            (json!({ "provider": "openai", "api_key": "a\nb" }), "no key has"),
            (json!({ "provider": "openai", "base_url": "ftp://localhost" }), "neither https nor http"),
            (json!({ "provider": "openai", "base_url": "localhost:11434" }), "neither https nor http"),
            (json!({ "provider": "openai", "base_url": "::" }), "no address"),
            (json!({ "provider": "openai", "base_url": "http://models.example.com/v1" }), "in the open"),
            (json!({ "provider": "openai", "base_url": "http://me:pw@localhost/v1" }), "password"),
            (json!({ "provider": "openai", "base_url": "http://localhost/v1?x=1" }), "?"),
            (json!({ "provider": "openai", "api_key": "k", "piece_timeout": 0 }), "at least one"),
            (json!({ "provider": "palm" }), "palm"),
            (json!({ "provider": "openai", "model": "x" }), "model"),
        ] {
            let error = parse(config.clone()).err().unwrap();
            assert!(error.contains(word), "{config}: {error}");
            assert!(!error.contains("pw"), "{error}");
        }
    }

    #[test]
    fn what_is_said_is_enough() {
        for config in [
            json!({ "provider": "openai", "api_key": "k" }),
            json!({ "provider": "openai", "base_url": "http://127.0.0.1:8080/v1" }),
            json!({ "provider": "openai", "base_url": "http://ollama:11434/v1/", "first_piece_timeout": 600 }),
            json!({ "provider": "openai", "base_url": "http://192.168.1.7:11434/v1" }),
            json!({ "provider": "anthropic", "api_key": "k", "base_url": "https://proxy.example.com" }),
        ] {
            let name = config["provider"].as_str().unwrap().to_owned();
            assert_eq!(parse(config).ok().unwrap().name(), name);
        }
    }

    #[cfg(not(feature = "bedrock"))]
    #[test]
    fn without_its_feature_there_is_no_bedrock() {
        let error = parse(json!({ "provider": "bedrock", "region": "eu-west-1" })).err().unwrap();
        assert_eq!(error, "this program was built without Bedrock: build with --features bedrock");
    }

    #[test]
    fn a_key_is_never_shown() {
        let config: ModelConfig =
            serde_json::from_value(json!({ "provider": "openai", "api_key": "sk-secret" })).unwrap();
        assert!(!format!("{config:?}").contains("secret"));
        assert!(!format!("{:?}", config.api_key.unwrap().header("Bearer ").unwrap()).contains("secret"));
    }
}
