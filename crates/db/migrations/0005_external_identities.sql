-- Accounts elsewhere that open an account here. A person there is known by issuer and subject.
CREATE TABLE external_identities (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,                     -- id in the configuration
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    email TEXT,                                 -- as the provider said last
    linked_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE INDEX external_identities_by_user ON external_identities (user_id);

-- Attempts to sign in that are on their way to a provider and back.
CREATE TABLE external_sign_ins (
    state_hash BYTEA PRIMARY KEY,               -- SHA-256
    provider TEXT NOT NULL,
    browser_hash BYTEA NOT NULL,                -- SHA-256 of what the browser keeps
    nonce TEXT NOT NULL,
    pkce_verifier TEXT NOT NULL,
    link_to UUID REFERENCES users (id) ON DELETE CASCADE,
    return_to TEXT,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX external_sign_ins_by_expiry ON external_sign_ins (expires_at);

-- API tokens of other issuers that were seen. Without a session: it was ended, and the token is good no more.
CREATE TABLE external_tokens (
    token_hash BYTEA PRIMARY KEY,               -- SHA-256
    session_id UUID REFERENCES sessions (id) ON DELETE SET NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX external_tokens_by_session ON external_tokens (session_id);
CREATE INDEX external_tokens_by_expiry ON external_tokens (expires_at);
