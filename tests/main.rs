//! The product's tests, one module a feature. One binary, because linking is what costs time.
#![forbid(unsafe_code)]

mod architecture;
mod db;
mod jobs;
