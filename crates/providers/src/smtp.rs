//! Mail through an SMTP server.
//!
//! Each mail has a connection of its own and goes through it step by step, because it matters where it fails: before
//! the server was given the whole message it certainly has nothing and the mail may be tried again; after that, only
//! its answer tells.

use std::time::Duration;

use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail as MailFrom, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use momentum_core::ports::{Mail, MailError, Mailer, Sending};
use url::Url;

/// How long to wait for a connection, and for the server's word on everything up to the message.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait for the server's word on the message itself. RFC 5321 (4.5.3.2.6) asks for ten minutes; a job's
/// lease is renewed meanwhile, but a worker should not be held up that long by one server.
const FINAL_PATIENCE: Duration = Duration::from_secs(120);

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protection {
    /// TLS from the first byte.
    Tls,
    /// TLS after `STARTTLS`, or nothing is sent.
    StartTls,
    /// None: for a relay on this machine.
    Open,
}

/// An SMTP server.
#[derive(Debug, Clone)]
pub struct Smtp {
    host: String,
    port: u16,
    protection: Protection,
    credentials: Option<Credentials>,
}

impl Smtp {
    /// A server by its address: `smtps://user:password@host:465`, `smtp://user:password@host:587?tls=required`, or
    /// `smtp://host:25`.
    ///
    /// # Errors
    /// What is wrong with the address, without the password in it.
    pub fn new(url: &str) -> Result<Self, String> {
        let form = "it has to be like smtps://user:password@host:465 or smtp://host:587?tls=required";
        let url = Url::parse(url).map_err(|_| form.to_owned())?;
        let tls = url.query_pairs().find(|(key, _)| key == "tls").map(|(_, value)| value.into_owned());
        let (protection, port) = match (url.scheme(), tls.as_deref()) {
            ("smtps", None) => (Protection::Tls, 465),
            ("smtp", Some("required")) => (Protection::StartTls, 587),
            ("smtp", None) => (Protection::Open, 25),
            _ => return Err(form.to_owned()),
        };
        let host =
            url.host_str().filter(|host| !host.is_empty()).ok_or(form)?.trim_matches(['[', ']']).to_owned();
        let credentials = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => {
                Some(Credentials::new(decoded(user)?, decoded(password)?))
            }
            _ => return Err("a user needs a password, and a password a user".to_owned()),
        };
        Ok(Self { host, port: url.port().unwrap_or(port), protection, credentials })
    }

    /// `host:port`.
    #[must_use]
    pub fn server(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Connects, signs in and leaves again.
    ///
    /// # Errors
    /// What went wrong.
    pub async fn greet(&self) -> Result<(), String> {
        let mut connection = within(PATIENCE, self.connect()).await.map_err(|error| error.to_string())?;
        let _ = connection.quit().await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, MailError> {
        let hello = ClientId::default();
        let tls = || TlsParameters::new(self.host.clone()).map_err(refused);
        let wrapped = if self.protection == Protection::Tls { Some(tls()?) } else { None };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(PATIENCE), &hello, wrapped, None)
                .await
                .map_err(refused)?;
        if self.protection == Protection::StartTls {
            if !connection.can_starttls() {
                connection.abort().await;
                return Err(MailError::Temporary(
                    "the server doesn't offer STARTTLS; nothing was sent".into(),
                ));
            }
            connection.starttls(tls()?, &hello).await.map_err(refused)?;
        }
        if let Some(credentials) = &self.credentials {
            // Whatever is wrong with the password, an operator can mend it while the mail waits.
            connection.auth(DEFAULT_MECHANISMS, credentials).await.map_err(|error| {
                MailError::Temporary(format!("signing in to the mail server failed: {error}"))
            })?;
        }
        Ok(connection)
    }

    /// Everything up to the message: from whom, to whom.
    async fn announce(&self, message: &Message, utf8: bool) -> Result<AsyncSmtpConnection, MailError> {
        let mut connection = self.connect().await?;
        let offers = |extension| connection.server_info().supports_feature(extension);
        let mut parameters = Vec::new();
        let addresses = message.envelope().to().iter().chain(message.envelope().from());
        if addresses.into_iter().any(|address| !AsRef::<str>::as_ref(address).is_ascii()) {
            if !offers(Extension::SmtpUtfEight) {
                return Err(MailError::Permanent(
                    "the mail server doesn't take addresses like this one".into(),
                ));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if utf8 && offers(Extension::EightBitMime) {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let from = message.envelope().from().cloned();
        connection.command(MailFrom::new(from, parameters)).await.map_err(refused)?;
        for to in message.envelope().to() {
            connection.command(Rcpt::new(to.clone(), Vec::new())).await.map_err(refused)?;
        }
        connection.command(Data).await.map_err(refused)?;
        Ok(connection)
    }

    async fn hand_over(&self, mail: &Mail) -> Result<(), MailError> {
        let message = build(mail)?;
        let bytes = message.formatted();
        let mut connection = within(PATIENCE, self.announce(&message, !bytes.is_ascii())).await?;
        match tokio::time::timeout(FINAL_PATIENCE, connection.message(&bytes)).await {
            Ok(Ok(_)) => {
                // The mail is theirs by now; a server that doesn't answer a goodbye changes nothing.
                let _ = tokio::time::timeout(Duration::from_secs(2), connection.quit()).await;
                Ok(())
            }
            Ok(Err(error)) if error.is_transient() || error.is_permanent() => Err(refused(error)),
            Ok(Err(error)) => Err(MailError::Unclear(format!(
                "the connection broke before the mail server confirmed the mail: {error}"
            ))),
            Err(_) => Err(MailError::Unclear("the mail server did not confirm the mail in time".into())),
        }
    }
}

impl Mailer for Smtp {
    fn send<'a>(&'a self, mail: &'a Mail) -> Sending<'a> {
        Box::pin(self.hand_over(mail))
    }
}

/// Whether mails can come from this: `Name <address>` or an address.
///
/// # Errors
/// What is wrong with it.
pub fn check_sender(from: &str) -> Result<(), String> {
    from.parse::<Mailbox>().map(|_| ()).map_err(|_| format!("{from:?} is not like Name <name@example.com>"))
}

/// The message as it goes over the wire. Names and subject are encoded, and they end where they end: nothing in them
/// can begin a header.
fn build(mail: &Mail) -> Result<Message, MailError> {
    let wrong = |what: &str| MailError::Permanent(format!("{what} can't be written into a mail"));
    let from: Mailbox = mail.from.parse().map_err(|_| wrong("the sender"))?;
    let address: Address = mail.to_email.parse().map_err(|_| wrong("the receiver's address"))?;
    let mut builder = Message::builder().from(from).to(Mailbox::new(Some(one_line(&mail.to_name)), address));
    if let Some(reply_to) = &mail.reply_to {
        let address: Address = reply_to.parse().map_err(|_| wrong("the address for answers"))?;
        builder = builder.reply_to(Mailbox::new(None, address));
    }
    let mut message = builder
        .subject(one_line(&mail.subject))
        .message_id(Some(format!("<{}>", mail.message_id)))
        .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
        .map_err(|error| MailError::Permanent(error.to_string()))?;
    // Out-of-office robots don't answer (RFC 3834).
    let name = HeaderName::new_from_ascii_str("Auto-Submitted");
    message.headers_mut().insert_raw(HeaderValue::new(name, "auto-generated".to_owned()));
    Ok(message)
}

/// What stands in a header has no line breaks and nothing else that controls.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What an error means before the message was given away, or when the server said no.
fn refused(error: Error) -> MailError {
    if error.is_permanent() {
        MailError::Permanent(error.to_string())
    } else {
        MailError::Temporary(error.to_string())
    }
}

async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, MailError>>,
) -> Result<T, MailError> {
    tokio::time::timeout(limit, work)
        .await
        .unwrap_or_else(|_| Err(MailError::Temporary("the mail server did not answer in time".into())))
}

fn decoded(text: &str) -> Result<String, String> {
    let pair = format!("x={}", text.replace('+', "%2B"));
    let (_, value) =
        url::form_urlencoded::parse(pair.as_bytes()).next().ok_or("user and password can't be read")?;
    Ok(value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail() -> Mail {
        Mail {
            message_id: "1@momentum.example".into(),
            from: "Momentum <no-reply@momentum.example>".into(),
            reply_to: None,
            to_name: "Ada Moreau".into(),
            to_email: "ada@example.com".into(),
            subject: "Hello".into(),
            html: "<p>Hello</p>".into(),
            text: "Hello".into(),
        }
    }

    #[test]
    fn an_address_says_how_the_connection_is_protected() {
        let server = |url: &str| Smtp::new(url).map(|smtp| (smtp.server(), smtp.protection));
        assert_eq!(server("smtps://mail.example").unwrap(), ("mail.example:465".into(), Protection::Tls));
        let starttls = server("smtp://a:b@mail.example?tls=required").unwrap();
        assert_eq!(starttls, ("mail.example:587".into(), Protection::StartTls));
        assert_eq!(server("smtp://127.0.0.1:1025").unwrap(), ("127.0.0.1:1025".into(), Protection::Open));
        for wrong in [
            "mail.example",
            "https://mail.example",
            "smtp://mail.example?tls=maybe",
            "smtp://ada@mail.example",
            "smtps://",
        ] {
            assert!(server(wrong).is_err(), "{wrong}");
        }
        let special = Smtp::new("smtps://ada%40example.com:p%2Fa+s%25s@mail.example").unwrap();
        assert_eq!(special.credentials, Some(Credentials::new("ada@example.com".into(), "p/a+s%s".into())));
    }

    #[test]
    fn nothing_that_was_typed_begins_a_header() {
        let evil = Mail {
            to_name: "Ada\r\nBcc: all@example.com\r\n".into(),
            subject: "Hi\r\nX-Evil: yes\r\n\r\nbody".into(),
            ..mail()
        };
        let text = String::from_utf8(build(&evil).unwrap().formatted()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        for line in head.split("\r\n") {
            assert!(!line.starts_with("Bcc:") && !line.starts_with("X-Evil:"), "{head}");
        }
        for wrong in
            ["ada@example.com, eve@example.com", "ada@example.com\r\nBcc: eve@example.com", "ada", ""]
        {
            let mail = Mail { to_email: wrong.into(), ..mail() };
            assert!(matches!(build(&mail), Err(MailError::Permanent(_))), "{wrong}");
        }
    }

    #[test]
    fn a_mail_has_both_parts_and_names_itself() {
        let mail = Mail { reply_to: Some("help@momentum.example".into()), ..mail() };
        let text = String::from_utf8(build(&mail).unwrap().formatted()).unwrap();
        for part in [
            "Reply-To: help@momentum.example",
            "Message-ID: <1@momentum.example>",
            "Auto-Submitted: auto-generated",
            "multipart/alternative",
            "text/plain",
            "text/html",
        ] {
            assert!(text.contains(part), "{part} is missing in {text}");
        }
        assert!(check_sender("Momentum <no-reply@localhost>").is_ok());
        assert!(check_sender("Momentum").is_err());
    }
}
