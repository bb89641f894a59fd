//! The lists of all courses and all lessons.

use axum::{extract::State, http::HeaderMap, response::Response};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use momentum_core::{
    Error,
    authoring::{
        self, CourseRow, CourseSort, CoursesFilter, LessonRow, LessonStatus, LessonsFilter, ReviewState,
    },
    catalog::{Access, CourseStatus},
    ids::CourseId,
};
use serde::Deserialize;

use super::{lesson_state, status_label};
use crate::{
    App,
    http::csv::{download, no_formula},
    pages::{
        account::with_cookie,
        bulk::BulkForm,
        context::Ctx,
        failure::PageError,
        form::{Params, Posted},
        table::{ColumnKind, ListQuery, PAGE, address},
    },
    present,
    views::{Bulk, Cell, Choice, Field, ListPage, Row, Table},
};

/// The most rows of a CSV file.
const MAX_EXPORT: i64 = 100_000;

const fn column(key: &'static str, label: &'static str, sortable: bool, usual: bool) -> ColumnKind {
    ColumnKind { key, label, sortable, numeric: false, usual, fixed: false }
}

const COURSE_COLUMNS: &[ColumnKind] = &[
    ColumnKind { fixed: true, ..column("title", "Course", true, true) },
    column("status", "Status", false, true),
    column("access", "Access", false, true),
    column("lessons", "Lessons", false, true),
    ColumnKind { numeric: true, ..column("learners", "Learners", true, true) },
    ColumnKind { numeric: true, ..column("finished", "Finished", false, false) },
    ColumnKind { numeric: true, ..column("rating", "Rating", true, true) },
    column("changed", "Changed", true, true),
];

/// What is looked for among courses.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct CoursesQuery {
    status: String,
    category: String,
    access: String,
}

/// What courses are sorted by, and whether downwards.
fn sort_of(list: &ListQuery) -> (CourseSort, bool) {
    let sort = CourseSort::parse(&list.sort).unwrap_or(CourseSort::Changed);
    (sort, list.descending(sort != CourseSort::Title))
}

impl CoursesQuery {
    fn filter(&self, list: &ListQuery, limit: i64, offset: i64) -> CoursesFilter {
        let (sort, descending) = sort_of(list);
        CoursesFilter {
            q: list.text(),
            status: CourseStatus::parse(&self.status),
            category: Some(self.category.clone()).filter(|slug| !slug.is_empty()),
            access: Access::parse(&self.access),
            sort,
            descending,
            limit,
            offset,
        }
    }

    fn pairs(&self, list: &ListQuery) -> Vec<(&'static str, String)> {
        [
            ("q", list.text()),
            ("status", self.status.clone()),
            ("category", self.category.clone()),
            ("access", self.access.clone()),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
    }
}

/// `GET /admin/courses`
pub(crate) async fn courses(
    State(app): State<App>,
    ctx: Ctx,
    headers: HeaderMap,
    Params(mut list): Params<ListQuery>,
    Params(query): Params<CoursesQuery>,
) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    if list.wants_csv() {
        return courses_csv(&app, &ctx, &list, &query).await;
    }
    let path = "/admin/courses";
    let columns = list.remember_columns(&app, &headers, "courses", COURSE_COLUMNS);
    let (rows, total) =
        authoring::courses(&app.services, actor, &query.filter(&list, PAGE, list.offset())).await?;
    let now = app.services.clock.now();
    let shown = list.shown(COURSE_COLUMNS);
    let pairs = query.pairs(&list);
    let (sort, descending) = sort_of(&list);
    let (newer_url, older_url) = list.pages(path, &pairs, total);
    let categories = authoring::categories(&app.services).await?;
    let mut by_category = vec![("", "Every category")];
    by_category.extend(categories.iter().map(|(slug, name)| (slug.as_str(), name.as_str())));
    let mut for_csv = pairs.clone();
    for_csv.push(("format", "csv".to_owned()));
    let table = Table {
        caption: "Courses".into(),
        path,
        filters: vec![
            Field::text("q", "Search").value(list.text()).max_length(200),
            Field::select(
                "status",
                "Status",
                Choice::list(
                    &[
                        ("", "Any status"),
                        ("draft", "Draft"),
                        ("published", "Published"),
                        ("archived", "Archived"),
                    ],
                    &query.status,
                ),
            ),
            Field::select("category", "Category", Choice::list(&by_category, &query.category)),
            Field::select(
                "access",
                "Access",
                Choice::list(
                    &[("", "Any access"), ("free", "Free"), ("premium", "Premium"), ("paid", "Paid")],
                    &query.access,
                ),
            ),
        ],
        kept: list.kept(),
        columns: list.headings(path, &pairs, &shown, (sort.as_str(), descending)),
        choices: list.choices(COURSE_COLUMNS),
        rows: rows.iter().map(|course| course_row(course, &shown, now, actor.time_zone)).collect(),
        total_label: list.total_label(rows.len(), total),
        filtered: !pairs.is_empty(),
        empty_hint: "Make the first one, or import a package.".into(),
        bulk: Some(Bulk {
            path: "/admin/courses/bulk".into(),
            actions: Choice::list(
                &[("publish", "Publish"), ("archive", "Archive"), ("unpublish", "Make drafts again")],
                "publish",
            ),
            all: false,
        }),
        csv_url: Some(address(path, &for_csv)),
        newer_url,
        older_url,
        query: pairs,
    };
    let view = ListPage {
        page: ctx.private_page("Courses", path),
        lead: "Everything there is to learn, drafts too.".into(),
        buttons: vec![
            ("New course", "/admin/courses/new", "plus"),
            ("Import", "/admin/courses/import", "upload"),
        ],
        table,
    };
    with_cookie(ctx.render(&view)?, columns)
}

