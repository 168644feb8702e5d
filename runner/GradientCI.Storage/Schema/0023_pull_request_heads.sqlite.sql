-- Every commit that was the head of a pull request, to be found by the commit.
CREATE TABLE pull_request_heads (
    project TEXT NOT NULL,
    sha TEXT NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (project, sha, number)
) STRICT, WITHOUT ROWID;

INSERT INTO pull_request_heads (project, sha, number)
SELECT DISTINCT pull.project, head.value, pull.number FROM pull_requests AS pull, json_each(pull.heads_json) AS head;
