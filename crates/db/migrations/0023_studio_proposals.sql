-- Text that a program wrote for a lesson that learners read. They go on reading theirs until a person approves this one.
CREATE TABLE ai_proposals (
    lesson_id UUID PRIMARY KEY REFERENCES lessons (id) ON DELETE CASCADE,
    job_id UUID NOT NULL REFERENCES ai_jobs (id) ON DELETE CASCADE,
    content JSONB NOT NULL,
    quiz JSONB NOT NULL,                        -- questions with their right answers
    passages JSONB NOT NULL,                    -- {"numbers": […]}: what it rests on
    quality JSONB NOT NULL,                     -- how the gates judged it
    score BIGINT NOT NULL,                      -- 0 to 100
    script TEXT NOT NULL DEFAULT '',            -- of its video
    flag TEXT,                                  -- why somebody flagged it
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ai_proposals_of_job ON ai_proposals (job_id);

-- The version in the history that holds what a person wrote while the lesson was written anew, if somebody did.
ALTER TABLE ai_lessons ADD COLUMN kept_version BIGINT;

-- Learners have been given another text since this was typed.
ALTER TABLE lesson_drafts ADD COLUMN outdated BOOLEAN NOT NULL DEFAULT FALSE;
