-- Points: an append-only ledger. Totals are derived from it and can be computed anew at any time. -------------------

CREATE TABLE points_ledger (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,                       -- lesson, course, quiz, perfect-quiz, badge, review
    subject UUID NOT NULL,                      -- the lesson, course or badge: earns its points once
    points BIGINT NOT NULL,
    earned_at TIMESTAMPTZ NOT NULL,
    day DATE NOT NULL,                          -- the learner's day that it counts for
    time_zone TEXT NOT NULL,                    -- where the learner was: IANA name
    day_end_hour BIGINT NOT NULL,               -- the local hour at which days ended then
    category_id UUID,                           -- of the course, if it has to do with one
    pace_percent BIGINT,                        -- for a course: days from joining to finishing, in percent of its length
    PRIMARY KEY (user_id, reason, subject)
);

-- What learners have done until now. Streaks and badges follow from it (a job computes them after the update).
INSERT INTO points_ledger (user_id, reason, subject, points, earned_at, day, time_zone, day_end_hour, category_id)
SELECT p.user_id, 'lesson', p.lesson_id, 10, p.completed_at, p.completed_on, u.time_zone, 0, c.category_id
FROM lesson_progress p JOIN users u ON u.id = p.user_id JOIN courses c ON c.id = p.course_id
WHERE p.completed_at IS NOT NULL AND p.completed_on IS NOT NULL;

-- How fast they were isn't known.
INSERT INTO points_ledger (user_id, reason, subject, points, earned_at, day, time_zone, day_end_hour, category_id)
SELECT e.user_id, 'course', e.course_id, 50, e.completed_at, MAX(p.completed_on), u.time_zone, 0, c.category_id
FROM enrollments e JOIN users u ON u.id = e.user_id JOIN courses c ON c.id = e.course_id
     JOIN lessons l ON l.course_id = e.course_id
     JOIN lesson_progress p ON p.user_id = e.user_id AND p.lesson_id = l.id AND p.completed_on IS NOT NULL
WHERE e.completed_at IS NOT NULL
GROUP BY e.user_id, e.course_id, e.completed_at, u.time_zone, c.category_id;

-- What a person has done in all: the row that stands for them as a learner.
ALTER TABLE learners ADD COLUMN total_points BIGINT NOT NULL DEFAULT 0;
ALTER TABLE learners ADD COLUMN lessons_completed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE learners ADD COLUMN courses_completed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE learners ADD COLUMN quizzes_passed BIGINT NOT NULL DEFAULT 0;
ALTER TABLE learners ADD COLUMN perfect_quizzes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE learners ADD COLUMN badges_earned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE learners ADD COLUMN days_learned BIGINT NOT NULL DEFAULT 0;
ALTER TABLE learners ADD COLUMN current_streak BIGINT NOT NULL DEFAULT 0;    -- as of streak_day
ALTER TABLE learners ADD COLUMN longest_streak BIGINT NOT NULL DEFAULT 0;
ALTER TABLE learners ADD COLUMN streak_day DATE;                             -- the last day of learning
ALTER TABLE learners ADD COLUMN streak_zone TEXT NOT NULL DEFAULT 'UTC';     -- where that was
ALTER TABLE learners ADD COLUMN streak_freezes BIGINT NOT NULL DEFAULT 0;    -- in hand
ALTER TABLE learners ADD COLUMN week DATE;                                   -- Monday of the week of week_points, UTC
ALTER TABLE learners ADD COLUMN week_points BIGINT NOT NULL DEFAULT 0;
ALTER TABLE learners ADD COLUMN month DATE;                                  -- first of the month of month_points, UTC
ALTER TABLE learners ADD COLUMN month_points BIGINT NOT NULL DEFAULT 0;
ALTER TABLE learners ADD COLUMN listed BOOLEAN NOT NULL DEFAULT TRUE;        -- on leaderboards
CREATE INDEX learners_of_all_time ON learners (total_points, user_id) WHERE listed AND total_points > 0;
CREATE INDEX learners_of_month ON learners (month, month_points, user_id) WHERE listed AND month_points > 0;
CREATE INDEX learners_of_week ON learners (week, week_points, user_id) WHERE listed AND week_points > 0;

-- The same within a category.
CREATE TABLE learner_categories (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    category_id UUID NOT NULL REFERENCES categories (id) ON DELETE CASCADE,
    lessons_completed BIGINT NOT NULL DEFAULT 0,
    courses_completed BIGINT NOT NULL DEFAULT 0,
    total_points BIGINT NOT NULL DEFAULT 0,
    week DATE,
    week_points BIGINT NOT NULL DEFAULT 0,
    month DATE,
    month_points BIGINT NOT NULL DEFAULT 0,
    listed BOOLEAN NOT NULL DEFAULT TRUE,
    PRIMARY KEY (user_id, category_id)
);
CREATE INDEX learner_categories_of_all_time ON learner_categories (category_id, total_points, user_id) WHERE listed;
CREATE INDEX learner_categories_of_month ON learner_categories (category_id, month, month_points, user_id) WHERE listed;
CREATE INDEX learner_categories_of_week ON learner_categories (category_id, week, week_points, user_id) WHERE listed;

-- What happened on a day of a learner. Without learning and without a mark, somebody only read.
CREATE TABLE learner_days (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    day DATE NOT NULL,
    mark TEXT NOT NULL DEFAULT '',              -- learned; frozen: a freeze kept the streak; traveled: it never took place
    lessons BIGINT NOT NULL DEFAULT 0,
    reviews BIGINT NOT NULL DEFAULT 0,
    points BIGINT NOT NULL DEFAULT 0,
    seconds BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, day)
);

-- Whether this person wants to be on leaderboards.
ALTER TABLE profiles ADD COLUMN on_leaderboards BOOLEAN NOT NULL DEFAULT TRUE;

-- Badges -----------------------------------------------------------------------------------------------------------

CREATE TABLE badges (
    id UUID PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    tier TEXT NOT NULL,                         -- bronze, silver, gold, platinum
    emblem TEXT NOT NULL,                       -- name of a drawing
    rule JSONB NOT NULL,                        -- what it takes
    active BOOLEAN NOT NULL,                    -- can be earned
    position BIGINT NOT NULL,
    version BIGINT NOT NULL DEFAULT 1,
    created_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE earned_badges (
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    badge_id UUID NOT NULL REFERENCES badges (id),
    earned_at TIMESTAMPTZ NOT NULL,
    showcase BIGINT,                            -- place in the showcase of the profile, from 1
    PRIMARY KEY (user_id, badge_id)
);
CREATE INDEX earned_badges_by_badge ON earned_badges (badge_id, earned_at);
CREATE INDEX earned_badges_by_time ON earned_badges (earned_at);

-- When the standard badges were added; once in the instance's life, so that deleted ones stay away.
ALTER TABLE instance ADD COLUMN badges_added_at TIMESTAMPTZ;
