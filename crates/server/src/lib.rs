//! The program `momentum`: typed configuration, and the wiring of everything else.
#![forbid(unsafe_code)]

pub mod config;
mod demo;
mod logs;
pub mod output;
mod serve;
mod wiring;

pub mod commands;

pub use demo::{load_demo, load_demo_once};
pub use wiring::{handlers, schedules, services};
