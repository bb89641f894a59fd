//! Markdown: what its author says it is.

use comrak::{
    Arena, Options,
    nodes::{Node, NodeValue},
    parse_document,
};

use super::{BlockKind, Document, ReadError, text};

pub(super) fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let source = text::decoded(bytes).ok_or(ReadError::NotText)?;
    let arena = Arena::new();
    let root = parse_document(&arena, &source, &options());
    let mut document = Document::default();
    for node in root.descendants() {
        block(node, &mut document);
    }
    document.title = document
        .blocks
        .iter()
        .find(|block| block.kind == BlockKind::Heading(1))
        .map(|block| block.text.clone());
    Ok(document)
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.front_matter_delimiter = Some("---".to_owned());
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options
}

fn block(node: Node<'_>, document: &mut Document) {
    let (kind, text) = match &node.data().value {
        NodeValue::Heading(heading) => (BlockKind::Heading(heading.level), inline_text(node)),
        NodeValue::Paragraph => (paragraph_kind(node), inline_text(node)),
        NodeValue::CodeBlock(code) => (BlockKind::Code, code.literal.clone()),
        NodeValue::Table(_) => {
            let row = |row: Node<'_>| row.children().map(inline_text).collect::<Vec<_>>().join("\t");
            (BlockKind::Table, node.children().map(row).collect::<Vec<_>>().join("\n"))
        }
        _ => return,
    };
    document.push(kind, &text, None);
}

/// What a paragraph stands in says what it is; the first of a list item is the item.
fn paragraph_kind(node: Node<'_>) -> BlockKind {
    for around in node.ancestors().skip(1) {
        match &around.data().value {
            NodeValue::Item(_) | NodeValue::TaskItem(_) => return BlockKind::ListItem,
            NodeValue::BlockQuote => return BlockKind::Quote,
            _ => {}
        }
    }
    BlockKind::Paragraph
}

/// The text in a node, without its markup. What an image shows is text, too.
fn inline_text(node: Node<'_>) -> String {
    let mut text = String::new();
    for part in node.descendants() {
        match &part.data().value {
            NodeValue::Text(literal) => text.push_str(literal),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak => text.push(' '),
            _ => {}
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Code, Heading, ListItem, Paragraph, Quote, Table};

    #[test]
    fn markdown_is_what_it_says() {
        let source = "---\ntitle: x\n---\n# The *Garden*\n\nWater it\nrarely, see [here](https://example.org).\n\n\
            - a fork\n- [x] a `spade`\n\n  with a handle\n\n> Patience.\n\n```sh\nopen valve\n  wait\n```\n\n\
            | Soil | Days |\n|---|---|\n| Sand | **2** |\n\n<script>no</script>\n\nDone[^1].\n\n[^1]: A note.\n";
        let document = read(source.as_bytes()).unwrap();
        let blocks: Vec<_> = document.blocks.iter().map(|block| (block.kind, block.text.as_str())).collect();
        let expected = [
            (Heading(1), "The Garden"),
            (Paragraph, "Water it rarely, see here."),
            (ListItem, "a fork"),
            (ListItem, "a spade"),
            (ListItem, "with a handle"),
            (Quote, "Patience."),
            (Code, "open valve\n  wait"),
            (Table, "Soil\tDays\nSand\t2"),
            (Paragraph, "Done."),
            (Paragraph, "A note."),
        ];
        assert_eq!(blocks, expected);
        assert_eq!(document.title.as_deref(), Some("The Garden"));
    }
}
