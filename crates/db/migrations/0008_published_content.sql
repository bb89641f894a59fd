-- Grows with every change of published content, so that every server sees cheaply whether what it keeps is still true.
ALTER TABLE instance ADD COLUMN content_version BIGINT NOT NULL DEFAULT 0;

-- The description as sanitized HTML, made by renderer number render_version (0: not yet), as lessons have it.
ALTER TABLE courses ADD COLUMN render_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE courses ADD COLUMN description_html TEXT NOT NULL DEFAULT '';
