//! The panel of administration: overview and search.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use momentum_core::operations::{self, Found, Hit, Overview};
use serde::Deserialize;
use serde_json::json;

use super::{context::Ctx, failure::PageError, form::Params};
use crate::{
    App,
    http::identity::text_header,
    present,
    views::{Figure, FoundGroup, FoundItem, Happening, MENU, MORE_PAGES, OverviewPage, PanelSearchPage},
};

/// `GET /admin`
pub(crate) async fn overview(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let actor = ctx.actor()?;
    let overview = operations::overview(&app.services, actor).await?;
    let now = app.services.clock.now();
    let moment = |at| present::moment(at, now, actor.time_zone);
    let view = OverviewPage {
        page: ctx.private_page("Overview", "/admin"),
        is_new: overview.published_courses + overview.draft_courses + overview.archived_courses == 0,
        figures: figures(&overview),
        activity: vec![
            (
                "New enrollments",
                overview
                    .latest_enrollments
                    .iter()
                    .map(|latest| Happening {
                        title: latest.name.clone(),
                        note: format!("joined {}", latest.course_title),
                        url: Some(format!("/admin/courses/{}", latest.course_id)),
                        at: moment(latest.enrolled_at),
                    })
                    .collect(),
            ),
            (
                "New people",
                overview
                    .latest_users
                    .iter()
                    .map(|latest| Happening {
                        title: latest.name.clone(),
                        note: latest.email.clone(),
                        url: Some(format!("/admin/users/{}", latest.id)),
                        at: moment(latest.created_at),
                    })
                    .collect(),
            ),
            (
                "Latest in the audit log",
                overview
                    .latest_changes
                    .iter()
                    .map(|entry| Happening {
                        title: super::audit::title(entry),
                        note: entry.actor_email.as_ref().map(|by| format!("by {by}")).unwrap_or_default(),
                        url: Some(format!("/admin/audit?q={}", present::encode(&entry.target_id))),
                        at: moment(entry.at),
                    })
                    .collect(),
            ),
        ],
    };
    ctx.render(&view)
}

fn figures(overview: &Overview) -> Vec<Figure> {
    let figure = |value: i64, label: (&str, &str), note: String, url| Figure {
        value: present::number(value),
        label: if value == 1 { label.0.into() } else { label.1.into() },
        note,
        url,
        alarming: false,
    };
    let week = |n: i64, what: &str| format!("{} {what} in the last 7 days", present::number(n));
    let drafts =
        |n: i64| if n == 1 { "1 draft".to_owned() } else { format!("{} drafts", present::number(n)) };
    let mut list = vec![
        figure(overview.users, ("person", "people"), week(overview.new_users, "new"), Some("/admin/users")),
        figure(
            overview.active_learners,
            ("active learner", "active learners"),
            "in the last 7 days".into(),
            None,
        ),
        figure(
            overview.enrollments,
            ("new enrollment", "new enrollments"),
            week(overview.completions, "courses finished"),
            None,
        ),
        figure(
            overview.published_courses,
            ("published course", "published courses"),
            drafts(overview.draft_courses),
            Some("/admin/courses"),
        ),
    ];
    if overview.lesson_drafts > 0 {
        list.push(figure(
            overview.lesson_drafts,
            ("lesson with unsaved text", "lessons with unsaved text"),
            String::new(),
            Some("/admin/lessons?draft=yes"),
        ));
    }
    if overview.failed_mails > 0 {
        let failed = figure(
            overview.failed_mails,
            ("mail failed", "mails failed"),
            "Open them to send them again".into(),
            Some("/admin/mail?state=failed"),
        );
        list.push(Figure { alarming: true, ..failed });
    }
    if overview.dead_jobs > 0 {
        let dead = figure(
            overview.dead_jobs,
            ("job was given up", "jobs were given up"),
            "The log of the server says why".into(),
            None,
        );
        list.push(Figure { alarming: true, ..dead });
    }
    list
}

/// What is looked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct SearchQuery {
    q: String,
}

/// `GET /admin/search`: a page, or data for the palette.
pub(crate) async fn search(
    State(app): State<App>,
    ctx: Ctx,
    headers: HeaderMap,
    Params(query): Params<SearchQuery>,
) -> Result<Response, PageError> {
    let found = operations::search(&app.services, ctx.actor()?, &query.q).await?;
    let groups = groups(&query.q, &found);
    if text_header(&headers, header::ACCEPT).is_some_and(|accept| accept.contains("application/json")) {
        let groups: Vec<_> = groups
            .iter()
            .map(|group| {
                let item =
                    |item: &FoundItem| json!({ "title": item.title, "note": item.note, "url": item.url });
                json!({
                    "kind": group.kind,
                    "items": group.items.iter().map(item).collect::<Vec<_>>(),
                    "total": group.total,
                    "total_label": group.total_label,
                    "all_url": group.all_url,
                })
            })
            .collect();
        return Ok(Json(json!({ "groups": groups })).into_response());
    }
    let page = ctx.private_page("Search", "/admin/search");
    ctx.render(&PanelSearchPage { page, q: query.q, groups })
}

fn groups(q: &str, found: &Found) -> Vec<FoundGroup> {
    let wanted = q.trim().to_lowercase();
    let sections: Vec<FoundItem> = MENU
        .iter()
        .flat_map(|(_, entries)| entries.iter())
        .chain(MORE_PAGES)
        .filter(|entry| entry.label.to_lowercase().contains(&wanted))
        .map(|entry| FoundItem { title: entry.label.into(), note: String::new(), url: entry.path.into() })
        .collect();
    let group = |kind, hits: &[Hit], total: i64, list: &str| {
        let shown = i64::try_from(hits.len()).unwrap_or(i64::MAX);
        let more = total > shown;
        FoundGroup {
            kind,
            items: hits
                .iter()
                .map(|hit| FoundItem {
                    title: hit.title.clone(),
                    note: hit.note.clone(),
                    url: format!("{list}/{}", hit.id),
                })
                .collect(),
            total,
            total_label: if more {
                format!("{} of {}", present::number(shown), present::number(total))
            } else {
                present::number(total)
            },
            all_url: more.then(|| format!("{list}?q={}", present::encode(q.trim()))),
        }
    };
    let pages = i64::try_from(sections.len()).unwrap_or(i64::MAX);
    let groups = [
        FoundGroup {
            kind: "Pages",
            items: sections,
            total: pages,
            total_label: present::number(pages),
            all_url: None,
        },
        group("People", &found.users, found.totals.users, "/admin/users"),
        group("Courses", &found.courses, found.totals.courses, "/admin/courses"),
        group("Lessons", &found.lessons, found.totals.lessons, "/admin/lessons"),
    ];
    groups.into_iter().filter(|group| !group.items.is_empty()).collect()
}
