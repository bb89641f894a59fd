//! Administration: courses that programs write, and looking through them.

mod documents;
mod history;
mod jobs;
mod lesson;
mod new;
mod new_form;
mod review;
mod usage;

use axum::{
    extract::DefaultBodyLimit,
    http::Method,
    routing::{MethodRouter, get, post},
};
use momentum_core::{
    Error,
    authoring::ReviewState,
    ids::{LessonId, StudioJobId},
    studio::{Author, MAX_REFERENCE_BYTES, PassageView},
};

use super::routing::Routes;
use crate::{App, http::access::Access, present, views::PassageLook};

/// Passages on a page.
const PASSAGES: usize = 100;

/// Every page and form target of the studio.
pub(super) fn routes(routes: Routes) -> Routes {
    let page = |routes: Routes, path: &str, handler: MethodRouter<App>| {
        routes.page(Method::GET, path, Access::Admin, handler)
    };
    let form = |routes: Routes, path: &str, handler: MethodRouter<App>| {
        routes.page(Method::POST, path, Access::Admin, handler)
    };
    // What else the form has is small.
    let document = || DefaultBodyLimit::max(MAX_REFERENCE_BYTES + 64 * 1024);

    let routes = page(routes, "/admin/ai", get(history::index));
    let routes = page(routes, "/admin/ai/new", get(new::show));
    let routes = form(routes, "/admin/ai/new", post(new::start));
    let routes = form(routes, "/admin/ai/new/document", post(new::add_document).layer(document()));
    let routes = form(routes, "/admin/ai/estimate", post(new::estimate));
    let routes = page(routes, "/admin/ai/references", get(documents::index));
    let routes = form(routes, "/admin/ai/references", post(documents::add).layer(document()));
    let routes = page(routes, "/admin/ai/references/{id}", get(documents::show));
    let routes = form(routes, "/admin/ai/references/{id}/delete", post(documents::delete));

    let routes = page(routes, "/admin/ai/jobs/{id}", get(jobs::show));
    let routes = page(routes, "/admin/ai/jobs/{id}/events", get(jobs::events));
    let routes = form(routes, "/admin/ai/jobs/{id}/cancel", post(jobs::cancel));
    let routes = form(routes, "/admin/ai/jobs/{id}/retry", post(jobs::retry));

    let routes = page(routes, "/admin/ai/review/{course}", get(review::show));
    let routes = page(routes, "/admin/ai/review/{course}/untaught", get(review::untaught));
    let routes = form(routes, "/admin/ai/review/{course}/approve", post(review::approve_all));
    let lesson = "/admin/ai/review/lessons/{lesson}";
    let routes = page(routes, lesson, get(lesson::show));
    let routes = form(routes, &format!("{lesson}/approve"), post(lesson::approve));
    let routes = form(routes, &format!("{lesson}/discard"), post(lesson::discard));
    let routes = form(routes, &format!("{lesson}/flag"), post(lesson::flag));
    let routes = form(routes, &format!("{lesson}/rate"), post(lesson::rate));
    let routes = form(routes, &format!("{lesson}/regenerate"), post(lesson::regenerate));

    let routes = page(routes, "/admin/ai/usage", get(usage::show));
    let routes = form(routes, "/admin/ai/usage/corrections", post(usage::correct));
    page(routes, "/admin/ai/prompts", get(usage::prompts))
}

/// Who wrote it, so that nobody takes one for the other.
fn author_label(author: Author, model: &str) -> String {
    match author {
        Author::Model if model.is_empty() => "AI".to_owned(),
        Author::Model => format!("AI: {model}"),
        Author::Extractive => "Extracted, not AI".to_owned(),
    }
}

/// How far the review of a lesson is: its state and the words for it.
fn review_label(state: ReviewState, flag: Option<&str>) -> (&'static str, &'static str) {
    match (state, flag) {
        (_, Some(_)) => ("flagged", "Flagged"),
        (ReviewState::Pending, None) => ("pending", "Waits for approval"),
        (ReviewState::Approved, None) => ("approved", "Approved"),
        (ReviewState::None, None) => ("none", "Written by people"),
    }
}

/// The same for a new text that waits while learners read the old one.
fn proposal_label(flag: Option<&str>) -> (&'static str, &'static str) {
    match flag {
        Some(_) => ("flagged", "New text flagged"),
        None => ("pending", "New text waits for approval"),
    }
}

/// Where a lesson is looked through.
pub(super) fn lesson_path(id: LessonId) -> String {
    format!("/admin/ai/review/lessons/{id}")
}

/// Where a job is watched.
fn job_path(id: StudioJobId) -> String {
    format!("/admin/ai/jobs/{id}")
}

fn passage(passage: &PassageView) -> PassageLook {
    let place = match passage.pages.as_str() {
        "" => passage.reference.clone(),
        one if one.chars().all(|c| c.is_ascii_digit()) => format!("{}, page {one}", passage.reference),
        many => format!("{}, pages {many}", passage.reference),
    };
    PassageLook {
        number: passage.number,
        place,
        heading: passage.heading.clone(),
        text: passage.text.clone(),
    }
}

/// A page of passages.
struct PassagePage {
    passages: Vec<PassageLook>,
    total_label: String,
    newer_url: Option<String>,
    older_url: Option<String>,
}

impl PassagePage {
    /// The page `number`, from 1, of what stands at `path`.
    fn of(all: &[PassageView], number: usize, path: &str) -> Self {
        let number = number.clamp(1, all.len().div_ceil(PASSAGES).max(1));
        let first = (number - 1) * PASSAGES;
        let passages: Vec<_> = all.iter().skip(first).take(PASSAGES).map(passage).collect();
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let total = present::count(count(all.len()), "passage", "passages");
        let last = first + passages.len();
        let at = |page: usize| format!("{path}?page={page}");
        Self {
            total_label: if all.len() <= PASSAGES {
                total
            } else {
                let first = present::number(count(first + 1));
                format!("{first}–{} of {total}", present::number(count(last)))
            },
            newer_url: (number > 1).then(|| at(number - 1)),
            older_url: (last < all.len()).then(|| at(number + 1)),
            passages,
        }
    }
}

fn job_id(text: &str) -> Result<StudioJobId, Error> {
    text.parse().map_err(|_| Error::NotFound("job"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passages(count: i64) -> Vec<PassageView> {
        let one = |number| PassageView {
            number,
            reference: "handbook.pdf".into(),
            heading: String::new(),
            pages: if number == 1 { "3".into() } else { "3–4".into() },
            text: "Text".into(),
        };
        (1..=count).map(one).collect()
    }

    #[test]
    fn a_passage_says_where_it_stands() {
        let all = passages(2);
        let places: Vec<_> = all.iter().map(|one| passage(one).place).collect();
        assert_eq!(places, ["handbook.pdf, page 3", "handbook.pdf, pages 3–4"]);
    }

    #[test]
    fn many_passages_have_pages() {
        let all = passages(240);
        let last = PassagePage::of(&all, 99, "/x");
        assert_eq!((last.passages.len(), last.total_label.as_str()), (40, "201–240 of 240 passages"));
        assert_eq!((last.newer_url.as_deref(), last.older_url), (Some("/x?page=2"), None));
        let few = PassagePage::of(&all[..2], 0, "/x");
        assert_eq!((few.total_label.as_str(), few.newer_url, few.older_url), ("2 passages", None, None));
        assert_eq!(PassagePage::of(&[], 1, "/x").total_label, "0 passages");
    }
}
