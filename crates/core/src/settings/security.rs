use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::Section;
use crate::FieldErrors;

/// The kinds of characters that a password can be asked to have.
pub const PASSWORD_CLASSES: [&str; 4] = ["upper", "lower", "digit", "symbol"];

/// The most domains of a list.
const MAX_DOMAINS: usize = 500;

/// How accounts are protected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Security {
    /// Roles that have to sign in with a second factor: `free`, `premium`, `admin`.
    pub mfa_required_for: Vec<String>,
    /// When not empty, only addresses of exactly these domains may sign up. At most 500, as every list of domains.
    pub allowed_email_domains: Vec<String>,
    /// Addresses of these domains and of their subdomains may not sign up.
    pub denied_email_domains: Vec<String>,
    /// Days after which entries of the audit log are removed, 30 to 36,500; 0 keeps them for ever.
    pub audit_retention_days: u32,
    /// The shortest password, in characters: 8 to 64.
    pub password_min_length: u32,
    /// What a password has to have: `upper`, `lower`, `digit`, `symbol`. Easily guessed ones are refused in any case.
    pub password_needs: Vec<String>,
    /// Days without use after which a browser is signed out.
    pub session_idle_days: u32,
    /// Days after which a browser or an API client is signed out however often it is used.
    pub session_max_days: u32,
    /// Days without use after which a refresh token is no longer good.
    pub refresh_token_days: u32,
}

impl Default for Security {
    fn default() -> Self {
        Self {
            mfa_required_for: Vec::new(),
            allowed_email_domains: Vec::new(),
            denied_email_domains: Vec::new(),
            audit_retention_days: 0,
            password_min_length: 8,
            password_needs: PASSWORD_CLASSES.map(ToOwned::to_owned).into(),
            session_idle_days: 30,
            session_max_days: 90,
            refresh_token_days: 30,
        }
    }
}

impl Section for Security {
    const NAME: &'static str = "security";
    const CHANGED: &'static str = "settings.security-changed";

    /// Domains as they stand in the name system, without an `@`, each once.
    fn tidy(&mut self) {
        for list in [&mut self.allowed_email_domains, &mut self.denied_email_domains] {
            for domain in list.iter_mut() {
                *domain = ascii(domain.trim().trim_start_matches('@'));
            }
            list.retain(|domain| !domain.is_empty());
            list.sort();
            list.dedup();
        }
        self.mfa_required_for.sort();
        self.mfa_required_for.dedup();
        // In the order in which the rules are told.
        let place = |need: &String| PASSWORD_CLASSES.iter().position(|class| class == need);
        self.password_needs.sort_by_key(|need| place(need).unwrap_or(PASSWORD_CLASSES.len()));
        self.password_needs.dedup();
    }

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
            errors.check(
                domains.len() <= MAX_DOMAINS,
                name,
                "too-many",
                format!("Enter at most {MAX_DOMAINS} domains."),
            );
        }
        let allowed = &self.allowed_email_domains;
        let both = self.denied_email_domains.iter().find_map(|denied| {
            allowed.iter().find(|domain| covers(denied, domain)).map(|domain| (denied, domain))
        });
        if let Some((denied, domain)) = both {
            let message = if denied == domain {
                format!("{domain} stands in both lists. Take it out of one of them.")
            } else {
                format!("{denied} keeps {domain} out, which is allowed. Take one of them out.")
            };
            errors.add("denied_email_domains", "contradiction", message);
        }
        let retention = self.audit_retention_days;
        errors.check(
            retention == 0 || (30..=36_500).contains(&retention),
            "audit_retention_days",
            "out-of-range",
            "Keep entries for at least 30 days and at most 36,500, or enter 0 to keep them for ever.",
        );
        errors.check(
            (8..=64).contains(&self.password_min_length),
            "password_min_length",
            "out-of-range",
            "Ask for 8 to 64 characters.",
        );
        errors.check(
            self.password_needs.iter().all(|need| PASSWORD_CLASSES.contains(&need.as_str())),
            "password_needs",
            "unknown",
            "A password can need upper, lower, digit and symbol.",
        );
        for (name, days) in [
            ("session_idle_days", self.session_idle_days),
            ("session_max_days", self.session_max_days),
            ("refresh_token_days", self.refresh_token_days),
        ] {
            errors.check(
                (1..=365).contains(&days),
                name,
                "out-of-range",
                "Enter a number of days between 1 and 365.",
            );
        }
        errors.check(
            self.session_idle_days <= self.session_max_days,
            "session_idle_days",
            "out-of-range",
            "This can’t be longer than a session lasts at all.",
        );
    }

    fn is_sensitive(&self, _before: &Self) -> bool {
        true
    }
}

