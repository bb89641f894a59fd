//! Reading API requests: who calls, JSON bodies, query parameters, ids.

use std::{borrow::Cow, str::FromStr, sync::Arc};

use axum::{
    extract::{FromRequest, FromRequestParts, OptionalFromRequest, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::Response,
};
use momentum_core::{Error, FieldErrors, Result as CoreResult, catalog::MAX_PAGE, identity::Actor};
use serde::{Deserialize, Deserializer, Serialize, de::DeserializeOwned};
use serde_path_to_error::{Path, Segment};

use crate::{
    App,
    http::{
        body_limit,
        identity::{Found, text_header},
        problem::{ApiError, problem, problem_of},
    },
};

/// Whoever calls; for operations that need somebody.
pub(crate) struct Bearer(pub(crate) Arc<Actor>);

impl FromRequestParts<App> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        match parts.extensions.get::<Found>() {
            Some(Found(actor)) => Ok(Self(actor.clone())),
            None => Err(Error::unauthenticated("sign-in-required", "Sign in first.").into()),
        }
    }
}

/// A JSON object as the body. Syntax errors are 400, wrong fields 422 with the field's name.
pub(crate) struct ApiJson<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<App> for ApiJson<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &App) -> Result<Self, Response> {
        if !is_json(request.headers()) {
            return Err(not_json());
        }
        parse(&body_limit::read(request).await?).map_err(|refusal| *refusal)
    }
}

/// A body that may be missing, whatever its content type says.
impl<T: DeserializeOwned> OptionalFromRequest<App> for ApiJson<T> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &App) -> Result<Option<Self>, Response> {
        let is_json = is_json(request.headers());
        let body = body_limit::read(request).await?;
        if body.is_empty() {
            return Ok(None);
        }
        if !is_json {
            return Err(not_json());
        }
        parse(&body).map(Some).map_err(|refusal| *refusal)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    text_header(headers, header::CONTENT_TYPE).and_then(|kind| kind.split(';').next()).is_some_and(|kind| {
        let kind = kind.trim().to_ascii_lowercase();
        kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
    })
}

fn not_json() -> Response {
    let status = StatusCode::UNSUPPORTED_MEDIA_TYPE;
    problem(status, "not-json", "Send JSON with Content-Type: application/json.", &[])
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<ApiJson<T>, Box<Response>> {
    // In two steps, so that a missing brace and a missing field are told apart.
    let value: serde_json::Value = serde_json::from_slice(body)
        .map_err(|error| problem(StatusCode::BAD_REQUEST, "malformed-json", &error.to_string(), &[]))
        .map_err(Box::new)?;
    // A list would be read as the fields in their order.
    let read = if value.is_object() {
        typed(value)
    } else {
        Err(Error::invalid("body", "invalid", "Send an object with its fields."))
    };
    read.map(ApiJson).map_err(|error| Box::new(problem_of(&error, None)))
}

/// A field that counts as not sent when it is `null`.
pub(crate) fn absent<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    field: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(field)?.unwrap_or_default())
}

/// JSON as this type; a field that doesn't fit is named.
pub(crate) fn typed<T: DeserializeOwned>(value: serde_json::Value) -> CoreResult<T> {
    serde_path_to_error::deserialize(&value).map_err(|error| {
        let path = error.path().to_string();
        let mut message = error.inner().to_string();
        if message.ends_with(NOT_A_NAME) {
            message = names_expected::<T>(value.clone(), error.path()).unwrap_or(message);
        }
        let field = field_name(&path, &message);
        let mut errors = FieldErrors::default();
        let code = if message.starts_with("missing field") { "required" } else { "invalid" };
        errors.add_named(field, code, plain(&message));
        Error::Invalid(errors)
    })
}

/// How the complaint about something ends that is not even a text where one of several names is expected.
const NOT_A_NAME: &str = "expected string or map";

