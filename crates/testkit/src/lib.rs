//! What tests stand on. Everything here panics when it fails, because a test is all that can call it.
#![forbid(unsafe_code)]

mod db;

pub use db::TestDb;
