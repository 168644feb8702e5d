-- What a run's search knows of earlier runs: settled when the run is recorded, and its own, so that those runs may be pruned.

-- In short: {"sets", "runs", "best"}; NULL when it is not to know of any.
ALTER TABLE runs ADD COLUMN warm_start_json TEXT;

-- The parameter sets and what came of them, oldest first.
CREATE TABLE earlier_sets (
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    parameters_json TEXT NOT NULL,
    values_json TEXT NOT NULL,
    violation REAL NOT NULL,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;