impl Security {
    /// How long a browser stays signed in without use.
    #[must_use]
    pub fn session_idle(&self) -> TimeDelta {
        TimeDelta::days(self.session_idle_days.into())
    }

    /// How long anybody stays signed in at all.
    #[must_use]
    pub fn session_max(&self) -> TimeDelta {
        TimeDelta::days(self.session_max_days.into())
    }

    /// How long a refresh token is good without use.
    #[must_use]
    pub fn refresh_life(&self) -> TimeDelta {
        TimeDelta::days(self.refresh_token_days.into())
    }

    /// Whether a password has to have characters of this class.
    #[must_use]
    pub fn password_needs(&self, class: &str) -> bool {
        self.password_needs.iter().any(|need| need == class)
    }

    /// Whether an address of this domain may have an account.
    #[must_use]
    pub fn admits(&self, domain: &str) -> bool {
        let domain = ascii(domain);
        (self.allowed_email_domains.is_empty() || self.allowed_email_domains.contains(&domain))
            && !self.denied_email_domains.iter().any(|denied| covers(denied, &domain))
    }
}

/// A domain as it stands in the name system, where `exämple.com` is `xn--exmple-cua.com`. What can't stand there stays as it
/// is, in lower case.
fn ascii(domain: &str) -> String {
    idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase())
}

/// Whether it is the same domain, or one below it.
fn covers(denied: &str, domain: &str) -> bool {
    domain.strip_suffix(denied).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
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
        assert!(!security(&[], &["example.com"]).admits("mail.example.com"), "nor what is below it");
        assert!(security(&[], &["example.com"]).admits("counterexample.com"));
        assert!(!security(&["example.com"], &[]).admits("mail.example.com"), "only the domain that is named");
        assert!(security(&["example.com"], &[]).admits("example.com"));
        assert!(!security(&["example.com"], &[]).admits("example.org"));
        assert!(!security(&["example.com"], &["example.com"]).admits("example.com"));
    }

    #[test]
    fn both_spellings_of_a_domain_are_one() {
        let mut security = Security {
            denied_email_domains: vec![" @EXÄMPLE.com ".to_owned(), "xn--exmple-cua.com".to_owned()],
            ..Security::default()
        };
        security.tidy();
        assert_eq!(security.denied_email_domains, ["xn--exmple-cua.com"]);
        let mut errors = FieldErrors::default();
        security.check(&mut errors);
        assert!(errors.into_result().is_ok());
        assert!(!security.admits("exämple.com") && !security.admits("xn--exmple-cua.com"));
        assert!(!security.admits("mail.exämple.com") && security.admits("example.com"));
    }

    #[test]
    fn lists_do_not_contradict_each_other_and_end_somewhere() {
        let codes = |allowed: Vec<String>, denied: &[&str]| -> Vec<String> {
            let security = Security {
                allowed_email_domains: allowed,
                denied_email_domains: denied.iter().map(ToString::to_string).collect(),
                ..Security::default()
            };
            let mut errors = FieldErrors::default();
            security.check(&mut errors);
            errors.as_slice().iter().map(|error| error.code.to_string()).collect()
        };
        assert_eq!(codes(vec!["mail.example.com".into()], &["example.com"]), ["contradiction"]);
        assert!(codes(vec!["example.com".into()], &["mail.example.com"]).is_empty());
        let many = |count: usize| (0..count).map(|number| format!("d{number}.example")).collect();
        assert!(codes(many(500), &[]).is_empty());
        assert_eq!(codes(many(501), &[]), ["too-many"]);
    }
}