/// The complaint about a name that isn't known, at this place: it lists those that are.
fn names_expected<T: DeserializeOwned>(mut value: serde_json::Value, path: &Path) -> Option<String> {
    let pointer: String = path
        .iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            other => format!("/{}", other.to_string().replace('~', "~0").replace('/', "~1")),
        })
        .collect();
    *value.pointer_mut(&pointer)? = serde_json::Value::String(String::new());
    let message = T::deserialize(value).err()?.to_string();
    message.starts_with("unknown variant").then_some(message)
}

/// What is there with the fields that were sent in their place, for `PATCH`; `null` empties a field that may be empty.
pub(crate) fn merged<T: Serialize + DeserializeOwned>(
    current: &T,
    sent: serde_json::Map<String, serde_json::Value>,
) -> CoreResult<T> {
    let mut fields = serde_json::to_value(current).map_err(Error::internal)?;
    let mut errors = FieldErrors::default();
    for (name, value) in sent {
        match fields.get_mut(&name) {
            Some(field) => *field = value,
            None => errors.add_named(name, "unknown", "There is no such field to change."),
        }
    }
    errors.into_result()?;
    typed(fields)
}

/// Takes a field out of what was sent that says something about the request rather than about the thing.
pub(crate) fn taken<T: DeserializeOwned>(
    sent: &mut serde_json::Map<String, serde_json::Value>,
    name: &'static str,
) -> CoreResult<Option<T>> {
    match sent.remove(name) {
        None | Some(serde_json::Value::Null) => Ok(None),
        Some(value) => serde_json::from_value(value)
            .map(Some)
            .map_err(|error| Error::invalid(name, "invalid", plain(&error.to_string()))),
    }
}

/// What chrono says of a text that is no date, or not the kind of date that is wanted.
const DATE_FAULTS: [&str; 6] = [
    "input is out of range",
    "no possible date and time matching input",
    "input is not enough for unique date and time",
    "input contains invalid characters",
    "premature end of input",
    "trailing input",
];

/// What is wrong with a value, in words for whoever doesn't write Rust.
fn plain(message: &str) -> String {
    if message.starts_with("missing field") {
        return "This field is missing.".to_owned();
    }
    if let Some(rest) = message.strip_prefix("unknown field `") {
        let name = rest.split('`').next().unwrap_or_default();
        return format!("There is no field {name}.");
    }
    if let Some((_, known)) =
        message.split_once("expected ").filter(|_| message.starts_with("unknown variant"))
    {
        return format!("Send one of {}.", known.trim_start_matches("one of ").replace('`', ""));
    }
    if message.starts_with("UUID parsing failed") {
        return "This is not an id.".to_owned();
    }
    if DATE_FAULTS.contains(&message) {
        return "Send a day such as 2027-01-31, or a moment such as 2027-01-31T09:00:00Z.".to_owned();
    }
    let Some((_, wanted)) = message.rsplit_once("expected ") else { return message.to_owned() };
    let wanted = match wanted.trim_end_matches('.') {
        "i64" | "i32" | "i16" | "isize" | "an integer" => "a whole number",
        "u64" | "u32" | "u16" | "u8" | "usize" => "a whole number that isn't negative",
        "f64" | "f32" => "a number",
        "a string" | "str" | "a borrowed string" => "a text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "a map" => "an object",
        "an RFC 3339 formatted date and time string" => "a moment such as 2027-01-31T09:00:00Z",
        wanted if wanted.starts_with("struct") || wanted.contains("enum") => "an object with its fields",
        wanted if wanted.starts_with("a UUID") || wanted.contains("UUID") => "an id",
        other => other,
    };
    format!("Send {wanted}.")
}

/// The field that an error speaks of: its path, or the name in "missing field `name`".
fn field_name(path: &str, message: &str) -> String {
    let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match (path, missing) {
        ("." | "", Some(name)) => name.to_owned(),
        ("." | "", None) => "body".to_owned(),
        (path, Some(name)) => format!("{path}.{name}"),
        (path, None) => path.to_owned(),
    }
}

