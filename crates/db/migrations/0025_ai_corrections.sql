-- What administrators add to a month's spending, or take away from it, where a figure is known to be false. Nothing changes a
-- correction; another one takes it back.
CREATE TABLE ai_corrections (
    id UUID PRIMARY KEY,
    month TEXT NOT NULL,                        -- 2026-11; counted in ai_months
    cost_micros BIGINT NOT NULL,                -- millionths of a US dollar; negative: too much was counted
    reason TEXT NOT NULL,
    created_by UUID NOT NULL,                   -- no reference: it outlives the account
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ai_corrections_by_month ON ai_corrections (month);
CREATE INDEX ai_corrections_by_age ON ai_corrections (created_at, id);
