//! Files of the media library in what learners get: who may have them, and at which address.

use axum::{
    extract::Multipart,
    http::{HeaderMap, StatusCode, header},
};
use chrono::TimeDelta;
use momentum_core::{
    Error, Result, Services,
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
pub(crate) async fn address(s: &Services, address: &str, downloads: bool) -> Result<Address> {
    let Some(id) = media::address_id(address) else { return Ok(Address::Open(address.to_owned())) };
    match media::known(s, id).await {
        Ok(file) if file.visibility == Visibility::Private && !downloads => Ok(Address::Premium),
        Ok(file) => Ok(Address::Open(file.shown_at(s, OPEN_FOR)?)),
        Err(Error::NotFound(_)) => Ok(Address::Open(address.to_owned())),
        Err(other) => Err(other),
    }
}

/// The address of a lesson's video, for somebody who reads the lesson.
pub(crate) async fn video(s: &Services, lesson: &Lesson) -> Result<Option<String>> {
    let Some(url) = &lesson.video_url else { return Ok(None) };
    match address(s, url, true).await? {
        Address::Open(url) => Ok(Some(url)),
        Address::Premium => Ok(None),
    }
}

/// A form with one or more files.
#[derive(Default)]
pub(crate) struct FileForm {
    pub(crate) token: Option<String>,
    pub(crate) files: Vec<NewFile>,
    /// A file was larger than a form may bring.
    pub(crate) too_large: bool,
}

/// Reads a form with files in fields named `file`. What can't be read is an error.
pub(crate) async fn read_form(mut form: Multipart) -> Result<FileForm, StatusCode> {
    let mut read = FileForm::default();
    loop {
        let field = match form.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => return Ok(read),
            Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                read.too_large = true;
                return Ok(read);
            }
            Err(error) => return Err(error.status()),
        };
        match field.name() {
            Some("csrf") => read.token = Some(field.text().await.map_err(|error| error.status())?),
            Some("file") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                match field.bytes().await {
                    // A browser sends an empty field when nothing was chosen.
                    Ok(bytes) if bytes.is_empty() && name.is_empty() => {}
                    Ok(bytes) => read.files.push(NewFile { name, content: bytes.to_vec() }),
                    Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                        read.too_large = true;
                        return Ok(read);
                    }
                    Err(error) => return Err(error.status()),
                }
            }
            _ => {}
        }
    }
}

/// Whether the body is a file or a piece of one, which nobody keeps in memory for a repetition.
pub(crate) fn carries_file(headers: &HeaderMap) -> bool {
    text_header(headers, header::CONTENT_TYPE).is_some_and(|kind| {
        kind.starts_with("multipart/form-data") || kind.starts_with("application/offset+octet-stream")
    })
}
