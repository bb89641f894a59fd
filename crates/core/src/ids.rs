//! Ids: `UUIDv7`, so that rows made later sort later, each kind a type of its own.

use momentum_db::{Type, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Type,
                 utoipa::ToSchema)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new one; sorts after those made before.
            #[must_use]
            #[expect(clippy::new_without_default, reason = "a default id would be a new one each time")]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }
        }

        impl From<$name> for Value {
            fn from(id: $name) -> Self {
                Self::Uuid(Some(id.0))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// A person with an account.
    UserId,
    /// A browser's or an API client's session.
    SessionId,
    /// A category of courses.
    CategoryId,
    /// A course.
    CourseId,
    /// A lesson.
    LessonId,
    /// An action item of a lesson.
    ActionItemId,
    /// A quiz question.
    QuestionId,
    /// One go at a quiz.
    AttemptId,
    /// What a learner thinks of a course.
    ReviewId,
    /// One person in one course.
    EnrollmentId,
    /// A job in the queue.
    JobId,
    /// A passkey of an account.
    PasskeyId,
    /// A question that an authenticator has to answer.
    CeremonyId,
    /// An account elsewhere that opens an account here.
    ExternalIdentityId,
    /// A mail in the outbox.
    MailId,
    /// An announcement.
    AnnouncementId,
    /// A file in the media library, or on its way there.
    MediaId,
    /// An entry of the audit log.
    AuditEntryId,
    /// A file with accounts that is taken in.
    UserImportId,
    /// A state of a course or lesson in its history.
    VersionId,
    /// A badge that learners can earn.
    BadgeId,
    /// A document that courses are made from.
    ReferenceId,
    /// A course or a lesson that a program is writing.
    StudioJobId,
    /// A request to a language model.
    ModelCallId,
    /// A correction of what models have cost.
    UsageCorrectionId,
}
