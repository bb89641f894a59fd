//! A course while it is written.

use std::{convert::Infallible, time::Duration};

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use futures::stream;
use momentum_core::{
    Error,
    identity::Actor,
    ids::StudioJobId,
    studio::{self, JobDetail, JobKind, JobRow, JobState, LessonProgress, StepProgress, StepState},
};
use tokio::time::Instant;

use super::{author_label, history::state_label, job_id, job_path, lesson_path};
use crate::{
    App,
    pages::{
        account::refused,
        context::{Ctx, Notice},
        failure::PageError,
        form::{Nothing, Posted},
    },
    present,
    views::{JobLook, PartLook, StepLook, StudioJobPage, StudioJobPart, WritingLook},
};

/// A stream ends after this long. The page connects again, and somebody has to be signed in still.
const LONGEST: Duration = Duration::from_secs(10 * 60);

/// How often it is looked whether there is something new.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How often something is sent to keep the connection.
const ALIVE: Duration = Duration::from_secs(20);

/// Proxies that collect answers (nginx) pass these on at once.
const NO_BUFFER: (&str, &str) = ("x-accel-buffering", "no");

/// How much of a text under way is shown, in characters: its end.
const SHOWN: usize = 3_000;

/// `GET /admin/ai/jobs/{id}`
pub(crate) async fn show(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let view = page(&app, &ctx, job_id(&id)?).await?;
    ctx.render(&view)
}

async fn page(app: &App, ctx: &Ctx, id: StudioJobId) -> Result<StudioJobPage, PageError> {
    let actor = ctx.actor()?;
    let detail = studio::job(&app.services, actor, id).await?;
    let now = app.services.clock.now();
    let job = &detail.job;
    let what = match job.kind {
        JobKind::Course => format!("Course of {} days", job.brief.duration_days),
        JobKind::Lesson => "One lesson, written anew".to_owned(),
    };
    let by = Some(job.created_by_name.as_str()).filter(|name| !name.is_empty());
    Ok(StudioJobPage {
        page: ctx.private_page(&job.brief.topic, &job_path(id)),
        title: job.brief.topic.clone(),
        subtitle: format!("{what}, asked for{}", by.map(|name| format!(" by {name}")).unwrap_or_default()),
        asked: present::moment(job.created_at, now, actor.time_zone),
        instructions: job.brief.instructions.clone(),
        alert: None,
        job: look(&detail, now, actor.time_zone),
        intro_script: detail.intro_script,
    })
}

fn look(detail: &JobDetail, now: DateTime<Utc>, zone: Tz) -> JobLook {
    let job = &detail.job;
    let written = detail.lessons.iter().filter(|lesson| lesson.status == StepState::Done).count();
    let label = state_label(job.state);
    let review = match (job.state, job.kind, job.course_id, job.lesson_id) {
        (JobState::Completed, JobKind::Course, Some(course), _) => Some(format!("/admin/ai/review/{course}")),
        (JobState::Completed, JobKind::Lesson, _, Some(lesson)) => Some(lesson_path(lesson)),
        _ => None,
    };
    let edited = job.lesson_id.filter(|_| job.state == JobState::Completed);
    JobLook {
        id: job.id.to_string(),
        state: job.state.as_str(),
        state_label: label,
        author: author_label(job.author, &job.model),
        percent: job.progress_percent(),
        announcement: if job.state == JobState::Running {
            format!("{label}: {written} of {} lessons", detail.lessons.len())
        } else {
            label.to_owned()
        },
        starts: (job.state == JobState::Queued).then(|| present::deadline(job.starts_at, now, zone)),
        facts: facts(job, now),
        error: job.error.clone().filter(|_| job.state == JobState::Failed),
        steps: steps(detail),
        writing: detail.steps.iter().filter_map(writing).collect(),
        can_cancel: job.state.is_active(),
        can_retry: matches!(job.state, JobState::Failed | JobState::Cancelled)
            && !(job.kind == JobKind::Lesson && job.lesson_id.is_none()),
        budget_used_up: detail.budget_used_up,
        review_url: review,
        editor_url: edited.map(|lesson| format!("/admin/lessons/{lesson}")),
    }
}

