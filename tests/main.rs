//! The product's tests, one module a feature. One binary, because linking is what costs time.
#![forbid(unsafe_code)]

mod access;
mod accounts;
mod announcements;
mod api;
mod architecture;
mod audit;
mod authoring;
mod avatar;
mod brute_force;
mod bulk_load;
mod catalog;
mod db;
mod email_change;
mod external;
mod jobs;
mod learning;
mod mail;
mod media;
mod memory;
mod mfa;
mod new_device;
mod notes;
mod pages;
mod process;
mod profile;
mod quiz;
mod races;
mod recovery;
mod reviews;
mod seed;
mod site_settings;
mod tokens;
mod transactions;
mod verification;
