-- What people asked for in comments, each command of a comment once. Times are Unix milliseconds, UTC.
-- runs_json: the runs it is about, "digits#13", or "digits#13 digits#9" for a comparison.
CREATE TABLE comment_commands (
    project TEXT NOT NULL REFERENCES forge_repositories (project),
    comment INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    pull_request INTEGER NOT NULL,
    head TEXT,
    text TEXT NOT NULL,
    written_by TEXT NOT NULL,
    outcome TEXT NOT NULL,
    sentence TEXT NOT NULL,
    runs_json TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (project, comment, ordinal)
) STRICT, WITHOUT ROWID;

CREATE INDEX comment_commands_by_head ON comment_commands (project, pull_request, head, comment, ordinal);
CREATE INDEX comment_commands_by_time ON comment_commands (project, outcome, recorded_at);

-- Since when, by the forge's clock, the head is the head: an approval that was written before means another commit.
ALTER TABLE pull_requests ADD COLUMN head_since INTEGER NOT NULL DEFAULT 0;
UPDATE pull_requests SET head_since = updated_at;
