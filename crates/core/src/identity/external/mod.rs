//! Signing in with an account elsewhere, and the API tokens of other issuers.
//!
//! A provider's person is known by issuer and subject, never by email address. An address alone opens no existing
//! account: who has one signs in as usual and connects the provider in the settings. Only where there is no account
//! with the address is one made.

mod bearer;
mod flow;
mod links;

pub(super) use bearer::authenticate as authenticate_external_token;
pub use flow::{Begun, Finished, Returned, Wish, begin, finish, wanted_page};
pub use links::{ExternalIdentity, SignInMethods, sign_in_methods, unlink};

use std::sync::Arc;

use crate::{
    Error, Result,
    ports::{IdentityProvider, ProviderError, ProviderInfo},
};

/// The providers that the operator configured, in their order.
#[derive(Clone, Default)]
pub struct Providers(Vec<Arc<dyn IdentityProvider>>);

impl Providers {
    /// These ones.
    #[must_use]
    pub fn new(providers: Vec<Arc<dyn IdentityProvider>>) -> Self {
        Self(providers)
    }

    /// How each is named and shown.
    pub fn list(&self) -> impl Iterator<Item = &ProviderInfo> {
        self.0.iter().map(|provider| provider.info())
    }

    fn get(&self, id: &str) -> Result<&Arc<dyn IdentityProvider>> {
        self.0.iter().find(|provider| provider.info().id == id).ok_or(Error::NotFound("identity provider"))
    }

    fn of_issuer(&self, issuer: &str) -> Option<&Arc<dyn IdentityProvider>> {
        self.0.iter().find(|provider| provider.token_issuer() == Some(issuer))
    }
}

impl From<ProviderError> for Error {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Unavailable(_) => Self::Unavailable(error.to_string()),
            ProviderError::Refused(_) => {
                tracing::warn!(%error, "an external sign-in was refused");
                Self::unauthenticated(
                    "provider-refused",
                    "The answer of the other service could not be trusted. Try again.",
                )
            }
        }
    }
}
