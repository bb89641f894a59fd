//! What was asked for.

use axum::{extract::State, response::Response};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use momentum_core::studio::{self, JobFilter, JobKind, JobRow, JobState};
use serde::Deserialize;

use super::{author_label, job_path, usage::budget};
use crate::{
    App,
    pages::{
        context::Ctx,
        failure::PageError,
        form::Params,
        table::{ColumnKind, ListQuery, PAGE},
    },
    present,
    views::{Cell, Choice, Field, Row, StudioHistoryPage, Table},
};

const PATH: &str = "/admin/ai";

const fn column(key: &'static str, label: &'static str, numeric: bool) -> ColumnKind {
    ColumnKind { key, label, sortable: false, numeric, usual: true, fixed: true }
}

const COLUMNS: &[ColumnKind] = &[
    column("title", "Course", false),
    column("author", "Written by", false),
    column("state", "State", false),
    column("done", "Done", true),
    column("quality", "Quality", true),
    column("cost", "Cost", true),
    column("by", "For", false),
    column("asked", "Asked", false),
];

const STATES: [JobState; 5] =
    [JobState::Queued, JobState::Running, JobState::Completed, JobState::Failed, JobState::Cancelled];

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct HistoryQuery {
    state: String,
}

/// A state in words.
pub(super) fn state_label(state: JobState) -> &'static str {
    match state {
        JobState::Queued => "Planned",
        JobState::Running => "Being written",
        JobState::Completed => "Written",
        JobState::Failed => "Failed",
        JobState::Cancelled => "Cancelled",
    }
}

/// `GET /admin/ai`
pub(crate) async fn index(
    State(app): State<App>,
    ctx: Ctx,
    Params(list): Params<ListQuery>,
    Params(query): Params<HistoryQuery>,
) -> Result<Response, PageError> {
    let (s, actor) = (&app.services, ctx.actor()?);
    let state = JobState::parse(&query.state);
    let filter = JobFilter { state, course: None, limit: PAGE, offset: list.offset() };
    let (jobs, total) = studio::list_jobs(s, actor, &filter).await?;
    let usage = studio::usage(s, actor).await?;
    let now = s.clock.now();
    let pairs: Vec<_> = state.map(|state| ("state", state.as_str().to_owned())).into_iter().collect();
    let (newer_url, older_url) = list.pages(PATH, &pairs, total);
    let mut states = vec![("", "Any state")];
    states.extend(STATES.map(|state| (state.as_str(), state_label(state))));
    let shown = list.shown(COLUMNS);
    let table = Table {
        caption: "Courses and lessons".into(),
        path: PATH,
        filters: vec![Field::select("state", "State", Choice::list(&states, &query.state))],
        kept: list.kept(),
        columns: list.headings(PATH, &pairs, &shown, ("", false)),
        choices: Vec::new(),
        rows: jobs.iter().map(|job| row(job, now, actor.time_zone)).collect(),
        total_label: list.total_label(jobs.len(), total),
        filtered: !pairs.is_empty(),
        empty_hint: "There are no more.".into(),
        bulk: None,
        csv_url: None,
        newer_url,
        older_url,
        query: pairs,
    };
    ctx.render(&StudioHistoryPage {
        page: ctx.private_page("AI generation", PATH),
        budget: budget(&usage),
        has_model: s.studio.model.is_some(),
        table,
    })
}

fn row(job: &JobRow, now: DateTime<Utc>, zone: Tz) -> Row {
    let mut note = match job.kind {
        JobKind::Course => format!("Course · {} days", job.brief.duration_days),
        JobKind::Lesson => "One lesson, written anew".to_owned(),
    };
    if job.state == JobState::Queued {
        note = format!("{note} · begins {}", present::deadline(job.starts_at, now, zone).relative);
    }
    let cells = vec![
        Cell::Main { title: job.brief.topic.clone(), url: job_path(job.id), note },
        Cell::Text(author_label(job.author, &job.model)),
        Cell::Badge { state: job.state.as_str(), label: state_label(job.state).into() },
        Cell::Number(format!("{} %", job.progress_percent())),
        Cell::Number(job.score.map(|score| score.to_string()).unwrap_or_default()),
        Cell::Number(present::dollars(job.cost_micros)),
        Cell::Text(job.created_by_name.clone()),
        Cell::Date(present::moment(job.created_at, now, zone)),
    ];
    Row { id: job.id.to_string(), label: job.brief.topic.clone(), cells }
}
