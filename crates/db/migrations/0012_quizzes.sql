-- How the quiz of a lesson is judged; without a row, the program's defaults.
CREATE TABLE quiz_settings (
    lesson_id UUID PRIMARY KEY REFERENCES lessons (id) ON DELETE CASCADE,
    pass_percent BIGINT NOT NULL,
    max_attempts BIGINT,                        -- NULL: as many as one likes
    show_answers BOOLEAN NOT NULL               -- after a failed attempt, while there is another
);

-- Kept beside the lesson, so that its page knows whether there is a quiz.
ALTER TABLE lessons ADD COLUMN question_count BIGINT NOT NULL DEFAULT 0;
UPDATE lessons SET question_count = (SELECT COUNT(*) FROM quiz_questions WHERE lesson_id = lessons.id);

-- One go at a quiz. Its questions are those it was begun with, in the order in which they are shown, with the right
-- answers: whoever changes the quiz meanwhile changes the next attempt.
CREATE TABLE quiz_attempts (
    id UUID PRIMARY KEY,
    user_id UUID NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    lesson_id UUID NOT NULL REFERENCES lessons (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,                     -- from 1
    questions JSONB NOT NULL,
    answers JSONB NOT NULL,                     -- for each question an answer or null
    pass_percent BIGINT NOT NULL,               -- when it was begun
    begun_at TIMESTAMPTZ NOT NULL,
    submitted_at TIMESTAMPTZ,                   -- NULL: under way
    score_percent BIGINT,
    passed BOOLEAN,
    UNIQUE (user_id, lesson_id, number)
);
CREATE INDEX quiz_attempts_by_lesson ON quiz_attempts (lesson_id);

-- Where somebody stands in the quizzes of a course, by lesson: {id: {attempts, best_score_percent, passed, running}}. With
-- the enrollment, which every page of a learner reads anyway.
ALTER TABLE enrollments ADD COLUMN quizzes JSONB NOT NULL DEFAULT '{}';
