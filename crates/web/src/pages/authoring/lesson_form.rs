//! The form of a lesson: from what is stored to fields, and back.

use momentum_core::{
    Error,
    authoring::{self, ActionItemText, AuthoredLesson, FieldChange, LessonContent, LineKind},
    catalog::{CourseStatus, Resource, ResourceKind},
    ids::LessonId,
};
use serde::Deserialize;

use super::{lesson_state, lines};
use crate::{
    App,
    pages::{account::mark, context::Ctx, studio},
    present,
    views::{
        ActionItemRow, ChangedField, ChangedLine, Choice, DeletedLessonPage, DraftNote, LessonEditorPage,
        ResourceRow,
    },
};

/// Rows that wait to be filled, for those without scripts.
const SPARE_ROWS: usize = 2;

/// The form as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct LessonForm {
    pub(super) version: i64,
    title: String,
    summary: String,
    minutes: String,
    body: String,
    video_url: String,
    is_preview: Option<String>,
    action_item: Vec<String>,
    action_item_id: Vec<String>,
    key_takeaways: String,
    resource_title: Vec<String>,
    resource_url: Vec<String>,
    resource_kind: Vec<String>,
}

impl LessonForm {
    pub(super) fn of(version: i64, lesson: &LessonContent) -> Self {
        let resources = || lesson.resources.iter();
        Self {
            version,
            title: lesson.title.clone(),
            summary: lesson.summary.clone(),
            minutes: lesson.minutes.to_string(),
            body: lesson.body.clone(),
            video_url: lesson.video_url.clone().unwrap_or_default(),
            is_preview: lesson.is_preview.then(|| "true".to_owned()),
            action_item: lesson.action_items.iter().map(|item| item.text.clone()).collect(),
            action_item_id: lesson
                .action_items
                .iter()
                .map(|item| item.id.map(|id| id.to_string()).unwrap_or_default())
                .collect(),
            key_takeaways: lesson.key_takeaways.join("\n"),
            resource_title: resources().map(|resource| resource.title.clone()).collect(),
            resource_url: resources().map(|resource| resource.url.clone()).collect(),
            resource_kind: resources().map(|resource| resource.kind.as_str().to_owned()).collect(),
        }
    }

    /// The rows of the resources that say anything: title, address and kind.
    fn filled_resources(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let rows = self.resource_title.len().max(self.resource_url.len());
        (0..rows)
            .map(move |index| {
                let title = self.resource_title.get(index).map_or("", |text| text.trim());
                let url = self.resource_url.get(index).map_or("", |text| text.trim());
                let kind = self.resource_kind.get(index).map_or("", |text| text.trim());
                (title, url, kind)
            })
            .filter(|(title, url, _)| !title.is_empty() || !url.is_empty())
    }

    pub(super) fn content(&self) -> LessonContent {
        let ids = self.action_item_id.iter().map(|id| id.parse().ok()).chain(std::iter::repeat(None));
        LessonContent {
            title: self.title.clone(),
            slug: String::new(),
            summary: self.summary.clone(),
            // What is no number is out of range.
            minutes: self.minutes.trim().parse().unwrap_or(0),
            body: self.body.replace("\r\n", "\n"),
            video_url: Some(self.video_url.clone()).filter(|url| !url.trim().is_empty()),
            is_preview: self.is_preview.is_some(),
            action_items: self
                .action_item
                .iter()
                .zip(ids)
                .filter(|(text, _)| !text.trim().is_empty())
                .map(|(text, id)| ActionItemText { id, text: text.clone() })
                .collect(),
            key_takeaways: lines(&self.key_takeaways),
            resources: self
                .filled_resources()
                .map(|(title, url, kind)| Resource {
                    title: title.to_owned(),
                    url: url.to_owned(),
                    kind: ResourceKind::parse(kind).unwrap_or(ResourceKind::Article),
                })
                .collect(),
        }
    }

