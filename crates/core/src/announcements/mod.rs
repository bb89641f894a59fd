//! What administrators tell everybody, or some: as a banner on top of every page, and in the list "What's new".
//!
//! Announcements that are live or to come are few and kept in memory, so that no page asks the database for them. What a
//! person has seen or put away is asked only while something is live for them, and remembered for some seconds.

mod admin;
mod live;
mod types;

pub use admin::{announcement, announcements, create, delete, update};
pub use live::{Heard, Live, dismiss, for_me, heard, mark_seen};
pub use types::{Announcement, Audience, Draft, Kind, Phase};
