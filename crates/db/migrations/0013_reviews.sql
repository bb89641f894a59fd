-- What learners think of a course. One for each course and learner.
CREATE TABLE reviews (
    id UUID PRIMARY KEY,
    course_id UUID NOT NULL REFERENCES courses (id) ON DELETE CASCADE,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    rating BIGINT NOT NULL,                     -- 1 to 5
    body TEXT NOT NULL,                         -- may be empty
    state TEXT NOT NULL,                        -- visible, reported (visible until somebody decides), hidden
    report_count BIGINT NOT NULL DEFAULT 0,     -- since it was last decided on
    hidden_reason TEXT NOT NULL DEFAULT '',     -- for its author
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    UNIQUE (user_id, course_id)
);
CREATE INDEX reviews_newest ON reviews (course_id, updated_at, id);
CREATE INDEX reviews_by_rating ON reviews (course_id, rating, updated_at, id);
CREATE INDEX reviews_by_state ON reviews (state, updated_at, id);
CREATE INDEX reviews_by_change ON reviews (updated_at, id);

-- Who found a review out of place: once each.
CREATE TABLE review_reports (
    review_id UUID NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (review_id, user_id)
);
CREATE INDEX review_reports_by_user ON review_reports (user_id);

-- How many visible reviews of active people give one to five stars. Locked first by whoever changes a review.
CREATE TABLE course_ratings (
    course_id UUID PRIMARY KEY REFERENCES courses (id) ON DELETE CASCADE,
    stars_1 BIGINT NOT NULL DEFAULT 0,
    stars_2 BIGINT NOT NULL DEFAULT 0,
    stars_3 BIGINT NOT NULL DEFAULT 0,
    stars_4 BIGINT NOT NULL DEFAULT 0,
    stars_5 BIGINT NOT NULL DEFAULT 0
);
