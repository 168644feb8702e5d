-- Workers and what they own. A lease is judged by the machine's time since boot, which nobody can set: expires_at is in
-- milliseconds of that clock, in the boot whose id stands beside it. All processes on one SQLite file share it.

CREATE TABLE workers (
    id TEXT PRIMARY KEY,
    host TEXT NOT NULL,
    process_id INTEGER NOT NULL,
    takes_any_run INTEGER NOT NULL,
    boot TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

ALTER TABLE runs ADD COLUMN origin TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN attendant TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN report_folder TEXT NOT NULL DEFAULT '';
ALTER TABLE runs ADD COLUMN announced INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;

-- Runs of earlier versions wrote their reports when they ended.
UPDATE runs SET announced = 1 WHERE state NOT IN ('queued', 'running');

CREATE UNIQUE INDEX runs_by_origin ON runs (project, experiment, origin) WHERE origin <> '';
CREATE INDEX runs_open ON runs (key) WHERE state IN ('queued', 'running');
CREATE INDEX runs_unannounced ON runs (key) WHERE announced = 0;

-- Counts up within a run with every change of a trial, so that a process asks only for what is new.
ALTER TABLE trials ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX trials_by_change ON trials (run, changed);
CREATE INDEX trials_queued ON trials (run, number) WHERE state = 'queued';
CREATE INDEX trials_driven ON trials (run, number) WHERE state IN ('starting', 'running');

ALTER TABLE attempts ADD COLUMN worker TEXT NOT NULL DEFAULT '';
CREATE INDEX attempts_open ON attempts (worker) WHERE outcome IS NULL;
