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
}

fn refused(code: &'static str, message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::invalid("file", code, message)
}

/// The rows of the file.
///
/// # Errors
/// [`Error::Invalid`] `file` when it is no such table, or too large.
pub(super) fn read(bytes: &[u8], security: &Security) -> Result<Vec<FileRow>> {
    if bytes.len() > MAX_IMPORT_BYTES {
        return Err(refused("too-large", "The file is larger than 5 MB. Split it."));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|_| refused("not-utf8", "The file isn’t UTF-8 text. Save it as “CSV UTF-8”."))?;
    // The reader counts lines by their line feeds alone.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
    let first = text.lines().next().unwrap_or_default();
    // Spreadsheets of some languages write semicolons.
    let delimiter = if first.contains(';') && !first.contains(',') { b';' } else { b',' };
    if let Some(line) = open_quote(&text, delimiter) {
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
        let line = record.position().map_or(0, csv::Position::line);
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
    Ok(rows)
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
        let place = |names: &[&str]| {
            header.iter().position(|title| {
                let title = title.to_lowercase().replace([' ', '-'], "_");
                names.contains(&title.as_str())
            })
        };
        let missing = |name: &str| {
            let text = format!("The first line has to name the columns; “{name}” is missing.");
            refused("missing-column", text)
        };
        let columns = Self {
            email: place(&["email", "e_mail", "email_address"]).ok_or_else(|| missing("email"))?,
            name: place(&["name", "full_name"]).ok_or_else(|| missing("name"))?,
            role: place(&["role"]),
            time_zone: place(&["time_zone", "timezone"]),
        };
        let used = [Some(columns.email), Some(columns.name), columns.role, columns.time_zone];
        let strange =
            header.iter().enumerate().find(|(at, title)| !title.is_empty() && !used.contains(&Some(*at)));
        if let Some((_, title)) = strange {
            let title: String = title.chars().take(50).collect();
            let text = format!(
                "The column “{title}” isn’t known, or is there twice. Take it out: columns are email, name, role and time_zone."
            );
            return Err(refused("unknown-column", text));
        }
        Ok(columns)
    }

    fn row(&self, line: i64, record: &csv::StringRecord, security: &Security) -> FileRow {
        let text = |place: Option<usize>| place.and_then(|place| record.get(place)).unwrap_or_default();
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
        read(text.as_bytes(), &Security::default())
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
        assert_eq!((rows[1].role, rows[1].time_zone.as_str()), (None, ""));
        assert!(rows.iter().all(|row| row.error.is_none()));
        for returns in
            ["email,name\ra@b.example,X\rb@b.example,Y", "email,name\na@b.example,X\rb@b.example,Y\n"]
        {
            let lines: Vec<i64> = read_text(returns).unwrap().iter().map(|row| row.line).collect();
            assert_eq!(lines, [2, 3], "{returns:?}");
        }
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
