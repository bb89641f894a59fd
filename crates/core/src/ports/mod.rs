//! Small traits to the outside world; `providers` implements those that need a service.

mod clock;
mod identity_provider;
mod mailer;

pub use clock::{Clock, ManualClock, SystemClock};
pub use identity_provider::{Attempt, ExternalProfile, IdentityProvider, ProviderError, ProviderInfo};
pub use mailer::{Mail, MailError, Mailer, Sending};
