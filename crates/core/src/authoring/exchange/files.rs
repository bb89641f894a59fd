//! Files of the media library that a course names: they travel with it.

use super::archive::{MAX_FILE, MEDIA, wrong};
use crate::{
    Result, Services,
    identity::Actor,
    ids::MediaId,
    media::{self, NewFile},
};

/// What can't be in an address, and so ends it.
fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '"' | '\'' | '<' | '>' | '[' | ']' | '?' | '#' | '`' | '|')
}

/// Names and contents of the files that the texts name; the texts name them in the package from then on. What is too large or
/// gone keeps its address.
pub(super) async fn taken_along(
    s: &Services,
    texts: &mut [(String, String)],
) -> Result<Vec<(String, Vec<u8>)>> {
    let mut taken: Vec<(String, Vec<u8>)> = Vec::new();
    for id in media::named_in_all(texts.iter().map(|(_, text)| text.as_str())) {
        let Some((file, content)) = media::content(s, id, MAX_FILE).await? else { continue };
        let mut name = file.name.clone();
        let mut number = 2;
        while taken.iter().any(|(known, _)| *known == name) {
            name = format!("{number}-{}", file.name);
            number += 1;
        }
        let address = format!("/media/{id}/");
        for (_, text) in texts.iter_mut() {
            while let Some(at) = text.find(&address) {
                let rest = &text[at + address.len()..];
                let end = rest.find(ends_address).unwrap_or(rest.len());
                text.replace_range(at..at + address.len() + end, &format!("{MEDIA}{name}"));
            }
        }
        taken.push((name, content));
    }
    Ok(taken)
}

/// Puts the files that the texts name into the library; the texts name them there from then on. Answers what was added.
pub(super) async fn brought_along(
    s: &Services,
    actor: &Actor,
    texts: &mut [(String, String)],
    files: Vec<(String, Vec<u8>)>,
) -> Result<Vec<MediaId>> {
    let mut kept = Vec::new();
    let brought = bring(s, actor, texts, files, &mut kept).await;
    if let Err(error) = brought {
        for id in kept {
            media::delete(s, actor, id).await?;
        }
        return Err(error);
    }
    Ok(kept)
}

async fn bring(
    s: &Services,
    actor: &Actor,
    texts: &mut [(String, String)],
    files: Vec<(String, Vec<u8>)>,
    kept: &mut Vec<MediaId>,
) -> Result<()> {
    for (name, content) in files {
        let places: Vec<Vec<usize>> = texts.iter().map(|(_, text)| places(text, &name)).collect();
        if places.iter().all(Vec::is_empty) {
            continue;
        }
        let file = NewFile { name: name.clone(), content };
        let added = media::upload(s, actor, file)
            .await
            .map_err(|error| super::named(error, &format!("{MEDIA}{name}")))?;
        kept.push(added.id);
        for ((_, text), places) in texts.iter_mut().zip(places) {
            for at in places.into_iter().rev() {
                text.replace_range(at..at + MEDIA.len() + name.len(), &added.address());
            }
        }
    }
    for (path, text) in texts.iter() {
        if text.contains(&format!("]({MEDIA}")) {
            return Err(wrong(path.clone(), "It names a file in media/ that isn't in the package."));
        }
    }
    Ok(())
}

/// Where a text names this file of the package.
fn places(text: &str, name: &str) -> Vec<usize> {
    let wanted = format!("{MEDIA}{name}");
    text.match_indices(&wanted)
        .map(|(at, _)| at)
        .filter(|at| {
            let before = text[..*at].chars().next_back();
            let after = text[at + wanted.len()..].chars().next();
            before.is_none_or(ends_address) && after.is_none_or(ends_address)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_addresses_are_places() {
        assert_eq!(places("![a](media/x.png) media/x.png", "x.png"), [5, 18]);
        assert_eq!(places("https://e.example/media/x.png media/x.png2", "x.png"), Vec::<usize>::new());
        assert_eq!(places("url: \"media/x.png\"", "x.png"), [6]);
    }
}
