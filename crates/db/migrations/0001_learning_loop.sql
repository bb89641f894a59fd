-- Identity -----------------------------------------------------------------------------------------------------

CREATE TABLE users (
    id UUID PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,                 -- lower case
    name TEXT NOT NULL,
    password_hash TEXT,                         -- Argon2id, PHC string
    role TEXT NOT NULL,                         -- free, premium, admin
    state TEXT NOT NULL,                        -- active, suspended, deleted
    is_demo BOOLEAN NOT NULL DEFAULT FALSE,     -- may sign in only in demo mode
    time_zone TEXT NOT NULL,                    -- IANA name
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX users_admins ON users (role) WHERE role = 'admin';

CREATE TABLE profiles (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    headline TEXT NOT NULL DEFAULT '',
    bio TEXT NOT NULL DEFAULT '',
    locale TEXT NOT NULL DEFAULT 'en',
    age_range TEXT NOT NULL DEFAULT '',
    country TEXT NOT NULL DEFAULT '',           -- ISO 3166-1 alpha-2
    occupation TEXT NOT NULL DEFAULT '',
    education TEXT NOT NULL DEFAULT '',
    goals TEXT NOT NULL DEFAULT '',
    daily_minutes BIGINT,
    preferred_time TEXT NOT NULL DEFAULT '',    -- morning, midday, evening, night
    favorite_categories JSONB NOT NULL,         -- slugs
    is_public BOOLEAN NOT NULL DEFAULT FALSE
);

-- A browser's session (cookie) or an API client's (family of refresh tokens).
CREATE TABLE sessions (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,                         -- browser, api
    token_hash BYTEA NOT NULL UNIQUE,           -- SHA-256 of the cookie or the current refresh token
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id, last_seen_at);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Refresh tokens that were exchanged already: seeing one again means that it was stolen.
CREATE TABLE used_refresh_tokens (
    token_hash BYTEA PRIMARY KEY,
    session_id UUID NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    used_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX used_refresh_tokens_by_session ON used_refresh_tokens (session_id);

-- Catalog ------------------------------------------------------------------------------------------------------

CREATE TABLE categories (
    id UUID PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    target_audience TEXT NOT NULL,
    icon TEXT NOT NULL,
    color TEXT NOT NULL,                        -- name of a palette in the design tokens
    position BIGINT NOT NULL,
    course_count BIGINT NOT NULL DEFAULT 0      -- published courses
);

CREATE TABLE courses (
    id UUID PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    category_id UUID NOT NULL REFERENCES categories (id),
    title TEXT NOT NULL,
    subtitle TEXT NOT NULL,
    description TEXT NOT NULL,                  -- Markdown
    audience TEXT NOT NULL,
    objectives JSONB NOT NULL,
    tags JSONB NOT NULL,
    search_text TEXT NOT NULL,                  -- lower case: title, subtitle, tags, author
    author TEXT NOT NULL,
    language TEXT NOT NULL,
    level TEXT NOT NULL,                        -- beginner, intermediate, advanced
    duration_days BIGINT NOT NULL,              -- 7, 14, 21
    access TEXT NOT NULL,                       -- free, premium, paid
    price_minor BIGINT,
    price_currency TEXT,                        -- ISO 4217
    intro_video_url TEXT,
    drip BOOLEAN NOT NULL DEFAULT FALSE,
    ai_generated BOOLEAN NOT NULL DEFAULT FALSE,
    status TEXT NOT NULL,                       -- draft, published, archived
    lesson_count BIGINT NOT NULL,               -- published lessons
    total_minutes BIGINT NOT NULL,
    enrollment_count BIGINT NOT NULL DEFAULT 0,
    completion_count BIGINT NOT NULL DEFAULT 0,
    rating_count BIGINT NOT NULL DEFAULT 0,
    rating_average DOUBLE PRECISION,            -- 1 to 5
    published_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX courses_by_category ON courses (category_id);
CREATE INDEX courses_newest ON courses (status, published_at);
CREATE INDEX courses_popular ON courses (status, enrollment_count);

CREATE TABLE lessons (
    id UUID PRIMARY KEY,
    course_id UUID NOT NULL REFERENCES courses (id) ON DELETE CASCADE,
    day BIGINT NOT NULL,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    minutes BIGINT NOT NULL,
    video_url TEXT,
    is_preview BOOLEAN NOT NULL DEFAULT FALSE,
    status TEXT NOT NULL,                       -- draft, published
    render_version BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    action_items JSONB NOT NULL,                -- [{id, text}]
    key_takeaways JSONB NOT NULL,
    resources JSONB NOT NULL,                   -- [{title, url, kind}]
    -- Last, because SQLite reads a row from its beginning: an outline then never touches the pages of the texts.
    body TEXT NOT NULL,                         -- Markdown
    body_html TEXT NOT NULL,                    -- sanitized, made from body by renderer number render_version
    UNIQUE (course_id, day)
);
-- Whole answers to "which lessons has this course" and "which day is this lesson", asked by every page of a learner.
CREATE INDEX lessons_of_course ON lessons (course_id, status, day, id);
CREATE INDEX lessons_day ON lessons (id, status, day);

CREATE TABLE quiz_questions (
    id UUID PRIMARY KEY,
    lesson_id UUID NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,                         -- single, multiple, true_false, short_answer, ordering, matching
    question TEXT NOT NULL,
    content JSONB NOT NULL,                     -- options or items with the right answer
    explanation TEXT NOT NULL,
    UNIQUE (lesson_id, position)
);

-- Learning -----------------------------------------------------------------------------------------------------

-- The row that stands for one person in one course; locked first by whatever changes progress.
CREATE TABLE enrollments (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    course_id UUID NOT NULL REFERENCES courses (id),
    enrolled_at TIMESTAMPTZ NOT NULL,
    start_day DATE NOT NULL,                    -- the learner's local day of lesson 1
    completed_at TIMESTAMPTZ,
    lessons_completed BIGINT NOT NULL DEFAULT 0,
    time_spent_seconds BIGINT NOT NULL DEFAULT 0,
    last_lesson_id UUID,
    last_activity_at TIMESTAMPTZ NOT NULL,
    UNIQUE (user_id, course_id)
);
CREATE INDEX enrollments_by_course ON enrollments (course_id);

-- The row that stands for one person as a learner; locked before time is counted, so that no second is counted
-- twice, however many tabs are open.
CREATE TABLE learners (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    time_counted_until TIMESTAMPTZ NOT NULL
);

CREATE TABLE lesson_progress (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    lesson_id UUID NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    course_id UUID NOT NULL,
    completed_at TIMESTAMPTZ,
    completed_on DATE,                          -- the learner's local day
    time_spent_seconds BIGINT NOT NULL DEFAULT 0,
    video_position_seconds BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, lesson_id)
);
-- Whole answers to "what has this learner done (in this course)".
CREATE INDEX lesson_progress_by_course ON lesson_progress (user_id, course_id, completed_at, lesson_id);
CREATE INDEX lesson_progress_by_lesson ON lesson_progress (lesson_id);

CREATE TABLE action_item_ticks (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    lesson_id UUID NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    item_id UUID NOT NULL,
    ticked_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, lesson_id, item_id)
);
CREATE INDEX action_item_ticks_by_lesson ON action_item_ticks (lesson_id);

CREATE TABLE notes (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    lesson_id UUID NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    body TEXT NOT NULL,                         -- Markdown
    version BIGINT NOT NULL,                    -- counts the saves; a save names the version it was based on
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, lesson_id)
);
CREATE INDEX notes_by_lesson ON notes (lesson_id);

