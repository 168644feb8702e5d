-- What happened in a run, numbered in the order of its recording: whoever looks on names the last number that he has seen, and
-- gets what follows, whichever process he asks. Triggers write it, so that no change can be made without it: it is in the
-- change's own transaction. trial 0 is the run itself. Points are not copied: an event names a range of a series.

-- Counts up when points are forgotten: events of those are passed over.
ALTER TABLE trials ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;

CREATE TABLE run_events (
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    trial INTEGER NOT NULL DEFAULT 0,
    state TEXT,
    note TEXT NOT NULL DEFAULT '',
    passed INTEGER,
    best REAL,
    metric TEXT,
    first INTEGER,
    points INTEGER,
    generation INTEGER,
    PRIMARY KEY (run, number)
) STRICT, WITHOUT ROWID;

-- Runs of earlier versions: as they stand.
INSERT INTO run_events (run, number, trial, state, note, passed, best, metric, first, points, generation)
SELECT run, row_number() OVER (PARTITION BY run ORDER BY part, trial, metric), trial, state, note, passed, best, metric, first, points, generation
FROM (
    SELECT key AS run, 0 AS part, 0 AS trial, state, problem AS note, passed, best, NULL AS metric, NULL AS first, NULL AS points, NULL AS generation FROM runs
    UNION ALL SELECT run, 1, number, state, reason, NULL, NULL, NULL, NULL, NULL, NULL FROM trials
    UNION ALL SELECT t.run, 2, t.number, NULL, '', NULL, NULL, s.metric, 0, s.count, 0 FROM series s JOIN trials t ON t.key = s.trial);

CREATE TRIGGER run_recorded AFTER INSERT ON runs
BEGIN
    INSERT INTO run_events (run, number, state, note, passed, best) VALUES (NEW.key, 1, NEW.state, NEW.problem, NEW.passed, NEW.best);
END;

CREATE TRIGGER run_moved_on AFTER UPDATE OF state ON runs WHEN NEW.state <> OLD.state
BEGIN
    INSERT INTO run_events (run, number, state, note, passed, best)
    VALUES (NEW.key, (SELECT coalesce(max(number), 0) + 1 FROM run_events WHERE run = NEW.key), NEW.state, NEW.problem, NEW.passed, NEW.best);
END;

CREATE TRIGGER trial_recorded AFTER INSERT ON trials
BEGIN
    INSERT INTO run_events (run, number, trial, state, note)
    VALUES (NEW.run, (SELECT coalesce(max(number), 0) + 1 FROM run_events WHERE run = NEW.run), NEW.number, NEW.state, NEW.reason);
END;

CREATE TRIGGER trial_moved_on AFTER UPDATE OF state ON trials WHEN NEW.state <> OLD.state
BEGIN
    INSERT INTO run_events (run, number, trial, state, note)
    VALUES (NEW.run, (SELECT coalesce(max(number), 0) + 1 FROM run_events WHERE run = NEW.run), NEW.number, NEW.state, NEW.reason);
END;

CREATE TRIGGER series_began AFTER INSERT ON series
BEGIN
    INSERT INTO run_events (run, number, trial, metric, first, points, generation)
    SELECT t.run, (SELECT coalesce(max(number), 0) + 1 FROM run_events WHERE run = t.run), t.number, NEW.metric, 0, NEW.count, t.generation
    FROM trials t WHERE t.key = NEW.trial;
END;

CREATE TRIGGER series_grew AFTER UPDATE OF count ON series WHEN NEW.count > OLD.count
BEGIN
    INSERT INTO run_events (run, number, trial, metric, first, points, generation)
    SELECT t.run, (SELECT coalesce(max(number), 0) + 1 FROM run_events WHERE run = t.run), t.number, NEW.metric, OLD.count, NEW.count - OLD.count, t.generation
    FROM trials t WHERE t.key = NEW.trial;
END;

CREATE TRIGGER series_forgotten AFTER DELETE ON series
BEGIN
    UPDATE trials SET generation = generation + 1 WHERE key = OLD.trial;
END;