/// Query parameters as text. Empty ones count as missing.
pub(crate) struct ApiQuery(Vec<(String, String)>);

impl FromRequestParts<App> for ApiQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs: Vec<(String, String)> = serde_html_form::from_str(query)
            .map_err(|_| Error::invalid("query", "invalid", "The query string can't be read."))?;
        Ok(Self(pairs))
    }
}

impl ApiQuery {
    /// The parameter's text, if it was sent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(found, value)| found == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The parameter's text as it was sent, even when that is empty.
    pub(crate) fn sent(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The parameter, parsed; what can't be is noted.
    pub(crate) fn parsed<T>(
        &self,
        errors: &mut FieldErrors,
        name: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        message: impl Into<Cow<'static, str>>,
    ) -> Option<T> {
        let text = self.text(name)?;
        let value = parse(text);
        errors.check(value.is_some(), name, "invalid", message);
        value
    }

    /// `limit` and `offset`.
    pub(crate) fn page(&self, errors: &mut FieldErrors) -> Page {
        let limit = self.parsed(
            errors,
            "limit",
            |text| text.parse().ok().filter(|n| (1..=MAX_PAGE).contains(n)),
            "Send a whole number between 1 and 100.",
        );
        let offset = self.parsed(
            errors,
            "offset",
            |text| text.parse().ok().filter(|n| (0..=1_000_000).contains(n)),
            "Send a whole number between 0 and 1,000,000.",
        );
        Page { limit: limit.unwrap_or(20), offset: offset.unwrap_or(0) }
    }
}

/// Which part of a list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    pub(crate) limit: i64,
    pub(crate) offset: i64,
}

/// An id from a path. What is no id names nothing.
pub(crate) fn parse_id<T: FromStr>(text: &str, what: &'static str) -> CoreResult<T> {
    text.parse().map_err(|_| Error::NotFound(what))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[test]
    fn what_is_wrong_is_said_in_plain_words() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only read into")]
        struct Form {
            count: i64,
            name: Option<String>,
            #[serde(default)]
            kind: Kind,
            #[serde(default)]
            others: Vec<Kind>,
            id: Option<momentum_core::ids::CourseId>,
            at: Option<chrono::DateTime<chrono::Utc>>,
        }
        #[derive(Debug, Default, Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Kind {
            #[default]
            Tea,
            Coffee,
        }
        let said = |value| {
            let Err(Error::Invalid(errors)) = typed::<Form>(value) else { panic!("it is refused") };
            let first = &errors.as_slice()[0];
            format!("{}: {}", first.field, first.message)
        };
        assert_eq!(said(serde_json::json!({ "count": "a" })), "count: Send a whole number.");
        assert_eq!(said(serde_json::json!({})), "count: This field is missing.");
        assert_eq!(said(serde_json::json!({ "count": 1, "name": 2 })), "name: Send a text.");
        assert_eq!(said(serde_json::json!({ "count": 1, "size": 2 })), "size: There is no field size.");
        assert_eq!(
            said(serde_json::json!({ "count": 1, "kind": "milk" })),
            "kind: Send one of tea or coffee."
        );
        assert_eq!(
            said(serde_json::json!({ "count": 1, "others": ["tea", 0] })),
            "others[1]: Send one of tea or coffee."
        );
        assert_eq!(said(serde_json::json!({ "count": 1, "id": "x" })), "id: This is not an id.");
        for no_moment in ["2027-01-01", "soon", "2027-13-01T09:00:00Z", "2027-01-01T09:00:00Z!"] {
            assert_eq!(
                said(serde_json::json!({ "count": 1, "at": no_moment })),
                "at: Send a day such as 2027-01-31, or a moment such as 2027-01-31T09:00:00Z."
            );
        }
    }
}