fn course_row(course: &CourseRow, shown: &[&ColumnKind], now: DateTime<Utc>, zone: Tz) -> Row {
    let cell = |kind: &&ColumnKind| match kind.key {
        "status" if course.review_state == ReviewState::Pending => Cell::Link {
            label: "Written by a program: waits for approval".into(),
            url: format!("/admin/ai/review/{}", course.id),
        },
        "title" => Cell::Main {
            title: course.title.clone(),
            url: format!("/admin/courses/{}", course.id),
            note: format!("{} · {} days", course.category_name, course.duration_days),
        },
        "status" => Cell::Badge { state: course.status.as_str(), label: status_label(course.status).into() },
        "access" => Cell::Text(present::sentence(course.access.as_str())),
        "lessons" => Cell::Text(format!("{} of {}", course.lesson_count, course.duration_days)),
        "learners" => Cell::Number(present::number(course.enrollment_count)),
        "finished" => Cell::Number(present::number(course.completion_count)),
        "rating" => {
            Cell::Number(course.rating_average.map(|average| format!("{average:.1}")).unwrap_or_default())
        }
        _ => Cell::Date(present::moment(course.updated_at, now, zone)),
    };
    Row { id: course.id.to_string(), label: course.title.clone(), cells: shown.iter().map(cell).collect() }
}

async fn courses_csv(
    app: &App,
    ctx: &Ctx,
    list: &ListQuery,
    query: &CoursesQuery,
) -> Result<Response, PageError> {
    let (rows, _) =
        authoring::courses(&app.services, ctx.actor()?, &query.filter(list, MAX_EXPORT, 0)).await?;
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record([
        "id",
        "slug",
        "title",
        "category",
        "status",
        "access",
        "level",
        "duration_days",
        "lessons",
        "enrollments",
        "completions",
        "rating",
        "ratings",
        "updated_at",
        "published_at",
    ])
    .map_err(Error::internal)?;
    for course in rows {
        csv.write_record([
            course.id.to_string(),
            course.slug,
            no_formula(course.title),
            course.category,
            course.status.as_str().to_owned(),
            course.access.as_str().to_owned(),
            course.level.as_str().to_owned(),
            course.duration_days.to_string(),
            course.lesson_count.to_string(),
            course.enrollment_count.to_string(),
            course.completion_count.to_string(),
            course.rating_average.map(|average| format!("{average:.2}")).unwrap_or_default(),
            course.rating_count.to_string(),
            course.updated_at.to_rfc3339(),
            course.published_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
        ])
        .map_err(Error::internal)?;
    }
    Ok(download("courses.csv", csv.into_inner().map_err(Error::internal)?))
}

/// `POST /admin/courses/bulk`: each course for itself; those that can't be published stay drafts.
pub(crate) async fn bulk(
    State(app): State<App>,
    posted: Posted<BulkForm<CourseId>>,
) -> Result<Response, PageError> {
    const LIST: &str = "/admin/courses";
    let Posted { ctx, form, .. } = posted;
    let (s, actor) = (&app.services, ctx.actor()?);
    if form.id.is_empty() {
        return Ok(form.nothing_chosen(&ctx, LIST));
    }
    let courses = present::count(i64::try_from(form.id.len()).unwrap_or(0), "course", "courses");
    let question = match form.action.as_str() {
        "publish" => None,
        "archive" => Some((format!("Archive {courses}?"), "Archive")),
        "unpublish" => Some((format!("Hide {courses} from everybody, learners too?"), "Unpublish")),
        _ => return Err(PageError::bad_request("There is no such action.")),
    };
    if let Some(question) = question.filter(|_| !form.is_confirmed()) {
        let mut names = Vec::new();
        for id in form.named() {
            match authoring::course(s, actor, *id).await {
                Ok(course) => names.push(course.details.title),
                // Deleted meanwhile: the report on what was done says so.
                Err(Error::NotFound(_)) => {}
                Err(other) => return Err(other.into()),
            }
        }
        return form.ask(&ctx, LIST, question, names, false);
    }
    let mut refused = Vec::new();
    for id in form.id.iter().copied().take(200) {
        let done = match form.action.as_str() {
            "publish" => authoring::publish_course(s, actor, id).await,
            "archive" => authoring::archive_course(s, actor, id).await,
            _ => authoring::unpublish_course(s, actor, id).await,
        };
        match done {
            Ok(_) => {}
            Err(Error::NotFound(_)) => refused.push((id.to_string(), "There is no such course.".to_owned())),
            Err(error @ Error::Conflict { .. }) => {
                let title = authoring::course(s, actor, id).await?.details.title;
                refused.push((title, error.to_string()));
            }
            Err(other) => return Err(other.into()),
        }
    }
    form.done(&ctx, LIST, refused)
}

