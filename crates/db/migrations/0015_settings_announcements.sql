-- A section's version: a change names the one that it was made from.
ALTER TABLE settings ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- Logos that were uploaded. Mails that were sent go on showing theirs, so the latest few are kept.
CREATE TABLE brand_images (
    version TEXT PRIMARY KEY,                   -- from the content
    logo BYTEA NOT NULL,                        -- PNG, at most 480 by 160
    icon BYTEA NOT NULL,                        -- PNG, 128 by 128
    width BIGINT NOT NULL,                      -- of the logo
    height BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- What administrators tell everybody, or some.
CREATE TABLE announcements (
    id UUID PRIMARY KEY,
    title TEXT NOT NULL,
    body TEXT NOT NULL DEFAULT '',              -- Markdown
    kind TEXT NOT NULL,                         -- info, success, warning
    audience TEXT NOT NULL,                     -- everybody, signed-in, free, premium, admins
    starts_at TIMESTAMPTZ NOT NULL,
    ends_at TIMESTAMPTZ,                        -- NULL: until it is deleted
    banner BOOLEAN NOT NULL,                    -- stands on top of every page, not only under "What's new"
    dismissible BOOLEAN NOT NULL,
    link_url TEXT NOT NULL DEFAULT '',
    link_label TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL DEFAULT 1,
    created_by UUID NOT NULL,                   -- no reference: it outlives the account
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX announcements_by_start ON announcements (starts_at, id);
CREATE INDEX announcements_by_end ON announcements (ends_at);

-- What a person has seen or put away.
CREATE TABLE announcement_marks (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    announcement_id UUID NOT NULL REFERENCES announcements (id) ON DELETE CASCADE,
    seen_at TIMESTAMPTZ NOT NULL,
    dismissed_at TIMESTAMPTZ,
    PRIMARY KEY (user_id, announcement_id)
);
CREATE INDEX announcement_marks_of_announcement ON announcement_marks (announcement_id);
