//! How much the streams of a PDF unpack to, before anything unpacks them whole: a few kilobytes may hold gigabytes.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::ZlibDecoder;
use hayro_interpret::hayro_syntax::{
    Filter, Pdf,
    object::{Array, Dict, Name, Object, Stream},
};

use super::super::{Limit, ReadError};

/// Bytes of one unpacked stream: an uncompressed page scanned in color at 600 dots per inch has 104 MB.
const MAX_STREAM: u64 = 128 << 20;
/// Bytes of all of them.
const MAX_STREAMS: u64 = 2 << 30;
const TOO_BIG: ReadError = ReadError::TooBig(Limit::Content);

/// Measures what looks like a compressed stream anywhere in the file, since tables of objects are unpacked when it is opened.
pub(super) fn check_file(bytes: &[u8]) -> Result<(), ReadError> {
    let mut total = 0;
    for at in memchr::memmem::find_iter(bytes, b"stream") {
        let data = &bytes[at + b"stream".len()..];
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        if let [0x08 | 0x18 | 0x28 | 0x38 | 0x48 | 0x58 | 0x68 | 0x78, ..] = data {
            total += limited(inflated(data))?;
        }
        if total > MAX_STREAMS {
            return Err(TOO_BIG);
        }
    }
    Ok(())
}

/// Measures the streams that only the opened file shows: encrypted ones and those in several wrappings. Gives the size of the
/// largest form.
pub(super) fn check_streams(pdf: &Pdf) -> Result<u64, ReadError> {
    let (mut total, mut form) = (0, 0);
    for object in pdf.objects() {
        if let Object::Stream(stream) = object {
            let size = limited(unpacked(&stream))?;
            total += size;
            if stream.dict().get::<Name<'_>>(b"Subtype").is_some_and(|subtype| *subtype == *b"Form") {
                form = form.max(size);
            }
        }
        if total > MAX_STREAMS {
            return Err(TOO_BIG);
        }
    }
    Ok(form)
}

fn limited(size: u64) -> Result<u64, ReadError> {
    if size > MAX_STREAM { Err(TOO_BIG) } else { Ok(size) }
}

/// Pictures are not decoded, so their filters cost nothing. Two filters that expand are a trick.
fn unpacked(stream: &Stream<'_>) -> u64 {
    if has_endless_rows(stream.dict()) {
        return u64::MAX;
    }
    let mut data = stream.raw_data();
    let mut expanded = None;
    for filter in stream.filters() {
        if expanded.is_some()
            && !matches!(filter, Filter::DctDecode | Filter::JpxDecode | Filter::CcittFaxDecode)
        {
            return u64::MAX;
        }
        match filter {
            Filter::AsciiHexDecode => data = Cow::Owned(from_hex(&data)),
            Filter::Ascii85Decode => data = Cow::Owned(from_ascii85(&data)),
            Filter::FlateDecode => expanded = Some(inflated(&data)),
            Filter::LzwDecode => expanded = Some(from_lzw(&data)),
            Filter::RunLengthDecode => expanded = Some(from_runs(&data)),
            _ => {}
        }
    }
    expanded.unwrap_or_else(|| u64::try_from(data.len()).unwrap_or(u64::MAX))
}

/// Rows so long that room for one of them is too much, whatever the data.
fn has_endless_rows(dict: &Dict<'_>) -> bool {
    let endless = |parameters: Dict<'_>| {
        let number =
            |key: &[u8], default| parameters.get::<i32>(key).map_or(default, |n| u64::from(n.unsigned_abs()));
        let bits = number(b"Columns", 1).saturating_mul(number(b"Colors", 1));
        bits.saturating_mul(number(b"BitsPerComponent", 8)) > MAX_STREAM
    };
    [&b"DecodeParms"[..], b"DP"].into_iter().any(|key| {
        dict.get::<Dict<'_>>(key).is_some_and(endless)
            || dict.get::<Array<'_>>(key).is_some_and(|all| all.iter::<Dict<'_>>().any(endless))
    })
}

fn inflated(data: &[u8]) -> u64 {
    let mut decoder = ZlibDecoder::new(data).take(MAX_STREAM + 1);
    let mut buffer = [0; 16 << 10];
    let mut size = 0;
    while let Ok(read @ 1..) = decoder.read(&mut buffer) {
        size += u64::try_from(read).unwrap_or(u64::MAX);
    }
    size
}

fn from_hex(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> =
        data.iter().filter_map(|byte| char::from(*byte).to_digit(16)?.try_into().ok()).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

fn from_ascii85(data: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(data.len());
    let (mut word, mut digits) = (0_u32, 0);
    for &byte in data {
        match byte {
            b'z' if digits == 0 => decoded.extend([0; 4]),
            b'!'..=b'u' => {
                word = word.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                digits += 1;
                if digits == 5 {
                    decoded.extend(word.to_be_bytes());
                    (word, digits) = (0, 0);
                }
            }
            b'~' => break,
            _ => {}
        }
    }
    if digits > 1 {
        for _ in digits..5 {
            word = word.wrapping_mul(85).wrapping_add(84);
        }
        decoded.extend(&word.to_be_bytes()[..digits - 1]);
    }
    decoded
}

/// The lengths of what LZW codes stand for, without what they stand for.
fn from_lzw(data: &[u8]) -> u64 {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let mut lengths = vec![1_u64; END + 1];
    let (mut size, mut previous) = (0, 0);
    let (mut bits, mut count) = (0_usize, 0);
    for &byte in data {
        bits = (bits << 8 | usize::from(byte)) & 0xFF_FFFF;
        count += 8;
        let width = match lengths.len() + 1 {
            ..512 => 9,
            512..1024 => 10,
            1024..2048 => 11,
            _ => 12,
        };
        if count < width {
            continue;
        }
        count -= width;
        match bits >> count & ((1 << width) - 1) {
            CLEAR => {
                lengths.truncate(END + 1);
                previous = 0;
            }
            END => break,
            code => {
                let length = lengths.get(code).copied().unwrap_or(previous + 1);
                size += length;
                if previous > 0 && lengths.len() < 4096 {
                    lengths.push(previous + 1);
                }
                previous = length;
            }
        }
        if size > MAX_STREAM {
            break;
        }
    }
    size
}

fn from_runs(data: &[u8]) -> u64 {
    let (mut size, mut at) = (0, 0);
    while let Some(&length) = data.get(at) {
        match length {
            128 => break,
            0..128 => {
                size += u64::from(length) + 1;
                at += usize::from(length) + 2;
            }
            129.. => {
                size += 257 - u64::from(length);
                at += 2;
            }
        }
    }
    size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_measured_without_unpacking() {
        assert_eq!(from_ascii85(b"87cURD]i,\"Ebo80~>"), b"Hello World!");
        assert_eq!(from_ascii85(b"z87cUR\n87~>"), b"\0\0\0\0HellH");
        assert_eq!(from_hex(b"48 65 7>"), b"Hep");
        assert_eq!(from_runs(&[2, b'a', b'b', b'c', 254, b'd', 128, 9]), 6);
        // The example of the PDF specification, 7.4.4.2: ten bytes.
        assert_eq!(from_lzw(&[0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01]), 10);
    }
}
