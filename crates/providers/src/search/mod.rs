//! Where courses are searched: an index in the data folder, or an OpenSearch cluster.

mod embedded;
mod synonyms;

pub use embedded::Embedded;
