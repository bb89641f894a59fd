-- Administrators add categories and change them; a change that was made from an older version is refused.
ALTER TABLE categories ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
