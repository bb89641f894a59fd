//! A lesson's Markdown, taken apart: sections, and what stands in them without marks.

use comrak::{
    Arena, Options,
    arena_tree::NodeEdge,
    nodes::{Node, NodeValue},
    parse_document,
};

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Below the second level.
    Heading,
    Paragraph,
    Item,
    Quote,
    Code,
    Table,
    /// Says where the text above it comes from: `Source: Handbook, page 24`.
    Citation,
}

/// What begins a citation, in lower case.
const CITES: &[&str] =
    &["source", "sources", "quelle", "quellen", "fuente", "fuentes", "fonte", "fonti", "bron", "bronnen"];

/// Whether a paragraph is a citation: it names a place, and is no sentence.
fn is_citation(text: &str) -> bool {
    text.split_once(':').is_some_and(|(label, place)| {
        let place = place.trim();
        CITES.contains(&super::words::lower(label.trim()).as_str())
            && !place.is_empty()
            && !place.ends_with(['.', '!', '?'])
    })
}

impl Kind {
    /// Whether it is made of sentences.
    pub(super) fn is_prose(self) -> bool {
        matches!(self, Self::Paragraph | Self::Item | Self::Quote)
    }
}

/// A block without its marks. Addresses, pictures and raw HTML are left out.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) text: String,
    /// The same with `[code]` for each piece of code within a line.
    pub(super) prose: String,
}

/// What stands under a heading of the second level.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) blocks: Vec<Block>,
}

impl Section {
    /// Where a person finds it.
    pub(super) fn place(&self) -> String {
        if self.title.is_empty() {
            "in the introduction".to_owned()
        } else {
            format!("in “{}”", super::quote(&self.title))
        }
    }
}

/// A lesson's text.
#[derive(Debug)]
pub(super) struct Text {
    /// What stands before the first section.
    pub(super) introduction: Section,
    pub(super) sections: Vec<Section>,
}

impl Text {
    pub(super) fn of(markdown: &str) -> Self {
        let arena = Arena::new();
        let mut options = Options::default();
        options.extension.table = true;
        options.extension.strikethrough = true;
        options.extension.tasklist = true;
        Reader::default().read(parse_document(&arena, markdown, &options))
    }

    /// The introduction and then the sections.
    pub(super) fn all(&self) -> impl Iterator<Item = &Section> {
        std::iter::once(&self.introduction).chain(&self.sections)
    }

    /// Blocks made of sentences, each with its section.
    pub(super) fn prose(&self) -> impl Iterator<Item = (&Section, &Block)> {
        self.all().flat_map(|section| {
            section.blocks.iter().filter(|block| block.kind.is_prose()).map(move |block| (section, block))
        })
    }
}

#[derive(Default)]
struct Reader {
    text: String,
    prose: String,
    items: usize,
    quotes: usize,
    pictures: usize,
    tables: usize,
    sections: Vec<Section>,
}

impl Reader {
    fn read(mut self, root: Node<'_>) -> Text {
        self.sections.push(Section::default());
        for edge in root.traverse() {
            match edge {
                NodeEdge::Start(node) => self.begin(node),
                NodeEdge::End(node) => self.end(node),
            }
        }
        let mut sections = self.sections.into_iter();
        Text { introduction: sections.next().unwrap_or_default(), sections: sections.collect() }
    }

    fn begin(&mut self, node: Node<'_>) {
        match &node.data().value {
            NodeValue::Text(text) => self.push(text),
            NodeValue::Code(code) if self.pictures == 0 => {
                self.text.push_str(&code.literal);
                self.prose.push_str("[code]");
            }
            NodeValue::SoftBreak | NodeValue::LineBreak => self.push(" "),
            NodeValue::CodeBlock(code) => {
                self.push(&code.literal);
                self.block(Kind::Code);
            }
            NodeValue::Image(_) => self.pictures += 1,
            NodeValue::Item(_) | NodeValue::TaskItem(_) => self.items += 1,
            NodeValue::BlockQuote => self.quotes += 1,
            NodeValue::Table(_) => self.tables += 1,
            _ => {}
        }
    }

