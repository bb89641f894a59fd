-- A lesson that somebody hid from learners stays hidden when its course is published.
ALTER TABLE lessons ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT FALSE;

-- Its author has taken back a review that was hidden. The text is gone, the decision stays.
ALTER TABLE reviews ADD COLUMN withdrawn BOOLEAN NOT NULL DEFAULT FALSE;
