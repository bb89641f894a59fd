//! What to learn next, on the pages that show it, and what came of it.

use axum::{extract::State, response::Response};
use momentum_core::{
    Error, Services, catalog,
    identity::Actor,
    recommendations::{self, CourseResult, Period, Report, Results},
};
use serde::Deserialize;

use super::{
    context::Ctx,
    failure::PageError,
    form::Params,
    table::{ColumnKind, ListQuery, PAGE, address},
};
use crate::{
    App,
    api::recommendations_csv,
    http::day::day,
    present,
    views::{Cell, Column, Figure, RecommendationResultsPage, RecommendedCourse, Row, Table},
};

/// Recommendations on a page: two rows on a desk.
const ON_PAGE: i64 = 6;

/// The cards of what is recommended to somebody.
pub(super) async fn cards(s: &Services, actor: &Actor) -> Result<Vec<RecommendedCourse>, PageError> {
    let found = recommendations::recommendations(s, actor, ON_PAGE).await?;
    let card = |item: &recommendations::Recommendation| RecommendedCourse {
        course: present::card(&item.course.card),
        reason: present::reason(&item.reason, &item.course.card),
    };
    Ok(found.items.iter().map(card).collect())
}

/// Where the link to a course was followed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Followed {
    from: String,
}

/// Counts a click when the course's page was reached by a recommendation. A browser that only fetches in advance has not followed
/// anything. The page is there whether it can be counted or not.
pub(super) async fn note_click(s: &Services, ctx: &Ctx, followed: &Followed, slug: &str) {
    let counts = followed.from == "recommended" && !ctx.in_advance;
    let Some(actor) = ctx.actor.as_deref().filter(|_| counts) else {
        return;
    };
    let counted = async {
        let course = catalog::course(s, slug).await?;
        recommendations::click(s, actor, course.card.id).await
    };
    match counted.await {
        // There is no such course: nobody recommended it.
        Ok(()) | Err(Error::NotFound(_)) => {}
        Err(error) => tracing::warn!(%error, "a click can't be counted now"),
    }
}

const fn column(key: &'static str, label: &'static str) -> ColumnKind {
    ColumnKind { key, label, sortable: true, numeric: true, usual: true, fixed: true }
}

const COURSE: ColumnKind = ColumnKind { numeric: false, ..column("course", "Course") };
const NUMBERS: [ColumnKind; 4] = [
    column("shown", "Shown"),
    column("clicks", "Clicks"),
    column("rate", "Click rate"),
    column("enrollments", "Enrollments"),
];

/// Which days.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct PeriodQuery {
    from: String,
    to: String,
}

/// `GET /admin/recommendations`
pub(crate) async fn results(
    State(app): State<App>,
    ctx: Ctx,
    Params(list): Params<ListQuery>,
    Params(query): Params<PeriodQuery>,
) -> Result<Response, PageError> {
    let s = &app.services;
    let today = s.clock.now().date_naive();
    let (period, alert) = match Period::new(day(&query.from), day(&query.to), today) {
        Ok(period) => (period, None),
        Err(Error::Invalid(errors)) => {
            let message = errors.as_slice().first().map(|error| error.message.to_string());
            (Period::new(None, None, today)?, message)
        }
        Err(other) => return Err(other.into()),
    };
    let report = recommendations::report(s, ctx.actor()?, period).await?;
    if list.wants_csv() {
        return Ok(recommendations_csv(&report)?);
    }
    let view = RecommendationResultsPage {
        page: ctx.private_page("Recommendations", "/admin/recommendations"),
        from: period.from.to_string(),
        to: period.to.to_string(),
        alert,
        figures: figures(&report.results),
        reasons: reasons(&report),
        courses: courses(report, &list),
    };
    ctx.render(&view)
}

/// `8.0%`
fn percent(rate: f64) -> String {
    format!("{:.1}%", rate * 100.0)
}

