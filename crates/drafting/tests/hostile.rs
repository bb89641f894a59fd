//! Broken documents, and those that are made to do harm: reading ends, and with a message.
#![expect(clippy::unwrap_used, reason = "a test whose files are missing has failed")]

use std::{
    io::{Cursor, Write},
    panic,
    sync::{Mutex, Once},
    time::{Duration, Instant},
};

use flate2::{Compression, write::ZlibEncoder};
use momentum_drafting::document::{Format, Limit, ReadError, read};
use proptest::prelude::*;
use zip::{ZipWriter, write::SimpleFileOptions};

/// How long a broken file may take, with other tests beside it.
const LONG: Duration = Duration::from_secs(10);

fn file(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Where this crate panicked; those that read for it may.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn watch_panics() {
    static WATCH: Once = Once::new();
    WATCH.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let place = info.location().map(ToString::to_string).unwrap_or_default();
            if place.contains("drafting/src") {
                PANICS.lock().unwrap().push(place);
            }
            usual(info);
        }));
    });
}

/// Reads what is left of a file after `damage` at so many places.
fn survives(name: &str, places: usize, damage: impl Fn(&mut Vec<u8>, usize)) {
    watch_panics();
    let whole = file(name);
    for place in 0..places {
        let mut bytes = whole.clone();
        // Not a multiple of anything in particular.
        damage(&mut bytes, (whole.len() * place / places + place * 7) % whole.len());
        let start = Instant::now();
        let _ = read(if name.ends_with(".docx") { Format::Docx } else { Format::Pdf }, &bytes);
        assert!(start.elapsed() < LONG, "{name}: {:?} at {place} of {places}", start.elapsed());
    }
    assert_eq!(*PANICS.lock().unwrap(), [""; 0], "{name}");
}

const FILES: &[&str] = &[
    "chromium.pdf",
    "columns.pdf",
    "fpdf2.pdf",
    "garden.docx",
    "ghostscript.pdf",
    "groff.pdf",
    "libreoffice.pdf",
    "locked.pdf",
    "pango.pdf",
    "reportlab.pdf",
    "restricted.pdf",
    "scan.pdf",
    "weasyprint.pdf",
];

#[test]
fn files_that_end_too_early() {
    for name in FILES {
        survives(name, 12, |bytes, at| bytes.truncate(at));
    }
}

#[test]
fn what_is_cut_off_is_not_taken_for_the_whole() {
    for name in ["sixty.pdf", "chromium.pdf", "fpdf2.pdf", "libreoffice.pdf", "weasyprint.pdf"] {
        let whole = file(name);
        for tenths in 1..10 {
            let part = &whole[..whole.len() * tenths / 10];
            assert_eq!(
                read(Format::Pdf, part),
                Err(ReadError::Broken(Format::Pdf)),
                "{tenths} tenths of {name}"
            );
        }
    }
}

#[test]
fn a_page_without_its_content_is_no_blank_page() {
    let content = || stream("", b"BT /F 12 Tf 50 700 Td (Hello from afar.) Tj ET");
    let pages = |second: &str| {
        let first = format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << {HELVETICA} >> >>");
        pdf(&[
            b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
            b"<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>".to_vec(),
            first.into_bytes(),
            content(),
            format!("<< /Type /Page /Parent 2 0 R {second} >>").into_bytes(),
            stream("", b""),
        ])
    };
    for blank in ["", "/Contents []", "/Contents null", "/Contents 6 0 R", "/Contents [6 0 R]"] {
        assert_eq!(read(Format::Pdf, &pages(blank)).unwrap().pages, Some(2), "{blank}");
    }
    for lost in ["/Contents 9 0 R", "/Contents [6 0 R 9 0 R]"] {
        assert_eq!(read(Format::Pdf, &pages(lost)), Err(ReadError::Broken(Format::Pdf)), "{lost}");
    }
}

#[test]
fn files_with_wrong_bits() {
    for name in FILES {
        survives(name, 20, |bytes, at| bytes[at] ^= 1 << (at % 8));
        survives(name, 12, |bytes, at| bytes.iter_mut().skip(at).take(24).for_each(|byte| *byte = b'9'));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600), start in 0..5_usize) {
        let start = [&b""[..], b"%PDF-1.7\n", b"PK\x03\x04", b"# Title\n\n", b"%PDF-1.4\n1 0 obj\n<<"][start];
        let bytes = [start, &bytes].concat();
        for format in [Format::Pdf, Format::Docx, Format::Markdown, Format::Text] {
            let _ = read(format, &bytes);
        }
        let _ = Format::of("notes.md", &bytes);
    }

    #[test]
    fn any_text(text in "(\\PC|[#>*`|\\n\\-\\[\\] =\\t\\f]){0,300}") {
        for format in [Format::Markdown, Format::Text] {
            let _ = read(format, text.as_bytes());
        }
    }
}

/// A PDF of these objects, the first of which is the catalog. Its table is left out: readers find the objects themselves.
fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    for (number, object) in (1..).zip(objects) {
        bytes.extend(format!("{number} 0 obj\n").bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    bytes.extend(b"trailer\n<< /Root 1 0 R >>\n%%EOF\n");
    bytes
}

fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut stream = format!("<< {dict} /Length {} >>\nstream\n", data.len()).into_bytes();
    stream.extend(data);
    stream.extend(b"\nendstream");
    stream
}

