//! What tests stand on. Everything here panics when it fails, because a test is all that can call it.
#![forbid(unsafe_code)]

mod app;
mod client;
mod course;
mod db;
mod mail;
mod model;

pub use app::{PASSWORD, TestApp};
pub use client::{Answer, Api, Browser};
pub use course::CourseBuilder;
pub use db::TestDb;
pub use mail::TestMail;
pub use model::{ModelAnswer, ScriptedModel, good_answer};
pub use momentum_providers::install_tls;