    pub(super) fn view(&self, app: &App, ctx: &Ctx, lesson: &AuthoredLesson) -> LessonEditorPage {
        let path = format!("/admin/lessons/{}", lesson.id);
        let content = self.content();
        let words = authoring::words_of(&content.body);
        let estimate = authoring::reading_minutes(words, content.action_items.len(), lesson.quiz.len());
        let values =
            [&self.title, &self.summary, &self.minutes, &self.body, &self.video_url, &self.key_takeaways];
        let mut fields = LessonEditorPage::fields();
        for (field, value) in fields.iter_mut().zip(values) {
            field.value.clone_from(value);
        }
        let [title, summary, minutes, body, video, takeaways] = fields;
        let (status, status_label) = lesson_state(lesson.status, lesson.hidden);
        let readable = lesson.status == authoring::LessonStatus::Published
            && lesson.course_status != CourseStatus::Draft;
        LessonEditorPage {
            page: ctx.private_page(&format!("Day {}: {}", lesson.day, self.title), &path),
            id: lesson.id.to_string(),
            course_id: lesson.course_id.to_string(),
            course_title: lesson.course_title.clone(),
            day: lesson.day,
            days: lesson.duration_days,
            status,
            status_label,
            public_url: readable.then(|| format!("/courses/{}/days/{}", lesson.course_slug, lesson.day)),
            review_url: (lesson.review_state != authoring::ReviewState::None)
                .then(|| studio::lesson_path(lesson.id)),
            version: self.version,
            alert: None,
            conflict: None,
            draft: None,
            title,
            summary,
            minutes,
            body,
            video,
            is_preview: self.is_preview.is_some(),
            action_items: self.action_item_rows(),
            action_items_error: None,
            takeaways,
            resources: self.resource_rows(),
            questions: lesson.quiz.len(),
            action_item_count: content.action_items.len(),
            words,
            estimate,
            previous: lesson.previous.map(|id| format!("/admin/lessons/{id}")),
            next: lesson.next.map(|id| format!("/admin/lessons/{id}")),
        }
        .with_draft(app, ctx, lesson)
    }

    fn action_item_rows(&self) -> Vec<ActionItemRow> {
        let ids = self.action_item_id.iter().cloned().chain(std::iter::repeat(String::new()));
        let filled = self.action_item.iter().cloned().zip(ids).filter(|(text, _)| !text.trim().is_empty());
        let mut rows: Vec<_> = filled.map(|(text, id)| ActionItemRow { id, text }).collect();
        rows.extend((0..SPARE_ROWS).map(|_| ActionItemRow { id: String::new(), text: String::new() }));
        rows
    }

    fn resource_rows(&self) -> Vec<ResourceRow> {
        let row = |title: &str, url: &str, kind: &str| ResourceRow {
            title: title.to_owned(),
            url: url.to_owned(),
            kinds: ResourceKind::ALL
                .iter()
                .map(|known| Choice {
                    value: known.as_str().into(),
                    label: present::resource_kind(*known).into(),
                    selected: known.as_str() == kind,
                })
                .collect(),
            error: None,
        };
        let mut rows: Vec<_> =
            self.filled_resources().map(|(title, url, kind)| row(title, url, kind)).collect();
        rows.extend((0..SPARE_ROWS).map(|_| row("", "", "article")));
        rows
    }

    /// What was typed into a lesson that is no longer there.
    pub(super) fn of_deleted(&self, ctx: &Ctx, id: LessonId) -> DeletedLessonPage {
        let list = |lines: Vec<String>| lines.into_iter().map(|line| format!("- {line}\n")).collect();
        let content = self.content();
        let parts: [String; 6] = [
            content.title,
            content.summary,
            content.body,
            list(content.action_items.into_iter().map(|item| item.text).collect()),
            list(content.key_takeaways),
            list(self.filled_resources().map(|(title, url, _)| format!("{title} {url}")).collect()),
        ];
        let filled: Vec<_> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        DeletedLessonPage {
            page: ctx.private_page("This lesson was deleted", &format!("/admin/lessons/{id}")),
            text: filled.join("\n\n"),
        }
    }

