//! What commands print.

use std::{
    fmt::Display,
    io::{ErrorKind, Write},
};

/// Prints a line on standard output. Whoever has read enough and closed it, as `head` does, hears no complaint.
///
/// # Errors
/// With a message for the operator, such as of a full disk.
pub fn line(text: impl Display) -> Result<(), String> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(format!("standard output can't be written: {error}"))
        }
        _ => Ok(()),
    }
}
