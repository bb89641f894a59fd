-- What became of a mail, and how it was written when it was handed over.
ALTER TABLE mails ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;    -- counted before each handing over
ALTER TABLE mails ADD COLUMN error TEXT;                            -- of the last attempt
ALTER TABLE mails ADD COLUMN subject TEXT;
ALTER TABLE mails ADD COLUMN html TEXT;
ALTER TABLE mails ADD COLUMN text_part TEXT;
-- States: queued, sending, sent, kept (stays in the mailbox: no server is configured), failed.
CREATE INDEX mails_by_user ON mails (user_id, created_at);

-- When the account's address was proved to be its owner's.
ALTER TABLE users ADD COLUMN email_verified_at TIMESTAMPTZ;
UPDATE users SET email_verified_at = created_at WHERE is_demo OR role = 'admin';

-- Links in mails. One live link for each purpose and account; using it removes it.
CREATE TABLE account_tokens (
    token_hash BYTEA PRIMARY KEY,               -- SHA-256
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,                      -- verify-email, reset-password, change-email-old, change-email-new
    email TEXT NOT NULL,                        -- the address that the link was sent to
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    UNIQUE (user_id, purpose)
);
CREATE INDEX account_tokens_by_expiry ON account_tokens (expires_at);

-- A change of address under way; done when both addresses have confirmed it.
CREATE TABLE email_changes (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    new_email TEXT NOT NULL,
    old_confirmed_at TIMESTAMPTZ,
    new_confirmed_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX email_changes_by_expiry ON email_changes (expires_at);
