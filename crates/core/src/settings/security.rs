use serde::{Deserialize, Serialize};

use super::Section;
use crate::FieldErrors;

/// How accounts are protected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Security {
    /// Roles that have to sign in with a second factor: `free`, `premium`, `admin`.
    pub mfa_required_for: Vec<String>,
    /// When not empty, only addresses of these domains may sign up.
    pub allowed_email_domains: Vec<String>,
    /// Addresses of these domains may not sign up.
    pub denied_email_domains: Vec<String>,
    /// Days after which entries of the audit log are removed; 0 keeps them for ever.
    pub audit_retention_days: u32,
}

impl Section for Security {
    const NAME: &'static str = "security";

    fn check(&self, errors: &mut FieldErrors) {
        let roles =
            self.mfa_required_for.iter().all(|role| ["free", "premium", "admin"].contains(&role.as_str()));
        errors.check(roles, "mfa_required_for", "unknown", "The roles are free, premium and admin.");
        for (name, domains) in [
            ("allowed_email_domains", &self.allowed_email_domains),
            ("denied_email_domains", &self.denied_email_domains),
        ] {
            let good = domains.iter().all(|domain| is_domain(domain));
            errors.check(good, name, "invalid", "Enter domains such as example.com, one a line.");
        }
        let retention = self.audit_retention_days;
        errors.check(
            retention == 0 || (30..=36_500).contains(&retention),
            "audit_retention_days",
            "out-of-range",
            "Keep entries for at least 30 days, or enter 0 to keep them for ever.",
        );
    }
}

impl Security {
    /// Whether an address of this domain may have an account.
    #[must_use]
    pub fn admits(&self, domain: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|known| known == domain);
        (self.allowed_email_domains.is_empty() || named(&self.allowed_email_domains))
            && !named(&self.denied_email_domains)
    }
}

fn is_domain(text: &str) -> bool {
    text.contains('.')
        && text.len() <= 253
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_domain_stays_out_and_a_list_of_allowed_ones_is_the_whole_list() {
        let security = |allowed: &[&str], denied: &[&str]| Security {
            allowed_email_domains: allowed.iter().map(ToString::to_string).collect(),
            denied_email_domains: denied.iter().map(ToString::to_string).collect(),
            ..Security::default()
        };
        assert!(security(&[], &[]).admits("example.com"));
        assert!(!security(&[], &["example.com"]).admits("example.com"));
        assert!(security(&[], &["example.com"]).admits("mail.example.com"), "only the domain that is named");
        assert!(security(&["example.com"], &[]).admits("example.com"));
        assert!(!security(&["example.com"], &[]).admits("example.org"));
        assert!(!security(&["example.com"], &["example.com"]).admits("example.com"));
    }
}
