//! The product: rules, services and their SQL, one folder an area. No HTTP, no templates, no engine names.
//!
//! Areas form a line: `audit`, `settings` and `messaging` know nobody, `identity` knows those three, `catalog` nobody,
//! `media` and `search` know `identity`, `engagement` knows all but `media` and `search`, `learning` knows
//! `engagement` too, `authoring`, `recommendations`, `reviews` and `daily_review` all of these, `studio` knows `authoring`. `jobs` and `ports` are the ground
//! under all of them.
#![forbid(unsafe_code)]

pub mod announcements;
pub mod audit;
pub mod authoring;
pub mod cache;
pub mod catalog;
pub mod daily_review;
pub mod engagement;
pub mod error;
pub mod identity;
pub mod ids;
pub mod jobs;
pub mod kept;
mod known;
mod language;
pub mod learning;
pub mod media;
pub mod messaging;
pub mod names;
pub mod operations;
pub mod packed;
mod pictures;
pub mod ports;
pub mod recommendations;
mod remembered;
pub mod reviews;
pub mod search;
mod services;
pub mod settings;
pub mod studio;
mod words;

pub use error::{Error, FieldError, FieldErrors, Result, wait_in_words};
pub use known::KnownPeople;
pub use services::{Parts, Services, Settings};
