//! Checks of what is typed into several sections.

use crate::FieldErrors;

/// One line of at most so many characters, without control characters.
pub(crate) fn check_line(errors: &mut FieldErrors, field: &'static str, text: &str, max: usize) {
    errors.check(text.chars().count() <= max, field, "too-long", format!("Use at most {max} characters."));
    errors.check(!text.chars().any(char::is_control), field, "invalid", "Write it on one line.");
}

/// An email address, or nothing.
pub(super) fn check_address(errors: &mut FieldErrors, field: &'static str, text: &str) {
    let good = text.is_empty() || is_address(text);
    errors.check(good, field, "invalid", "Enter an email address, such as help@example.com.");
}

/// A web address or a path of this site, or nothing.
pub(super) fn check_link(errors: &mut FieldErrors, field: &'static str, text: &str) {
    let good = text.is_empty() || is_link(text);
    errors.check(
        good,
        field,
        "invalid",
        "Enter an address that begins with https://, or a path that begins with /.",
    );
}

/// Whether mail can be sent to it, as far as its form tells.
#[must_use]
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let plain = |c: char| c.is_ascii_graphic() && !"@,;:<>()[]\\\"".contains(c);
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.len() <= 254
        && (1..=64).contains(&local.len())
        && local.chars().all(plain)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// `https://…`, or a path.
pub(crate) fn is_link(text: &str) -> bool {
    let sound = text.len() <= 500 && text.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != '\\');
    let path = text.starts_with('/') && !text.starts_with("//");
    let web = url::Url::parse(text).is_ok_and(|url| url.scheme() == "https" && url.host_str().is_some());
    sound && (path || web)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_web_or_to_this_site() {
        for good in ["/terms", "https://example.com/terms?x=1"] {
            assert!(is_link(good), "{good}");
        }
        for bad in [
            "http://example.com",
            "javascript:alert(1)",
            "//evil.example",
            "terms",
            "https://",
            "/a b",
            "data:text/html,x",
            "/\\x",
        ] {
            assert!(!is_link(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_have_a_name_and_a_domain() {
        for good in ["help@example.com", "a.b+c@sub.example.org"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "help",
            "@example.com",
            "a@b",
            "a b@example.com",
            "a@example.com\r\nBcc: x@example.com",
            "a@-x.com",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
