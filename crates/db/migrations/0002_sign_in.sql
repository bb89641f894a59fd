-- How a session began, and when its owner last proved who they are.
ALTER TABLE sessions ADD COLUMN method TEXT NOT NULL DEFAULT 'password';
ALTER TABLE sessions ADD COLUMN proved_at TIMESTAMPTZ;

-- What administrators change while the site runs, one row a section.
CREATE TABLE settings (
    section TEXT PRIMARY KEY,
    content JSONB NOT NULL,
    changed_by UUID NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

-- Who did what. Entries are only ever added; `hash` covers the entry and the hash before it.
CREATE TABLE audit_log (
    sequence BIGINT PRIMARY KEY,
    id UUID NOT NULL UNIQUE,
    at TIMESTAMPTZ NOT NULL,
    actor_id UUID,                              -- no reference: the entry outlives the account
    action TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    address TEXT NOT NULL,
    before_state TEXT NOT NULL,                 -- JSON, as it was hashed
    after_state TEXT NOT NULL,
    hash TEXT NOT NULL                          -- SHA-256, hexadecimal
);
CREATE INDEX audit_log_by_time ON audit_log (at);
CREATE INDEX audit_log_by_actor ON audit_log (actor_id, sequence);
CREATE INDEX audit_log_by_action ON audit_log (action, sequence);
CREATE INDEX audit_log_by_target ON audit_log (target_id, sequence);

-- The end of the chain: the row that writers of entries queue at.
CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY,
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL
);

INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, '');

-- The outbox, and the mailbox where mails are looked at.
CREATE TABLE mails (
    id UUID PRIMARY KEY,
    user_id UUID,                               -- no reference: a mail about a deletion outlives the account
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    template TEXT NOT NULL,
    content JSONB NOT NULL,                     -- what the template is filled with
    state TEXT NOT NULL,                        -- queued, sent, failed
    created_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ
);
CREATE INDEX mails_by_time ON mails (created_at);
