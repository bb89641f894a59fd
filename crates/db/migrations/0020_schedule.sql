-- What a learner chose instead of a lesson a day since joining: {due: {day: date}, weekdays: [name], left_on, revision,
-- made_at}. Empty: nothing, so day N is due N−1 days after `start_day`, which stays the day of joining.
ALTER TABLE enrollments ADD COLUMN plan JSONB NOT NULL DEFAULT '{}';

-- The secret address under which a learner's lessons can be read as a calendar. Its token is made of the salt and the
-- instance's secret, so that its owner can see it again and the database alone doesn't tell it.
CREATE TABLE calendar_links (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    salt TEXT NOT NULL,
    token_hash BYTEA NOT NULL UNIQUE,
    made_at TIMESTAMPTZ NOT NULL
);
