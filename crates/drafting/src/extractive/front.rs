//! What a document holds besides its text: tables of contents, imprints, indexes, page numbers.

use super::{markdown, words::words};

/// Headings of parts that teach nothing, in lower case.
const HEADINGS: &[&str] = &[
    "about the author",
    "about the authors",
    "about this document",
    "acknowledgements",
    "additional reading",
    "additional resources",
    "acknowledgments",
    "also by",
    "bibliography",
    "change history",
    "change log",
    "changelog",
    "colophon",
    "contents",
    "copyright",
    "copyright notice",
    "credits",
    "dedication",
    "document control",
    "document history",
    "endnotes",
    "foreword",
    "further reading",
    "further resources",
    "imprint",
    "index",
    "legal notice",
    "license",
    "licence",
    "list of abbreviations",
    "list of figures",
    "list of tables",
    "more resources",
    "notes",
    "page list",
    "references",
    "related links",
    "resources",
    "revision history",
    "see also",
    "sources",
    "table of contents",
    "version history",
    "works cited",
    // German
    "abbildungsverzeichnis",
    "danksagung",
    "impressum",
    "inhalt",
    "inhaltsverzeichnis",
    "literatur",
    "literaturverzeichnis",
    "quellen",
    "quellenverzeichnis",
    "register",
    "sachregister",
    "stichwortverzeichnis",
    "tabellenverzeichnis",
    "vorwort",
    "weiterführende links",
    "weiterführende literatur",
    // French
    "avant-propos",
    "bibliographie",
    "mentions légales",
    "pour en savoir plus",
    "préface",
    "références",
    "remerciements",
    "sommaire",
    "table des matières",
    // Spanish
    "agradecimientos",
    "bibliografía",
    "contenido",
    "índice",
    "índice de contenidos",
    "más información",
    "prólogo",
    "referencias",
];

/// Whether what stands under a heading is left out.
pub(super) fn is_apart(title: &str) -> bool {
    let lower = title.trim().trim_end_matches([':', '.']).to_lowercase();
    HEADINGS.contains(&lower.as_str()) || lower.starts_with("copyright ") || lower.starts_with("©")
}

/// A line of a table of contents or an index: a few words, perhaps dots, and the number of a page.
pub(super) fn is_entry(text: &str) -> bool {
    let text = text.trim();
    let bare = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | '–' | '-' | ' '));
    let has_page = bare.len() < text.len() && text.ends_with(|c: char| c.is_ascii_digit());
    has_leaders(text) || has_page && !bare.ends_with(['.', '!', '?']) && words(text).len() <= 12
}

fn has_leaders(text: &str) -> bool {
    let tight: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    (tight.contains("....") || tight.contains("……") || tight.contains("····"))
        && tight.ends_with(|c: char| c.is_ascii_digit() || matches!(c, 'i' | 'v' | 'x'))
}

/// Page numbers, imprints and lines of a table of contents among the text.
pub(super) fn is_noise(text: &str) -> bool {
    let lower = text.trim().to_lowercase();
    let says_rights = lower.starts_with('©')
        || lower.starts_with("copyright ")
        || lower.contains("all rights reserved")
        || lower.contains("alle rechte vorbehalten")
        || lower.contains("tous droits réservés")
        || lower.contains("todos los derechos reservados")
        || lower.starts_with("isbn");
    let found = words(&lower);
    let is_page = matches!(found.first().map(|word| word.text), Some("page" | "seite" | "página"))
        && found.len() <= 4
        && found.iter().any(|word| word.is_number());
    !lower.contains(char::is_alphabetic) || says_rights && found.len() < 80 || is_page || has_leaders(text)
}

/// A heading without its number and in sentence case if it shouts: `3.2 MIXING DOUGH` is `Mixing dough`, `Chapter 3: Mixing` is
/// `Mixing`.
pub(super) fn clean_title(heading: &str) -> String {
    let heading = markdown::plain(heading);
    let mut title = heading.trim_start_matches(['•', '◦', '▪', '·', '–', '—', ' ']).trim_end();
    let lower = title.to_lowercase();
    const NAMES: &[&str] = &[
        "chapter ",
        "part ",
        "section ",
        "appendix ",
        "kapitel ",
        "teil ",
        "chapitre ",
        "partie ",
        "capítulo ",
    ];
    // Only where lower case is as long, so that the places agree.
    let named = NAMES.iter().find(|name| lower.len() == title.len() && lower.starts_with(**name));
    if let Some(name) = named {
        let rest = title.get(name.len()..).unwrap_or_default().trim_start();
        let number = rest.split([' ', ':', '.', '–', '—', '-']).next().unwrap_or_default();
        let is_number = number.chars().all(|c| c.is_ascii_digit() || matches!(c, 'I' | 'V' | 'X' | 'L'))
            || number.chars().count() == 1;
        let after = rest.get(number.len()..).unwrap_or_default();
        let after = after.trim_start_matches([' ', ':', '.', '–', '—', '-']);
        if is_number && after.contains(char::is_alphabetic) {
            title = after;
        }
    }
    let first = title.split_whitespace().next().unwrap_or_default();
    let number = first.trim_start_matches('§').trim_end_matches([':', ')', '.']);
    let parts_are_short = number.split('.').all(|part| {
        part.len() <= 2 && part.chars().all(|c| c.is_ascii_digit())
            || part.len() == 1 && number.len() > 1 && part.chars().all(|c| c.is_ascii_uppercase())
    });
    // `10 ways to …` counts something; `10. Ways` and `3 Mixing` number it.
    let rest = title.get(first.len()..).unwrap_or_default().trim_start_matches([' ', '\t', '–', '—', ':']);
    if !number.is_empty()
        && parts_are_short
        && rest.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase())
    {
        title = rest;
    }
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = title.trim_end_matches([':', '.', '!', '-', '–', '—', ' ', '#']).trim_end_matches('…');
    let letters = title.chars().filter(|c| c.is_alphabetic()).count();
    if letters >= 5 && title.contains(' ') && !title.contains(char::is_lowercase) {
        return capitalize(&title.to_lowercase());
    }
    title.to_owned()
}

/// With a capital letter at its beginning.
pub(super) fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_their_numbers() {
        for (heading, title) in [
            ("3.2 Mixing dough", "Mixing dough"),
            ("Chapter 3: Mixing", "Mixing"),
            ("PART II – THE OVEN", "The oven"),
            ("Appendix A. Suppliers", "Suppliers"),
            ("10 ways to fold", "10 ways to fold"),
            ("A.1 Rye", "Rye"),
            ("A day in the bakery", "A day in the bakery"),
            ("2. Salt:", "Salt"),
            ("HACCP", "HACCP"),
            ("Chapter 4", "Chapter 4"),
        ] {
            assert_eq!(clean_title(heading), title);
        }
    }

    #[test]
    fn what_teaches_nothing_is_seen() {
        assert!(is_apart("Table of Contents") && is_apart("INDEX") && !is_apart("Index funds"));
        assert!(
            is_entry("Mixing ........ 12") && is_entry("ovens, 12, 15–17") && !is_entry("It takes 12 hours.")
        );
        assert!(
            is_noise("Page 3 of 60") && is_noise("© 2024 Bread Ltd. All rights reserved.") && is_noise("17")
        );
        assert!(!is_noise("Page through the log every morning."));
    }
}
