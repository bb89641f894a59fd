-- What somebody remembers of a card, from their first review of it on. The cards themselves are nowhere: they follow from the
-- lessons that somebody has completed and from the questions that they missed (docs/adr/0012).
CREATE TABLE review_cards (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    lesson_id UUID NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    part TEXT NOT NULL,                         -- t2: the second key takeaway; q and a hash: the question that asks this
    version BIGINT NOT NULL,                    -- reviews so far
    stability DOUBLE PRECISION NOT NULL,        -- FSRS: days until recall is 90 % likely
    difficulty DOUBLE PRECISION NOT NULL,       -- FSRS: 1 to 10
    first_on DATE NOT NULL,                     -- the learner's day of the first review
    reviewed_on DATE NOT NULL,                  -- and of the last one
    due_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (user_id, lesson_id, part)
);
CREATE INDEX review_cards_due ON review_cards (user_id, due_at);
CREATE INDEX review_cards_by_lesson ON review_cards (lesson_id);
