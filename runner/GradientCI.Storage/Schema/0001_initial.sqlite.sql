-- Times are Unix milliseconds, UTC. States and outcomes are the words that people read. NULL in a REAL column is NaN,
-- which SQLite cannot store. Columns hold what is asked for; *_json holds what is only handed back.

CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    location TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    key INTEGER PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (id),
    experiment TEXT NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    problem TEXT NOT NULL DEFAULT '',
    best REAL,
    passed INTEGER,
    sha TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    baseline_project TEXT,
    baseline_experiment TEXT,
    baseline_number INTEGER,
    baseline_note TEXT NOT NULL,
    manifest_digest TEXT NOT NULL,
    input_digest TEXT NOT NULL,
    executor TEXT NOT NULL,
    sampler_note TEXT NOT NULL,
    spec_json TEXT NOT NULL,
    commit_json TEXT NOT NULL,
    provenance_json TEXT NOT NULL,
    changes_json TEXT NOT NULL,
    notices_json TEXT NOT NULL,
    overrides_json TEXT NOT NULL,
    UNIQUE (project, experiment, number)
) STRICT;

CREATE INDEX runs_by_sha ON runs (sha);

CREATE TABLE trials (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    parameter_set INTEGER NOT NULL,
    repeat INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    parameters_json TEXT NOT NULL,
    command_json TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    cached_project TEXT,
    cached_experiment TEXT,
    cached_run INTEGER,
    cached_number INTEGER,
    dropped_points INTEGER NOT NULL DEFAULT 0,
    UNIQUE (run, number)
) STRICT;

CREATE INDEX trials_by_fingerprint ON trials (fingerprint) WHERE state = 'succeeded';

CREATE TABLE attempts (
    trial INTEGER NOT NULL REFERENCES trials (key) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    outcome TEXT,
    exit_code INTEGER,
    reason TEXT NOT NULL,
    gpus_json TEXT NOT NULL,
    handle TEXT NOT NULL,
    preparing_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    log_offset INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (trial, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE series (
    key INTEGER PRIMARY KEY,
    trial INTEGER NOT NULL REFERENCES trials (key) ON DELETE CASCADE,
    metric TEXT NOT NULL,
    count INTEGER NOT NULL,
    finite INTEGER NOT NULL,
    first_x REAL,
    first_y REAL,
    first_at INTEGER NOT NULL,
    last_x REAL,
    last_y REAL,
    last_at INTEGER NOT NULL,
    min REAL,
    max REAL,
    mean REAL,
    squares REAL,
    UNIQUE (trial, metric)
) STRICT;

-- The points of a series, 4,096 to a chunk; all chunks but the last are full, so series.count says how many points of
-- the last one are real. A point is 24 bytes, little-endian: x (double), y (double), time (64-bit milliseconds).
-- The last chunk is longer than its points and doubles when it is full: a small append then overwrites a few bytes in
-- place, where rewriting the blob would write 98 KB for every line that a trial prints.
CREATE TABLE chunks (
    key INTEGER PRIMARY KEY,
    series INTEGER NOT NULL REFERENCES series (key) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    points BLOB NOT NULL,
    UNIQUE (series, number)
) STRICT;
