-- What the refs of a forge's repository named when we last heard of them or looked. Times are Unix milliseconds, UTC.

-- ref is a full name; refs/pull/N/head is a pull request's head. object is a commit or a tag.
CREATE TABLE known_heads (
    project TEXT NOT NULL REFERENCES projects (id),
    ref TEXT NOT NULL,
    object TEXT NOT NULL,
    PRIMARY KEY (project, ref)
) STRICT, WITHOUT ROWID;

-- A repository without a row was never looked at: nothing is known of what it lacks.
CREATE TABLE head_looks (
    project TEXT PRIMARY KEY REFERENCES projects (id),
    looked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
