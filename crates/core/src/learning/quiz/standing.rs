use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use crate::{catalog::QuizPolicy, ids::LessonId};

/// Where somebody stands in a quiz.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuizStanding {
    /// Handed in.
    pub attempts: i64,
    pub best_score_percent: Option<i64>,
    /// One of the attempts was good enough.
    pub passed: bool,
    /// An attempt is under way.
    pub running: bool,
}

impl QuizStanding {
    /// Whether right answers and explanations may be shown: not while the author keeps them for whoever may try again.
    #[must_use]
    pub fn shows_answers(&self, policy: &QuizPolicy) -> bool {
        policy.show_answers || self.passed || policy.attempts_left(self.attempts) == Some(0)
    }
}

/// Where somebody stands in the quizzes of a course, as the enrollment keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QuizStandings(BTreeMap<LessonId, QuizStanding>);

/// What somebody has reached in a quiz.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuizScore {
    pub lesson_id: LessonId,
    pub best_score_percent: i64,
    pub passed: bool,
    /// Attempts that were handed in.
    pub attempts: i64,
}

impl QuizStandings {
    /// In the quiz of this lesson.
    #[must_use]
    pub fn of(&self, lesson: LessonId) -> QuizStanding {
        self.0.get(&lesson).cloned().unwrap_or_default()
    }

    /// Bytes in memory beside its own, about.
    pub(in crate::learning) fn weight(&self) -> usize {
        self.0.len() * 96
    }

    pub(super) fn change(&mut self, lesson: LessonId) -> &mut QuizStanding {
        self.0.entry(lesson).or_default()
    }

    /// The quizzes that were handed in at least once.
    #[must_use]
    pub fn scores(&self) -> Vec<QuizScore> {
        let tried = self.0.iter().filter_map(|(lesson_id, standing)| {
            Some(QuizScore {
                lesson_id: *lesson_id,
                best_score_percent: standing.best_score_percent?,
                passed: standing.passed,
                attempts: standing.attempts,
            })
        });
        tried.collect()
    }

    /// As the API shows them.
    pub(crate) fn as_list<S: Serializer>(standings: &Self, serializer: S) -> Result<S::Ok, S::Error> {
        standings.scores().serialize(serializer)
    }
}