    fn end(&mut self, node: Node<'_>) {
        match &node.data().value {
            NodeValue::Image(_) => self.pictures -= 1,
            NodeValue::Item(_) | NodeValue::TaskItem(_) => self.items -= 1,
            NodeValue::BlockQuote => self.quotes -= 1,
            NodeValue::Table(_) => {
                self.tables -= 1;
                self.block(Kind::Table);
            }
            NodeValue::TableCell => self.push(" "),
            NodeValue::Heading(heading) if heading.level == 2 && self.items == 0 && self.quotes == 0 => {
                let title = super::words::squeezed(&std::mem::take(&mut self.text));
                self.prose.clear();
                self.sections.push(Section { title, blocks: Vec::new() });
            }
            NodeValue::Heading(_) => self.block(Kind::Heading),
            NodeValue::Paragraph if self.quotes > 0 => self.block(Kind::Quote),
            NodeValue::Paragraph if self.items > 0 => self.block(Kind::Item),
            NodeValue::Paragraph => self.block(Kind::Paragraph),
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        if self.pictures > 0 {
            return;
        }
        // An address that stands for itself is no word.
        let address = text.contains("://");
        for (at, word) in text.split(' ').enumerate() {
            if at > 0 {
                self.text.push(' ');
                self.prose.push(' ');
            }
            if !address || !word.contains("://") {
                self.text.push_str(word);
                self.prose.push_str(word);
            }
        }
    }

    fn block(&mut self, kind: Kind) {
        if self.tables > 0 {
            return;
        }
        let (text, prose) = (std::mem::take(&mut self.text), std::mem::take(&mut self.prose));
        if text.trim().is_empty() {
            return;
        }
        let cites = kind == Kind::Paragraph && is_citation(&text);
        let kind = if cites { Kind::Citation } else { kind };
        if let Some(section) = self.sections.last_mut() {
            section.blocks.push(Block { kind, text, prose });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(section: &Section) -> Vec<(Kind, &str)> {
        section.blocks.iter().map(|block| (block.kind, block.text.trim())).collect()
    }

    #[test]
    fn marks_addresses_and_pictures_are_left_out() {
        let text = Text::of(
            "One *big* [idea](https://x.test/a) at <https://x.test>.\nWith `code`.\n\n![No](a.png)\n\n## First `one`\n\n\
             - [ ] An item\n\n> A quote\n\n```rust\nlet x = 1;\n```\n\n| a | b |\n|---|---|\n| c | d |\n\n### Below\n\n<div>No</div>",
        );
        assert_eq!(kinds(&text.introduction), [(Kind::Paragraph, "One big idea at . With code.")]);
        assert_eq!(text.introduction.blocks[0].prose, "One big idea at . With [code].");
        assert_eq!(text.sections.len(), 1);
        assert_eq!(text.sections[0].title, "First one");
        assert_eq!(
            kinds(&text.sections[0]),
            [
                (Kind::Item, "An item"),
                (Kind::Quote, "A quote"),
                (Kind::Code, "let x = 1;"),
                (Kind::Table, "a b c d"),
                (Kind::Heading, "Below"),
            ]
        );
        assert_eq!(text.sections[0].place(), "in “First one”");
    }

    #[test]
    fn citations_are_no_prose() {
        let text = Text::of(
            "*Source: guide.pdf, page 24*\n\n*Quelle: Handbuch, Seiten 3–4; Anhang, Seite 90*\n\nSource: 40 of them.\n",
        );
        let kinds: Vec<_> = text.introduction.blocks.iter().map(|block| block.kind).collect();
        assert_eq!(kinds, [Kind::Citation, Kind::Citation, Kind::Paragraph]);
        assert_eq!(text.prose().count(), 1);
    }

    #[test]
    fn deep_nesting_is_read() {
        for mark in [">", "- ", "[", "*a ", "![", "`", "| "] {
            assert!(Text::of(&mark.repeat(5_000)).sections.is_empty());
        }
    }
}
