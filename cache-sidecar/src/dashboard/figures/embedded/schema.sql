-- Rollups of settled exchanges. `level` is the length of a row's stretch of time, in seconds: 60, 3600, 86400; `start` is when
-- it begins. Every exchange is in one row of each level.
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    user TEXT NOT NULL,
    model TEXT NOT NULL,
    UNIQUE (tenant, user, model)
) STRICT;

CREATE TABLE usage (
    level INTEGER NOT NULL,
    start INTEGER NOT NULL,
    series INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    input_tokens INTEGER NOT NULL,
    cached_input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    reasoning_tokens INTEGER NOT NULL,
    cost_micros INTEGER NOT NULL,
    saved_micros INTEGER NOT NULL,
    saved_tokens INTEGER NOT NULL,
    PRIMARY KEY (level, start, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE counts (
    level INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    start INTEGER NOT NULL,
    series INTEGER NOT NULL,
    label TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (level, kind, start, series, label)
) STRICT, WITHOUT ROWID;

-- The newest events that were counted, by a hash of their ids: what comes again is dropped.
CREATE TABLE seen (
    number INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE
) STRICT;
