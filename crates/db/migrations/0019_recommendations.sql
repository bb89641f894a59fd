-- What is recommended to somebody, for a day. It is good while it is younger than that and `made_from` still says what it
-- depends on; otherwise it is made anew when it is asked for.
CREATE TABLE recommendations (
    user_id UUID PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    made_from TEXT NOT NULL,                    -- SHA-256 of role, favorite categories and enrollments
    items JSONB NOT NULL,                       -- [{course_id, reason: {kind, …}}], the best first
    generated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX recommendations_by_age ON recommendations (generated_at);

-- That a course was recommended to somebody on a day (UTC), and whether they followed it: once each.
CREATE TABLE recommendation_impressions (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    course_id UUID NOT NULL REFERENCES courses (id) ON DELETE CASCADE,
    day DATE NOT NULL,
    reason TEXT NOT NULL,                       -- finished, current, next_level, favorite, …
    clicked_at TIMESTAMPTZ,
    counts_until TIMESTAMPTZ,                   -- an enrollment up to here followed the click
    PRIMARY KEY (user_id, course_id, day)
);
CREATE INDEX recommendation_impressions_by_day ON recommendation_impressions (day, course_id);
CREATE INDEX recommendation_impressions_by_course ON recommendation_impressions (course_id);

-- The same by day without the people: made when nothing of a day can change any more, kept for good.
CREATE TABLE recommendation_days (
    day DATE NOT NULL,
    course_id UUID NOT NULL REFERENCES courses (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    impressions BIGINT NOT NULL,
    clicks BIGINT NOT NULL,
    enrollments BIGINT NOT NULL,
    PRIMARY KEY (day, course_id, reason)
);
CREATE INDEX recommendation_days_by_course ON recommendation_days (course_id);
