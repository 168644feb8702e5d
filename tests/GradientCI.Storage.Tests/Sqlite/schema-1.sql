PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    location TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO projects VALUES('toy-6efa90','toy','/srv/toy');
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
INSERT INTO runs VALUES(1,'toy-6efa90','toy',1,'finished','',6.0,1,'4379a8b863e2080a4bff6d2c9a8aa7e60cfc5c61',1795309866175,1795309866652,1795309867916,NULL,NULL,NULL,'The first commit has nothing to compare with.','d98a9167ced4b88d8d6a7fcad7353a5bae72eda078b346ead130bc6088324fee','e0457820b5aaef5e43815e4e725e64d7c98e0f987c8a96ef28acd0b53ca2fced','process','grid: 3 points, all of them asked','{"name":"toy","description":"","on":{"push":{"branches":[],"branchesIgnore":[],"tags":[],"tagsIgnore":[],"paths":[],"pathsIgnore":[],"everyCommit":false},"pullRequest":{"branches":[],"branchesIgnore":[],"paths":[],"pathsIgnore":[],"forksAfterApproval":true},"schedule":null,"comment":false},"baseline":"Reuse","cancelSuperseded":false,"image":null,"build":null,"setup":null,"command":{"words":["sh train.sh ${{ lr }}"],"isShell":true},"workdir":".","env":{},"secrets":[],"resources":{"gpus":0,"gpuType":null,"cpus":null,"memoryBytes":null,"shmBytes":null},"nodes":null,"timeout":null,"retries":{"max":0,"onLost":true,"onOutOfMemory":false,"onFailure":false,"onTimeout":false,"onExitCodes":[]},"inputs":[],"cache":true,"artifacts":[],"datasets":{},"ports":[],"parameters":{},"sweep":{"space":{"parameters":[{"name":"lr","domain":[1,2,3],"when":[]}]},"sampler":"auto","warmStart":false,"maxTrials":null,"parallel":1,"repeats":1,"seed":0,"pruner":null,"stop":{"after":null,"gpuHours":null,"target":null,"patience":null}},"objectives":[{"metric":"score","direction":"Maximize","aggregate":"Last"}],"constraints":[],"metrics":{"patterns":[],"tensorBoard":[],"files":[]},"checks":[{"metric":"score","target":{"low":5,"lowIncluded":true,"high":null,"highIncluded":false,"text":"\u003E= 5"},"aggregate":"Last","over":"Best","againstBase":false,"tolerance":{"value":0,"isRelative":false},"better":"Maximize","passIfMissing":false,"onlyPullRequest":false,"required":true}],"report":{"comment":"Always","charts":[],"columns":[],"images":[],"notes":null}}','{"sha":"4379a8b863e2080a4bff6d2c9a8aa7e60cfc5c61","tree":"59a08f2ae29c8e6de67e2d6d2054624195f68c79","parents":[],"authorName":"Ada","authorEmail":"ada@example.org","time":"2026-11-22T01:11:05+00:00","message":"Train a toy","ref":"refs/heads/main"}','{"host":"vm","operatingSystem":"Debian GNU/Linux 12 (bookworm), Linux 6.18.44-fc-v669","cpu":"Intel(R) Xeon(R) Processor \u00D7 2","memoryBytes":25276502016,"gpus":[],"gpuDriver":"","gitVersion":"2.39.5","runtimeVersion":"10.0.12","productVersion":"0.1.0\u002Bc5543922a7df7827179937a37c572588004b8626"}','[]','[]','[]');
INSERT INTO runs VALUES(2,'toy-6efa90','toy',2,'finished','',6.0,1,'c64967dcc2b33d766ab836ca65f000d028812669',1795309873886,1795309874080,1795309876216,'toy-6efa90','toy',1,'','d98a9167ced4b88d8d6a7fcad7353a5bae72eda078b346ead130bc6088324fee','e0457820b5aaef5e43815e4e725e64d7c98e0f987c8a96ef28acd0b53ca2fced','process','grid: 3 points, all of them asked','{"name":"toy","description":"","on":{"push":{"branches":[],"branchesIgnore":[],"tags":[],"tagsIgnore":[],"paths":[],"pathsIgnore":[],"everyCommit":false},"pullRequest":{"branches":[],"branchesIgnore":[],"paths":[],"pathsIgnore":[],"forksAfterApproval":true},"schedule":null,"comment":false},"baseline":"Reuse","cancelSuperseded":false,"image":null,"build":null,"setup":null,"command":{"words":["sh train.sh ${{ lr }}"],"isShell":true},"workdir":".","env":{},"secrets":[],"resources":{"gpus":0,"gpuType":null,"cpus":null,"memoryBytes":null,"shmBytes":null},"nodes":null,"timeout":null,"retries":{"max":0,"onLost":true,"onOutOfMemory":false,"onFailure":false,"onTimeout":false,"onExitCodes":[]},"inputs":[],"cache":true,"artifacts":[],"datasets":{},"ports":[],"parameters":{},"sweep":{"space":{"parameters":[{"name":"lr","domain":[1,2,3],"when":[]}]},"sampler":"auto","warmStart":false,"maxTrials":null,"parallel":1,"repeats":1,"seed":0,"pruner":null,"stop":{"after":null,"gpuHours":null,"target":null,"patience":null}},"objectives":[{"metric":"score","direction":"Maximize","aggregate":"Last"}],"constraints":[],"metrics":{"patterns":[],"tensorBoard":[],"files":[]},"checks":[{"metric":"score","target":{"low":5,"lowIncluded":true,"high":null,"highIncluded":false,"text":"\u003E= 5"},"aggregate":"Last","over":"Best","againstBase":false,"tolerance":{"value":0,"isRelative":false},"better":"Maximize","passIfMissing":false,"onlyPullRequest":false,"required":true}],"report":{"comment":"Always","charts":[],"columns":[],"images":[],"notes":null}}','{"sha":"c64967dcc2b33d766ab836ca65f000d028812669","tree":"59a08f2ae29c8e6de67e2d6d2054624195f68c79","parents":["4379a8b863e2080a4bff6d2c9a8aa7e60cfc5c61"],"authorName":"Ada","authorEmail":"ada@example.org","time":"2026-11-22T01:11:09+00:00","message":"Change nothing","ref":"refs/heads/main"}','{"host":"vm","operatingSystem":"Debian GNU/Linux 12 (bookworm), Linux 6.18.44-fc-v669","cpu":"Intel(R) Xeon(R) Processor \u00D7 2","memoryBytes":25276502016,"gpus":[],"gpuDriver":"","gitVersion":"2.39.5","runtimeVersion":"10.0.12","productVersion":"0.1.0\u002Bc5543922a7df7827179937a37c572588004b8626"}','[]','[]','[]');
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
INSERT INTO trials VALUES(1,1,1,1,1,674635333,'{"lr":1}','["sh train.sh 1"]','6f6091a8cd1da3e2edadf2d65b1701133e3815e6d424191a18b00041913ff7d7','succeeded','',NULL,NULL,NULL,NULL,0);
INSERT INTO trials VALUES(2,1,2,2,1,877534951,'{"lr":2}','["sh train.sh 2"]','73905b0c93956fb02c8945d6c485ed8bfe45d7179f8d1a4bfa16c3bdcb89adf8','succeeded','',NULL,NULL,NULL,NULL,0);
INSERT INTO trials VALUES(3,1,3,3,1,412719175,'{"lr":3}','["sh train.sh 3"]','fc3a3085e9432ede299b5638e56f4b308f7f3edc3e186123551cd73a43e0d15e','succeeded','',NULL,NULL,NULL,NULL,0);
INSERT INTO trials VALUES(4,2,1,1,1,674635333,'{"lr":1}','["sh train.sh 1"]','6f6091a8cd1da3e2edadf2d65b1701133e3815e6d424191a18b00041913ff7d7','succeeded','',NULL,NULL,NULL,NULL,0);
INSERT INTO trials VALUES(5,2,2,2,1,877534951,'{"lr":2}','["sh train.sh 2"]','73905b0c93956fb02c8945d6c485ed8bfe45d7179f8d1a4bfa16c3bdcb89adf8','succeeded','',NULL,NULL,NULL,NULL,0);
INSERT INTO trials VALUES(6,2,3,3,1,412719175,'{"lr":3}','["sh train.sh 3"]','fc3a3085e9432ede299b5638e56f4b308f7f3edc3e186123551cd73a43e0d15e','succeeded','',NULL,NULL,NULL,NULL,0);
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
INSERT INTO attempts VALUES(1,1,'succeeded',0,'','[]','10254 1322744 1 fbae02bd-b364-4309-a5b0-46647ee78a21',1795309866824,1795309867122,1795309867363,130);
INSERT INTO attempts VALUES(2,1,'succeeded',0,'','[]','10283 1322781 1 fbae02bd-b364-4309-a5b0-46647ee78a21',1795309867443,1795309867486,1795309867495,130);
INSERT INTO attempts VALUES(3,1,'succeeded',0,'','[]','10287 1322786 1 fbae02bd-b364-4309-a5b0-46647ee78a21',1795309867496,1795309867512,1795309867521,130);
INSERT INTO attempts VALUES(4,1,'succeeded',0,'','[]','10819 1323538 1 fbae02bd-b364-4309-a5b0-46647ee78a21',1795309874445,1795309875101,1795309875490,130);
INSERT INTO attempts VALUES(5,1,'succeeded',0,'','[]','10850 1323622 1 fbae02bd-b364-4309-a5b0-46647ee78a21',1795309875847,1795309875899,1795309875910,130);
INSERT INTO attempts VALUES(6,1,'succeeded',0,'','[]','10854 1323628 1 fbae02bd-b364-4309-a5b0-46647ee78a21',1795309875912,1795309875941,1795309875944,130);
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
INSERT INTO series VALUES(1,1,'score',3,3,1.0,0.0,1795309867202,3.0,2.0,1795309867202,0.0,2.0,1.0,2.0);
INSERT INTO series VALUES(2,2,'score',3,3,1.0,1.0,1795309867493,3.0,4.0,1795309867493,1.0,4.0,2.3333333333333334813,4.6666666666666660745);
INSERT INTO series VALUES(3,3,'score',3,3,1.0,2.0,1795309867520,3.0,6.0,1795309867520,2.0,6.0,4.0,8.0);
INSERT INTO series VALUES(4,4,'score',3,3,1.0,0.0,1795309875262,3.0,2.0,1795309875262,0.0,2.0,1.0,2.0);
INSERT INTO series VALUES(5,5,'score',3,3,1.0,1.0,1795309875909,3.0,4.0,1795309875909,1.0,4.0,2.3333333333333334813,4.6666666666666660745);
INSERT INTO series VALUES(6,6,'score',3,3,1.0,2.0,1795309875944,3.0,6.0,1795309875944,2.0,6.0,4.0,8.0);
CREATE TABLE chunks (
    key INTEGER PRIMARY KEY,
    series INTEGER NOT NULL REFERENCES series (key) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    points BLOB NOT NULL,
    UNIQUE (series, number)
) STRICT;
INSERT INTO chunks VALUES(1,1,0,X'000000000000f03f0000000000000000c290ce00a20100000000000000000040000000000000f03fc290ce00a201000000000000000008400000000000000040c290ce00a2010000');
INSERT INTO chunks VALUES(2,2,0,X'000000000000f03f000000000000f03fe591ce00a201000000000000000000400000000000000040e591ce00a201000000000000000008400000000000001040e591ce00a2010000');
INSERT INTO chunks VALUES(3,3,0,X'000000000000f03f00000000000000400092ce00a2010000000000000000004000000000000010400092ce00a2010000000000000000084000000000000018400092ce00a2010000');
INSERT INTO chunks VALUES(4,4,0,X'000000000000f03f00000000000000003eb0ce00a20100000000000000000040000000000000f03f3eb0ce00a2010000000000000000084000000000000000403eb0ce00a2010000');
INSERT INTO chunks VALUES(5,5,0,X'000000000000f03f000000000000f03fc5b2ce00a201000000000000000000400000000000000040c5b2ce00a201000000000000000008400000000000001040c5b2ce00a2010000');
INSERT INTO chunks VALUES(6,6,0,X'000000000000f03f0000000000000040e8b2ce00a201000000000000000000400000000000001040e8b2ce00a201000000000000000008400000000000001840e8b2ce00a2010000');
CREATE TABLE schema_version (version INTEGER NOT NULL, applied_at INTEGER NOT NULL) STRICT;
INSERT INTO schema_version VALUES(1,1795309866028);
CREATE INDEX runs_by_sha ON runs (sha);
CREATE INDEX trials_by_fingerprint ON trials (fingerprint) WHERE state = 'succeeded';
COMMIT;
