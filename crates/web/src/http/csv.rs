//! Lists as CSV, for spreadsheets.

use axum::{
    body::Body,
    http::header,
    response::{IntoResponse, Response},
};
use momentum_core::Error;

/// CSV as a download that nobody keeps on the way.
pub(crate) fn download(name: &str, body: impl Into<Body>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, body.into()).into_response()
}

/// These lines as CSV.
pub(crate) fn as_csv<const N: usize>(
    records: impl IntoIterator<Item = [String; N]>,
) -> Result<Vec<u8>, Error> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    for record in records {
        csv.write_record(record).map_err(Error::internal)?;
    }
    csv.into_inner().map_err(Error::internal)
}

/// Text from people in a cell: a spreadsheet would compute one that begins like a formula.
pub(crate) fn no_formula(text: impl Into<String>) -> String {
    let text = text.into();
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}
