//! Small traits to the outside world; `providers` implements those that need a service.

mod clock;
mod mailer;

pub use clock::{Clock, ManualClock, SystemClock};
pub use mailer::{Mail, MailError, Mailer, Sending};
