//! Course packages: zips that are too large for memory.

use std::{fs::File, io::Write};

use axum::{
    body::Body,
    extract::multipart::Field,
    http::header,
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt};
use momentum_core::{
    Error, Services,
    authoring::{ExportedPackage, MAX_PACKAGE_BYTES, package_file},
};
use tokio_util::io::ReaderStream;

/// What became of a package on its way.
pub(crate) enum Broken {
    TooLarge,
    /// The connection broke.
    Off,
    Error(Error),
}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::TooLarge => Self::invalid("package", "too-large", "The zip is larger than 4 GB."),
            Broken::Off => Self::conflict("interrupted", "The connection broke before the package was here."),
            Broken::Error(error) => error,
        }
    }
}

/// Takes a body in, into a file that is gone when it is closed.
pub(crate) async fn arrive(s: &Services, body: Body) -> Result<File, Broken> {
    keep(s, body.into_data_stream()).await
}

/// Takes a field of a form in; nothing when no file was chosen.
pub(crate) async fn arrive_in(s: &Services, field: Field<'_>) -> Result<Option<File>, Broken> {
    let named = field.file_name().is_some_and(|name| !name.is_empty());
    let file = keep(s, field).await?;
    let empty = file.metadata().map_err(|error| Broken::Error(Error::internal(error)))?.len() == 0;
    Ok((named || !empty).then_some(file))
}

async fn keep<B, E>(s: &Services, body: impl Stream<Item = Result<B, E>>) -> Result<File, Broken>
where
    B: AsRef<[u8]> + Send + 'static,
{
    let mut file = package_file(s).map_err(Broken::Error)?;
    let mut body = std::pin::pin!(body);
    let mut left = MAX_PACKAGE_BYTES;
    while let Some(bytes) = body.next().await {
        let Ok(bytes) = bytes else { return Err(Broken::Off) };
        let length = bytes.as_ref().len() as u64;
        if length > left {
            return Err(Broken::TooLarge);
        }
        left -= length;
        let written = tokio::task::spawn_blocking(move || file.write_all(bytes.as_ref()).map(|()| file));
        let written = written.await.map_err(|error| Broken::Error(Error::internal(error)))?;
        file = written.map_err(|error| {
            Broken::Error(Error::Unavailable(format!("the package can't be kept: {error}")))
        })?;
    }
    Ok(file)
}

/// Sends a package out.
pub(crate) fn leave(package: ExportedPackage) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_LENGTH, package.size.to_string()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", package.file_name)),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    let file = tokio::fs::File::from_std(package.zip);
    (headers, Body::from_stream(ReaderStream::with_capacity(file, 128 * 1024))).into_response()
}
