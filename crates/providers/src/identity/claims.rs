//! What a provider says of a person, from claims to a profile.

use momentum_core::ports::ExternalProfile;
use serde::Deserialize;
use serde_json::Value;

/// Which claim holds what; the standard one (OpenID Connect Core 1.0, section 5.1) where nothing is named.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClaimNames {
    pub email: Option<String>,
    pub email_verified: Option<String>,
    pub name: Option<String>,
    pub picture: Option<String>,
}

impl ClaimNames {
    /// The profile in a set of claims that was checked.
    pub(super) fn profile(
        &self,
        issuer: &str,
        subject: &str,
        claims: &Value,
        trust_email: bool,
    ) -> ExternalProfile {
        let text = |custom: &Option<String>, standard: &str| {
            let value = claims.get(custom.as_deref().unwrap_or(standard))?.as_str()?.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        let verified = claims.get(self.email_verified.as_deref().unwrap_or("email_verified"));
        ExternalProfile {
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            email: text(&self.email, "email"),
            email_verified: trust_email || verified.is_some_and(says_yes),
            name: text(&self.name, "name").or_else(|| full_name(claims)),
            picture: text(&self.picture, "picture").filter(|url| url.starts_with("https://")),
        }
    }

    /// Whether the claims tell the address; if not, the provider may have to be asked further.
    pub(super) fn tell_email(&self, claims: &Value) -> bool {
        claims.get(self.email.as_deref().unwrap_or("email")).is_some_and(Value::is_string)
    }
}

/// Apple and Microsoft write `"true"` or `1` for `true`.
fn says_yes(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::String(text) => text == "true" || text == "1",
        Value::Number(number) => number.as_i64() == Some(1),
        _ => false,
    }
}

fn full_name(claims: &Value) -> Option<String> {
    let part = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let name = format!("{} {}", part("given_name"), part("family_name")).trim().to_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_address_is_confirmed_only_when_the_provider_says_so() {
        let names = ClaimNames::default();
        for (claims, confirmed) in [
            (json!({ "email": "a@b.example", "email_verified": true }), true),
            (json!({ "email": "a@b.example", "email_verified": "true" }), true),
            (json!({ "email": "a@b.example", "email_verified": "false" }), false),
            (json!({ "email": "a@b.example", "email_verified": null }), false),
            (json!({ "email": "a@b.example" }), false),
        ] {
            assert_eq!(names.profile("i", "s", &claims, false).email_verified, confirmed, "{claims}");
        }
        assert!(names.profile("i", "s", &json!({ "email": "a@b.example" }), true).email_verified, "trusted");
    }

    #[test]
    fn claims_can_have_other_names() {
        let names =
            ClaimNames { email: Some("mail".into()), name: Some("cn".into()), ..ClaimNames::default() };
        let claims = json!({ "mail": "a@b.example", "cn": " Ada ", "email": "wrong@b.example", "picture": "http://x" });
        let profile = names.profile("i", "s", &claims, false);
        assert_eq!(profile.email.as_deref(), Some("a@b.example"));
        assert_eq!(profile.name.as_deref(), Some("Ada"));
        assert_eq!(profile.picture, None, "only by HTTPS");
        let parts = json!({ "given_name": "Ada", "family_name": "Lovelace" });
        assert_eq!(
            ClaimNames::default().profile("i", "s", &parts, false).name.as_deref(),
            Some("Ada Lovelace")
        );
    }
}
