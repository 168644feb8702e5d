-- Values that runs are given and nobody is shown, sealed with a key that is not in the database. Times are Unix milliseconds, UTC.
-- A project that is empty is every project.
CREATE TABLE secrets (
    project TEXT NOT NULL,
    name TEXT NOT NULL,
    key_id TEXT NOT NULL,
    box BLOB NOT NULL,
    set_at INTEGER NOT NULL,
    set_by TEXT NOT NULL,
    PRIMARY KEY (project, name)
) STRICT, WITHOUT ROWID;
