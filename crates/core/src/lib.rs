//! The product: rules, services and their SQL, one folder an area. No HTTP, no templates, no engine names.
//!
//! Areas form a line: `identity` and `catalog` know nobody, `learning` knows both. `jobs` and `ports` are the
//! ground under all of them.
#![forbid(unsafe_code)]

pub mod error;
pub mod ids;
pub mod jobs;
pub mod ports;

pub use error::{Error, FieldError, FieldErrors, Result};