fn facts(job: &JobRow, now: DateTime<Utc>) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if let Some(started) = job.started_at {
        let end = if job.state.is_active() { now } else { job.finished_at.unwrap_or(now) };
        facts.push(("Time", present::taken((end - started).num_seconds())));
    }
    if job.input_tokens + job.output_tokens > 0 {
        let (input, output) = (present::number(job.input_tokens), present::number(job.output_tokens));
        facts.push(("Tokens", format!("{input} in, {output} out")));
        facts.push(("Cost", present::dollars(job.cost_micros)));
    }
    facts.extend(job.score.map(|score| ("Quality", format!("{score} of 100"))));
    facts
}

/// The word of a step, and its day.
fn parts_of(key: &str) -> (&str, Option<i64>) {
    match key.split_once(':') {
        Some((word, day)) => (word, day.parse().ok()),
        None => (key, None),
    }
}

fn step_label(word: &str) -> &'static str {
    match word {
        "prepare" => "Prepare",
        "plan" => "Plan",
        "text" => "Text",
        "extras" => "Extras",
        "script" => "Script",
        "intro" => "Introduction",
        "quality" => "Quality",
        "save" => "Save",
        _ => "Step",
    }
}

fn step_state(state: StepState) -> &'static str {
    match state {
        StepState::Waiting => "Waits",
        StepState::Queued => "Next",
        StepState::Running => "Under way",
        StepState::Done => "Done",
        StepState::Failed => "Failed",
    }
}

/// The steps, those of a day together.
fn steps(detail: &JobDetail) -> Vec<StepLook> {
    let mut looks = Vec::new();
    let mut shown = None;
    for step in &detail.steps {
        let (word, day) = parts_of(&step.key);
        let Some(day) = day else {
            looks.push(StepLook {
                label: step_label(word).to_owned(),
                state: step.status.as_str(),
                state_label: step_state(step.status),
                note: cost_note(step.cost_micros),
                parts: Vec::new(),
            });
            continue;
        };
        if shown == Some(day) {
            continue;
        }
        shown = Some(day);
        if let Some(lesson) = detail.lessons.iter().find(|lesson| lesson.day == day) {
            looks.push(lesson_step(lesson, &detail.steps));
        }
    }
    looks
}

fn lesson_step(lesson: &LessonProgress, steps: &[StepProgress]) -> StepLook {
    let mut parts: Vec<_> = steps
        .iter()
        .filter(|step| parts_of(&step.key).1 == Some(lesson.day))
        .map(|step| PartLook {
            label: step_label(parts_of(&step.key).0),
            state: step.status.as_str(),
            state_label: step_state(step.status),
        })
        .collect();
    if parts.len() == 1 {
        parts.clear();
    }
    let notes = [
        lesson.score.map(|score| format!("quality {score}")),
        Some(cost_note(lesson.cost_micros)).filter(|note| !note.is_empty()),
    ];
    StepLook {
        label: match lesson.title.as_str() {
            "" => format!("Day {}", lesson.day),
            title => format!("Day {}: {title}", lesson.day),
        },
        state: lesson.status.as_str(),
        state_label: step_state(lesson.status),
        note: notes.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        parts,
    }
}

fn cost_note(micros: i64) -> String {
    if micros > 0 { present::dollars(micros) } else { String::new() }
}

fn writing(step: &StepProgress) -> Option<WritingLook> {
    if step.status != StepState::Running || step.text.trim().is_empty() {
        return None;
    }
    let (word, day) = parts_of(&step.key);
    let label = step_label(word);
    let skipped = step.text.chars().count().saturating_sub(SHOWN);
    Some(WritingLook {
        id: step.key.replace(':', "-"),
        label: day.map_or_else(|| label.to_owned(), |day| format!("Day {day}: {}", label.to_lowercase())),
        // The stream of events knows no carriage returns.
        text: step.text.chars().skip(skipped).filter(|c| *c != '\r').collect(),
    })
}

/// A page that is looked at.
struct Watch {
    app: App,
    ctx: Ctx,
    actor: Actor,
    id: StudioJobId,
    shown: String,
    over: bool,
    until: Instant,
}

