//! Requests to other programs: never followed to another address, bounded in time and size.

use std::time::Duration;

use futures::future::BoxFuture;
use momentum_core::ports::ProviderError;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};

/// Longer than this nobody waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// No answer that we ask for is longer, in bytes.
const MAX_ANSWER: usize = 1 << 20;

/// Sends requests.
#[derive(Debug, Clone)]
pub(crate) struct Web(reqwest::Client);

impl Web {
    /// Ready to send.
    ///
    /// # Errors
    /// When TLS can't be set up.
    pub(crate) fn new() -> Result<Self, String> {
        crate::install_tls();
        reqwest::Client::builder()
            // A provider that sends us elsewhere is not the one that was configured.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .user_agent(concat!("momentum/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(Self)
            .map_err(|error| error.to_string())
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, WebError> {
        let request = reqwest::Request::try_from(request).map_err(WebError::of)?;
        let mut response = self.0.execute(request).await.map_err(WebError::of)?;
        let mut answer = http::Response::builder().status(response.status());
        for (name, value) in response.headers() {
            answer = answer.header(name, value);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(WebError::of)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(WebError("the answer is too long".into()));
            }
            body.extend_from_slice(&chunk);
        }
        answer.body(body).map_err(|error| WebError(error.to_string()))
    }

    /// `GET` for a JSON answer with status 200.
    pub(crate) async fn get_json(
        &self,
        url: &str,
        bearer: Option<&str>,
    ) -> Result<serde_json::Value, ProviderError> {
        let mut request = http::Request::get(url).header("accept", "application/json");
        if let Some(token) = bearer {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Vec::new()).map_err(|error| ProviderError::Refused(error.to_string()))?;
        let answer =
            self.send(request).await.map_err(|error| ProviderError::Unavailable(error.to_string()))?;
        if !answer.status().is_success() {
            return Err(ProviderError::Refused(format!("status {} instead of an answer", answer.status())));
        }
        serde_json::from_slice(answer.body()).map_err(|error| ProviderError::Refused(error.to_string()))
    }
}

impl<'c> AsyncHttpClient<'c> for Web {
    type Error = WebError;
    type Future = BoxFuture<'c, Result<HttpResponse, WebError>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// Why there is no answer. The text names no secret: addresses are cut out.
#[derive(Debug)]
pub(crate) struct WebError(String);

impl WebError {
    fn of(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        Self(format!("{error} {cause}").trim().to_owned())
    }
}

impl std::fmt::Display for WebError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WebError {}
