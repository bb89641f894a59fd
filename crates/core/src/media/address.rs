//! Addresses of files, and signatures that open private ones for a while.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Media, MediaKind, Visibility, WIDTHS};
use crate::{Error, Result, Services, identity, ids::MediaId};

/// Where addresses begin.
const ROOT: &str = "/media/";

/// An address that works for a while.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignedUrl {
    pub url: String,
    pub expires_at: DateTime<Utc>,
}

/// The file that an address names: `/media/{id}/{name}`, with or without a query.
#[must_use]
pub fn address_id(address: &str) -> Option<MediaId> {
    let rest = address.strip_prefix(ROOT)?;
    let (id, name) = rest.split_once('/')?;
    let name = name.split(['?', '#']).next()?;
    (!name.is_empty() && !name.contains('/')).then_some(())?;
    id.parse().ok()
}

/// Whether it is an address of the library.
#[must_use]
pub fn is_address(address: &str) -> bool {
    address_id(address).is_some()
}

/// Every file that these texts name, once each.
pub fn named_in_all<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<MediaId> {
    let mut ids: Vec<MediaId> = Vec::new();
    for id in texts.flat_map(named_in) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    ids
}

/// Every file that a text names, once each.
pub(super) fn named_in(text: &str) -> Vec<MediaId> {
    let mut ids = Vec::new();
    for (at, _) in text.match_indices(ROOT) {
        let id = text.get(at + ROOT.len()..at + ROOT.len() + 36).and_then(|id| id.parse().ok());
        if let Some(id) = id
            && text.get(at + ROOT.len() + 36..).is_some_and(|rest| rest.starts_with('/'))
            && !ids.contains(&id)
        {
            ids.push(id);
        }
    }
    ids
}

/// An address that opens a private file for a while, for somebody who may see it.
///
/// # Errors
/// [`Error::NotFound`] when it is no address of the library.
pub fn signed_url(s: &Services, address: &str, valid_for: TimeDelta) -> Result<SignedUrl> {
    let id = address_id(address).ok_or(Error::NotFound("file"))?;
    let plain = address.split(['?', '#']).next().unwrap_or(address);
    let expires_at = s.clock.now() + valid_for;
    let seconds = expires_at.timestamp();
    let signature = signature(s, id, seconds)?;
    Ok(SignedUrl { url: format!("{plain}?exp={seconds}&sig={signature}"), expires_at })
}

/// Whether an address was signed by us, for this file, and still holds.
pub(super) fn is_signed(s: &Services, id: MediaId, expires: &str, given: &str) -> Result<bool> {
    let Ok(seconds) = expires.parse::<i64>() else { return Ok(false) };
    Ok(identity::same(&signature(s, id, seconds)?, given) && s.clock.now().timestamp() < seconds)
}

fn signature(s: &Services, id: MediaId, seconds: i64) -> Result<String> {
    let mac = s.secret.keyed_hash("media-address", &[id.0.as_bytes(), &seconds.to_be_bytes()])?;
    Ok(URL_SAFE_NO_PAD.encode(mac))
}

impl Media {
    /// The address for somebody who may see it: signed for some time when it is private, otherwise with the version, so that
    /// browsers keep it.
    ///
    /// # Errors
    /// When the key can't be used.
    pub fn shown_at(&self, s: &Services, valid_for: TimeDelta) -> Result<String> {
        match self.visibility {
            Visibility::Public => Ok(format!("{}?v={}", self.address(), self.version)),
            Visibility::Private => Ok(signed_url(s, &self.address(), valid_for)?.url),
        }
    }

    /// A picture's widths with their addresses, for `srcset`; empty when there is only one.
    #[must_use]
    pub fn srcset(&self) -> String {
        let (Some(width), MediaKind::Image, Visibility::Public) = (self.width, self.kind, self.visibility)
        else {
            return String::new();
        };
        if self.variants.is_empty() {
            return String::new();
        }
        let address = format!("{}?v={}", self.address(), self.version);
        let mut set = self
            .variants
            .iter()
            .fold(String::new(), |set, width| set + &format!("{address}&w={width} {width}w, "));
        set.push_str(&format!("{address} {width}w"));
        set
    }
}

/// As [`Media::srcset`] for an address alone, in widths up to `largest`: nothing is looked up. A picture that is smaller is
/// answered as it is.
#[must_use]
pub fn srcset(address: &str, largest: u32) -> Option<String> {
    address_id(address)?;
    let plain = address.split(['?', '#']).next()?;
    let set =
        WIDTHS.iter().filter(|width| **width <= largest).map(|width| format!("{plain}?w={width} {width}w"));
    Some(set.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_texts() {
        let (a, b) = (MediaId::new(), MediaId::new());
        let text = format!(
            "![x](/media/{a}/x.png \"t\") and again /media/{a}/x.png, [y](https://h.example/media/{b}/y.pdf?v=2)\n\
             /media/nonsense/x /media/{a} /media/"
        );
        assert_eq!(named_in(&text), [a, b]);
        assert_eq!(address_id(&format!("/media/{a}/x.png?w=320#x")), Some(a));
        for none in ["", "/media/", "/media/x/y", "https://elsewhere.example/x.png", "/media//"] {
            assert_eq!(address_id(none), None);
        }
        assert_eq!(address_id(&format!("/media/{a}/")), None);
        assert_eq!(address_id(&format!("/media/{a}/b/c")), None);
    }
}
