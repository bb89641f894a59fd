//! Pictures of badges: a frame that says the tier, and an emblem in its middle.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use momentum_core::{engagement::Tier, settings::content_hash};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "art"]
struct Art;

/// Changes when a drawing changes, so that browsers may keep pictures for ever.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Art::iter().collect();
    names.sort();
    let all: Vec<u8> =
        names.iter().filter_map(|name| Art::get(name)).flat_map(|file| file.data.into_owned()).collect();
    content_hash(&all)
});

/// Those that were composed.
static COMPOSED: LazyLock<Mutex<HashMap<String, Arc<str>>>> = LazyLock::new(Mutex::default);

/// Where the picture is.
pub(crate) fn url(emblem: &str, tier: Tier) -> String {
    format!("/badge-art/{emblem}-{}.svg?v={}", tier.as_str(), *VERSION)
}

/// The picture that a name in an address means, such as `flame-7-silver`.
pub(crate) fn named(name: &str) -> Option<Arc<str>> {
    let (emblem, tier) = name.rsplit_once('-')?;
    svg(emblem, Tier::ALL.into_iter().find(|known| known.as_str() == tier)?)
}

/// A picture as one SVG, 240 by 240.
pub(crate) fn svg(emblem: &str, tier: Tier) -> Option<Arc<str>> {
    let name = format!("{emblem}-{}", tier.as_str());
    let mut composed = COMPOSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(picture) = composed.get(&name) {
        return Some(picture.clone());
    }
    let picture: Arc<str> =
        compose(&file(&format!("frames/{}.svg", tier.as_str()))?, &file(&format!("emblems/{emblem}.svg"))?)?
            .into();
    composed.insert(name, picture.clone());
    Some(picture)
}

fn file(path: &str) -> Option<String> {
    Art::get(path).and_then(|file| String::from_utf8(file.data.into_owned()).ok())
}

/// The emblem has half the frame's side and stands in the middle of its field.
fn compose(frame: &str, emblem: &str) -> Option<String> {
    let body = frame.trim_end().strip_suffix("</svg>")?;
    let inner = emblem.split_once('>')?.1.trim_end().strip_suffix("</svg>")?;
    Some(format!("{body}<g transform=\"translate(60 52)\">{inner}</g></svg>\n"))
}

#[cfg(test)]
mod tests {
    use momentum_core::engagement::EMBLEMS;

    use super::*;

    #[test]
    fn every_emblem_is_drawn_in_every_tier() {
        for (emblem, _) in EMBLEMS {
            for tier in Tier::ALL {
                let picture = svg(emblem, tier).unwrap();
                assert!(picture.contains("viewBox=\"0 0 240 240\""), "{emblem}");
                for forbidden in
                    ["<script", "style=", "<style", "<text", "<image", "http://www.w3.org/1999/xlink"]
                {
                    assert!(!picture.contains(forbidden), "{emblem}: {forbidden}");
                }
            }
        }
        assert!(svg("nothing", Tier::Gold).is_none());
        assert!(named("../frames/gold-gold").is_none());
    }
}
