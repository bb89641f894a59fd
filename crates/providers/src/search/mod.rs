//! Where courses are searched: an index in the data folder, or an OpenSearch cluster.

mod embedded;
mod fewer;
mod opensearch;
mod synonyms;

pub use embedded::Embedded;
pub use opensearch::{OpenSearch, OpenSearchConfig};