fn figures(results: &Results) -> Vec<Figure> {
    let figure = |value: String, label: &str, note: &str| Figure {
        value,
        label: label.into(),
        note: note.into(),
        url: None,
        alarming: false,
    };
    vec![
        figure(present::number(results.impressions), "shown", ""),
        figure(present::number(results.clicks), if results.clicks == 1 { "click" } else { "clicks" }, ""),
        figure(percent(results.click_through_rate), "click rate", "clicks of what was shown"),
        figure(
            present::number(results.enrollments),
            if results.enrollments == 1 { "enrollment" } else { "enrollments" },
            "within seven days after a click",
        ),
    ]
}

fn numbers(results: &Results) -> [Cell; 4] {
    [
        Cell::Number(present::number(results.impressions)),
        Cell::Number(present::number(results.clicks)),
        Cell::Number(percent(results.click_through_rate)),
        Cell::Number(present::number(results.enrollments)),
    ]
}

fn table(caption: &str, columns: Vec<Column>, rows: Vec<Row>) -> Table {
    Table {
        caption: caption.into(),
        path: "/admin/recommendations",
        filters: Vec::new(),
        kept: Vec::new(),
        query: Vec::new(),
        columns,
        choices: Vec::new(),
        rows,
        total_label: String::new(),
        filtered: false,
        empty_hint: String::new(),
        bulk: None,
        csv_url: None,
        newer_url: None,
        older_url: None,
    }
}

fn reasons(report: &Report) -> Table {
    let heading =
        |label: &str, numeric| Column { label: label.into(), sort_url: None, sorted: None, numeric };
    let mut columns = vec![heading("Reason", false)];
    columns.extend(NUMBERS.iter().map(|kind| heading(kind.label, true)));
    let rows = report.by_reason.iter().map(|one| {
        let label = present::reason_kind(one.reason).to_owned();
        let mut cells = vec![Cell::Text(label.clone())];
        cells.extend(numbers(&one.results));
        Row { id: one.reason.as_str().into(), label, cells }
    });
    table("Results by reason", columns, rows.collect())
}

fn courses(report: Report, list: &ListQuery) -> Table {
    let path = "/admin/recommendations";
    let pairs = vec![("from", report.from.to_string()), ("to", report.to.to_string())];
    let mut found = report.by_course;
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let sorted =
        NUMBERS.iter().chain([&COURSE]).map(|kind| kind.key).find(|key| *key == list.sort).unwrap_or("shown");
    let descending = list.descending(sorted != "course");
    found.sort_by(|a, b| {
        let order = match sorted {
            "course" => a.title.cmp(&b.title),
            "clicks" => a.results.clicks.cmp(&b.results.clicks),
            "rate" => a.results.click_through_rate.total_cmp(&b.results.click_through_rate),
            "enrollments" => a.results.enrollments.cmp(&b.results.enrollments),
            _ => a.results.impressions.cmp(&b.results.impressions),
        };
        if descending { order.reverse() } else { order }
    });
    let kinds: Vec<&ColumnKind> = std::iter::once(&COURSE).chain(&NUMBERS).collect();
    let columns = list.headings(path, &pairs, &kinds, (sorted, descending));
    let row = |course: &CourseResult| {
        let mut cells = vec![Cell::Main {
            title: course.title.clone(),
            url: format!("/admin/courses/{}", course.course_id),
            note: String::new(),
        }];
        cells.extend(numbers(&course.results));
        Row { id: course.course_id.to_string(), label: course.title.clone(), cells }
    };
    let (skip, take) = (usize::try_from(list.offset()), usize::try_from(PAGE));
    let rows: Vec<Row> =
        found.iter().skip(skip.unwrap_or(usize::MAX)).take(take.unwrap_or(0)).map(row).collect();
    let (newer_url, older_url) = list.pages(path, &pairs, total);
    let mut for_csv = pairs;
    for_csv.push(("format", "csv".to_owned()));
    Table {
        total_label: list.total_label(rows.len(), total),
        csv_url: Some(address(path, &for_csv)),
        newer_url,
        older_url,
        ..table("Results by course", columns, rows)
    }
}
