//! How much is read: the SDK itself believes every length that a frame claims.

use aws_sdk_bedrockruntime::{
    config::{
        ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeDeserializationInterceptorContextMut,
    },
    error::BoxError,
};
use aws_smithy_types::body::SdkBody;
use http_body_util::Limited;

use crate::text::http::MAX_ERROR;

/// A whole stream in bytes.
const MAX_STREAM: usize = 64 << 20;

/// Ends answers that are too long.
#[derive(Debug)]
pub(super) struct Limits;

impl Intercept for Limits {
    fn name(&self) -> &'static str {
        "Limits"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response_mut();
        let limit = if response.status().is_success() { MAX_STREAM } else { MAX_ERROR };
        let body = std::mem::replace(response.body_mut(), SdkBody::taken());
        *response.body_mut() = SdkBody::from_body_1_x(Limited::new(body, limit));
        Ok(())
    }
}
