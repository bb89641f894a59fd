//! Authoring's SQL.

mod courses;
mod lessons;
mod versions;

pub(super) use courses::*;
pub(super) use lessons::*;
pub(super) use versions::*;
