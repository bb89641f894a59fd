//! The pages of Momentum: typed views, their templates, and generated course covers.
#![forbid(unsafe_code)]

pub mod cover;
pub mod views;
