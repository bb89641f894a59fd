//! What people look for as CSV.

use axum::response::Response;
use momentum_core::{
    Error, Result,
    identity::Actor,
    search::{self, QueriesFilter},
};

use crate::{
    App,
    http::csv::{download, no_formula},
};

/// Rows at most.
const MOST: i64 = 100_000;

/// All queries that match, as a download.
pub(crate) async fn searches_csv(app: &App, actor: &Actor, filter: &QueriesFilter) -> Result<Response> {
    let all = QueriesFilter { limit: MOST, offset: 0, ..filter.clone() };
    let report = search::report(&app.services, actor, &all).await?;
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["query", "searches", "empty_searches", "clicks", "hits"]).map_err(Error::internal)?;
    for row in report.items {
        csv.write_record([
            no_formula(row.query),
            row.searches.to_string(),
            row.empty_searches.to_string(),
            row.clicks.to_string(),
            row.hits.to_string(),
        ])
        .map_err(Error::internal)?;
    }
    let body = csv.into_inner().map_err(Error::internal)?;
    Ok(download("searches.csv", body))
}
