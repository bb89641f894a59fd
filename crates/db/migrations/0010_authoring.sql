-- How authors work on courses and lessons.

ALTER TABLE courses ADD COLUMN thumbnail_url TEXT;                          -- /media/{id}/{name}, or NULL: a drawn cover
ALTER TABLE courses ADD COLUMN premium_included BOOLEAN NOT NULL DEFAULT TRUE;  -- of a paid course: premium members get it too
ALTER TABLE courses ADD COLUMN review_state TEXT NOT NULL DEFAULT 'none';   -- of an AI-made course: none, pending, approved
ALTER TABLE courses ADD COLUMN version BIGINT NOT NULL DEFAULT 1;           -- counts the saves; a save names the version it was made from

ALTER TABLE lessons ADD COLUMN version BIGINT NOT NULL DEFAULT 1;           -- counts the saves, those of the working copy too

CREATE INDEX courses_by_change ON courses (updated_at, id);
CREATE INDEX lessons_by_change ON lessons (updated_at, id);

-- What an author has typed and not published yet. Learners go on reading the lesson as it is.
CREATE TABLE lesson_drafts (
    lesson_id UUID PRIMARY KEY REFERENCES lessons (id) ON DELETE CASCADE,
    content JSONB NOT NULL,
    saved_by UUID NOT NULL,                     -- no reference: the text outlives the account
    saved_at TIMESTAMPTZ NOT NULL
);

-- Everything that a course and its lessons ever were: to look back, to compare, to restore.
CREATE TABLE content_versions (
    id UUID PRIMARY KEY,
    course_id UUID NOT NULL REFERENCES courses (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,                     -- from 1 within the course
    lesson_id UUID,                             -- NULL: the course's own details; no reference: a deleted lesson can come back
    title TEXT NOT NULL,
    change TEXT NOT NULL,                       -- saved, published, unpublished, archived, imported, restored, deleted …
    content JSONB NOT NULL,
    created_by UUID,                            -- NULL: the program itself
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (course_id, number)
);
CREATE INDEX content_versions_of_lesson ON content_versions (course_id, lesson_id, number);
