//! The extractive author: a whole course from references, without a language model. What learners read is taken from the
//! references word for word; what is added names it, asks for it and says where it stands.
//!
//! 1. [`outline`] finds the sections of each reference ([`sections`]), leaves out what teaches nothing ([`front`]), parts the rest
//!    into days of about the same reading time ([`days`]) and names what each day is about ([`plan`], [`terms`]).
//! 2. [`lesson`] makes the text of a day ([`body`]), its key sentences ([`rank`]), its questions ([`questions`], [`cloze`]), its
//!    action items ([`actions`]) and its script ([`script`]).
//!
//! The same arguments always give the same draft.

mod actions;
mod body;
mod cloze;
mod compose;
mod course;
mod days;
mod definitions;
mod digest;
mod evidence;
mod front;
mod groups;
mod imperatives;
mod markdown;
mod numbers;
mod opposites;
mod phrases;
mod plan;
mod questions;
mod rank;
mod script;
mod sections;
mod standalone;
mod terms;
mod titles;
mod verbs;
mod words;

use serde::{Deserialize, Serialize};

pub(crate) use self::phrases::composed;
pub use self::{
    compose::lesson,
    definitions::Definition,
    plan::{outline, suffices},
    script::intro_script,
    terms::Term,
};
use crate::{Level, Outline, document::Document, passage::Passage};

/// What the course shall be.
#[derive(Debug, Clone, Copy)]
pub struct Brief<'a> {
    pub topic: &'a str,
    /// 7, 14 or 21.
    pub days: u32,
    pub level: Level,
    /// A BCP 47 tag: the language of the references.
    pub language: &'a str,
    pub audience: &'a str,
}

/// One reference, read and split. `passages` are those of this reference, numbered across all references.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub name: &'a str,
    pub document: &'a Document,
    pub passages: &'a [Passage],
}

/// A course that is planned: what each day covers, and what its lessons need to know of the whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub outline: Outline,
    /// As many as the outline has lessons.
    pub days: Vec<Day>,
    /// Passages that no lesson uses, wholly or in part, in ascending order.
    pub left_out: Vec<LeftOut>,
    /// The terms of the references, the most frequent ones first.
    pub terms: Vec<Term>,
    pub definitions: Vec<Definition>,
}

/// What a day covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// From 1.
    pub day: u32,
    /// The numbers of the passages that it rests on, in ascending order.
    pub passages: Vec<u32>,
    pub parts: Vec<Part>,
    /// What it is about: terms of which no other day has the same.
    pub focus: Vec<String>,
}

/// A section of a reference, or what a day takes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The place of the source.
    pub source: usize,
    /// The titles that it stands under, outermost first, with its own as the last.
    pub path: Vec<String>,
    /// What it is called in the lesson, if not like its section: a long one is parted.
    pub topic: Option<String>,
    /// The places of its pieces in the source.
    pub pieces: Vec<usize>,
}

/// A passage that no lesson uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub passage: u32,
    pub why: Why,
}

/// Why a passage is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A table of contents, an imprint, an index, a table that is too long: nothing that teaches.
    Apart,
    /// The lessons are full; others say more.
    Room,
}

/// Why no course can be made from the references, said to the person who chose them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsuited {
    #[error(transparent)]
    TooLittle(#[from] TooLittle),
    #[error(
        "The references are written without spaces between words, as Chinese, Japanese and Thai are. The built-in author doesn't know \
         where words begin in such texts. Let a language model write this course."
    )]
    Unspaced,
}

/// The references have too little text for the days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "The references have {words} words that can be taught; {days} lessons need at least {needed}.{}",
    fits.map_or_else(|| " Add references.".to_owned(), |days| format!(" Add references, or make a course of {days} days."))
)]
pub struct TooLittle {
    /// Words that the references have, without tables of contents and the like.
    pub words: usize,
    /// Words that the days need at least.
    pub needed: usize,
    pub days: u32,
    /// The longest shorter course for which they suffice.
    pub fits: Option<u32>,
}

/// Words that references need at least for so many days.
#[must_use]
pub fn words_needed(days: u32) -> usize {
    days::SHORTEST.saturating_mul(usize::try_from(days).unwrap_or(usize::MAX))
}
