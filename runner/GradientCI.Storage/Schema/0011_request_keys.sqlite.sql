-- Requests for runs that are known by a key of the caller's, so that one that is sent again is answered with the same run.
-- Times are Unix milliseconds, UTC. Rows go when they have expired, or with their run.
CREATE TABLE request_keys (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    digest TEXT NOT NULL,
    run INTEGER NOT NULL REFERENCES runs (key) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    PRIMARY KEY (caller, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX request_keys_by_time ON request_keys (at);
CREATE INDEX request_keys_by_run ON request_keys (run);
