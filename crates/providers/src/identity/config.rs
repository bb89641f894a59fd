//! What the operator writes about a provider, and what the presets know already.

use std::{path::PathBuf, sync::Arc};

use momentum_core::ports::{IdentityProvider, ProviderInfo};
use serde::Deserialize;

use super::{
    apple::AppleSecret,
    claims::ClaimNames,
    facebook::Facebook,
    oidc::{Oidc, OidcOptions, Secret},
};
use crate::web::Web;

/// One `[[identity_providers]]` of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderConfig {
    /// In addresses, such as `google`: lower-case letters, digits and hyphens. Give its `/sign-in/with/ID/callback` to
    /// the provider as redirect address.
    pub id: String,
    /// What is known of the provider already.
    #[serde(default)]
    pub preset: Preset,
    /// For people; the preset's name when missing.
    pub name: Option<String>,
    /// The client's id at the provider.
    pub client_id: String,
    /// The client's secret; none for Apple and for public clients.
    pub client_secret: Option<String>,
    /// The issuer's address, without `/.well-known/…`. Google and Apple have theirs.
    pub issuer: Option<String>,
    /// Microsoft: the directory's id.
    pub tenant: Option<String>,
    /// Besides `openid`; the preset's when missing.
    pub scopes: Option<Vec<String>>,
    /// Which claim holds what, where it isn't the standard one.
    #[serde(default)]
    pub claims: ClaimNames,
    /// Take every address for confirmed, also where the provider doesn't say so. Only for a directory of your own.
    #[serde(default)]
    pub trust_email: bool,
    /// Apple: the team's id.
    pub team_id: Option<String>,
    /// Apple: the key's id.
    pub key_id: Option<String>,
    /// Apple: the file with the private key (`.p8`).
    pub private_key_file: Option<PathBuf>,
    /// Accept this issuer's JWTs as API tokens when they are made for one of these audiences (or client ids).
    #[serde(default)]
    pub api_audiences: Vec<String>,
    /// Facebook: where the Graph API stands, for tests.
    pub graph_url: Option<String>,
}

/// A provider about which much is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    Google,
    Apple,
    Microsoft,
    Cognito,
    Keycloak,
    Facebook,
    #[default]
    Oidc,
}

impl Preset {
    fn name(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Apple => "Apple",
            Self::Microsoft => "Microsoft",
            Self::Cognito => "Amazon Cognito",
            Self::Keycloak => "Keycloak",
            Self::Facebook => "Facebook",
            Self::Oidc => "single sign-on",
        }
    }
}

/// Makes the provider that is described.
///
/// # Errors
/// With a message for the operator: which key is missing or wrong.
pub fn build(config: &ProviderConfig) -> Result<Arc<dyn IdentityProvider>, String> {
    let wrong = |what: &str| format!("identity_providers: {:?}: {what}", config.id);
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if config.id.is_empty() || !config.id.chars().all(plain) {
        return Err(wrong("id has lower-case letters, digits and hyphens"));
    }
    let info = ProviderInfo {
        id: config.id.clone(),
        name: config.name.clone().unwrap_or_else(|| config.preset.name().to_owned()),
    };
    let web = Web::new().map_err(|error| wrong(&error))?;
    if config.preset == Preset::Facebook {
        let secret = config.client_secret.clone().ok_or_else(|| wrong("client_secret is missing"))?;
        return Ok(Arc::new(Facebook::new(
            info,
            web,
            &config.client_id,
            secret,
            config.graph_url.as_deref(),
        )));
    }
    let options = OidcOptions {
        info,
        issuer: issuer(config).map_err(|what| wrong(&what))?,
        client_id: config.client_id.clone(),
        secret: secret(config).map_err(|what| wrong(&what))?,
        scopes: scopes(config),
        claims: claims(config),
        trust_email: config.trust_email,
        form_post: config.preset == Preset::Apple,
        api_audiences: config.api_audiences.clone(),
    };
    Ok(Arc::new(Oidc::new(options, web).map_err(|what| wrong(&what))?))
}

fn issuer(config: &ProviderConfig) -> Result<String, String> {
    match (&config.issuer, config.preset) {
        (Some(issuer), _) => Ok(issuer.clone()),
        (None, Preset::Google) => Ok("https://accounts.google.com".into()),
        (None, Preset::Apple) => Ok("https://appleid.apple.com".into()),
        (None, Preset::Microsoft) => {
            let tenant = config.tenant.as_deref().ok_or("tenant (the directory's id) is missing")?;
            Ok(format!("https://login.microsoftonline.com/{tenant}/v2.0"))
        }
        (None, _) => Err("issuer is missing".into()),
    }
}

fn secret(config: &ProviderConfig) -> Result<Secret, String> {
    if config.preset != Preset::Apple {
        return Ok(config.client_secret.clone().map_or(Secret::None, Secret::Fixed));
    }
    let file = config.private_key_file.as_deref().ok_or("private_key_file is missing")?;
    let pem = std::fs::read(file).map_err(|error| format!("private_key_file: {error}"))?;
    let team = config.team_id.as_deref().ok_or("team_id is missing")?;
    let key = config.key_id.as_deref().ok_or("key_id is missing")?;
    Ok(Secret::Apple(AppleSecret::new(team, key, &config.client_id, &pem)?))
}

fn scopes(config: &ProviderConfig) -> Vec<String> {
    config.scopes.clone().unwrap_or_else(|| {
        let known: &[&str] = match config.preset {
            Preset::Apple => &["name", "email"],
            _ => &["email", "profile"],
        };
        known.iter().map(|scope| (*scope).to_owned()).collect()
    })
}

fn claims(config: &ProviderConfig) -> ClaimNames {
    let mut claims = config.claims.clone();
    if config.preset == Preset::Microsoft && claims.email_verified.is_none() {
        // Microsoft's `email` is whatever an administrator typed; only this optional claim says that it was confirmed.
        claims.email_verified = Some("xms_edov".into());
    }
    claims
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: serde_json::Value) -> Result<Arc<dyn IdentityProvider>, String> {
        build(&serde_json::from_value(json).unwrap())
    }

    #[test]
    fn what_is_missing_is_named() {
        use serde_json::json;
        let google = json!({ "id": "google", "preset": "google", "client_id": "c", "client_secret": "s" });
        assert_eq!(parse(google).ok().unwrap().info().name, "Google");
        for (config, word) in [
            (json!({ "id": "Bad Id", "client_id": "c", "issuer": "https://a.example" }), "id has"),
            (json!({ "id": "kc", "preset": "keycloak", "client_id": "c" }), "issuer"),
            (json!({ "id": "ms", "preset": "microsoft", "client_id": "c" }), "tenant"),
            (json!({ "id": "fb", "preset": "facebook", "client_id": "c" }), "client_secret"),
            (json!({ "id": "apple", "preset": "apple", "client_id": "c" }), "private_key_file"),
            (json!({ "id": "x", "client_id": "c", "issuer": "not an address" }), "issuer"),
        ] {
            let error = parse(config).err().unwrap();
            assert!(error.contains(word), "{error}");
        }
    }
}
