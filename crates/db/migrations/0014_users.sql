-- What administrators see of accounts and do with them.

-- Exact to some minutes; the first day of 1970: never.
ALTER TABLE users ADD COLUMN last_seen_at TIMESTAMPTZ NOT NULL DEFAULT '1970-01-01T00:00:00+00:00';
UPDATE users SET last_seen_at = (SELECT MAX(s.last_seen_at) FROM sessions s WHERE s.user_id = users.id)
WHERE EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = users.id);

-- While an account is suspended: since when, and why.
ALTER TABLE users ADD COLUMN suspended_at TIMESTAMPTZ;
ALTER TABLE users ADD COLUMN suspended_reason TEXT NOT NULL DEFAULT '';

-- The orders and filters of the list.
CREATE INDEX users_by_name ON users (LOWER(name), id);
CREATE INDEX users_by_last_seen ON users (last_seen_at, id);
CREATE INDEX users_by_role ON users (role, created_at, id);
CREATE INDEX users_by_state ON users (state, created_at, id);

-- Accounts from a file: checked first, then taken in step by step.
CREATE TABLE user_imports (
    id UUID PRIMARY KEY,
    file_name TEXT NOT NULL,
    created_by UUID NOT NULL,                   -- no reference: what was done outlives the account
    created_at TIMESTAMPTZ NOT NULL,
    state TEXT NOT NULL,                        -- checked, running, done
    total BIGINT NOT NULL,                      -- rows of the file
    new_rows BIGINT NOT NULL,                   -- as they were found at the check
    existing_rows BIGINT NOT NULL,
    wrong_rows BIGINT NOT NULL,
    admin_rows BIGINT NOT NULL,                 -- would make administrators
    update_existing BOOLEAN NOT NULL DEFAULT FALSE,
    invite BOOLEAN NOT NULL DEFAULT FALSE,
    address TEXT NOT NULL DEFAULT '',           -- of the client that began it
    position BIGINT NOT NULL DEFAULT 0,         -- the last line that was dealt with: where a crash goes on
    created BIGINT NOT NULL DEFAULT 0,
    updated BIGINT NOT NULL DEFAULT 0,
    skipped BIGINT NOT NULL DEFAULT 0,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ
);
CREATE INDEX user_imports_by_time ON user_imports (created_at);

CREATE TABLE user_import_rows (
    import_id UUID NOT NULL REFERENCES user_imports (id) ON DELETE CASCADE,
    line BIGINT NOT NULL,                       -- in the file, from 1
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,                         -- empty: not said
    time_zone TEXT NOT NULL,                    -- empty: not said
    error TEXT,                                 -- why the row is not taken in
    PRIMARY KEY (import_id, line)
);
