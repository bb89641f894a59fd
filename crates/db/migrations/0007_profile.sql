-- The picture's version, for its address; NULL without a picture.
ALTER TABLE users ADD COLUMN avatar TEXT;

CREATE TABLE avatars (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    version TEXT NOT NULL,                      -- from the content
    picture BYTEA NOT NULL,                     -- JPEG, 256 by 256
    changed_at TIMESTAMPTZ NOT NULL
);

-- From where somebody has signed in: kind of browser and part of the network, hashed.
CREATE TABLE known_devices (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    place_hash BYTEA NOT NULL,
    first_seen_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, place_hash)
);