const LESSON_COLUMNS: &[ColumnKind] = &[
    ColumnKind { fixed: true, ..column("title", "Lesson", false, true) },
    column("status", "Status", false, true),
    ColumnKind { numeric: true, ..column("minutes", "Minutes", false, true) },
    ColumnKind { numeric: true, ..column("items", "Action items", false, false) },
    ColumnKind { numeric: true, ..column("questions", "Questions", false, true) },
    column("changed", "Changed", false, true),
];

/// What is looked for among lessons.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LessonsQuery {
    status: String,
    draft: String,
    course: String,
}

/// `GET /admin/lessons`
pub(crate) async fn lessons(
    State(app): State<App>,
    ctx: Ctx,
    headers: HeaderMap,
    Params(mut list): Params<ListQuery>,
    Params(query): Params<LessonsQuery>,
) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    let path = "/admin/lessons";
    let columns = list.remember_columns(&app, &headers, "lessons", LESSON_COLUMNS);
    let filter = LessonsFilter {
        q: list.text(),
        course: query.course.parse().ok(),
        status: LessonStatus::parse(&query.status),
        with_draft: !query.draft.is_empty(),
        limit: PAGE,
        offset: list.offset(),
    };
    let (rows, total) = authoring::lessons(&app.services, actor, &filter).await?;
    let now = app.services.clock.now();
    let shown = list.shown(LESSON_COLUMNS);
    let pairs: Vec<_> = [
        ("q", list.text()),
        ("status", query.status.clone()),
        ("draft", query.draft.clone()),
        ("course", query.course.clone()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .collect();
    let (newer_url, older_url) = list.pages(path, &pairs, total);
    let table = Table {
        caption: "Lessons".into(),
        path,
        filters: vec![
            Field::text("q", "Search").value(list.text()).max_length(200),
            Field::select(
                "status",
                "Status",
                Choice::list(
                    &[("", "Any status"), ("draft", "Draft"), ("published", "Published")],
                    &query.status,
                ),
            ),
            Field::select(
                "draft",
                "Text",
                Choice::list(&[("", "Saved or not"), ("yes", "With unsaved text")], &query.draft),
            ),
        ],
        kept: list.kept(),
        columns: list.headings(path, &pairs, &shown, ("", false)),
        choices: list.choices(LESSON_COLUMNS),
        rows: rows.iter().map(|lesson| lesson_row(lesson, &shown, now, actor.time_zone)).collect(),
        total_label: list.total_label(rows.len(), total),
        filtered: !pairs.is_empty(),
        empty_hint: "Lessons are added in their course.".into(),
        bulk: None,
        csv_url: None,
        newer_url,
        older_url,
        query: pairs,
    };
    let view = ListPage {
        page: ctx.private_page("Lessons", path),
        lead: "Of all courses; those changed last come first.".into(),
        buttons: Vec::new(),
        table,
    };
    with_cookie(ctx.render(&view)?, columns)
}

fn lesson_row(lesson: &LessonRow, shown: &[&ColumnKind], now: DateTime<Utc>, zone: Tz) -> Row {
    let cell = |kind: &&ColumnKind| match kind.key {
        "title" => Cell::Main {
            title: lesson.title.clone(),
            url: format!("/admin/lessons/{}", lesson.id),
            note: format!("{} · day {}", lesson.course_title, lesson.day),
        },
        "status" if lesson.has_draft => Cell::Badge { state: "queued", label: "Unsaved text".into() },
        "status" => {
            let (state, label) = lesson_state(lesson.status, lesson.hidden);
            Cell::Badge { state, label: label.into() }
        }
        "minutes" => Cell::Number(lesson.minutes.to_string()),
        "items" => Cell::Number(lesson.action_item_count.to_string()),
        "questions" => Cell::Number(lesson.question_count.to_string()),
        _ => Cell::Date(present::moment(lesson.updated_at, now, zone)),
    };
    Row { id: lesson.id.to_string(), label: lesson.title.clone(), cells: shown.iter().map(cell).collect() }
}
