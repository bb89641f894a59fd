-- Search: the index stands beside the database and compares itself with it.

-- Counts the changes of a course and its lessons, so that an index sees which courses have changed.
ALTER TABLE courses ADD COLUMN content_version BIGINT NOT NULL DEFAULT 0;
-- Grows when an administrator has every index built anew.
ALTER TABLE instance ADD COLUMN search_generation BIGINT NOT NULL DEFAULT 0;

-- What people look for, by day; nothing about who.
CREATE TABLE search_queries (
    day DATE NOT NULL,
    query TEXT NOT NULL,                        -- in lower case
    searches BIGINT NOT NULL,
    empty_searches BIGINT NOT NULL,             -- those that found nothing
    clicks BIGINT NOT NULL,                     -- results that were opened
    hits BIGINT NOT NULL,                       -- courses that the last search found
    PRIMARY KEY (day, query)
);
CREATE INDEX search_queries_by_query ON search_queries (query, day);
