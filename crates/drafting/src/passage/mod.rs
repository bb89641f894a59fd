//! Passages: pieces of references that are small enough to be handed to a model and to be cited.

mod assign;
mod index;
mod split;
mod words;

pub use self::{assign::assign, index::PassageIndex, split::split};

use serde::{Deserialize, Serialize};

/// A few paragraphs of a reference that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Counts through all references of a course, from 1; what citations name.
    pub number: u32,
    /// Which reference, by its place in the list of them, from 0.
    pub reference: usize,
    /// The headings that it stands under, outermost first, joined by ` › `; empty before the first one.
    pub heading: String,
    /// Where it begins and ends, from 1; only where the reference has pages.
    pub first_page: Option<u32>,
    pub last_page: Option<u32>,
    /// Paragraphs parted by blank lines; list items begin with `- `.
    pub text: String,
}
