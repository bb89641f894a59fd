//! All notes of a learner.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use momentum_core::learning::{self, NoteEntry};
use serde::Deserialize;

use super::{context::Ctx, failure::PageError, form::Params, standing::lesson_path};
use crate::{
    App, present,
    views::{CategoryTag, NoteGroup, NoteItem, NotesPage},
};

/// What to look for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct NotesQuery {
    #[serde(default)]
    q: String,
}

/// `GET /notes`
pub(crate) async fn index(
    State(app): State<App>,
    ctx: Ctx,
    Params(query): Params<NotesQuery>,
) -> Result<Response, PageError> {
    let q: String = query.q.trim().chars().take(200).collect();
    let actor = ctx.actor()?;
    let entries = learning::notes(&app.services, actor, &q).await?;
    let total = present::count(i64::try_from(entries.len()).unwrap_or(i64::MAX), "note", "notes");
    let now = app.services.clock.now();
    let mut groups: Vec<NoteGroup> = Vec::new();
    for entry in entries {
        let item = NoteItem {
            day: present::small(entry.day),
            url: entry.lesson_shown.then(|| format!("{}#notes", lesson_path(&entry.course_slug, entry.day))),
            lesson_title: entry.lesson_title,
            text: entry.body,
            updated: present::moment(entry.updated_at, now, actor.time_zone),
        };
        match groups.last_mut().filter(|group| group.slug == entry.course_slug) {
            Some(group) => group.notes.push(item),
            None => groups.push(NoteGroup {
                url: entry.course_shown.then(|| format!("/courses/{}", entry.course_slug)),
                slug: entry.course_slug,
                course_title: entry.course_title,
                category: CategoryTag::new(&entry.category_slug, &entry.category_name),
                notes: vec![item],
            }),
        }
    }
    let view = NotesPage {
        page: ctx.private_page("Notes", "/notes"),
        total_label: if q.is_empty() { total } else { format!("{total} with “{q}”") },
        q,
        groups,
    };
    ctx.render(&view)
}

/// `GET /notes/export`
pub(crate) async fn export(State(app): State<App>, ctx: Ctx) -> Result<Response, PageError> {
    let entries = learning::notes(&app.services, ctx.actor()?, "").await?;
    Ok((
        [
            (header::CONTENT_TYPE, "text/markdown; charset=utf-8"),
            (header::CONTENT_DISPOSITION, "attachment; filename=\"notes.md\""),
            (header::CACHE_CONTROL, "private, no-store"),
        ],
        as_markdown(&entries),
    )
        .into_response())
}

/// One document: a heading for each course, one for each lesson, then the note as it was typed.
fn as_markdown(entries: &[NoteEntry]) -> String {
    let mut out = String::from("# My notes\n");
    let mut course = "";
    for entry in entries {
        if entry.course_slug != course {
            course = &entry.course_slug;
            out.push_str(&format!("\n## {}\n", entry.course_title));
        }
        out.push_str(&format!(
            "\n### Day {}: {}\n\n{}\n",
            entry.day,
            entry.lesson_title,
            entry.body.trim_end()
        ));
    }
    out
}
