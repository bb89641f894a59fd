//! The product's tests, one module a feature. One binary, because linking is what costs time.
#![forbid(unsafe_code)]

mod access;
mod accounts;
mod api;
mod architecture;
mod bulk_load;
mod catalog;
mod db;
mod external;
mod jobs;
mod learning;
mod mfa;
mod notes;
mod pages;
mod process;
mod profile;
mod races;
mod seed;
mod tokens;
