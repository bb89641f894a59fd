-- Whether a second factor was used when the session began.
ALTER TABLE sessions ADD COLUMN second_factor BOOLEAN NOT NULL DEFAULT FALSE;

-- The authenticator app of an account. It is a factor once a right code was typed.
CREATE TABLE totp_factors (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret BYTEA NOT NULL,                      -- AES-256-GCM under a key made from the instance's secret key
    created_at TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ,
    last_step BIGINT NOT NULL                   -- the 30 seconds whose code was accepted last: no code is good twice
);

-- For the day when every other factor is lost. A used one stays, so that the number left can be told.
CREATE TABLE recovery_codes (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash BYTEA NOT NULL,                   -- HMAC-SHA-256 under a key made from the instance's secret key
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    PRIMARY KEY (user_id, code_hash)
);

CREATE TABLE passkeys (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_id BYTEA NOT NULL UNIQUE,
    name TEXT NOT NULL,
    credential JSONB NOT NULL,                  -- public key, signature counter and what else verifies it
    created_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ
);
CREATE INDEX passkeys_by_user ON passkeys (user_id, created_at);

-- What the browser was asked to sign; removed when the answer comes.
CREATE TABLE passkey_ceremonies (
    id UUID PRIMARY KEY,
    purpose TEXT NOT NULL,                      -- register, second-factor, sign-in, step-up
    user_id UUID REFERENCES users (id) ON DELETE CASCADE,
    state JSONB NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX passkey_ceremonies_by_user ON passkey_ceremonies (user_id);
CREATE INDEX passkey_ceremonies_by_expiry ON passkey_ceremonies (expires_at);

-- Between the password and the second factor: not a session, and good for nothing else.
CREATE TABLE sign_in_challenges (
    token_hash BYTEA PRIMARY KEY,               -- SHA-256 of the cookie
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    method TEXT NOT NULL,                       -- how the first factor was proved
    tries BIGINT NOT NULL DEFAULT 0,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX sign_in_challenges_by_user ON sign_in_challenges (user_id);
CREATE INDEX sign_in_challenges_by_expiry ON sign_in_challenges (expires_at);

-- Wrong codes since the last right one, and until when the next try has to wait.
CREATE TABLE second_factor_tries (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    tries BIGINT NOT NULL,
    blocked_until TIMESTAMPTZ NOT NULL
);
