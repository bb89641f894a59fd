//! The drawings that a badge can have in its middle. What they look like is the interface's.

use utoipa::openapi::{Object, ObjectBuilder, Type};

/// Their names, with what they show.
pub const EMBLEMS: [(&str, &str); 28] = [
    ("first-step", "A first step"),
    ("finish-flag", "A flag at the finish"),
    ("profile", "A portrait"),
    ("flame-3", "A small flame"),
    ("books-5", "A few books"),
    ("flame-7", "A flame"),
    ("quick", "A stopwatch"),
    ("compass", "A compass"),
    ("books-10", "A stack of books"),
    ("flame-14", "A tall flame"),
    ("crown", "A crown"),
    ("lightning", "A bolt of lightning"),
    ("books-25", "A tower of books"),
    ("flame-30", "A blaze"),
    ("globe", "A globe"),
    ("infinity", "An endless loop"),
    ("star", "A star"),
    ("rocket", "A rocket"),
    ("heart", "A heart"),
    ("mountain", "A mountain"),
    ("trophy", "A trophy"),
    ("lightbulb", "A light bulb"),
    ("pencil", "A pencil"),
    ("calendar", "A calendar"),
    ("target", "A target"),
    ("seedling", "A seedling"),
    ("puzzle", "A piece of a puzzle"),
    ("sun", "A sun"),
];

/// The names, for the API's document.
pub(super) fn schema() -> Object {
    let names = EMBLEMS.iter().map(|(name, _)| *name);
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some("Name of a drawing."))
        .enum_values(Some(names))
        .build()
}

/// Whether there is such a drawing.
#[must_use]
pub fn is_known(name: &str) -> bool {
    EMBLEMS.iter().any(|(known, _)| *known == name)
}
