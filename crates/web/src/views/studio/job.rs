//! A course while it is written.

use askama::Template;

use crate::views::{common::DateText, gallery::Samples, page::Page};

/// A part of a lesson.
#[derive(Clone, Debug)]
pub struct PartLook {
    /// Such as `Text`.
    pub label: &'static str,
    /// `waiting`, `queued`, `running`, `done` or `failed`.
    pub state: &'static str,
    /// The same in words.
    pub state_label: &'static str,
}

/// The icon of a state of a step.
fn icon(state: &str) -> &'static str {
    match state {
        "done" => "check",
        "running" => "rotate-cw",
        "failed" => "triangle-alert",
        _ => "clock",
    }
}

impl PartLook {
    /// Icon of its state.
    #[must_use]
    pub fn icon(&self) -> &'static str {
        icon(self.state)
    }
}

/// A step, or the steps of a day.
#[derive(Clone, Debug)]
pub struct StepLook {
    /// Such as `Plan` or `Day 3: Joins`.
    pub label: String,
    /// `waiting`, `queued`, `running`, `done` or `failed`.
    pub state: &'static str,
    /// The same in words.
    pub state_label: &'static str,
    /// Such as `Quality 84 · $0.04`.
    pub note: String,
    /// Parts of a lesson; empty when there is only one.
    pub parts: Vec<PartLook>,
}

impl StepLook {
    /// Icon of its state.
    #[must_use]
    pub fn icon(&self) -> &'static str {
        icon(self.state)
    }
}

/// What is being written just now.
#[derive(Clone, Debug)]
pub struct WritingLook {
    /// Names the box, so that it keeps its place.
    pub id: String,
    /// Such as `Day 3: text`.
    pub label: String,
    /// The end of what has come so far.
    pub text: String,
}

/// A job as far as it is.
#[derive(Clone, Debug)]
pub struct JobLook {
    /// Id.
    pub id: String,
    /// `queued`, `running`, `completed`, `failed` or `cancelled`.
    pub state: &'static str,
    /// The same in words.
    pub state_label: &'static str,
    /// Such as `AI: gpt-oss-120b` or `Extracted, not AI`.
    pub author: String,
    /// Whole percent.
    pub percent: i64,
    /// What is read out when it changes, such as `Being written: 3 of 7 lessons`.
    pub announcement: String,
    /// When it begins, while it waits for that.
    pub starts: Option<DateText>,
    /// Facts: what and how much.
    pub facts: Vec<(&'static str, String)>,
    /// Why it failed.
    pub error: Option<String>,
    /// In the order of the work.
    pub steps: Vec<StepLook>,
    /// What is being written.
    pub writing: Vec<WritingLook>,
    /// It can be stopped.
    pub can_cancel: bool,
    /// It can go on.
    pub can_retry: bool,
    /// The month's budget doesn't reach for that.
    pub budget_used_up: bool,
    /// Where it is looked through, when it is written.
    pub review_url: Option<String>,
    /// The editor of a lesson that was written anew.
    pub editor_url: Option<String>,
}

impl JobLook {
    /// Whether something is still to come by itself.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(self.state, "queued" | "running")
    }

    /// Icon of its state.
    #[must_use]
    pub fn icon(&self) -> &'static str {
        match self.state {
            "completed" => "circle-check",
            "cancelled" => "x",
            "failed" => "triangle-alert",
            "running" => "rotate-cw",
            _ => "clock",
        }
    }

    fn sample() -> Self {
        let part = |label, state, state_label| PartLook { label, state, state_label };
        let step = |label: &str, state, state_label, parts| StepLook {
            label: label.into(),
            state,
            state_label,
            note: if state == "done" { "$0.04".into() } else { String::new() },
            parts,
        };
        Self {
            id: "01935e1c".into(),
            state: "running",
            state_label: "Being written",
            author: "AI: gpt-oss-120b".into(),
            percent: 45,
            announcement: "Being written: 1 of 2 lessons".into(),
            starts: None,
            facts: vec![
                ("Time", "2 min".into()),
                ("Tokens", "54,100 in, 12,400 out".into()),
                ("Cost", "$0.18".into()),
            ],
            error: None,
            steps: vec![
                step("Prepare", "done", "Done", Vec::new()),
                step("Plan", "done", "Done", Vec::new()),
                step(
                    "Day 1: Why people negotiate",
                    "done",
                    "Done",
                    vec![part("Text", "done", "Done"), part("Extras", "done", "Done")],
                ),
                step(
                    "Day 2: Listening for interests",
                    "running",
                    "Being written",
                    vec![part("Text", "running", "Being written"), part("Extras", "waiting", "Waits")],
                ),
                step("Quality", "waiting", "Waits", Vec::new()),
                step("Save", "waiting", "Waits", Vec::new()),
            ],
            writing: vec![WritingLook {
                id: "text-2".into(),
                label: "Day 2: text".into(),
                text: "## Interests, not positions\n\nA position is what somebody says they want.".into(),
            }],
            can_cancel: true,
            can_retry: false,
            budget_used_up: false,
            review_url: None,
            editor_url: None,
        }
    }
}

