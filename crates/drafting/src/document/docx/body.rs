//! The text of a Word document.

use quick_xml::events::{BytesStart, Event};

use super::{
    super::{Block, BlockKind, Document, MAX_TEXT, ReadError},
    BROKEN, Limit, attribute, reader, resolved,
    styles::{Role, Styles, outline_level},
    value,
};

/// Text that stands there a second time, or is no longer there: the fallback of newer drawings, moved text, former properties.
const SKIPPED: &[&[u8]] = &[b"Fallback", b"moveFrom", b"pPrChange", b"rPrChange", b"sectPr"];

/// Reads `word/document.xml`.
pub(super) fn read(xml: &[u8], styles: &Styles) -> Result<Document, ReadError> {
    let mut body = Body {
        styles,
        document: Document::default(),
        paragraphs: Vec::new(),
        tables: Vec::new(),
        page: 1,
        has_pages: memchr::memmem::find(xml, b"lastRenderedPageBreak").is_some(),
        in_properties: false,
        in_text: false,
        bytes: 0,
    };
    let mut reader = reader(xml);
    let mut skipped = 0_usize;
    loop {
        match reader.read_event().map_err(|_| BROKEN)? {
            Event::Start(start) if skipped > 0 || SKIPPED.contains(&start.local_name().as_ref()) => {
                skipped += 1
            }
            Event::End(_) if skipped > 0 => skipped -= 1,
            _ if skipped > 0 => {}
            Event::Start(start) => body.start(&start),
            Event::End(end) => body.end(end.local_name().as_ref()),
            Event::Text(text) if body.in_text => body.text(&text.decode().map_err(|_| BROKEN)?),
            Event::CData(text) if body.in_text => body.text(&text.decode().map_err(|_| BROKEN)?),
            Event::GeneralRef(reference) if body.in_text => {
                resolved(&reference).into_iter().for_each(|c| body.text(c.encode_utf8(&mut [0; 4])));
            }
            Event::Eof => break,
            _ => {}
        }
        if body.bytes > MAX_TEXT {
            return Err(ReadError::TooBig(Limit::Text));
        }
    }
    Ok(body.finish())
}

struct Body<'a> {
    styles: &'a Styles,
    document: Document,
    /// The ones that are open: a text box stands within a paragraph.
    paragraphs: Vec<Paragraph>,
    /// The ones that are open: a cell may hold a table.
    tables: Vec<Table>,
    /// From 1.
    page: u32,
    /// Word notes where pages began when it last showed them. Without that nobody knows: breaks that somebody has set are few of
    /// them.
    has_pages: bool,
    in_properties: bool,
    in_text: bool,
    /// Of text so far.
    bytes: usize,
}

struct Paragraph {
    text: String,
    style: Option<String>,
    outline: Option<u8>,
    /// Whether it says that it is in a list, or that it is not.
    listed: Option<bool>,
    page: u32,
}

struct Table {
    rows: Vec<Vec<String>>,
    page: u32,
}

