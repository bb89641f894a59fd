-- What people call a file, as it was uploaded or renamed. NULL in older rows: as in its address (name).
ALTER TABLE media ADD COLUMN label TEXT;
ALTER TABLE media ADD COLUMN label_folded TEXT;                  -- the same in lower case, to search in

-- Counts the changes of what is said about a file: a change names the one that it was made from.
ALTER TABLE media ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
