//! Documents that other programs made. Most hold the text of `files/garden.md`; `files/README.md` says how they were made.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test whose files are missing has failed")]

use std::{collections::HashSet, time::Instant};

use momentum_drafting::document::{Block, BlockKind, Document, Format, ReadError, read};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn document(name: &str) -> Document {
    let bytes = file(name);
    let format = Format::of(name, &bytes).unwrap();
    read(format, &bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The kind of a block and its text without the number of a heading.
fn plain(block: &Block) -> (BlockKind, &str) {
    let numbered =
        block.text.split_once(' ').filter(|(first, _)| first.starts_with(|c: char| c.is_ascii_digit()));
    let text = match block.kind {
        BlockKind::Heading(_) => numbered.map_or(block.text.as_str(), |(_, text)| text),
        _ => &block.text,
    };
    let chapter = text.split_once(". ").filter(|(first, _)| first.starts_with("Chapter "));
    (block.kind, chapter.map_or(text, |(_, text)| text))
}

/// Every block of the text stands in the document, whole and in its order; levels of headings are `deeper` by so many.
#[track_caller]
fn holds_the_garden(name: &str, deeper: u8) -> Document {
    let (garden, document) = (document("garden.md"), document(name));
    let mut found = document.blocks.iter().map(plain);
    for block in &garden.blocks {
        let kind = match block.kind {
            BlockKind::Heading(level) => BlockKind::Heading(level + deeper),
            kind => kind,
        };
        assert!(found.any(|found| found == (kind, &block.text)), "{name}: {kind:?} {}", block.text);
    }
    document
}

fn texts(document: &Document, kind: BlockKind) -> Vec<&str> {
    document.blocks.iter().filter(|block| block.kind == kind).map(|block| block.text.as_str()).collect()
}

#[test]
fn tables_are_read_cell_by_cell() {
    let document = document("table.pdf");
    let tools = "Tool\tWhat it is for\tHow it is kept\tWhen\n\
        Digging fork\tIt loosens heavy soil without cutting the worms that live in it.\t\
        Brush the earth off after work and oil the handle once a year.\tAutumn and early spring\n\
        Pruning shears\tThey cut shoots that are as thick as a finger, close above a bud.\t\
        Wipe the blades with spirit so that no disease travels from plant to plant.\tLate winter\n\
        Watering can with a fine rose\tIts rose gives seedlings a soft rain.\t\
        Empty it before the first frost, because ice breaks the seams.\tSpring to autumn";
    let soil = "Soil\tLiters\tDays\nSand\t5\t2\nLoam with compost\t12\t10";
    assert_eq!(texts(&document, BlockKind::Table), [tools, soil]);
    let paragraphs = texts(&document, BlockKind::Paragraph);
    assert_eq!(paragraphs.len(), 3, "{paragraphs:?}");
    assert!(paragraphs[1].ends_with("will sharpen it only twice a year."));
}

#[test]
fn browsers_and_office_programs() {
    let chromium = holds_the_garden("chromium.pdf", 0);
    assert_eq!(texts(&chromium, BlockKind::Code), ["open valve\n  wait 40 min\nclose valve"]);
    let office = holds_the_garden("libreoffice.pdf", 0);
    assert_eq!(texts(&office, BlockKind::Table), ["Soil\tEvery\nSand\t2 days\nClay\t5 days"]);
    assert_eq!((office.title.as_deref(), office.pages), (Some("The Patient Garden"), Some(2)));
    let feeding = office.blocks.iter().find(|block| block.text == "Feeding the Soil").unwrap();
    assert_eq!(feeding.page, Some(2));
}

#[test]
fn typesetters_and_libraries() {
    for name in ["fpdf2.pdf", "pango.pdf"] {
        assert_eq!(holds_the_garden(name, 0).blocks.len(), document("garden.md").blocks.len(), "{name}");
    }
    for name in ["groff.pdf", "ghostscript.pdf"] {
        // Its title is the only heading of the first level.
        let groff = holds_the_garden(name, 1);
        assert_eq!(texts(&groff, BlockKind::Heading(1)), ["The Patient Garden"], "{name}");
    }
}

#[test]
fn what_repeats_on_pages_is_left_out() {
    for name in ["reportlab.pdf", "weasyprint.pdf", "restricted.pdf"] {
        let document = holds_the_garden(name, 0);
        let furniture = ["The Patient Garden", "Page 1", "Page 2", "1 of 3", "2 of 3", "3 of 3"];
        assert!(document.blocks.iter().all(|block| !furniture.contains(&block.text.as_str())), "{name}");
    }
}

#[test]
fn words_divided_at_line_ends_are_whole() {
    let words = |document: &Document| -> HashSet<String> {
        let words = document.blocks.iter().flat_map(|block| block.text.split_whitespace());
        words.map(str::to_owned).collect()
    };
    let (whole, divided) = (words(&document("garden.md")), words(&document("weasyprint.pdf")));
    assert_eq!(whole.difference(&divided).collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn columns_are_read_one_after_the_other() {
    let document = document("columns.pdf");
    let garden = self::document("garden.md");
    let paragraphs = texts(&garden, BlockKind::Paragraph);
    assert_eq!(texts(&document, BlockKind::Paragraph), [paragraphs.clone(), paragraphs].concat());
    assert_eq!(texts(&document, BlockKind::Heading(1)), ["Notes on a Patient Garden"]);
    assert_eq!(document.title.as_deref(), Some("Notes on a Patient Garden"));
}

#[test]
fn word_documents() {
    let document = holds_the_garden("garden.docx", 0);
    // Word has never shown it, so nobody knows its pages.
    assert_eq!((document.title.as_deref(), document.pages), (Some("The Patient Garden"), None));
    assert_eq!(texts(&document, BlockKind::Table), ["Soil\tEvery\nSand\t2 days\nClay\t5 days"]);
    assert_eq!(texts(&document, BlockKind::Quote), ["Patience is water."]);
    assert!(texts(&document, BlockKind::ListItem).ends_with(&["Dig the bed.", "Sow the seed."]));
}

#[test]
fn what_cannot_be_read_is_said() {
    assert_eq!(read(Format::Pdf, &file("locked.pdf")), Err(ReadError::Encrypted));
    assert_eq!(read(Format::Pdf, &file("scan.pdf")), Err(ReadError::NoText));
    assert_eq!(read(Format::Docx, &file("reportlab.pdf")), Err(ReadError::Broken(Format::Docx)));
    assert_eq!(read(Format::Pdf, &file("garden.docx")), Err(ReadError::Broken(Format::Pdf)));
    assert_eq!(read(Format::Text, &file("garden.docx")), Err(ReadError::NotText));
}

#[test]
fn sixty_pages_are_read_in_time() {
    let start = Instant::now();
    let document = document("sixty.pdf");
    let took = start.elapsed();
    assert_eq!(document.pages, Some(60));
    assert_eq!(texts(&document, BlockKind::Heading(1)).len(), 60);
    assert_eq!(document.blocks.iter().filter_map(|block| block.page).max(), Some(60));
    // It takes a quarter of a second without optimization; other tests run at the same time.
    assert!(took.as_secs_f64() < 2.0, "{took:?}");
}
