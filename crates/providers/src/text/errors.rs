//! What went wrong, in the words of the port.

use std::time::{Duration, SystemTime};

use momentum_core::ports::{TextError, TextErrorKind, TokenUsage};
use serde_json::Value;

/// So many characters of what a provider says are quoted.
const QUOTED: usize = 300;

/// Nobody waits longer than this for a provider that wants to be left alone.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// An error without anything used.
pub(super) fn error(kind: TextErrorKind, message: impl Into<String>) -> TextError {
    TextError { kind, message: message.into(), retry_after: None, usage: TokenUsage::default() }
}

/// The connection broke, or nothing came.
pub(super) fn interrupted(message: impl Into<String>) -> TextError {
    error(TextErrorKind::Interrupted, message)
}

/// What came is not what the provider's interface says.
pub(super) fn malformed(message: impl Into<String>) -> TextError {
    error(TextErrorKind::Malformed, message)
}

/// The answer ended before its end.
pub(super) fn truncated() -> TextError {
    interrupted("the answer is truncated: the connection was closed before its end")
}

/// The same with what was used until then.
pub(super) fn with_usage(mut error: TextError, usage: TokenUsage) -> TextError {
    error.usage = usage;
    error
}

/// What a provider says, on one line, shortened, and without `key`.
pub(super) fn quoted(text: &str, key: Option<&str>) -> String {
    let hidden = match key.filter(|key| !key.is_empty()) {
        Some(key) => text.replace(key, "[key]"),
        None => text.to_owned(),
    };
    let words = hidden.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// `Retry-After`: seconds or a date, at most an hour. A date that has passed is no wait.
pub(super) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let wait = match value.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).unwrap_or(if seconds > 0.0 {
            LONGEST_WAIT
        } else {
            Duration::ZERO
        }),
        Err(_) => httpdate::parse_http_date(value).ok()?.duration_since(now).unwrap_or_default(),
    };
    Some(wait.min(LONGEST_WAIT))
}

/// What a provider says about an error, out of any of the forms in use: an object in `error`, a string there, or the
/// object itself.
pub(super) struct Complaint {
    pub message: String,
    /// Words of the provider for the kind of error.
    words: Vec<String>,
    /// A status that stands in the object.
    status: Option<u16>,
}

impl Complaint {
    /// Of a JSON object.
    pub(super) fn of(value: &Value) -> Self {
        let inner = value.get("error").filter(|inner| !inner.is_null()).unwrap_or(value);
        let text = |name: &str| inner[name].as_str().or_else(|| value[name].as_str());
        let message = match inner {
            Value::String(message) => message.clone(),
            _ => ["message", "detail", "error_description"]
                .iter()
                .find_map(|name| text(name))
                .map_or_else(|| inner.to_string(), ToOwned::to_owned),
        };
        let words = ["type", "code", "status"].iter().filter_map(|name| inner[*name].as_str());
        let status = ["code", "status", "status_code"].iter().find_map(|name| {
            inner[*name].as_u64().and_then(|code| u16::try_from(code).ok()).filter(|code| *code >= 400)
        });
        Self { message, words: words.map(str::to_ascii_lowercase).collect(), status }
    }

    /// Of the body of an answer that is an error.
    pub(super) fn of_body(body: &[u8]) -> Self {
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => Self::of(&value),
            Err(_) => {
                Self { message: String::from_utf8_lossy(body).into_owned(), words: Vec::new(), status: None }
            }
        }
    }

    /// The error, with the status of the answer it came with.
    pub(super) fn error(&self, status: Option<u16>, key: Option<&str>) -> TextError {
        let kind = self.by_words().unwrap_or_else(|| by_status(status.or(self.status)));
        let about = match (kind, status) {
            (TextErrorKind::Refused, _) => "the provider's filter refuses this",
            (_, Some(300..=399)) => "the provider sends us elsewhere, and we don't go; check base_url",
            _ => "",
        };
        let status = status.map(|status| format!("status {status}")).unwrap_or_default();
        error(kind, joined(&[about, &status, &quoted(&self.message, key)]))
    }

    /// What the provider's own words say, which know more than a status.
    fn by_words(&self) -> Option<TextErrorKind> {
        use TextErrorKind::{Busy, Interrupted, NoCredit, Refused, Rejected, Unauthorized};
        let said = self.message.to_ascii_lowercase();
        let is = |names: &[&str]| self.words.iter().any(|word| names.contains(&word.as_str()));
        let found = if is(&["insufficient_quota", "billing_error", "billing_not_active", "payment_required"])
            || said.contains("credit balance is too low")
            || said.contains("insufficient credits")
            || said.contains("insufficient balance")
        {
            NoCredit
        } else if is(&["content_filter", "content_policy_violation", "responsibleaipolicyviolation"]) {
            Refused
        } else if is(&["invalid_api_key", "authentication_error", "permission_error"]) {
            Unauthorized
        } else if is(&["overloaded_error", "overloaded", "rate_limit_error", "rate_limit_exceeded"])
            || is(&["server_overloaded", "too_many_requests", "model_overloaded", "tokens", "requests"])
        {
            Busy
        } else if is(&["not_found_error", "model_not_found", "context_length_exceeded", "request_too_large"])
            || (self.status.is_none() && is(&["invalid_request_error", "badrequesterror"]))
        {
            Rejected
        } else if self.status.is_none() && is(&["api_error", "server_error", "timeout_error"]) {
            Interrupted
        } else {
            return None;
        };
        Some(found)
    }
}

