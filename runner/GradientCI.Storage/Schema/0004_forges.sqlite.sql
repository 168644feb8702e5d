-- What a forge tells us and is told. Times are Unix milliseconds, UTC.

-- What was delivered, before it is answered with 2xx. A body goes when its delivery is done; the id stays, against replays.
CREATE TABLE deliveries (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    event TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    note TEXT NOT NULL DEFAULT '',
    body BLOB NOT NULL
) STRICT;

CREATE INDEX deliveries_due ON deliveries (not_before, key) WHERE state = 'received';

CREATE TABLE forge_repositories (
    project TEXT PRIMARY KEY REFERENCES projects (id),
    forge TEXT NOT NULL,
    remote_id INTEGER NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    clone_url TEXT NOT NULL,
    default_branch TEXT NOT NULL,
    installation INTEGER,
    is_removed INTEGER NOT NULL DEFAULT 0,
    UNIQUE (forge, remote_id)
) STRICT, WITHOUT ROWID;

-- updated_at is the forge's: an older delivery changes nothing. heads_json: the heads so far, oldest first.
CREATE TABLE pull_requests (
    project TEXT NOT NULL REFERENCES forge_repositories (project),
    number INTEGER NOT NULL,
    head TEXT NOT NULL,
    head_ref TEXT NOT NULL,
    head_repository TEXT NOT NULL,
    is_fork INTEGER NOT NULL,
    base_ref TEXT NOT NULL,
    base TEXT NOT NULL,
    author TEXT NOT NULL,
    is_open INTEGER NOT NULL,
    is_draft INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    heads_json TEXT NOT NULL,
    PRIMARY KEY (project, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX pull_requests_by_head ON pull_requests (project, head);

-- Code of a fork that may run: exactly this commit of this pull request.
CREATE TABLE approvals (
    project TEXT NOT NULL,
    pull_request INTEGER NOT NULL,
    sha TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_at INTEGER NOT NULL,
    PRIMARY KEY (project, pull_request, sha)
) STRICT, WITHOUT ROWID;

-- What is to be said at a commit beside its runs: a manifest with errors, a fork that waits for approval.
CREATE TABLE commit_remarks (
    project TEXT NOT NULL,
    sha TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    sentence TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (project, sha, source)
) STRICT, WITHOUT ROWID;

-- Commits that a forge is told about: revision counts up with every change of a run or remark there, in its transaction.
CREATE TABLE commit_answers (
    project TEXT NOT NULL REFERENCES forge_repositories (project),
    sha TEXT NOT NULL,
    revision INTEGER NOT NULL,
    answered INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project, sha)
) STRICT, WITHOUT ROWID;

CREATE INDEX commit_answers_due ON commit_answers (project, sha) WHERE revision > answered;

-- One row per thing of the forge's that we keep: a status, a check run, a comment; what it is to say, and what it says.
CREATE TABLE answers (
    key INTEGER PRIMARY KEY,
    project TEXT NOT NULL REFERENCES forge_repositories (project),
    lane TEXT NOT NULL,
    wanted_json TEXT NOT NULL,
    wanted_digest TEXT NOT NULL,
    posted_digest TEXT NOT NULL DEFAULT '',
    remote_id INTEGER,
    posts INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    wanted_at INTEGER NOT NULL,
    not_before INTEGER NOT NULL DEFAULT 0,
    problem TEXT NOT NULL DEFAULT '',
    is_dead INTEGER NOT NULL DEFAULT 0,
    UNIQUE (project, lane)
) STRICT;

CREATE INDEX answers_due ON answers (not_before, key) WHERE wanted_digest <> posted_digest AND is_dead = 0;
CREATE INDEX answers_limited ON answers (project, not_before) WHERE problem = '';
CREATE INDEX answers_dead ON answers (key) WHERE is_dead = 1;
