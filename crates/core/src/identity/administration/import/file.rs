//! Reading the file.

use std::collections::HashMap;

use crate::{
    Error, FieldErrors, Result,
    identity::{Email, Role, parse_time_zone, profile::clean_name},
    settings::Security,
};

/// The largest file.
pub const MAX_IMPORT_BYTES: usize = 5 * 1024 * 1024;

/// The most rows of a file.
pub const MAX_IMPORT_ROWS: usize = 50_000;

/// The longest text of a row that is kept although it is wrong, in characters.
const MAX_KEPT: usize = 254;

const TOO_MANY_CELLS: &str = "The line has more cells than the first one has columns. Put names with a comma in quotation marks, without a space before them.";

/// Columns of the export of accounts that say nothing which could be taken in.
const EXPORTED: [&str; 7] = [
    "id",
    "email_verified",
    "status",
    "profile_completion_percent",
    "joined_at",
    "last_seen_at",
    "enrollments",
];

/// What stood in the file.
#[derive(Debug)]
pub(super) struct Table {
    pub rows: Vec<FileRow>,
    /// Columns of the export that are not taken in.
    pub left_out: Vec<String>,
}

/// A row as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileRow {
    /// Line of the file, from 1.
    pub line: i64,
    pub email: String,
    pub name: String,
    pub role: Option<Role>,
    /// IANA name; empty when it isn't said.
    pub time_zone: String,
    /// Why it can't be taken in.
    pub error: Option<String>,
}

/// Where the columns are.
struct Columns {
    email: usize,
    name: usize,
    role: Option<usize>,
    time_zone: Option<usize>,
    left_out: Vec<String>,
}

fn refused(code: &'static str, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::invalid("file", code, message)
}

/// The rows of the file. Its cells are separated by commas, semicolons or tabs.
///
/// # Errors
/// [`Error::Invalid`] `file` when it is no such table, or too large.
pub(super) fn read(bytes: &[u8], security: &Security) -> Result<Table> {
    if bytes.len() > MAX_IMPORT_BYTES {
        return Err(refused("too-large", "The file is larger than 5 MB. Split it."));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| refused("not-utf8", "The file isn’t UTF-8 text. Save it as “CSV UTF-8”."))?;
    // The reader counts lines by their line feeds alone.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let (text, above, delimiter) = below_preface(&text);
    if let Some(line) = open_quote(text, delimiter) {
        let line = above + line;
        let message = format!("Line {line}: a quotation mark opens here and is never closed.");
        return Err(refused("open-quote", message));
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| refused("unreadable", error.to_string()))?;
    let columns = Columns::of(header)?;
    let width = header.len();
    let mut rows = Vec::new();
    let mut lines_of: HashMap<String, i64> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| refused("unreadable", error.to_string()))?;
        if record.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() == MAX_IMPORT_ROWS {
            return Err(refused("too-many", "The file has more than 50,000 rows. Split it."));
        }
        let line = above + record.position().map_or(0, |begin| line_of(text, begin));
        let mut row = columns.row(i64::try_from(line).unwrap_or(0), &record, security);
        if record.iter().skip(width).any(|cell| !cell.is_empty()) {
            row.error = Some(TOO_MANY_CELLS.to_owned());
        }
        if row.error.is_none()
            && let Some(before) = lines_of.insert(row.email.clone(), row.line)
        {
            row.error = Some(format!("Line {before} has the same address."));
            lines_of.insert(row.email.clone(), before);
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(refused("empty", "The file has no rows below its first line."));
    }
    Ok(Table { rows, left_out: columns.left_out })
}