    /// The form with what was typed, what is wrong, and how it differs from what somebody else has saved.
    pub(super) fn refused(
        &self,
        app: &App,
        ctx: &Ctx,
        lesson: &AuthoredLesson,
        error: &Error,
    ) -> LessonEditorPage {
        let mut view = self.view(app, ctx, lesson);
        view.draft = None;
        match error {
            Error::Invalid(errors) => {
                let LessonEditorPage { title, summary, minutes, body, video, takeaways, .. } = &mut view;
                mark(errors, &mut [title, summary, minutes, body, video, takeaways]);
                let mut lists = Vec::new();
                for error in errors.as_slice() {
                    let field = error.field.as_ref();
                    let row = field.strip_prefix("resources[").and_then(|rest| rest.split(']').next());
                    let row = row.and_then(|row| row.parse::<usize>().ok());
                    if let Some(row) = row.and_then(|row| view.resources.get_mut(row)) {
                        row.error.get_or_insert_with(|| error.message.to_string());
                        lists.push("the resources");
                    } else if field == "action_items" {
                        view.action_items_error.get_or_insert_with(|| error.message.to_string());
                        lists.push("the action items");
                    } else if field == "resources" {
                        view.alert.get_or_insert_with(|| error.message.to_string());
                    }
                }
                lists.dedup();
                view.alert = view.alert.take().or_else(|| to_check(view.errors().len(), lists));
                if view.errors().is_empty() && view.alert.is_none() {
                    // A field that the form doesn't have.
                    view.alert = Some(error.to_string());
                }
            }
            other => {
                view.alert = Some(other.to_string());
                let theirs = lesson.draft.as_ref().map_or(&lesson.content, |draft| &draft.content);
                view.conflict = Some(changed(&authoring::compare(theirs, &self.content())));
                // Whoever saves once more has seen what differs.
                view.version = lesson.version;
            }
        }
        view
    }
}

/// What to look at, when lists are wrong; fields alone are counted by the page.
fn to_check(fields: usize, lists: Vec<&str>) -> Option<String> {
    let fields = match fields {
        0 => None,
        1 => Some("one field".to_owned()),
        many => Some(format!("{many} fields")),
    };
    let wrong_lists = !lists.is_empty();
    let wrong: Vec<String> = fields.into_iter().chain(lists.into_iter().map(ToOwned::to_owned)).collect();
    wrong_lists.then(|| format!("Please check {}", wrong.join(" and ")))
}

impl LessonEditorPage {
    fn with_draft(mut self, app: &App, ctx: &Ctx, lesson: &AuthoredLesson) -> Self {
        self.draft = lesson.draft.as_ref().map(|draft| {
            let own = ctx.actor.as_deref().is_some_and(|actor| actor.user == draft.saved_by);
            let zone = ctx.actor.as_deref().map_or(chrono_tz::UTC, |actor| actor.time_zone);
            let name = Some(draft.saved_by_name.clone()).filter(|name| !name.is_empty());
            DraftNote {
                by: if own { "you".to_owned() } else { name.unwrap_or_else(|| "somebody".to_owned()) },
                saved: present::moment(draft.saved_at, app.services.clock.now(), zone),
            }
        });
        self
    }
}

/// A difference in the words of a page.
pub(in crate::pages) fn changed(difference: &[FieldChange]) -> Vec<ChangedField> {
    difference
        .iter()
        .map(|change| ChangedField {
            name: present::sentence(&change.field),
            lines: change
                .lines
                .iter()
                .map(|line| ChangedLine {
                    kind: match line.kind {
                        LineKind::Same => "same",
                        LineKind::Removed => "removed",
                        LineKind::Added => "added",
                        LineKind::Skipped => "skipped",
                    },
                    text: line.text.clone(),
                })
                .collect(),
        })
        .collect()
}
