//! The daily review: two minutes with cards of what was learned, each shown again shortly before it would be forgotten.
//!
//! A card is nowhere stored. It follows from a lesson that somebody has completed (one for each key takeaway) or from a
//! question that they missed in a quiz (`deck.rs`); what is stored is what they remember of it, from its first review on. So completing
//! a lesson writes nothing for the review, an edited lesson shows its new text, and a deleted one has no cards.
//! When a card comes again is computed by FSRS (`schedule.rs`).

mod card;
mod cue;
mod deck;
mod repo;
mod schedule;
mod service;

pub use card::{Card, CardId, Content, Grade};
pub use deck::{Deck, SESSION, deck, waiting};
pub use repo::Waiting;
pub use schedule::{Wait, Waits};
pub use service::{ENOUGH, Graded, grade};