-- The one row that stands for the instance, for whatever must happen once in its life.
CREATE TABLE instance (
    id BIGINT PRIMARY KEY,
    demo_loaded_at TIMESTAMPTZ                  -- when the demo catalog was loaded, if it was
);
INSERT INTO instance (id) VALUES (1);

-- Operations ---------------------------------------------------------------------------------------------------

CREATE TABLE jobs (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    payload JSONB NOT NULL,                     -- an object
    dedup_key TEXT,                             -- names the work; two jobs with one key are the same work
    state TEXT NOT NULL,                        -- queued, running, dead; a finished job's row is removed
    run_at TIMESTAMPTZ NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,         -- begun ones, so that a crash counts
    max_attempts BIGINT NOT NULL,
    leased_by UUID,                             -- the claim, not the worker: changes with every claim
    leased_until TIMESTAMPTZ,
    last_error TEXT,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX jobs_due ON jobs (state, run_at, id);
-- A key is queued at most once and running at most once. Both at a time: what was enqueued while the work was
-- running may not have been seen by it, so it runs once more.
CREATE UNIQUE INDEX jobs_by_key ON jobs (dedup_key, state) WHERE state <> 'dead';

-- When each recurring job is due next.
CREATE TABLE job_schedules (
    kind TEXT PRIMARY KEY,
    next_run_at TIMESTAMPTZ NOT NULL
);

-- Answers to requests that carried an Idempotency-Key.
CREATE TABLE idempotency_keys (
    key_hash BYTEA PRIMARY KEY,                 -- SHA-256 of caller, method, path and key
    request_hash BYTEA NOT NULL,                -- SHA-256 of the body
    status BIGINT,                              -- NULL while the first request runs
    content_type TEXT,
    body BYTEA,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
