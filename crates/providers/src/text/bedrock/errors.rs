//! What goes wrong at Amazon, in the words of the port.

use std::{fmt::Debug, time::SystemTime};

use aws_sdk_bedrockruntime::{
    error::{DisplayErrorContext, ProvideErrorMetadata, SdkError},
    operation::converse_stream::ConverseStreamError,
    types::error::ConverseStreamOutputError,
};
use momentum_core::ports::{TextError, TextErrorKind};

use crate::text::errors::{by_status, error, interrupted, joined, malformed, quoted, retry_after, truncated};

type Http = aws_sdk_bedrockruntime::config::http::HttpResponse;

/// Why the question was not answered.
pub(super) fn of_question(failure: &SdkError<ConverseStreamError, Http>, key: Option<&str>) -> TextError {
    let all = quoted(&DisplayErrorContext(failure).to_string(), key);
    match failure {
        SdkError::ServiceError(service) => {
            let raw = service.raw();
            let said = service.err();
            let mut error = by_code(said.code(), Some(raw.status().as_u16()), said.message(), key);
            let wait = raw.headers().get("retry-after");
            error.retry_after = wait.and_then(|value| retry_after(value, SystemTime::now()));
            error
        }
        SdkError::ResponseError(response) => match response.raw().status().as_u16() {
            200..=299 => malformed(all),
            status => by_code(None, Some(status), Some(&all), key),
        },
        SdkError::DispatchFailure(dispatch) if !dispatch.is_io() && !dispatch.is_timeout() => {
            let said = all.to_lowercase();
            match ["credential", "identity", "token"].iter().any(|word| said.contains(word)) {
                true => error(TextErrorKind::Unauthorized, format!("no credentials for Amazon: {all}")),
                false => interrupted(all),
            }
        }
        SdkError::ConstructionFailure(_) => error(TextErrorKind::Rejected, all),
        _ => interrupted(all),
    }
}

/// Why the stream broke off.
pub(super) fn of_stream<R: Debug>(
    failure: &SdkError<ConverseStreamOutputError, R>,
    key: Option<&str>,
) -> TextError {
    let all = quoted(&DisplayErrorContext(failure).to_string(), key);
    match failure {
        SdkError::ServiceError(service) => {
            let said = service.err();
            by_code(said.code().or_else(|| name(said)), None, said.message(), key)
        }
        SdkError::ResponseError(_) if all.to_lowercase().contains("end of stream") => truncated(),
        SdkError::ResponseError(_) | SdkError::ConstructionFailure(_) => malformed(all),
        _ => interrupted(all),
    }
}

/// An event's error has no code besides its type.
fn name(error: &ConverseStreamOutputError) -> Option<&'static str> {
    match error {
        ConverseStreamOutputError::InternalServerException(_) => Some("InternalServerException"),
        ConverseStreamOutputError::ModelStreamErrorException(_) => Some("ModelStreamErrorException"),
        ConverseStreamOutputError::ServiceUnavailableException(_) => Some("ServiceUnavailableException"),
        ConverseStreamOutputError::ThrottlingException(_) => Some("ThrottlingException"),
        ConverseStreamOutputError::ValidationException(_) => Some("ValidationException"),
        _ => None,
    }
}

fn by_code(code: Option<&str>, status: Option<u16>, said: Option<&str>, key: Option<&str>) -> TextError {
    use TextErrorKind::{Busy, Interrupted, Rejected, Unauthorized};
    let kind = match code {
        Some(
            "ThrottlingException"
            | "TooManyRequestsException"
            | "ServiceQuotaExceededException"
            | "ServiceUnavailableException"
            | "ModelNotReadyException",
        ) => Busy,
        Some(
            "AccessDeniedException"
            | "UnrecognizedClientException"
            | "ExpiredToken"
            | "ExpiredTokenException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "IncompleteSignature"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException",
        ) => Unauthorized,
        Some("ValidationException" | "ResourceNotFoundException") => Rejected,
        Some(
            "InternalServerException"
            | "ModelErrorException"
            | "ModelStreamErrorException"
            | "ModelTimeoutException",
        ) => Interrupted,
        _ => by_status(status),
    };
    error(kind, joined(&[code.unwrap_or_default(), &quoted(said.unwrap_or_default(), key)]))
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn what_a_code_means() {
        use TextErrorKind::{Busy, Interrupted, Rejected, Unauthorized};
        for (code, status, kind) in [
            (Some("ThrottlingException"), 429, Busy),
            (Some("ServiceUnavailableException"), 503, Busy),
            (Some("ModelNotReadyException"), 429, Busy),
            (Some("AccessDeniedException"), 403, Unauthorized),
            (Some("ExpiredTokenException"), 403, Unauthorized),
            (Some("UnrecognizedClientException"), 403, Unauthorized),
            (Some("ValidationException"), 400, Rejected),
            (Some("ResourceNotFoundException"), 404, Rejected),
            (Some("ModelErrorException"), 424, Interrupted),
            (Some("ModelTimeoutException"), 408, Interrupted),
            (Some("InternalServerException"), 500, Interrupted),
            (Some("SomethingNew"), 429, Busy),
            (None, 403, Unauthorized),
            (None, 502, Interrupted),
        ] {
            assert_eq!(by_code(code, Some(status), Some("said"), None).kind, kind, "{code:?} {status}");
        }
        let error = by_code(Some("ValidationException"), Some(400), Some("too long: secret"), Some("secret"));
        assert_eq!(error.message, "ValidationException: too long: [key]");
    }
}
