//! The product's tests, one module a feature. One binary, because linking is what costs time.
#![forbid(unsafe_code)]

mod architecture;
mod bulk_load;
mod db;
mod jobs;
mod seed;