/// `GET /admin/ai/jobs/{id}`
#[derive(Template)]
#[template(path = "admin/ai/job.html")]
pub struct StudioJobPage {
    /// Shared page data.
    pub page: Page,
    /// Topic.
    pub title: String,
    /// Such as `Course of 7 days, asked for by Ada Admin`.
    pub subtitle: String,
    /// When it was asked for.
    pub asked: DateText,
    /// Instructions for a lesson that is written anew; empty without.
    pub instructions: String,
    /// What went wrong with what was just done.
    pub alert: Option<String>,
    /// How far it is.
    pub job: JobLook,
    /// What is said in the course's video; empty before it is written.
    pub intro_script: String,
}

impl Samples for StudioJobPage {
    fn samples() -> Vec<(&'static str, Self)> {
        let view = |job: JobLook| Self {
            page: Page::sample_signed_in("Negotiating without fear", "/admin/ai/jobs/01935e1c"),
            title: "Negotiating without fear".into(),
            subtitle: "Course of 7 days, asked for by Ada Admin".into(),
            asked: DateText::sample("2 minutes ago"),
            instructions: String::new(),
            alert: None,
            job,
            intro_script: String::new(),
        };
        let planned = JobLook {
            state: "queued",
            state_label: "Planned",
            starts: Some(DateText::sample("Monday, 6:00 AM")),
            writing: Vec::new(),
            ..JobLook::sample()
        };
        let failed = JobLook {
            state: "failed",
            state_label: "Failed",
            error: Some("The provider refused the key. Look at MOMENTUM_AI_API_KEY.".into()),
            can_cancel: false,
            can_retry: true,
            writing: Vec::new(),
            ..JobLook::sample()
        };
        let cancelled = JobLook {
            state: "cancelled",
            state_label: "Cancelled",
            error: None,
            budget_used_up: true,
            ..failed.clone()
        };
        let completed = JobLook {
            state: "completed",
            state_label: "Written",
            percent: 100,
            error: None,
            can_retry: false,
            review_url: Some("/admin/ai/review/01935e1c".into()),
            ..failed.clone()
        };
        let mut lesson =
            view(JobLook { editor_url: Some("/admin/lessons/01935e1c".into()), ..completed.clone() });
        lesson.instructions = "More examples from everyday life, please.".into();
        lesson.subtitle = "One lesson, written anew, asked for by Ada Admin".into();
        let mut done = view(completed);
        done.intro_script = "Welcome! In seven days you will negotiate without fear.".into();
        let mut refused = view(failed);
        refused.alert = Some("No language model is configured any more.".into());
        vec![
            ("admin-ai-job", view(JobLook::sample())),
            ("admin-ai-job-planned", view(planned)),
            ("admin-ai-job-failed", refused),
            ("admin-ai-job-cancelled", view(cancelled)),
            ("admin-ai-job-done", done),
            ("admin-ai-job-lesson", lesson),
        ]
    }
}

/// What the event `job` of `GET /admin/ai/jobs/{id}/events` brings.
#[derive(Template)]
#[template(path = "admin/ai/job_part.html")]
pub struct StudioJobPart {
    /// Shared page data.
    pub page: Page,
    /// How far it is.
    pub job: JobLook,
}

impl Samples for StudioJobPart {
    fn samples() -> Vec<(&'static str, Self)> {
        let page = Page::sample_signed_in("Negotiating without fear", "/admin/ai/jobs/01935e1c");
        vec![("fragment-ai-job", Self { page, job: JobLook::sample() })]
    }
}
