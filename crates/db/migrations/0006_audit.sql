-- Where the kept part of the audit log begins: the entry before it, which was removed by age.
ALTER TABLE audit_head ADD COLUMN pruned_sequence BIGINT NOT NULL DEFAULT 0;
ALTER TABLE audit_head ADD COLUMN pruned_hash TEXT NOT NULL DEFAULT '';

-- Brakes on guessing, shared by all servers. Keys are hashes, so that the table lists no addresses.
CREATE TABLE throttles (
    key_hash BYTEA PRIMARY KEY,                 -- SHA-256 of what is braked and for whom
    free_at BIGINT NOT NULL,                    -- when all of the allowance is there again; milliseconds since 1970
    failures BIGINT NOT NULL DEFAULT 0,         -- in a row
    blocked_until BIGINT NOT NULL DEFAULT 0     -- milliseconds since 1970
);
CREATE INDEX throttles_by_age ON throttles (free_at);
