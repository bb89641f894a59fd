//! The studio: programs write courses, people decide.
//!
//! A course is asked for with a [`Brief`] ([`generate_course`]) and becomes a job of several steps ([`steps`]). Each step is a
//! job of the queue and leaves its result in a row, in the transaction that sets the next steps going ([`workflow`]); so a crash
//! loses no finished step, several workers share one course, and nothing is paid for twice: what a model answered is kept with
//! what it was asked ([`asking`]). Who writes is a language model behind the port `TextModel` ([`model_author`]), or, without
//! one, the extractive author of `momentum-drafting`. At the end the draft is handed to `authoring`, where no learner sees it
//! before a person has approved every lesson ([`deciding`]). What is written for a lesson that learners read waits beside it
//! ([`proposals`]).

mod answers;
mod asking;
mod brief;
mod budget;
mod calls;
mod corrections;
mod deciding;
mod estimate;
mod extractive_author;
pub mod jobs;
mod judging;
mod material;
mod model_author;
mod options;
mod progress;
mod prompts;
mod proposals;
mod references;
mod repo;
mod review;
mod saving;
mod steps;
mod types;
mod usage;
mod workflow;

use chrono::{DateTime, Utc};
use momentum_db::Tx;
use serde_json::Value;

use crate::{
    Result,
    audit::{self, Event},
    identity::Actor,
};

pub use brief::{Brief, CourseRequest, LessonRequest};
pub use corrections::{Correction, CorrectionRequest, correct_usage};
pub use deciding::{Seen, approve_all, approve_lesson, flag_lesson, rate_lesson};
pub use estimate::{Estimate, estimate};
pub use momentum_drafting::quality::LessonReport;
pub use options::{ModelPrice, Studio, StudioOptions};
pub use progress::{JobDetail, JobFilter, JobRow, LessonProgress, StepProgress, job, jobs as list_jobs};
pub use prompts::Prompts;
pub use proposals::{Proposal, discard_proposal};
pub use references::{
    MAX_REFERENCE_BYTES, PassageView, Reference, add_reference, delete_reference, reference_passages,
    references, words_needed,
};
pub use review::{
    LessonReview, PromptReport, ReviewCourse, ReviewLesson, UntaughtPassage, prompt_report, review_course,
    review_lesson, untaught_passages,
};
pub use types::{Author, Grade, JobKind, JobState, StepState};
pub use usage::{ModelUsage, Usage, usage};
pub use workflow::{
    MOST_AT_ONCE, cancel, generate_course, generate_courses, of_course, regenerate_lesson, retry,
};

/// Notes in the audit log what somebody did in the studio.
async fn note(
    tx: &mut Tx,
    actor: &Actor,
    action: &'static str,
    (target_kind, target_id): (&'static str, String),
    after: Value,
    now: DateTime<Utc>,
) -> Result<()> {
    let event = Event {
        actor: Some(actor.user),
        action,
        target_kind,
        target_id,
        address: &actor.origin.address,
        before: Value::Null,
        after,
    };
    audit::record(tx, &event, now).await
}
