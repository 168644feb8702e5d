-- The data sets that manifests may ask for. Times are Unix milliseconds, UTC.

CREATE TABLE datasets (
    name TEXT PRIMARY KEY,
    version TEXT NOT NULL,
    path TEXT NOT NULL,
    source TEXT NOT NULL,
    bytes INTEGER,
    files INTEGER,
    added_at INTEGER NOT NULL
) STRICT;