/// The table without what stands before its first line, how many lines that is, and what separates its cells. Spreadsheets
/// write empty lines, and some a line such as `sep=;`.
fn below_preface(text: &str) -> (&str, usize, u8) {
    let (mut rest, mut above, mut separator) = (text, 0, None);
    while let Some(line) = rest.split_inclusive('\n').next() {
        let said = said_separator(line).filter(|_| separator.is_none());
        let is_empty = line.chars().all(|c| c.is_whitespace() || matches!(c, ',' | ';'));
        if said.is_none() && !is_empty {
            break;
        }
        separator = separator.or(said);
        above += 1;
        rest = &rest[line.len()..];
    }
    (rest, above, separator.unwrap_or_else(|| likely_separator(rest)))
}

/// What a line such as `sep=;` says.
fn said_separator(line: &str) -> Option<u8> {
    let line = line.trim_end_matches('\n').trim_matches('"');
    let (name, separator) = line.split_at_checked(4)?;
    let known = name.eq_ignore_ascii_case("sep=") && matches!(separator, "," | ";" | "\t" | "|");
    known.then(|| separator.bytes().next()).flatten()
}

/// What is most often between the titles of the columns.
fn likely_separator(text: &str) -> u8 {
    // Of equals the last is taken.
    const SEPARATORS: [u8; 3] = [b'\t', b';', b','];
    let (mut quoted, mut counts) = (false, [0; SEPARATORS.len()]);
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ => {}
        }
        if let Some(at) = SEPARATORS.iter().position(|separator| *separator == byte && !quoted) {
            counts[at] += 1;
        }
    }
    let likely = SEPARATORS.into_iter().zip(counts).max_by_key(|(_, count)| *count);
    likely.map_or(b',', |(separator, _)| separator)
}

/// The line, from 1, on which what begins here stands: the reader begins before the empty lines that it skips.
fn line_of(text: &str, begin: &csv::Position) -> usize {
    let begin_line = usize::try_from(begin.line()).unwrap_or(0);
    let rest = usize::try_from(begin.byte()).ok().and_then(|at| text.as_bytes().get(at..));
    begin_line + rest.unwrap_or_default().iter().take_while(|byte| **byte == b'\n').count()
}

/// A cell as it was before the export put a mark before it, so that no spreadsheet would compute it.
fn unmarked(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|text| text.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

/// The line, from 1, with a quotation mark that opens a field and is never closed.
fn open_quote(text: &str, delimiter: u8) -> Option<usize> {
    let (mut line, mut begins, mut opened) = (1, true, None);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let is_quote = byte == b'"';
        // Within quotation marks two of them stand for one.
        if is_quote && opened.is_some() && bytes.next_if_eq(&b'"').is_none() {
            opened = None;
        } else if is_quote && begins {
            opened = Some(line);
        }
        begins = opened.is_none() && (byte == delimiter || matches!(byte, b'\n' | b'\r'));
        line += usize::from(byte == b'\n');
    }
    opened
}

impl Columns {
    fn of(header: &csv::StringRecord) -> Result<Self> {
        let titles: Vec<String> =
            header.iter().map(|title| title.to_lowercase().replace([' ', '-'], "_")).collect();
        let place = |names: &[&str]| titles.iter().position(|title| names.contains(&title.as_str()));
        let is_left_out = |title: &str| EXPORTED.contains(&title);
        let missing = |name: &str| {
            let text = format!("The first line has to name the columns; “{name}” is missing.");
            refused("missing-column", text)
        };
        let columns = Self {
            email: place(&["email", "e_mail", "email_address"]).ok_or_else(|| missing("email"))?,
            name: place(&["name", "full_name"]).ok_or_else(|| missing("name"))?,
            role: place(&["role"]),
            time_zone: place(&["time_zone", "timezone"]),
            left_out: titles.iter().filter(|title| is_left_out(title)).cloned().collect(),
        };
        let used = [Some(columns.email), Some(columns.name), columns.role, columns.time_zone];
        let strange = titles
            .iter()
            .enumerate()
            .find(|(at, title)| !title.is_empty() && !is_left_out(title) && !used.contains(&Some(*at)));
        if let Some(title) = strange.and_then(|(at, _)| header.get(at)) {
            let title: String = title.chars().take(50).collect();
            let text = format!(
                "The column “{title}” isn’t known, or is there twice. Take it out: columns are email, name, role and time_zone."
            );
            return Err(refused("unknown-column", text));
        }
        Ok(columns)
    }

