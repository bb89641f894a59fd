-- Whether a person has looked at a lesson that a program wrote: none (written by people), pending, approved.
ALTER TABLE lessons ADD COLUMN review_state TEXT NOT NULL DEFAULT 'none';

-- Documents that courses are made from, as they were read. The files themselves are not kept.
CREATE TABLE ai_references (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    format TEXT NOT NULL,                       -- pdf, docx, markdown, text
    bytes BIGINT NOT NULL,
    hash TEXT NOT NULL,                         -- SHA-256 of the file, hex
    pages BIGINT,                               -- NULL: it has none
    words BIGINT NOT NULL,
    document JSONB NOT NULL,
    created_by UUID NOT NULL,                   -- no reference: it outlives the account
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ai_references_by_age ON ai_references (created_at, id);

-- A course or a lesson on its way. Its steps are below.
CREATE TABLE ai_jobs (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,                         -- course, lesson
    state TEXT NOT NULL,                        -- queued, running, completed, failed, cancelled
    author TEXT NOT NULL,                       -- model, extractive
    provider TEXT NOT NULL DEFAULT '',
    model TEXT NOT NULL DEFAULT '',
    prompts TEXT NOT NULL DEFAULT '',           -- version of the prompt templates
    brief JSONB NOT NULL,                       -- what was asked for
    steps_done BIGINT NOT NULL DEFAULT 0,
    steps_total BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL DEFAULT 0,
    output_tokens BIGINT NOT NULL DEFAULT 0,
    cost_micros BIGINT NOT NULL DEFAULT 0,      -- millionths of a US dollar
    score BIGINT,                               -- 0 to 100
    error TEXT,
    course_id UUID REFERENCES courses (id) ON DELETE SET NULL,
    lesson_id UUID REFERENCES lessons (id) ON DELETE SET NULL,
    created_by UUID NOT NULL,                   -- no reference: it outlives the account
    starts_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ
);
CREATE INDEX ai_jobs_by_age ON ai_jobs (created_at, id);
CREATE INDEX ai_jobs_by_person ON ai_jobs (created_by, created_at);
CREATE INDEX ai_jobs_of_course ON ai_jobs (course_id);
CREATE INDEX ai_jobs_of_lesson ON ai_jobs (lesson_id);
CREATE INDEX ai_jobs_running ON ai_jobs (state) WHERE state IN ('queued', 'running');

CREATE TABLE ai_job_references (
    job_id UUID NOT NULL REFERENCES ai_jobs (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    reference_id UUID NOT NULL,                 -- no reference: it may be deleted when the job is done
    PRIMARY KEY (job_id, position)
);

-- What a job was given of its references: kept with it, so that sources can be shown for as long as it stands.
CREATE TABLE ai_passages (
    job_id UUID NOT NULL REFERENCES ai_jobs (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    position BIGINT NOT NULL,                   -- of the reference, as in ai_job_references
    reference_name TEXT NOT NULL,
    heading TEXT NOT NULL,
    first_page BIGINT,
    last_page BIGINT,
    text TEXT NOT NULL,
    PRIMARY KEY (job_id, number)
);

-- Each step of a job with its result; a step that is done is never done again.
CREATE TABLE ai_steps (
    job_id UUID NOT NULL REFERENCES ai_jobs (id) ON DELETE CASCADE,
    key TEXT NOT NULL,                          -- plan, text:3, extras:3, script:3, intro, quality, save
    position BIGINT NOT NULL,                   -- in the order of the work
    day BIGINT,
    state TEXT NOT NULL,                        -- waiting, queued, running, done, failed
    attempt BIGINT NOT NULL DEFAULT 0,          -- grows when it begins and when it is taken back
    result JSONB,
    partial TEXT NOT NULL DEFAULT '',           -- what has come so far, while it runs
    error TEXT,
    input_tokens BIGINT NOT NULL DEFAULT 0,
    output_tokens BIGINT NOT NULL DEFAULT 0,
    cost_micros BIGINT NOT NULL DEFAULT 0,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    PRIMARY KEY (job_id, key)
);

-- Every request to a model and what came back. An answer that was used is used again for the same request.
CREATE TABLE ai_calls (
    id UUID PRIMARY KEY,
    job_id UUID NOT NULL REFERENCES ai_jobs (id) ON DELETE CASCADE,
    step TEXT NOT NULL,
    hash TEXT NOT NULL,                         -- of provider, model and everything that was asked
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    state TEXT NOT NULL,                        -- running, used, wrong, failed, lost
    month TEXT NOT NULL,                        -- 2026-11
    reserved_micros BIGINT NOT NULL,            -- counted in ai_months while it runs
    input_tokens BIGINT NOT NULL DEFAULT 0,
    output_tokens BIGINT NOT NULL DEFAULT 0,
    cost_micros BIGINT NOT NULL DEFAULT 0,
    output TEXT NOT NULL DEFAULT '',            -- as it came
    error TEXT,
    started_at TIMESTAMPTZ NOT NULL,
    finished_at TIMESTAMPTZ
);
CREATE INDEX ai_calls_of_job ON ai_calls (job_id, step);
CREATE INDEX ai_calls_by_hash ON ai_calls (hash) WHERE state = 'used';
CREATE INDEX ai_calls_by_month ON ai_calls (month, provider, model);
CREATE INDEX ai_calls_running ON ai_calls (started_at) WHERE state = 'running';

-- What a month has cost so far, with what is reserved for calls under way.
CREATE TABLE ai_months (
    month TEXT PRIMARY KEY,
    cost_micros BIGINT NOT NULL
);

-- Which thresholds of the budget administrators have been told of.
CREATE TABLE ai_budget_alerts (
    month TEXT NOT NULL,
    percent BIGINT NOT NULL,
    told_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (month, percent)
);

-- What is known of a lesson that a program wrote, and what a person thinks of it.
CREATE TABLE ai_lessons (
    lesson_id UUID PRIMARY KEY REFERENCES lessons (id) ON DELETE CASCADE,
    job_id UUID NOT NULL REFERENCES ai_jobs (id) ON DELETE CASCADE,
    passages JSONB NOT NULL,                    -- {"numbers": […]}: what it rests on
    quality JSONB NOT NULL,                     -- how the gates judged it
    score BIGINT NOT NULL,                      -- 0 to 100
    script TEXT NOT NULL DEFAULT '',            -- of its video
    flag TEXT,                                  -- why somebody flagged it
    rating BIGINT,                              -- 1 to 5
    rating_reason TEXT NOT NULL DEFAULT '',
    decided_by UUID,
    decided_at TIMESTAMPTZ
);
CREATE INDEX ai_lessons_of_job ON ai_lessons (job_id);
