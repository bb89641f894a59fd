-- The entity tag of an answer that is repeated.
ALTER TABLE idempotency_keys ADD COLUMN etag TEXT;
