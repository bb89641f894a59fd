//! The studio: courses that programs write, and how people look through them.

mod documents;
mod history;
mod job;
mod new;
mod review;
mod usage;

pub use documents::{DocumentLine, PassageLook, StudioDocumentPage, StudioDocumentsPage};
pub use history::{BudgetBar, StudioHistoryPage};
pub use job::{JobLook, PartLook, StepLook, StudioJobPage, StudioJobPart, WritingLook};
pub use new::{DocumentChoice, EstimateLook, StudioEstimatePart, StudioNewPage};
pub use review::{
    ChangeLook, GateLook, ProposalLook, QuestionLook, ReviewAnswer, ReviewLine, StudioLessonPage,
    StudioReviewPage, StudioUntaughtPage,
};
pub use usage::{CorrectionLine, ModelLine, PromptLine, StudioPromptsPage, StudioUsagePage};
