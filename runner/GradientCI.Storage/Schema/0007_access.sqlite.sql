-- Who may use the API. Times are Unix milliseconds, UTC. digest: SHA-256 of the token, which itself is nowhere.
CREATE TABLE access_tokens (
    digest TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    project TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER
) STRICT, WITHOUT ROWID;
