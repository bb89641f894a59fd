//! The world outside: what implements the ports of `momentum-core` by talking to other programs.
#![forbid(unsafe_code)]

pub mod identity;
pub mod objects;
pub mod search;
pub mod smtp;
pub mod text;
mod web;

/// Chooses the cryptography for every TLS connection of the program; to be called once at its start.
pub fn install_tls() {
    // An error means that it is chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}
