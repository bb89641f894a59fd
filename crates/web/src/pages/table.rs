//! What the lists of administration have in common: reading their addresses, and writing them.

use axum::http::{HeaderMap, HeaderValue};
use serde::Deserialize;

use crate::{
    App,
    http::identity::{cookie, set_cookie},
    present,
    views::{Column, ColumnChoice},
};

/// How long a browser keeps which columns were chosen, in seconds.
const COLUMNS_SECONDS: i64 = 365 * 86_400;

/// Rows on a page of a list.
pub(crate) const PAGE: i64 = 50;

/// The part of an address that every list understands.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    pub(crate) q: String,
    /// Key of a column.
    pub(crate) sort: String,
    /// `asc` or `desc`.
    pub(crate) dir: String,
    pub(crate) page: i64,
    /// Keys of the columns that are shown; none: the usual ones.
    pub(crate) columns: Vec<String>,
    /// `csv`
    pub(crate) format: String,
}

/// A column that a list can have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ColumnKind {
    pub(crate) key: &'static str,
    pub(crate) label: &'static str,
    /// Sorted by the server.
    pub(crate) sortable: bool,
    pub(crate) numeric: bool,
    /// Shown unless somebody chose.
    pub(crate) usual: bool,
    /// Always shown.
    pub(crate) fixed: bool,
}

impl ListQuery {
    /// Which page, from 1.
    pub(crate) fn number(&self) -> i64 {
        self.page.clamp(1, 20_000)
    }

    /// How many rows stand before it.
    pub(crate) fn offset(&self) -> i64 {
        (self.number() - 1) * PAGE
    }

    /// Text to look for.
    pub(crate) fn text(&self) -> String {
        self.q.trim().chars().take(200).collect()
    }

    /// Whether the order is turned round; `usual` unless it says so.
    pub(crate) fn descending(&self, usual: bool) -> bool {
        match self.dir.as_str() {
            "asc" => false,
            "desc" => true,
            _ => usual,
        }
    }

    pub(crate) fn wants_csv(&self) -> bool {
        self.format == "csv"
    }

    /// Chosen columns are kept in a cookie, and are chosen again while the address says nothing about columns. Answers the
    /// cookie to set.
    pub(crate) fn remember_columns(
        &mut self,
        app: &App,
        headers: &HeaderMap,
        list: &str,
        kinds: &[ColumnKind],
    ) -> Option<HeaderValue> {
        let name = format!("momentum_columns_{list}");
        if self.columns.is_empty() {
            let kept = cookie(headers, &name)?;
            self.columns = kept.split('.').map(ToOwned::to_owned).collect();
            return None;
        }
        let chosen: Vec<&str> = kinds
            .iter()
            .map(|kind| kind.key)
            .filter(|key| self.columns.iter().any(|one| one == key))
            .collect();
        Some(set_cookie(app, &name, &chosen.join("."), COLUMNS_SECONDS))
    }

    /// Which of the columns are shown.
    pub(crate) fn shown<'a>(&self, kinds: &'a [ColumnKind]) -> Vec<&'a ColumnKind> {
        let chosen = |kind: &ColumnKind| {
            if self.columns.is_empty() { kind.usual } else { self.columns.iter().any(|key| key == kind.key) }
        };
        kinds.iter().filter(|kind| kind.fixed || chosen(kind)).collect()
    }

    /// The columns to choose from.
    pub(crate) fn choices(&self, kinds: &[ColumnKind]) -> Vec<ColumnChoice> {
        let shown = self.shown(kinds);
        kinds
            .iter()
            .filter(|kind| !kind.fixed)
            .map(|kind| ColumnChoice {
                key: kind.key,
                label: kind.label,
                shown: shown.iter().any(|other| other.key == kind.key),
            })
            .collect()
    }

    /// Sorting and columns, to be kept when filters change.
    pub(crate) fn kept(&self) -> Vec<(&'static str, String)> {
        let mut kept = Vec::new();
        if !self.sort.is_empty() {
            kept.push(("sort", self.sort.clone()));
        }
        if !self.dir.is_empty() {
            kept.push(("dir", self.dir.clone()));
        }
        kept.extend(self.columns.iter().map(|key| ("columns", key.clone())));
        kept
    }

    /// The headings. `sorted` is the column that the rows are sorted by, and whether downwards.
    pub(crate) fn headings(
        &self,
        path: &str,
        query: &[(&'static str, String)],
        kinds: &[&ColumnKind],
        (sorted, descending): (&str, bool),
    ) -> Vec<Column> {
        kinds
            .iter()
            .map(|kind| {
                let is_sorted = kind.sortable && kind.key == sorted;
                // Numbers are looked at from the largest; whoever sorts once more turns the order round.
                let downwards = if is_sorted { !descending } else { kind.numeric };
                let dir = if downwards { "desc" } else { "asc" };
                let mut pairs = query.to_vec();
                pairs.extend([("sort", kind.key.to_owned()), ("dir", dir.to_owned())]);
                pairs.extend(self.columns.iter().map(|key| ("columns", key.clone())));
                Column {
                    label: kind.label.to_owned(),
                    sort_url: kind.sortable.then(|| address(path, &pairs)),
                    sorted: is_sorted.then_some(if descending { "descending" } else { "ascending" }),
                    numeric: kind.numeric,
                }
            })
            .collect()
    }

    /// Addresses of the page before and the page after.
    pub(crate) fn pages(
        &self,
        path: &str,
        query: &[(&'static str, String)],
        total: i64,
    ) -> (Option<String>, Option<String>) {
        let at = |page: i64| {
            let mut pairs = query.to_vec();
            pairs.extend(self.kept());
            if page > 1 {
                pairs.push(("page", page.to_string()));
            }
            address(path, &pairs)
        };
        let number = self.number();
        let newer = (number > 1).then(|| at(number - 1));
        (newer, (self.offset() + PAGE < total).then(|| at(number + 1)))
    }

    /// `1–50 of 12,345`
    pub(crate) fn total_label(&self, rows: usize, total: i64) -> String {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        if rows == 0 && total > 0 {
            return format!("{} in all", present::number(total));
        }
        if rows == 0 {
            return "Nothing found".to_owned();
        }
        let first = self.offset() + 1;
        let last = self.offset() + rows;
        format!("{}–{} of {}", present::number(first), present::number(last), present::number(total))
    }
}

/// An address with these parameters; empty ones are left out. (An empty list of columns says that none was chosen.)
pub(crate) fn address(path: &str, pairs: &[(&'static str, String)]) -> String {
    let query: Vec<String> = pairs
        .iter()
        .filter(|(name, value)| !value.is_empty() || *name == "columns")
        .map(|(name, value)| format!("{name}={}", present::encode(value)))
        .collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}
