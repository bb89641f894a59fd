//! Pictures in texts: with their size, so that nothing moves while they load, and in the widths that there are.

use chrono::TimeDelta;

use super::{Media, MediaKind, Visibility, address, known};
use crate::{Error, Result, Services};

/// How wide a picture in a text is shown.
const SIZES: &str = "(min-width: 60rem) 44rem, 92vw";

/// Sanitized HTML, in which pictures of the library get size and widths, and what is private a signature that holds for
/// `valid_for` (documents only when `downloads` are this reader's). Everything else stays as it is.
///
/// # Errors
/// When the database fails.
pub async fn responsive(s: &Services, html: String, valid_for: TimeDelta, downloads: bool) -> Result<String> {
    if !html.contains("\"/media/") {
        return Ok(html);
    }
    let mut out = String::with_capacity(html.len() + 512);
    let mut rest = html.as_str();
    while let Some(at) = rest.find("\"/media/") {
        let (before, quoted) = rest.split_at(at);
        let Some((value, after)) = quoted.get(1..).and_then(|inner| inner.split_once('"')) else { break };
        out.push_str(before);
        out.push('"');
        out.push_str(&attribute(s, before, value, valid_for, downloads).await?);
        out.push('"');
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// What stands between the quotes; a picture's further attributes follow behind it.
async fn attribute(
    s: &Services,
    before: &str,
    value: &str,
    valid_for: TimeDelta,
    downloads: bool,
) -> Result<String> {
    let (is_source, is_link) = (before.ends_with(" src="), before.ends_with(" href="));
    let Some(id) = address::address_id(value).filter(|_| is_source || is_link) else {
        return Ok(value.to_owned());
    };
    let media = match known(s, id).await {
        Ok(media) => media,
        Err(Error::NotFound(_)) => return Ok(value.to_owned()),
        Err(other) => return Err(other),
    };
    if media.kind == MediaKind::Document && !downloads {
        return Ok(value.to_owned());
    }
    let shown = escaped(&media.shown_at(s, valid_for)?);
    let in_picture =
        before.rfind('<').is_some_and(|open| before.get(open..).is_some_and(|tag| tag.starts_with("<img")));
    if is_source && in_picture && media.kind == MediaKind::Image {
        return Ok(shown + &further(&media));
    }
    // A link to something public stays as its author wrote it.
    Ok(if media.visibility == Visibility::Public { value.to_owned() } else { shown })
}

fn further(media: &Media) -> String {
    let mut more = String::new();
    if let (Some(width), Some(height)) = (media.width, media.height) {
        more.push_str(&format!("\" width=\"{width}\" height=\"{height}"));
    }
    let set = media.srcset();
    if !set.is_empty() {
        more.push_str(&format!("\" srcset=\"{}\" sizes=\"{SIZES}", escaped(&set)));
    }
    more
}

fn escaped(address: &str) -> String {
    address.replace('&', "&amp;")
}
