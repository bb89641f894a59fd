//! Drafting courses: what a drafted course is, how documents are read, how a draft is made from documents alone, and how
//! drafts are judged. Plain functions: no database, no network, no clock.
#![forbid(unsafe_code)]

pub mod document;
mod draft;
pub mod extractive;
mod language;
pub mod passage;
pub mod quality;
pub mod reading;
pub mod sentence;

pub use draft::{
    Concept, Extras, Lesson, LessonText, Level, Outline, PlannedLesson, Question, Script, language_name,
};
