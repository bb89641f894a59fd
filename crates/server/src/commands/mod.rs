//! The commands besides `serve`, one file each.

pub mod admin;
pub mod doctor;
pub mod openapi;
pub mod seed;

pub use crate::{
    logs::start as start_logs,
    serve::{serve, work},
    wiring::open_database,
};
