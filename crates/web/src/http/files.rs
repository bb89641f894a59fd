//! Files: those of the media library in what learners get (who may have them, and at which address), and forms that bring some.

use axum::{
    extract::{
        Multipart,
        multipart::{Field, MultipartError},
    },
    http::{HeaderMap, StatusCode, header},
};
use chrono::TimeDelta;
use momentum_core::{
    Error, FieldErrors, Result as CoreResult, Services,
    catalog::Lesson,
    media::{self, NewFile, Visibility},
};

use super::identity::text_header;

/// How long a page's links to private files hold.
pub(crate) const OPEN_FOR: TimeDelta = TimeDelta::hours(6);

/// An address in a lesson, as somebody gets it.
pub(crate) enum Address {
    /// Where it is now.
    Open(String),
    /// A private file that comes with the premium plan.
    Premium,
}

/// The address for somebody who reads the lesson. `downloads`: private files are theirs too.
pub(crate) async fn address(s: &Services, address: &str, downloads: bool) -> CoreResult<Address> {
    let Some(id) = media::address_id(address) else { return Ok(Address::Open(address.to_owned())) };
    match media::known(s, id).await {
        Ok(file) if file.visibility == Visibility::Private && !downloads => Ok(Address::Premium),
        Ok(file) => Ok(Address::Open(file.shown_at(s, OPEN_FOR)?)),
        Err(Error::NotFound(_)) => Ok(Address::Open(address.to_owned())),
        Err(other) => Err(other),
    }
}

/// The address of a lesson's video, for somebody who reads the lesson.
pub(crate) async fn video(s: &Services, lesson: &Lesson) -> CoreResult<Option<String>> {
    let Some(url) = &lesson.video_url else { return Ok(None) };
    match address(s, url, true).await? {
        Address::Open(url) => Ok(Some(url)),
        Address::Premium => Ok(None),
    }
}

/// A form with one or more files.
#[derive(Default)]
pub(crate) struct FileForm {
    /// The other fields, by name.
    fields: Vec<(String, String)>,
    /// The names of all parts, files too.
    parts: Vec<String>,
    pub(crate) files: Vec<NewFile>,
    /// A file was larger than the form may bring.
    pub(crate) too_large: bool,
}

impl FileForm {
    /// Reads a form. What can't be read is an error; what is too large ends it.
    pub(crate) async fn read(mut form: Multipart) -> Result<Self, StatusCode> {
        let mut read = Self::default();
        loop {
            match form.next_field().await {
                Ok(Some(field)) => match read.take(field).await {
                    Ok(()) => {}
                    Err(error) => return read.ended(&error),
                },
                Ok(None) => return Ok(read),
                Err(error) => return read.ended(&error),
            }
        }
    }

    async fn take(&mut self, field: Field<'_>) -> Result<(), MultipartError> {
        let name = field.name().unwrap_or_default().to_owned();
        self.parts.push(name.clone());
        let file_name = field.file_name().map(ToOwned::to_owned);
        if file_name.is_none() && name != "file" {
            self.fields.push((name, field.text().await?));
            return Ok(());
        }
        let name = file_name.unwrap_or_default();
        let content = field.bytes().await?.to_vec();
        // A browser sends an empty field when nothing was chosen.
        if !(content.is_empty() && name.is_empty()) {
            self.files.push(NewFile { name, content });
        }
        Ok(())
    }

    fn ended(mut self, error: &MultipartError) -> Result<Self, StatusCode> {
        if error.status() != StatusCode::PAYLOAD_TOO_LARGE {
            return Err(error.status());
        }
        self.too_large = true;
        Ok(self)
    }

    /// What was sent in a field that is no file.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What was sent besides files, in order.
    pub(crate) fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// The one file of a form that may have nothing but that field.
    pub(crate) fn only(self, field: &'static str) -> CoreResult<NewFile> {
        let mut errors = FieldErrors::default();
        for other in self.parts.into_iter().filter(|name| *name != field) {
            let message = format!("There is no field {other}.");
            errors.add_named(other, "unknown", message);
        }
        let code = if self.files.is_empty() { "required" } else { "too-many" };
        errors.check(self.files.len() == 1, field, code, "Send one file.");
        errors.into_result()?;
        self.files.into_iter().next().ok_or_else(|| Error::invalid(field, "required", "Send one file."))
    }

    /// The one file of the form; what is said of a field without one, or of too large a file, is said of `field`.
    pub(crate) fn one(self, field: &'static str, too_large: &'static str) -> CoreResult<NewFile> {
        if self.too_large {
            return Err(Error::invalid(field, "too-large", too_large));
        }
        let file = self.files.into_iter().next();
        file.ok_or_else(|| Error::invalid(field, "required", "Choose a file first."))
    }
}

/// Whether the body is a file or a piece of one, which nobody keeps in memory for a repetition.
pub(crate) fn carries_file(headers: &HeaderMap) -> bool {
    text_header(headers, header::CONTENT_TYPE).is_some_and(is_file)
}

/// Whether bodies of this type are files or pieces of them.
pub(crate) fn is_file(kind: &str) -> bool {
    ["multipart/form-data", "application/offset+octet-stream", "application/zip"]
        .iter()
        .any(|file| kind.starts_with(file))
}
