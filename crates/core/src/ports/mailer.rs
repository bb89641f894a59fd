use std::pin::Pin;

/// A mail that is ready to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The same at every attempt, so that a receiver can tell a repetition; without angle brackets.
    pub message_id: String,
    /// `Name <address>`.
    pub from: String,
    /// Where answers go, when not to the sender.
    pub reply_to: Option<String>,
    /// The receiver's name.
    pub to_name: String,
    /// The receiver's address.
    pub to_email: String,
    /// One line.
    pub subject: String,
    /// The HTML part.
    pub html: String,
    /// The plain-text part.
    pub text: String,
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Certainly not taken; later it may be.
    #[error("{0}")]
    Temporary(String),
    /// Not taken, and it never will be.
    #[error("{0}")]
    Permanent(String),
    /// The answer got lost: it may have been taken, so it must not be sent again unasked.
    #[error("{0}")]
    Unclear(String),
}

/// A mail on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), MailError>> + Send + 'a>>;

/// Takes mails to their receivers.
pub trait Mailer: Send + Sync {
    /// Hands `mail` over, once. `Ok` means that the other side answers for it from now on.
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a>;
}
