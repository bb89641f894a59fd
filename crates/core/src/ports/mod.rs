//! Small traits to the outside world; `providers` implements those that need a service.

mod clock;
mod identity_provider;
mod mailer;
mod text_model;

pub use clock::{Clock, ManualClock, SystemClock};
pub use identity_provider::{Attempt, ExternalProfile, IdentityProvider, ProviderError, ProviderInfo};
pub use mailer::{Mail, MailError, Mailer, Sending};
pub use text_model::{
    AnswerSchema, Message, Speaker, TextAnswer, TextError, TextErrorKind, TextModel, TextRequest, TokenUsage,
    Writing,
};