/// What a status means where the provider has no words for it.
pub(super) fn by_status(status: Option<u16>) -> TextErrorKind {
    use TextErrorKind::{Busy, Interrupted, NoCredit, Rejected, Unauthorized};
    match status {
        Some(401 | 403) => Unauthorized,
        Some(402) => NoCredit,
        Some(409 | 425 | 429 | 503 | 529) => Busy,
        Some(408) | None => Interrupted,
        Some(status) if status >= 500 => Interrupted,
        Some(_) => Rejected,
    }
}

/// The details of an error, without those that are empty. What kind it is says who shows it.
pub(super) fn joined(parts: &[&str]) -> String {
    let said: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    if said.is_empty() { "the provider doesn't say why".to_owned() } else { said.join(": ") }
}

#[cfg(test)]
mod unit {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_quotation_is_short_and_has_no_key() {
        assert_eq!(quoted("bad\n key\u{7}  sk-1!", Some("sk-1")), "bad key [key]!");
        assert_eq!(quoted("plain", Some("")), "plain");
        let long = quoted(&"ä".repeat(1000), None);
        assert_eq!(long.chars().count(), QUOTED + 1);
        // A key that would be cut in the middle is not half shown.
        let key = "k".repeat(40);
        assert!(!quoted(&format!("{}{key}", "x".repeat(290)), Some(&key)).contains("kk"));
    }

    #[test]
    fn a_wait_is_in_seconds_or_until_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let at =
            |seconds: u64| httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let seconds = |value: &str| retry_after(value, now).map(|wait| wait.as_secs());
        assert_eq!(seconds(" 7 "), Some(7));
        assert_eq!(retry_after("0.5", now), Some(Duration::from_millis(500)));
        assert_eq!(seconds(&at(1_000_030)), Some(30));
        assert_eq!(seconds(&at(999_000)), Some(0));
        assert_eq!(seconds(&at(9_000_000)), Some(3600));
        for long in ["99999999", "1e300", "inf"] {
            assert_eq!(seconds(long), Some(3600), "{long}");
        }
        assert_eq!(seconds("-3"), Some(0));
        assert_eq!(seconds("NaN"), Some(0));
        for wrong in ["", "soon", "12 minutes"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_an_error_means() {
        use TextErrorKind::{Busy, Interrupted, NoCredit, Refused, Rejected, Unauthorized};
        let cases = [
            (400, json!({ "error": { "message": "no", "type": "invalid_request_error" } }), Rejected),
            (400, json!({ "error": { "code": "content_filter", "message": "no" } }), Refused),
            (400, json!({ "error": { "message": "Your credit balance is too low to access" } }), NoCredit),
            (401, json!({ "error": "no" }), Unauthorized),
            (402, json!({}), NoCredit),
            (403, json!({ "message": "no" }), Unauthorized),
            (404, json!({ "error": "model \"x\" not found" }), Rejected),
            (408, json!({}), Interrupted),
            (409, json!({}), Busy),
            (413, json!({}), Rejected),
            (422, json!({ "detail": [{ "loc": ["body"] }] }), Rejected),
            (429, json!({ "error": { "type": "rate_limit_error" } }), Busy),
            (
                429,
                json!({ "error": { "type": "insufficient_quota", "code": "insufficient_quota" } }),
                NoCredit,
            ),
            (500, json!({ "error": { "type": "api_error" } }), Interrupted),
            (503, json!({}), Busy),
            (529, json!({ "type": "error", "error": { "type": "overloaded_error" } }), Busy),
            (599, json!([]), Interrupted),
            (302, json!(null), Rejected),
        ];
        for (status, body, kind) in cases {
            let error = Complaint::of(&body).error(Some(status), None);
            assert_eq!(error.kind, kind, "{status} {body}: {error}");
        }
        // In the middle of a stream there is only the object.
        for (body, kind) in [
            (json!({ "error": { "code": 429, "message": "slow down" } }), Busy),
            (json!({ "error": { "code": 502, "message": "gone" } }), Interrupted),
            (json!({ "object": "error", "message": "no", "type": "BadRequestError", "code": 400 }), Rejected),
            (
                json!({ "error": { "message": "The server had an error", "type": "server_error" } }),
                Interrupted,
            ),
            (json!({ "error": {} }), Interrupted),
        ] {
            assert_eq!(Complaint::of(&body).error(None, None).kind, kind, "{body}");
        }
        let html = Complaint::of_body(b"<html>Bad gateway</html>").error(Some(502), None);
        assert_eq!(html.message, "status 502: <html>Bad gateway</html>");
    }
}
