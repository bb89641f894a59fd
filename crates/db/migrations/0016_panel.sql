-- What the overview of the panel counts by time, and what its search looks through.
CREATE INDEX users_by_creation ON users (created_at, id);
CREATE INDEX enrollments_by_time ON enrollments (enrolled_at, id);
CREATE INDEX enrollments_by_completion ON enrollments (completed_at) WHERE completed_at IS NOT NULL;
CREATE INDEX lessons_by_title ON lessons (title, id);
CREATE INDEX mails_failed ON mails (created_at) WHERE state = 'failed';
CREATE INDEX jobs_dead ON jobs (created_at) WHERE state = 'dead';
