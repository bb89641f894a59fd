//! What pages and API share: who asks, from where, and the layers around every request.

pub(crate) mod access;
pub(crate) mod body_limit;
pub(crate) mod csv;
pub(crate) mod day;
pub(crate) mod drain;
pub(crate) mod files;
pub(crate) mod headers;
pub(crate) mod idempotency;
pub(crate) mod identity;
pub(crate) mod maintenance;
pub(crate) mod observe;
pub(crate) mod package;
pub(crate) mod problem;
pub(crate) mod range;
pub(crate) mod tus;