/// `GET /admin/ai/jobs/{id}/events`: how far it is, each time that something is new, and `done` at the end.
pub(crate) async fn events(
    State(app): State<App>,
    ctx: Ctx,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = job_id(&id)?;
    let actor = ctx.actor()?.clone();
    // Who may not see it, or asks for what isn't there, hears so at once.
    studio::job(&app.services, &actor, id).await?;
    let watch =
        Watch { app, ctx, actor, id, shown: String::new(), over: false, until: Instant::now() + LONGEST };
    let events = stream::unfold(watch, |mut watch| async move {
        let event = watch.next().await?;
        Some((Ok::<_, Infallible>(event), watch))
    });
    Ok(([NO_BUFFER], Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE))).into_response())
}

impl Watch {
    /// The next event; none when the stream ends.
    async fn next(&mut self) -> Option<Event> {
        while !self.over && Instant::now() < self.until {
            if !self.shown.is_empty() {
                tokio::select! {
                    () = self.app.settings.stop.cancelled() => return None,
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                }
            }
            let s = &self.app.services;
            let detail = studio::job(s, &self.actor, self.id).await.ok()?;
            let part = StudioJobPart {
                page: self.ctx.private_page(&detail.job.brief.topic, &job_path(self.id)),
                job: look(&detail, s.clock.now(), self.actor.time_zone),
            };
            let html = part.render().ok()?.replace('\r', "");
            if html != self.shown {
                self.shown.clone_from(&html);
                return Some(Event::default().event("job").data(html));
            }
            if !detail.job.state.is_active() {
                self.over = true;
                return Some(Event::default().event("done").data("{}"));
            }
        }
        None
    }
}

/// Does it, and goes back to the job with a word about it. What stands against it is said there too.
async fn acted(
    app: &App,
    ctx: &Ctx,
    id: StudioJobId,
    done: Result<(), Error>,
    notice: Notice,
) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(ctx.redirect_with(&job_path(id), notice)),
        Err(error @ Error::Conflict { .. }) => {
            let mut view = page(app, ctx, id).await?;
            view.alert = Some(error.to_string());
            refused(ctx, &error, &view)
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /admin/ai/jobs/{id}/cancel`
pub(crate) async fn cancel(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let id = job_id(&id)?;
    let done = studio::cancel(&app.services, posted.ctx.actor()?, id).await;
    acted(&app, &posted.ctx, id, done, Notice::StudioCancelled).await
}

/// `POST /admin/ai/jobs/{id}/retry`
pub(crate) async fn retry(
    State(app): State<App>,
    Path(id): Path<String>,
    posted: Posted<Nothing>,
) -> Result<Response, PageError> {
    let id = job_id(&id)?;
    let done = studio::retry(&app.services, posted.ctx.actor()?, id).await;
    acted(&app, &posted.ctx, id, done, Notice::StudioGoesOn).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(key: &str, status: StepState, text: &str) -> StepProgress {
        StepProgress {
            key: key.into(),
            status,
            text: text.into(),
            error: None,
            input_tokens: 0,
            output_tokens: 0,
            cost_micros: 0,
            started_at: None,
            finished_at: None,
        }
    }

    #[test]
    fn only_what_is_being_written_is_shown_and_only_its_end() {
        assert!(writing(&step("text:3", StepState::Done, "all of it")).is_none());
        assert!(writing(&step("plan", StepState::Running, " ")).is_none());
        let long = format!("start{}\r\nend", "x".repeat(SHOWN));
        let shown = writing(&step("text:3", StepState::Running, &long)).expect("it is shown");
        assert_eq!((shown.id.as_str(), shown.label.as_str()), ("text-3", "Day 3: text"));
        assert!(shown.text.ends_with("x\nend") && !shown.text.contains("start"));
    }

    #[test]
    fn a_lesson_of_one_step_has_no_parts() {
        let lesson = LessonProgress {
            day: 2,
            title: "Joins".into(),
            status: StepState::Running,
            score: Some(84),
            cost_micros: 40_000,
        };
        let one = lesson_step(&lesson, &[step("text:2", StepState::Running, "")]);
        assert_eq!((one.label.as_str(), one.parts.len()), ("Day 2: Joins", 0));
        assert_eq!(one.note, "quality 84 · $0.04");
        let both = [step("text:2", StepState::Done, ""), step("script:2", StepState::Waiting, "")];
        let labels: Vec<_> = lesson_step(&lesson, &both).parts.iter().map(|part| part.label).collect();
        assert_eq!(labels, ["Text", "Script"]);
    }
}
