//! The media library: files come in, are handed out, and are used in courses.

mod delivery;
mod hostile;
mod library;
pub(crate) mod pictures;
mod s3;
pub(crate) mod uploads;

use momentum_testkit::{Answer, Api};
use reqwest::Method;
use serde_json::Value;

pub(crate) const BOUNDARY: &str = "x-boundary-x";

/// The body of a form with these fields; those with a file name are files.
pub(crate) fn form(fields: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, content) in fields {
        let file = file.map_or_else(String::new, |file| format!("; filename=\"{file}\""));
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// Sends a file in one piece.
async fn send(api: &Api, method: Method, path: &str, name: &str, content: &[u8]) -> Answer {
    let request = api
        .request(method, path)
        .header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(form(&[("file", Some(name), content)]));
    api.send(request).await
}

/// Adds a file, which has to be taken.
pub(crate) async fn add(api: &Api, name: &str, content: &[u8]) -> Value {
    send(api, Method::POST, "/admin/media", name, content).await.expect(201).json()
}

/// The text of a field.
fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field} in {value}"))
}

/// Enough of a PDF.
pub(crate) const PDF: &[u8] =
    b"%PDF-1.7\nfrom zero to a hundred: 0123456789012345678901234567890123456789\n%%EOF";
