-- What whoever runs the service asks, and says. Times are Unix milliseconds, UTC.

-- What waits and runs is counted without reading its rows, and costs no more the more there has been.
CREATE INDEX deliveries_waiting ON deliveries (received_at) WHERE state = 'received';

-- Who did what; only added to. A statement that would change or take away an entry fails, also as part of INSERT OR REPLACE.
CREATE TABLE audit (
    key INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX audit_by_time ON audit (at, key);

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'The audit log is only added to.'); END;
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'The audit log is only added to.'); END;
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'The audit log is only added to.'); END;

-- While there is a row no trial is claimed.
CREATE TABLE pauses (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    since INTEGER NOT NULL,
    paused_by TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- What people call a project, when that is not the repository's own name; and whether they took it off the list.
ALTER TABLE projects ADD COLUMN title TEXT NOT NULL DEFAULT '';
ALTER TABLE projects ADD COLUMN is_removed INTEGER NOT NULL DEFAULT 0;

-- Runs whose end was announced, until somebody has looked whether people are to be told; and what they are to be told,
-- until it was sent or given up.
CREATE TABLE endings (
    run INTEGER PRIMARY KEY REFERENCES runs (key) ON DELETE CASCADE
) STRICT;

CREATE TABLE notices (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    json TEXT NOT NULL,
    wanted_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0
) STRICT;
