use crate::words::words;

words! {
    /// What is being written.
    JobKind { Course = "course", Lesson = "lesson" }
}

words! {
    /// How far a job is.
    JobState {
        /// Its time hasn't come yet.
        Queued = "queued",
        Running = "running",
        Completed = "completed",
        /// Something stands against it; it can be tried again from where it is.
        Failed = "failed",
        /// Somebody stopped it; it can go on from where it is.
        Cancelled = "cancelled",
    }
}

impl JobState {
    /// Whether something is still to come by itself.
    #[must_use]
    pub fn is_active(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

words! {
    /// Who writes.
    Author {
        /// A language model.
        Model = "model",
        /// The program itself, out of references: extracted, not AI.
        Extractive = "extractive",
    }
}

words! {
    /// How good the model has to be.
    Grade {
        /// The cheaper model, for a first look.
        Draft = "draft",
        Final = "final",
    }
}

words! {
    /// How far a step is.
    StepState {
        Waiting = "waiting",
        /// In the queue.
        Queued = "queued",
        Running = "running",
        Done = "done",
        Failed = "failed",
    }
}