fn deflated(byte: u8, count: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let block = vec![byte; 1 << 20];
    for _ in 0..count >> 20 {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

/// A page with this content and these resources.
fn page(content: Vec<u8>, resources: &str, more: Vec<Vec<u8>>) -> Vec<u8> {
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!("<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << {resources} >> >>").into_bytes(),
        content,
    ];
    pdf(&[objects.to_vec(), more].concat())
}

const HELVETICA: &str = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>";

#[test]
fn a_page_without_a_table_of_objects_is_read() {
    let content = stream("", b"BT /F 12 Tf 50 700 Td (Hello from afar.) Tj ET");
    let document = read(Format::Pdf, &page(content, HELVETICA, vec![])).unwrap();
    assert_eq!(document.blocks[0].text, "Hello from afar.");
}

#[test]
fn streams_that_unpack_to_gigabytes() {
    let too_big = Err(ReadError::TooBig(Limit::Content));
    let bomb = deflated(b' ', 200 << 20);
    assert!(bomb.len() < 2 << 20);
    assert_eq!(read(Format::Pdf, &page(stream("/Filter /FlateDecode", &bomb), HELVETICA, vec![])), too_big);
    // Twice packed, it is small at first sight.
    let mut twice = ZlibEncoder::new(Vec::new(), Compression::fast());
    twice.write_all(&bomb).unwrap();
    let twice = stream("/Filter [/FlateDecode /FlateDecode]", &twice.finish().unwrap());
    assert_eq!(read(Format::Pdf, &page(twice, HELVETICA, vec![])), too_big);
    let hex: String = bomb.iter().map(|byte| format!("{byte:02x}")).collect();
    let hex = stream("/Filter [/AHx /Fl]", hex.as_bytes());
    assert_eq!(read(Format::Pdf, &page(hex, HELVETICA, vec![])), too_big);
    let rows = "/Filter /FlateDecode /DecodeParms << /Predictor 2 /Columns 2000000000 /BitsPerComponent 4 >>";
    assert_eq!(read(Format::Pdf, &page(stream(rows, &deflated(b' ', 1 << 20)), HELVETICA, vec![])), too_big);
}

#[test]
fn forms_within_forms() {
    // Thirty forms, each of which draws the next one ten times: 10^30 drawings.
    let form = |number: usize| {
        let dict = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {} 0 R >> >>",
            number + 1
        );
        stream(&dict, "/X Do ".repeat(10).as_bytes())
    };
    let forms = (5..35).map(form).collect();
    let start = Instant::now();
    let content = stream("", b"/X Do");
    assert_eq!(
        read(Format::Pdf, &page(content, "/XObject << /X 5 0 R >>", forms)),
        Err(ReadError::TooBig(Limit::Content))
    );
    assert!(start.elapsed() < LONG * 3, "{:?}", start.elapsed());
    // One that draws itself.
    let itself = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>",
        b"/X Do",
    );
    let content = stream("", b"/X Do");
    assert_eq!(
        read(Format::Pdf, &page(content, "/XObject << /X 5 0 R >>", vec![itself])),
        Err(ReadError::Empty)
    );
}

#[test]
fn too_much_text_and_too_many_pages() {
    // A font that says that each of its letters is a hundred.
    let letters = "0061".repeat(100);
    let map =
        format!("1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <61> <{letters}> endbfchar");
    let font = "/Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >> >>";
    let content = format!("BT /F 12 Tf 50 700 Td {} ET", "(aaaaaaaaaa) Tj ".repeat(12_000));
    let pages = page(stream("", content.as_bytes()), font, vec![stream("", map.as_bytes())]);
    assert_eq!(read(Format::Pdf, &pages), Err(ReadError::TooBig(Limit::Text)));
    let kids = "<< /Type /Page >> ".repeat(2_001);
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] >>").into_bytes(),
    ];
    assert_eq!(read(Format::Pdf, &pdf(&objects)), Err(ReadError::TooBig(Limit::Pages)));
}

#[test]
fn deep_nesting() {
    let arrays = [b"[".repeat(100_000), b"]".repeat(100_000)].concat();
    let content = stream("", &[&arrays[..], b" TJ"].concat());
    assert!(read(Format::Pdf, &page(content, HELVETICA, vec![arrays])).is_err());
    let _ = read(Format::Markdown, "> ".repeat(20_000).as_bytes());
    let _ = read(Format::Markdown, "[".repeat(50_000).as_bytes());
    let _ = read(Format::Markdown, "*a ".repeat(50_000).as_bytes());
    let xml = format!(
        "{}{}",
        "<w:p><w:tbl><w:tr><w:tc>".repeat(20_000),
        "</w:tc></w:tr></w:tbl></w:p>".repeat(20_000)
    );
    assert_eq!(read(Format::Docx, &docx(xml.as_bytes())), Err(ReadError::Empty));
}

fn docx(body: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    zip.write_all(body).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn zips_that_unpack_to_gigabytes() {
    let mut body = b"<w:document><w:body><w:p><w:r><w:t>".to_vec();
    body.resize(101 << 20, b' ');
    let mut bytes = docx(&body);
    assert!(bytes.len() < 1 << 20);
    assert_eq!(Format::of("garden.docx", &bytes), Some(Format::Docx));
    assert_eq!(read(Format::Docx, &bytes), Err(ReadError::TooBig(Limit::Content)));
    // The directory at the end says that it is small.
    let directory = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    bytes[directory + 24..directory + 28].copy_from_slice(&1_000_u32.to_le_bytes());
    assert!(read(Format::Docx, &bytes).is_err());
}

#[test]
fn entities_are_not_resolved() {
    let body =
        br#"<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
        <w:document><w:body><w:p><w:r><w:t>Laugh: &b; &c; &lt;&#33;</w:t></w:r></w:p></w:body></w:document>"#;
    assert_eq!(read(Format::Docx, &docx(body)).unwrap().blocks[0].text, "Laugh: <!");
}
