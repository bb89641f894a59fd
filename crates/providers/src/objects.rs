//! Where media files stand: a folder of this machine, or a store that speaks S3.

use std::{path::Path, sync::Arc};

use momentum_core::media::MediaStore;
use object_store::{aws::AmazonS3Builder, local::LocalFileSystem};

/// A store that speaks S3: Amazon's, MinIO, Garage, Ceph, R2 and others.
#[derive(Clone, Default)]
pub struct S3 {
    pub bucket: String,
    pub region: String,
    /// Without it: Amazon's own.
    pub endpoint: Option<String>,
    /// The bucket stands in the path instead of the host's name.
    pub path_style: bool,
    pub access_key_id: String,
    pub secret_access_key: String,
}

impl S3 {
    /// The store; files have at most `largest` bytes.
    ///
    /// # Errors
    /// With a message for the operator.
    pub fn open(&self, largest: i64) -> Result<MediaStore, String> {
        if self.access_key_id.is_empty() || self.secret_access_key.is_empty() {
            return Err("the keys of the bucket are missing (MOMENTUM_MEDIA_ACCESS_KEY_ID, \
                        MOMENTUM_MEDIA_SECRET_ACCESS_KEY)"
                .into());
        }
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&self.bucket)
            .with_region(&self.region)
            .with_access_key_id(&self.access_key_id)
            .with_secret_access_key(&self.secret_access_key)
            .with_virtual_hosted_style_request(!self.path_style);
        if let Some(endpoint) = &self.endpoint {
            builder =
                builder.with_endpoint(endpoint.trim_end_matches('/')).with_allow_http(checked(endpoint)?);
        }
        let store = builder.build().map_err(|error| error.to_string())?;
        Ok(MediaStore::new(Arc::new(store), largest))
    }
}

/// Whether the endpoint may be spoken to in the open: only on this machine.
pub(crate) fn checked(endpoint: &str) -> Result<bool, String> {
    let url = url::Url::parse(endpoint).map_err(|_| format!("{endpoint:?} is no address"))?;
    let local = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    match (url.scheme(), local) {
        ("https", _) => Ok(false),
        ("http", true) => Ok(true),
        ("http", false) => Err(format!("{endpoint} would send everything in the open; use https")),
        _ => Err(format!("{endpoint:?} is neither https nor http")),
    }
}

/// A folder as a store; it is made when it is missing.
///
/// # Errors
/// With a message for the operator.
pub fn folder(path: &Path, largest: i64) -> Result<MediaStore, String> {
    std::fs::create_dir_all(path).map_err(|error| format!("{} can't be made: {error}", path.display()))?;
    let store = LocalFileSystem::new_with_prefix(path).map_err(|error| error.to_string())?;
    // On the disk before anybody is told that it is kept.
    Ok(MediaStore::new(Arc::new(store.with_automatic_cleanup(true).with_fsync(true)), largest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_in_the_open() {
        assert_eq!(checked("http://127.0.0.1:5000"), Ok(true));
        assert_eq!(checked("http://localhost:5000"), Ok(true));
        assert_eq!(checked("https://s3.example.com"), Ok(false));
        for bad in ["http://s3.example.com", "ftp://localhost", "s3.example.com", ""] {
            assert!(checked(bad).is_err(), "{bad}");
        }
    }
}
