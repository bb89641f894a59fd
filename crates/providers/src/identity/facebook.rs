//! Facebook: OAuth 2 and the Graph API, since it signs no ID tokens for web sites.

use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use momentum_core::ports::{Attempt, ExternalProfile, IdentityProvider, ProviderError, ProviderInfo};
use serde_json::Value;
use url::Url;

use crate::web::Web;

const DIALOG: &str = "https://www.facebook.com/v23.0/dialog/oauth";
const GRAPH: &str = "https://graph.facebook.com/v23.0";

/// The issuer under which its people are known here.
const ISSUER: &str = "https://www.facebook.com";

pub(super) struct Facebook {
    info: ProviderInfo,
    web: Web,
    client_id: String,
    client_secret: String,
    dialog_url: String,
    graph_url: String,
}

impl Facebook {
    pub(super) fn new(
        info: ProviderInfo,
        web: Web,
        client_id: &str,
        client_secret: String,
        graph_url: Option<&str>,
    ) -> Self {
        let dialog_url = graph_url.map_or_else(|| DIALOG.to_owned(), |url| format!("{url}/dialog/oauth"));
        let graph_url = graph_url.unwrap_or(GRAPH).to_owned();
        Self { info, web, client_id: client_id.to_owned(), client_secret, dialog_url, graph_url }
    }

    async fn exchange(&self, code: &str, attempt: Attempt<'_>) -> Result<ExternalProfile, ProviderError> {
        let token_url = with_query(
            &format!("{}/oauth/access_token", self.graph_url),
            &[
                ("client_id", &self.client_id),
                ("client_secret", &self.client_secret),
                ("redirect_uri", attempt.redirect_uri),
                ("code", code),
                ("code_verifier", attempt.pkce_verifier),
            ],
        )?;
        let answer = self.web.get_json(&token_url, None).await?;
        let token = text(&answer, "access_token")
            .ok_or_else(|| ProviderError::Refused("there is no access token in the answer".into()))?;
        let me_url =
            with_query(&format!("{}/me", self.graph_url), &[("fields", "id,name,email,picture.width(256)")])?;
        let me = self.web.get_json(&me_url, Some(&token)).await?;
        let subject =
            text(&me, "id").ok_or_else(|| ProviderError::Refused("there is no id in the answer".into()))?;
        let picture = me.pointer("/picture/data/url").and_then(Value::as_str);
        Ok(ExternalProfile {
            issuer: ISSUER.to_owned(),
            subject,
            email: text(&me, "email"),
            // Facebook doesn't say, so it counts as not confirmed.
            email_verified: false,
            name: text(&me, "name"),
            picture: picture.filter(|url| url.starts_with("https://")).map(ToOwned::to_owned),
        })
    }
}

impl IdentityProvider for Facebook {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn authorization_url<'a>(&'a self, attempt: Attempt<'a>) -> BoxFuture<'a, Result<String, ProviderError>> {
        Box::pin(async move {
            with_query(
                &self.dialog_url,
                &[
                    ("client_id", &self.client_id),
                    ("redirect_uri", attempt.redirect_uri),
                    ("state", attempt.state),
                    ("response_type", "code"),
                    ("scope", "email,public_profile"),
                    ("code_challenge", &super::oidc::pkce_challenge(attempt.pkce_verifier)),
                    ("code_challenge_method", "S256"),
                ],
            )
        })
    }

    fn redeem<'a>(
        &'a self,
        code: &'a str,
        attempt: Attempt<'a>,
        _now: DateTime<Utc>,
    ) -> BoxFuture<'a, Result<ExternalProfile, ProviderError>> {
        Box::pin(self.exchange(code, attempt))
    }
}

fn with_query(url: &str, pairs: &[(&str, &str)]) -> Result<String, ProviderError> {
    let url =
        Url::parse_with_params(url, pairs).map_err(|error| ProviderError::Unavailable(error.to_string()))?;
    Ok(url.into())
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_str).map(ToOwned::to_owned)
}
