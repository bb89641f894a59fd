//! Names in addresses.

/// The longest one.
pub(super) use crate::catalog::MAX_SLUG as MAX;

/// Lower-case letters, digits and hyphens made of a title; empty when nothing of it can be written so.
pub(super) fn slugify(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for c in title.chars().flat_map(char::to_lowercase) {
        match c {
            'a'..='z' | '0'..='9' => slug.push(c),
            'à' | 'á' | 'â' | 'ã' | 'å' => slug.push('a'),
            'ä' | 'æ' => slug.push_str("ae"),
            'ç' => slug.push('c'),
            'è' | 'é' | 'ê' | 'ë' => slug.push('e'),
            'ì' | 'í' | 'î' | 'ï' => slug.push('i'),
            'ñ' => slug.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ø' => slug.push('o'),
            'ö' | 'œ' => slug.push_str("oe"),
            'ù' | 'ú' | 'û' => slug.push('u'),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            '\'' | '’' => {}
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    let mut slug = slug.trim_end_matches('-').to_owned();
    if slug.len() > MAX {
        slug.truncate(MAX);
        if let Some(end) = slug.rfind('-').filter(|end| *end > MAX / 2) {
            slug.truncate(end);
        }
    }
    slug
}

/// Whether it can stand in an address.
pub(super) fn is_slug(text: &str) -> bool {
    (1..=MAX).contains(&text.len())
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn titles_become_addresses() {
        assert_eq!(slugify("SQL in 7 days: ask & answer!"), "sql-in-7-days-ask-answer");
        assert_eq!(slugify("Don’t panic – Größe"), "dont-panic-groesse");
        assert_eq!(slugify("日本語"), "");
        assert!(!is_slug("../etc") && !is_slug("Tea") && !is_slug("") && !is_slug("-a"));
    }

    proptest! {
        #[test]
        fn a_slug_is_empty_or_good(title in "\\PC{0,200}") {
            let slug = slugify(&title);
            prop_assert!(slug.is_empty() || is_slug(&slug), "{slug}");
        }
    }
}
