//! Errors as RFC 9457 problem documents, and the one place where the product's errors get their status.

use std::collections::BTreeMap;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use momentum_core::{Error, FieldError};
use serde::Serialize;
use utoipa::{
    IntoResponses, PartialSchema, ToSchema,
    openapi::{Content, Ref, RefOr, ResponseBuilder},
};

/// A problem document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Stable name of the problem, such as `urn:momentum:problem:not-enrolled`.
    #[serde(rename = "type")]
    kind: String,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong here, for people.
    detail: String,
    /// The fields that are wrong; only with status 422.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<ProblemField>,
}

/// A wrong field.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemField {
    /// Name of the field.
    field: String,
    /// Stable name of the rule that it breaks.
    code: String,
    /// How to mend it.
    message: String,
}

/// An error of a service, on its way to an API client.
pub(crate) struct ApiError(pub(crate) Error);

impl<E: Into<Error>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        problem_of(&self.0, None)
    }
}

/// The status that an error has in HTTP.
pub(crate) fn status_of(error: &Error) -> StatusCode {
    match error {
        Error::NotFound(_) | Error::Gone(_) => StatusCode::NOT_FOUND,
        Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        Error::Conflict { .. } | Error::Taken(_) => StatusCode::CONFLICT,
        Error::Unauthenticated { .. } => StatusCode::UNAUTHORIZED,
        Error::Forbidden { .. } => StatusCode::FORBIDDEN,
        Error::PaymentRequired(_) => StatusCode::PAYMENT_REQUIRED,
        Error::TooManyRequests { .. } | Error::LimitReached { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable(_) | Error::Maintenance { .. } => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The problem document for an error; `status` in place of the error's own.
pub(crate) fn problem_of(error: &Error, status: Option<StatusCode>) -> Response {
    let status = status.unwrap_or_else(|| status_of(error));
    log(error, status);
    let (code, detail): (&str, String) = match error {
        Error::NotFound(_) => ("not-found", error.to_string()),
        Error::Gone(_) => ("not-found", "Something that this belongs to was removed meanwhile.".into()),
        Error::Taken(_) => ("taken", "Something with this name or place was saved meanwhile.".into()),
        Error::Invalid(_) => ("invalid", "One or more fields are not valid.".into()),
        Error::Conflict { code, message }
        | Error::Unauthenticated { code, message }
        | Error::Forbidden { code, message } => (code, message.to_string()),
        Error::PaymentRequired(message) => ("payment-required", (*message).to_owned()),
        Error::TooManyRequests { .. } | Error::LimitReached { .. } => {
            ("too-many-requests", error.to_string())
        }
        Error::Maintenance { message, .. } => ("maintenance", message.clone()),
        Error::Unavailable(_) => {
            ("unavailable", "This is not available at the moment. Try again soon.".into())
        }
        Error::Internal(_) => ("internal", "Something broke on our side. It has been logged.".into()),
    };
    let fields: &[FieldError] = match error {
        Error::Invalid(fields) => fields.as_slice(),
        _ => &[],
    };
    let mut response = problem(status, code, &detail, fields);
    retry_after(error, &mut response);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Tells the client when to come back.
pub(crate) fn retry_after(error: &Error, response: &mut Response) {
    let seconds = match error {
        Error::TooManyRequests { retry_after_seconds }
        | Error::LimitReached { retry_after_seconds, .. }
        | Error::Maintenance { retry_after_seconds, .. } => *retry_after_seconds,
        Error::Unavailable(_) => 5,
        _ => return,
    };
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
}

/// A failure is logged once, here where it is handled.
pub(crate) fn log(error: &Error, status: StatusCode) {
    match error {
        Error::Internal(cause) => tracing::error!(%cause, "internal error"),
        Error::Unavailable(cause) => tracing::warn!(%cause, "not available"),
        // Rare, and a fault of ours when it happens again and again.
        Error::Gone(cause) | Error::Taken(cause) => tracing::warn!(%cause, "the database refused a row"),
        _ => tracing::debug!(%error, %status, "refused"),
    }
}

/// A problem document from its parts.
pub(crate) fn problem(status: StatusCode, code: &str, detail: &str, fields: &[FieldError]) -> Response {
    let document = Problem {
        kind: format!("urn:momentum:problem:{code}"),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: detail.to_owned(),
        errors: fields
            .iter()
            .map(|field| ProblemField {
                field: field.field.to_string(),
                code: field.code.to_owned(),
                message: field.message.to_string(),
            })
            .collect(),
    };
    let body = serde_json::to_vec(&document).unwrap_or_default();
    (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
}

/// The problems that any operation may answer, for the document.
pub(crate) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        [
            ("400", "The request can't be read: malformed JSON or encoding."),
            ("401", "No token, or one that is not good."),
            ("402", "The course has to be bought first."),
            ("403", "The role or the state of things doesn't allow it."),
            ("404", "There is no such thing for this caller."),
            ("405", "The address exists, but not with this method."),
            ("409", "A rule of the product stands against it."),
            ("413", "The body is too large."),
            ("415", "The body is not JSON."),
            ("422", "One or more fields are not valid; `errors` names them."),
            ("429", "Too many requests; `Retry-After` says when to come back."),
            ("503", "Not available at the moment."),
        ]
        .into_iter()
        .map(|(status, description)| {
            let content = Content::new(Some(Ref::from_schema_name("Problem")));
            let response = ResponseBuilder::new()
                .description(description)
                .content("application/problem+json", content)
                .build();
            (status.to_owned(), RefOr::T(response))
        })
        .collect()
    }
}

/// The schemas that every document needs for [`Problems`].
pub(crate) fn schemas() -> [(String, RefOr<utoipa::openapi::Schema>); 2] {
    [
        (Problem::name().into_owned(), Problem::schema()),
        (ProblemField::name().into_owned(), ProblemField::schema()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_came_first_is_a_conflict_and_one_that_went_is_not_found() {
        let status = |error: Error| problem_of(&error, None).status().as_u16();
        assert_eq!(status(Error::Taken("courses.slug".into())), 409);
        assert_eq!(status(Error::Gone("enrollments.course_id".into())), 404);
    }
}
