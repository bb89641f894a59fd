-- The media library. The files themselves stand in the object store.

CREATE TABLE media (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,                         -- as in the address: plain letters, with the ending of the content
    kind TEXT NOT NULL,                         -- image, video, audio, document
    content_type TEXT NOT NULL,                 -- from the content, never from the name
    size BIGINT NOT NULL,                       -- bytes
    sha256 TEXT NOT NULL,
    width BIGINT,                               -- of pictures, in pixels
    height BIGINT,
    alt TEXT NOT NULL DEFAULT '',
    visibility TEXT NOT NULL,                   -- public, private
    version BIGINT NOT NULL DEFAULT 1,          -- counts the replacements
    folder TEXT NOT NULL,                       -- where the store has this version
    variants JSONB NOT NULL,                    -- widths in which a picture is kept too
    uploaded_by UUID NOT NULL,                  -- no reference: the file outlives the account
    created_at TIMESTAMPTZ NOT NULL,
    replaced_at TIMESTAMPTZ
);
CREATE INDEX media_by_time ON media (created_at, id);
CREATE INDEX media_by_kind ON media (kind, created_at, id);

-- Whose text has the address of what. Rows of owners that are gone count for nothing.
CREATE TABLE media_uses (
    media_id UUID NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    owner_kind TEXT NOT NULL,                   -- course, lesson, draft (of a lesson), branding
    owner_id UUID NOT NULL,
    PRIMARY KEY (media_id, owner_kind, owner_id)
);
CREATE INDEX media_uses_by_owner ON media_uses (owner_kind, owner_id);

-- Large files on their way, piece by piece.
CREATE TABLE media_uploads (
    id UUID PRIMARY KEY,                        -- of the media row as well, once all is there
    name TEXT NOT NULL,
    length BIGINT NOT NULL,                     -- bytes, as announced
    received BIGINT NOT NULL,
    replaces UUID,                              -- the media that gets this content; NULL: a new one
    created_by UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX media_uploads_by_expiry ON media_uploads (expires_at);

CREATE TABLE media_upload_parts (
    upload_id UUID NOT NULL REFERENCES media_uploads (id) ON DELETE CASCADE,
    position BIGINT NOT NULL,                   -- of its first byte
    size BIGINT NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY (upload_id, position)
);