    fn row(&self, line: i64, record: &csv::StringRecord, security: &Security) -> FileRow {
        let text = |place: Option<usize>| place.and_then(|place| record.get(place)).map_or("", unmarked);
        let mut wrong = FieldErrors::default();
        let email = Email::parse(text(Some(self.email)));
        wrong.check(email.is_some(), "email", "invalid", "This is no email address.");
        let admitted = email.as_ref().is_none_or(|email| security.admits(email.domain()));
        wrong.check(
            admitted,
            "email",
            "domain-not-allowed",
            "Addresses of this domain can’t have an account here.",
        );
        let name = clean_name(&mut wrong, text(Some(self.name)));
        let role = match text(self.role).to_lowercase().as_str() {
            "" => None,
            role => {
                let parsed = role.parse::<Role>().ok();
                wrong.check(
                    parsed.is_some(),
                    "role",
                    "unknown",
                    "The role is one of free, premium and admin.",
                );
                parsed
            }
        };
        let zone = text(self.time_zone);
        let known = parse_time_zone(zone);
        wrong.check(
            zone.is_empty() || known.is_some(),
            "time_zone",
            "unknown",
            "This time zone isn’t known. It looks like Europe/Berlin.",
        );
        let kept = |text: &str| text.chars().take(MAX_KEPT).collect::<String>();
        FileRow {
            line,
            email: email.map_or_else(|| kept(text(Some(self.email))), |email| email.as_str().to_owned()),
            name: kept(&name),
            role,
            time_zone: known.map(|zone| zone.name().to_owned()).unwrap_or_default(),
            error: wrong.as_slice().first().map(|error| match error.field.as_ref() {
                "name" if error.code == "required" => "The name is missing.".to_owned(),
                _ => error.message.to_string(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Vec<FileRow>> {
        read(text.as_bytes(), &Security::default()).map(|table| table.rows)
    }

    #[test]
    fn rows_are_understood_whatever_the_spreadsheet() {
        let rows = read_text(
            "\u{FEFF}Name;E-mail;Role;Time zone\r\nAda  Winter;ADA@Example.com;Premium;Europe/Berlin\r\n\r\nBo;bo@example.com\r\n",
        )
        .unwrap();
        assert_eq!(rows.len(), 2);
        let ada = &rows[0];
        assert_eq!((ada.line, ada.email.as_str(), ada.name.as_str()), (2, "ada@example.com", "Ada Winter"));
        assert_eq!((ada.role, ada.time_zone.as_str()), (Some(Role::Premium), "Europe/Berlin"));
        assert_eq!((rows[1].line, rows[1].role, rows[1].time_zone.as_str()), (4, None, ""));
        assert!(rows.iter().all(|row| row.error.is_none()));
        for returns in
            ["email,name\ra@b.example,X\rb@b.example,Y", "email,name\na@b.example,X\rb@b.example,Y\n"]
        {
            let lines: Vec<i64> = read_text(returns).unwrap().iter().map(|row| row.line).collect();
            assert_eq!(lines, [2, 3], "{returns:?}");
        }
    }

    #[test]
    fn separators_are_found_and_lines_are_counted_as_an_editor_does() {
        for text in [
            "email\tname\na@b.example\tDoe, Jane\n\n\nb@b.example\tX",
            "sep=;\nemail;name\na@b.example;Doe, Jane\n\n\nb@b.example;X",
            "\"sep=\t\"\r\nemail\tname\r\na@b.example\tDoe, Jane\r\n\r\n\r\nb@b.example\tX\r\n",
            "\n;;;\nemail;name\na@b.example;Doe, Jane\n;\n\nb@b.example;X",
        ] {
            let above = text.lines().position(|line| line.starts_with("email")).unwrap_or_default();
            let rows = read_text(text).unwrap();
            let lines: Vec<usize> =
                rows.iter().map(|row| usize::try_from(row.line).unwrap() - above).collect();
            assert_eq!(lines, [2, 5], "{text:?}");
            assert_eq!(rows[0].name, "Doe, Jane");
        }
        let quoted = read_text("\"E,mail\";\"na\nme\";email;name\n").unwrap_err().to_string();
        assert!(quoted.contains("“E,mail” isn’t known"), "{quoted}");
    }

    #[test]
    fn an_export_is_taken_in_as_it_is() {
        let table = read(
            b"id,email,email_verified,name,role,status,time_zone,profile_completion_percent,joined_at,last_seen_at,enrollments\n\
              01,'-x@example.com,true,'=1+1,free,active,UTC,40,2026-03-02,,3\n\
              02,o@example.com,true,'t Hooft,free,active,UTC,40,2026-03-02,,3\n",
            &Security::default(),
        )
        .unwrap();
        assert_eq!(table.left_out, EXPORTED);
        let row = &table.rows[0];
        assert_eq!((row.email.as_str(), row.name.as_str(), &row.error), ("-x@example.com", "=1+1", &None));
        assert_eq!(table.rows[1].name, "'t Hooft");
    }

    #[test]
    fn what_stands_beside_the_columns_is_not_cut_off() {
        let rows = read_text(
            "email,name\na@b.example,Doe, Jane\nb@b.example, \"Doe, Jo\"\nc@b.example,\"Doe, Jim\"\nd@b.example,Joan,\n",
        );
        let wrong: Vec<bool> = rows.unwrap().iter().map(|row| row.error.is_some()).collect();
        assert_eq!(wrong, [true, true, false, false]);
    }

    #[test]
    fn wrong_rows_say_what_is_wrong() {
        let rows = read_text(
            "email,name,role,time_zone\nnobody,Ada,,\nada@example.com,,,\na@example.com,A,king,\n\
             b@example.com,B,,Mars/Olympus\nc@example.com,C,,\nC@example.com,C again,,\n",
        )
        .unwrap();
        let errors: Vec<_> = rows.iter().map(|row| row.error.clone().unwrap_or_default()).collect();
        assert!(errors[0].contains("no email address") && errors[1].contains("name is missing"));
        assert!(errors[2].contains("role is one of") && errors[3].contains("time zone"));
        assert_eq!(errors[4], "");
        assert_eq!(errors[5], "Line 6 has the same address.");
    }

    #[test]
    fn what_is_no_such_table_is_refused() {
        for (text, code) in [
            ("", "missing-column"),
            ("email\na@example.com\n", "missing-column"),
            ("email,name\n", "empty"),
            ("email,name\n,\n", "empty"),
            ("email,name,phone\na@example.com,A,1\n", "unknown-column"),
            ("email,name,Name\na@example.com,A,B\n", "unknown-column"),
            ("email,name\na@example.com,\"A\nb@example.com,B\n", "open-quote"),
        ] {
            let Err(Error::Invalid(errors)) = read_text(text) else { panic!("{text:?} was taken") };
            assert_eq!(errors.as_slice()[0].code, code, "{text:?}");
        }
        let message = |text: &str| read_text(text).unwrap_err().to_string();
        assert!(message("email,name,phone\n").contains("“phone”"));
        assert!(message("email,name\na@example.com,A\nb@example.com,\"B \"\"b\"\",\n").contains("Line 3"));
        let quoted =
            read_text("email,name,\n\"a@example.com\",\"A \"\"a\"\" B\",\nb@example.com,5\" disk\n").unwrap();
        assert!(quoted.iter().all(|row| row.error.is_none()), "{quoted:?}");
        assert!(read(&[0xff, 0xfe, 0x00], &Security::default()).is_err());
        assert!(read(&vec![b'a'; MAX_IMPORT_BYTES + 1], &Security::default()).is_err());
    }
}
