-- SQLite reads a row from its beginning, through the pages of long texts to whatever stands behind them. Columns that came
-- later (version, question_count, review_state, hidden) stood behind the texts of lessons, so an outline read all texts
-- of its course. The texts go to the end again, under their own names: a program that still runs goes on as before.
ALTER TABLE lessons ADD COLUMN body_moved TEXT NOT NULL DEFAULT '';
ALTER TABLE lessons ADD COLUMN body_html_moved TEXT NOT NULL DEFAULT '';
UPDATE lessons SET body_moved = body, body_html_moved = body_html;
ALTER TABLE lessons DROP COLUMN body;
ALTER TABLE lessons DROP COLUMN body_html;
ALTER TABLE lessons RENAME COLUMN body_moved TO body;
ALTER TABLE lessons RENAME COLUMN body_html_moved TO body_html;
