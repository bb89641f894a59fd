//! Amazon Bedrock's Converse, with Amazon's SDK. A form is had by making the model call one tool, whose input is the
//! answer; models that can't be made to are told.

mod answer;
mod errors;
mod limits;
mod request;

use aws_config::{
    BehaviorVersion, Region, retry::RetryConfig, stalled_stream_protection::StalledStreamProtectionConfig,
    timeout::TimeoutConfig,
};
use aws_sdk_bedrockruntime::{Client, config::Token, operation::converse_stream::ConverseStreamOutput};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use momentum_core::ports::{TextAnswer, TextError, TextErrorKind, TextModel, TextRequest, Writing};
use tokio::{
    sync::OnceCell,
    time::{Instant, timeout_at},
};

use super::{
    config::{ApiKey, ModelConfig},
    draft::{Draft, Listener},
    errors::interrupted,
    http::{CONNECT, Patience},
    manners::Manners,
    profile::profile,
    tool::ToolDraft,
};
use request::Manner;

/// Models at Amazon.
pub(super) struct Bedrock {
    region: String,
    endpoint: Option<String>,
    key: Option<ApiKey>,
    patience: Patience,
    /// Credentials are looked for when they are needed first.
    client: OnceCell<Client>,
    manners: Manners<Manner>,
}

impl Bedrock {
    pub(super) fn new(config: &ModelConfig) -> Result<Self, String> {
        let given = config.region.clone().or_else(|| std::env::var("AWS_REGION").ok());
        let region = given.or_else(|| std::env::var("AWS_DEFAULT_REGION").ok()).unwrap_or_default();
        if region.trim().is_empty() {
            return Err("region is missing (or AWS_REGION)".into());
        }
        let (endpoint, _) = config.base("")?;
        if let Some(key) = config.key() {
            key.header("Bearer ")?;
        }
        Ok(Self {
            region: region.trim().to_owned(),
            endpoint: Some(endpoint).filter(|endpoint| !endpoint.is_empty()),
            key: config.key().cloned(),
            patience: config.patience(),
            client: OnceCell::new(),
            manners: Manners::new(),
        })
    }

    async fn client(&self) -> &Client {
        self.client
            .get_or_init(|| async {
                let http = aws_smithy_http_client::Builder::new()
                    .tls_provider(Provider::Rustls(CryptoMode::Ring))
                    .build_https();
                let mut loader = aws_config::defaults(BehaviorVersion::latest())
                    .region(Region::new(self.region.clone()))
                    .http_client(http)
                    .retry_config(RetryConfig::disabled())
                    // A model that thinks is no stalled stream.
                    .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
                    .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT).build());
                if let Some(endpoint) = &self.endpoint {
                    loader = loader.endpoint_url(endpoint);
                }
                if self.key.is_some() {
                    // Nothing else is looked for.
                    loader = loader.no_credentials();
                }
                let shared = loader.load().await;
                let mut config =
                    aws_sdk_bedrockruntime::config::Builder::from(&shared).interceptor(limits::Limits);
                if let Some(key) = &self.key {
                    config = config.bearer_token(Token::new(key.expose(), None));
                }
                Client::from_conf(config.build())
            })
            .await
    }

    /// Asks in the manner that is known, and while the model doesn't know a parameter, without that.
    async fn ask(&self, asked: &TextRequest) -> Result<(ConverseStreamOutput, Manner), TextError> {
        let client = self.client().await;
        let model = profile(&self.region, &asked.model);
        let known = self.manners.of(&model);
        let mut manner = known.unwrap_or_else(Manner::first);
        loop {
            let question = request::question(client.converse_stream(), &model, asked, manner)?;
            let sent = timeout_at(Instant::now() + self.patience.first, question.send())
                .await
                .map_err(|_| nothing_came(self.patience.first))?;
            match sent {
                Ok(answer) => {
                    if known != Some(manner) {
                        self.manners.keep(&model, manner);
                    }
                    return Ok((answer, manner));
                }
                Err(failure) => {
                    let error = errors::of_question(&failure, self.secret());
                    let other = manner.instead(&error, asked);
                    manner = other.filter(|_| error.kind == TextErrorKind::Rejected).ok_or(error)?;
                }
            }
        }
    }

    fn secret(&self) -> Option<&str> {
        self.key.as_ref().map(ApiKey::expose)
    }

    async fn answer(&self, asked: &TextRequest, on_text: Listener<'_>) -> Result<TextAnswer, TextError> {
        let (output, manner) = self.ask(asked).await?;
        let wants_tool = asked.schema.is_some() && manner.has_tool();
        let draft = ToolDraft::new(Draft::new(asked, on_text), wants_tool);
        answer::read(output.stream, draft, self.patience, self.secret()).await
    }
}

impl TextModel for Bedrock {
    fn name(&self) -> &'static str {
        "bedrock"
    }

    fn write<'a>(&'a self, request: &'a TextRequest, on_text: Listener<'a>) -> Writing<'a> {
        Box::pin(self.answer(request, on_text))
    }
}

fn nothing_came(limit: std::time::Duration) -> TextError {
    interrupted(format!("nothing came for {} seconds", limit.as_secs_f32()))
}