impl Body<'_> {
    fn start(&mut self, start: &BytesStart<'_>) {
        match start.local_name().as_ref() {
            b"p" => self.paragraphs.push(Paragraph {
                text: String::new(),
                style: None,
                outline: None,
                listed: None,
                page: self.page,
            }),
            b"tbl" => self.tables.push(Table { rows: Vec::new(), page: self.page }),
            b"tr" => self.tables.iter_mut().last().into_iter().for_each(|table| table.rows.push(Vec::new())),
            b"tc" => {
                let row = self.tables.last_mut().and_then(|table| table.rows.last_mut());
                row.into_iter().for_each(|row| row.push(String::new()));
            }
            b"t" => self.in_text = true,
            b"pPr" | b"rPr" => self.in_properties = true,
            b"lastRenderedPageBreak" => self.turn_page(),
            b"br" if attribute(start, b"type").as_deref() == Some("page") => self.text(" "),
            b"br" | b"cr" => self.text("\n"),
            b"tab" if !self.in_properties => self.text("\t"),
            b"noBreakHyphen" => self.text("-"),
            b"pStyle" => self.with_paragraph(|paragraph| paragraph.style = value(start)),
            b"outlineLvl" => self.with_paragraph(|paragraph| paragraph.outline = outline_level(value(start))),
            b"numId" => self.with_paragraph(|paragraph| paragraph.listed = value(start).map(|id| id != "0")),
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"t" => self.in_text = false,
            b"pPr" | b"rPr" => self.in_properties = false,
            b"p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.paragraph(paragraph);
                }
            }
            b"tbl" => {
                if let Some(table) = self.tables.pop() {
                    self.table(table);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        self.bytes += text.len();
        self.with_paragraph(|paragraph| paragraph.text.push_str(text));
    }

    fn with_paragraph(&mut self, change: impl FnOnce(&mut Paragraph)) {
        if let Some(paragraph) = self.paragraphs.last_mut() {
            change(paragraph);
        }
    }

    fn turn_page(&mut self) {
        self.page = self.page.saturating_add(1);
        let page = self.page;
        self.with_paragraph(|paragraph| {
            if paragraph.text.trim().is_empty() {
                paragraph.page = page;
            }
        });
    }

    fn paragraph(&mut self, paragraph: Paragraph) {
        if let Some(cell) = self.tables.last_mut().and_then(|table| table.rows.last_mut()?.last_mut()) {
            append(cell, &paragraph.text);
            return;
        }
        let role = paragraph.style.as_deref().and_then(|style| self.styles.role(style));
        let kind = match (paragraph.outline.map(Role::Heading).or(role), paragraph.listed) {
            (Some(Role::Contents), _) => return,
            (Some(Role::Title), _) => {
                let title = paragraph.text.split_whitespace().collect::<Vec<_>>().join(" ");
                self.document.title =
                    self.document.title.take().or(Some(title)).filter(|title| !title.is_empty());
                BlockKind::Heading(1)
            }
            (Some(Role::Heading(level)), _) => BlockKind::Heading(level),
            (_, Some(true)) | (Some(Role::ListItem), None) => BlockKind::ListItem,
            (Some(Role::Quote), _) => BlockKind::Quote,
            (Some(Role::Code), _) => return self.code(&paragraph),
            _ => BlockKind::Paragraph,
        };
        self.document.push(kind, &paragraph.text, Some(paragraph.page));
    }

    /// Each line of code is a paragraph of its own in Word.
    fn code(&mut self, paragraph: &Paragraph) {
        match self.document.blocks.last_mut() {
            Some(Block { kind: BlockKind::Code, text, .. }) => {
                text.push('\n');
                text.push_str(paragraph.text.trim_end());
            }
            _ => self.document.push(BlockKind::Code, &paragraph.text, Some(paragraph.page)),
        }
    }

    fn table(&mut self, table: Table) {
        if let Some(cell) = self.tables.last_mut().and_then(|table| table.rows.last_mut()?.last_mut()) {
            for text in table.rows.iter().flatten() {
                append(cell, text);
            }
            return;
        }
        let page = Some(table.page);
        // A table of one column is a frame around its text.
        if table.rows.iter().all(|row| row.len() < 2) {
            for text in table.rows.iter().flatten() {
                self.document.push(BlockKind::Paragraph, text, page);
            }
            return;
        }
        let rows: Vec<String> = table.rows.iter().map(|row| row.join("\t")).collect();
        if rows.iter().any(|row| !row.trim().is_empty()) {
            self.document.push(BlockKind::Table, &rows.join("\n"), page);
        }
    }

    fn finish(mut self) -> Document {
        // What a broken document left open.
        while let Some(paragraph) = self.paragraphs.pop() {
            self.paragraph(paragraph);
        }
        while let Some(table) = self.tables.pop() {
            self.table(table);
        }
        if self.has_pages {
            self.document.pages = Some(self.page);
        } else {
            self.document.blocks.iter_mut().for_each(|block| block.page = None);
        }
        self.document
    }
}

fn append(cell: &mut String, text: &str) {
    for word in text.split_whitespace() {
        if !cell.is_empty() {
            cell.push(' ');
        }
        cell.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_odd_corners_are_read() {
        let xml = br#"<w:document><w:body>
            <w:p><w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr><w:r><w:t>Salt &amp; pepper&#8230; &own;</w:t></w:r>
              <w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p>
            <w:p><w:r><w:br w:type="page"/></w:r></w:p>
            <w:p><w:r><w:lastRenderedPageBreak/><w:t>Second</w:t><w:tab/><w:t>page</w:t></w:r></w:p>
            <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Framed</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
            <w:p><w:r><w:t>Outer</w:t><w:txbxContent><w:p><w:r><w:t>Box</w:t></w:r></w:p></w:txbxContent></w:r></w:p>
            </w:body></w:document>"#;
        let document = read(xml, &Styles::default()).unwrap();
        let blocks: Vec<_> = document.blocks.iter().map(|block| (block.text.as_str(), block.page)).collect();
        let expected = [
            ("Salt & pepper…", Some(1)),
            ("Second page", Some(2)),
            ("Framed", Some(2)),
            ("Box", Some(2)),
            ("Outer", Some(2)),
        ];
        assert_eq!(blocks, expected);
        assert_eq!(document.pages, Some(2));
    }

    #[test]
    fn breaks_alone_make_no_pages() {
        let xml = br#"<w:document><w:body><w:p><w:r><w:t>First</w:t></w:r></w:p><w:p><w:r><w:br w:type="page"/></w:r></w:p>
            <w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r><w:t>Third</w:t></w:r></w:p></w:body></w:document>"#;
        let document = read(xml, &Styles::default()).unwrap();
        assert_eq!(document.pages, None);
        assert!(document.blocks.iter().all(|block| block.page.is_none()) && document.blocks.len() == 2);
    }
}
