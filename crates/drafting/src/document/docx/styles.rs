//! Styles: what a paragraph is by the style that it has.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::{attribute, reader, value};

/// Longer chains of styles go in circles.
const MOST_ANCESTORS: usize = 20;

/// What a style makes of its paragraphs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Title,
    /// Its level, from 1.
    Heading(u8),
    ListItem,
    Quote,
    Code,
    /// A line of a table of contents.
    Contents,
}

#[derive(Debug, Default)]
struct Style {
    role: Option<Role>,
    based_on: Option<String>,
}

/// The paragraph styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Style>);

impl Styles {
    /// What a style's paragraphs are, by the style itself or the first of those it is based on that says so.
    pub(super) fn role(&self, id: &str) -> Option<Role> {
        let mut id = id;
        for _ in 0..MOST_ANCESTORS {
            let Some(style) = self.0.get(id) else { return role_of(id) };
            if style.role.is_some() {
                return style.role;
            }
            id = style.based_on.as_deref()?;
        }
        None
    }
}

/// What a name says. Word keeps the English names of its own styles in every language.
fn role_of(name: &str) -> Option<Role> {
    let name: String = name.to_lowercase().split_whitespace().collect();
    if let Some(level) = name.strip_prefix("heading") {
        return level.parse().ok().filter(|level| (1..=9).contains(level)).map(Role::Heading);
    }
    match name.as_str() {
        "title" => Some(Role::Title),
        _ if name.starts_with("toc") => Some(Role::Contents),
        _ if name.starts_with("listbullet") || name.starts_with("listnumber") => Some(Role::ListItem),
        _ if name.contains("quote") => Some(Role::Quote),
        _ if name.contains("preformatted") || name.contains("sourcecode") || name == "code" => {
            Some(Role::Code)
        }
        _ => None,
    }
}

/// The level of an outline level, which counts from 0; 9 is body text.
pub(super) fn outline_level(value: Option<String>) -> Option<u8> {
    value?.parse::<u8>().ok().filter(|level| *level < 9).map(|level| level + 1)
}

/// Reads as far as the XML is sound.
pub(super) fn read(xml: &[u8]) -> Styles {
    let mut styles = Styles::default();
    let mut reader = reader(xml);
    let mut current = None::<(String, Style)>;
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) if start.local_name().as_ref() == b"style" => {
                current = attribute(&start, b"styleId").map(|id| (id, Style::default()));
            }
            Event::Start(start) => {
                let Some((_, style)) = &mut current else { continue };
                match start.local_name().as_ref() {
                    b"name" => style.role = value(&start).and_then(|name| role_of(&name)),
                    b"basedOn" => style.based_on = value(&start),
                    b"outlineLvl" => {
                        style.role = style.role.or(outline_level(value(&start)).map(Role::Heading));
                    }
                    b"numId" if value(&start).is_some_and(|id| id != "0") => {
                        style.role = style.role.or(Some(Role::ListItem));
                    }
                    _ => {}
                }
            }
            Event::End(end) if end.local_name().as_ref() == b"style" => styles.0.extend(current.take()),
            Event::Eof => break,
            _ => {}
        }
    }
    styles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_say_what_paragraphs_are() {
        let styles = read(
            br#"<w:styles><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
            <w:style w:styleId="Mine"><w:name w:val="Mine"/><w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
            <w:style w:styleId="Sub"><w:name w:val="Sub"/><w:basedOn w:val="berschrift1"/></w:style>
            <w:style w:styleId="A"><w:name w:val="A"/><w:basedOn w:val="A"/></w:style>
            <w:style w:styleId="L"><w:name w:val="L"/><w:numPr><w:numId w:val="3"/></w:numPr></w:style></w:styles>"#,
        );
        assert_eq!(styles.role("berschrift1"), Some(Role::Heading(1)));
        assert_eq!(styles.role("Mine"), Some(Role::Heading(3)));
        assert_eq!(styles.role("Sub"), Some(Role::Heading(1)));
        assert_eq!(styles.role("L"), Some(Role::ListItem));
        assert_eq!(styles.role("A"), None);
        assert_eq!(styles.role("Heading2"), Some(Role::Heading(2)));
        assert_eq!(styles.role("TOC1"), Some(Role::Contents));
    }
}
