//! Identity providers: OpenID Connect in general, with presets, and Facebook.

mod apple;
mod bearer;
mod claims;
mod config;
mod facebook;
mod metadata;
mod oidc;

pub use config::{Preset, ProviderConfig, build};
