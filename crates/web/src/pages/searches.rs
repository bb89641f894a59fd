//! Administration: what people look for.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use momentum_core::search::{self, QueriesFilter, QueriesSort, QueryRow, SearchReport};
use serde::Deserialize;

use super::{
    context::Ctx,
    failure::PageError,
    form::Params,
    table::{ColumnKind, ListQuery, PAGE, address},
};
use crate::{
    App,
    api::searches_csv,
    http::day::day,
    present,
    views::{Cell, Choice, Control, Field, ListPage, Row, Table},
};

const PATH: &str = "/admin/searches";

/// Besides what every list understands.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct SearchesQuery {
    /// First day, UTC.
    from: String,
    /// Last day, UTC.
    to: String,
    /// `nothing`: only queries that found nothing.
    found: String,
}

const fn column(key: &'static str, label: &'static str, numeric: bool, sortable: bool) -> ColumnKind {
    ColumnKind { key, label, sortable, numeric, usual: true, fixed: true }
}

const COLUMNS: &[ColumnKind] = &[
    column("query", "Query", false, true),
    column("searches", "Searches", true, true),
    column("hits", "Courses found", true, false),
    column("empty", "Found nothing", true, true),
    column("clicks", "Opened", true, true),
];

/// `GET /admin/searches`
pub(crate) async fn index(
    State(app): State<App>,
    ctx: Ctx,
    Params(list): Params<ListQuery>,
    Params(query): Params<SearchesQuery>,
) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    let sort = QueriesSort::parse(&list.sort).unwrap_or(QueriesSort::Searches);
    let descending = list.descending(sort != QueriesSort::Query);
    let filter = QueriesFilter {
        from: day(&query.from),
        to: day(&query.to),
        q: list.text(),
        only_empty: query.found == "nothing",
        sort,
        descending,
        limit: PAGE,
        offset: list.offset(),
    };
    if list.wants_csv() {
        return Ok(searches_csv(&app, actor, &filter).await?);
    }
    let report = search::report(&app.services, actor, &filter).await?;
    let mut pairs = Vec::new();
    for (name, value) in
        [("q", list.text()), ("found", query.found.clone()), ("from", query.from), ("to", query.to)]
    {
        if !value.is_empty() {
            pairs.push((name, value));
        }
    }
    let (newer_url, older_url) = list.pages(PATH, &pairs, report.total);
    let mut for_csv = pairs.clone();
    for_csv.push(("format", "csv".to_owned()));
    let shown: Vec<&ColumnKind> = COLUMNS.iter().collect();
    let date = |name, label: &str, value: NaiveDate| Field {
        control: Control::Input("date"),
        ..Field::text(name, label).value(value.to_string())
    };
    let table = Table {
        caption: "Searches".into(),
        path: PATH,
        filters: vec![
            Field::text("q", "Search").value(list.text()).max_length(200),
            Field::select(
                "found",
                "Found",
                Choice::list(&[("", "Anything"), ("nothing", "Nothing")], &query.found),
            ),
            date("from", "From", report.from),
            date("to", "To", report.to),
        ],
        kept: list.kept(),
        columns: list.headings(PATH, &pairs, &shown, (sort.as_str(), descending)),
        choices: Vec::new(),
        rows: report.items.iter().map(row).collect(),
        total_label: format!("{}. {}", list.total_label(report.items.len(), report.total), summary(&report)),
        filtered: !pairs.is_empty(),
        empty_hint: "Nobody has searched in these days.".into(),
        bulk: None,
        csv_url: Some(address(PATH, &for_csv)),
        newer_url,
        older_url,
        query: pairs,
    };
    ctx.render(&ListPage {
        page: ctx.private_page("Searches", PATH),
        lead: "What people look for, and what they don’t find. Nobody is named.".into(),
        buttons: Vec::new(),
        table,
    })
}

/// Such as `1,204 searches, 3 found nothing, 40 % opened a result`.
fn summary(report: &SearchReport) -> String {
    let searches = present::count(report.searches, "search", "searches");
    match report.click_through_rate {
        None => searches,
        Some(rate) => format!(
            "{searches}, {} found nothing, {:.0} % opened a result",
            present::number(report.empty_searches),
            rate * 100.0
        ),
    }
}

fn row(row: &QueryRow) -> Row {
    let number = |n| Cell::Number(present::number(n));
    Row {
        id: row.query.clone(),
        label: row.query.clone(),
        cells: vec![
            Cell::Main {
                title: row.query.clone(),
                url: format!("/search?q={}", present::encode(&row.query)),
                note: String::new(),
            },
            number(row.searches),
            number(row.hits),
            number(row.empty_searches),
            number(row.clicks),
        ],
    }
}
