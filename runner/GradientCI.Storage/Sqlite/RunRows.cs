using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Specs;
using GradientCI.Stores;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>Projects and runs as rows.</summary>
internal static class RunRows
{
    private const string Columns =
        """
        project, experiment, number, state, problem, created_at, started_at, ended_at, baseline_project, baseline_experiment, baseline_number,
        baseline_note, manifest_digest, executor, sampler_note, spec_json, commit_json, provenance_json, changes_json, notices_json,
        input_digest, best, passed, overrides_json, origin, attendant, report_folder, announced, pinned, warm_start_json, front_json
        """;

    private static readonly string MayDrive = $"(attendant = '' OR attendant = @worker OR NOT {WorkerRows.IsAlive("attendant")})";

    // Asked every second by every worker: each part has an index that holds only what is open. What holds slots comes first.
    internal static readonly string OpenText =
        $"""
        SELECT {Columns} FROM runs
        WHERE key IN (
            SELECT key FROM runs WHERE state IN ('queued', 'running')
            UNION SELECT run FROM trials WHERE state IN ('starting', 'running')
            UNION SELECT run FROM trials WHERE state = 'queued') AND {MayDrive}
        ORDER BY
            state IN ('queued', 'running') AND NOT EXISTS (SELECT 1 FROM trials t WHERE t.run = runs.key AND t.state IN ('starting', 'running')),
            key
        LIMIT @limit
        """;

    internal static readonly string UnannouncedText =
        $"""
        SELECT {Columns} FROM runs
        WHERE announced = 0 AND state NOT IN ('queued', 'running')
            AND NOT EXISTS (SELECT 1 FROM trials t WHERE t.run = runs.key AND t.state IN ('queued', 'starting', 'running')) AND {MayDrive}
        ORDER BY key LIMIT @limit
        """;

    /// <summary>What a person calls a project stays; one that was taken off the list is back.</summary>
    public static void PutProject(SqliteSession session, Project project) => session.Execute(
        """
        INSERT INTO projects (id, name, location) VALUES (@id, @name, @location)
        ON CONFLICT (id) DO UPDATE SET name = iif(title = '', excluded.name, name), location = excluded.location, is_removed = 0
        """,
        ("@id", project.Id.Value), ("@name", project.Name), ("@location", project.Location));

    public static ImmutableArray<Project> ListProjects(SqliteSession session) =>
    [
        .. session.Query(
            $"SELECT id, {ProjectRows.Name}, location FROM projects ORDER BY id",
            row => new Project(new ProjectId(row.GetString(0)), row.GetString(1), row.GetString(2))),
    ];

    /// <summary>Adds a run under the next number; the caller's transaction keeps two from getting the same.</summary>
    public static Run Create(SqliteSession session, Run run, Signature? by)
    {
        if (session.Number("SELECT 1 FROM projects WHERE id = @id", ("@id", run.Id.Project.Value)) is null)
        {
            throw new InvalidOperationException($"The project {run.Id.Project} is not recorded; put it first.");
        }

        if (run.Origin.Length > 0 && session.Number(
            "SELECT number FROM runs WHERE project = @project AND experiment = @experiment AND origin = @origin",
            ("@project", run.Id.Project.Value), ("@experiment", run.Id.Experiment), ("@origin", run.Origin)) is { } known)
        {
            return Find(session, run.Id with { Number = (int)known })!;
        }

        // Runs of a removed project whose rows still go have their numbers negated, and those are not given again meanwhile.
        var number = session.Number(
            """
            INSERT INTO runs (
                project, experiment, number, state, sha, created_at, baseline_project, baseline_experiment, baseline_number, baseline_note,
                manifest_digest, input_digest, executor, sampler_note, spec_json, commit_json, provenance_json, changes_json, notices_json, overrides_json,
                origin, attendant, report_folder, warm_start_json)
            VALUES (
                @project, @experiment,
                1 + max(
                    coalesce((SELECT max(number) FROM runs WHERE project = @project AND experiment = @experiment), 0),
                    -coalesce((SELECT min(number) FROM runs WHERE project = @project AND experiment = @experiment), 0)),
                @state, @sha, @created, @baseline_project, @baseline_experiment, @baseline_number, @baseline_note,
                @digest, @inputs, @executor, @sampler_note, @spec, @commit, @provenance, @changes, @notices, @overrides,
                @origin, @attendant, @report, @warm)
            RETURNING number
            """,
            ("@project", run.Id.Project.Value), ("@experiment", run.Id.Experiment), ("@state", Words<RunState>.Of(RunState.Queued)),
            ("@sha", run.Commit.Sha.Value), ("@created", Rows.Milliseconds(run.CreatedAt)),
            ("@baseline_project", run.Baseline?.Project.Value), ("@baseline_experiment", run.Baseline?.Experiment), ("@baseline_number", run.Baseline?.Number),
            ("@baseline_note", run.BaselineNote), ("@digest", run.ManifestDigest), ("@inputs", run.InputDigest), ("@executor", run.Executor), ("@sampler_note", run.SamplerNote),
            ("@spec", SpecJson.Serialize(run.Spec)), ("@commit", StoredJson.Write(run.Commit)), ("@provenance", StoredJson.Write(run.Provenance)),
            ("@changes", StoredJson.Write(run.Changes)), ("@notices", StoredJson.Write(run.Notices)), ("@overrides", StoredJson.Write(run.Overrides)),
            ("@origin", run.Origin), ("@attendant", run.Attendant.Value), ("@report", run.ReportFolder),
            ("@warm", run.WarmStart is { } warm ? StoredJson.Write(warm) : null));
        CommitRevisions.Touch(session, run.Id.Project, run.Commit.Sha.Value);
        var id = run.Id with { Number = (int)number!.Value };
        EarlierSetRows.Add(session, Key(session, id)!.Value, run.EarlierSets);
        AuditRows.AddSigned(session, by, AuditAction.Started, AuditEntry.SubjectOf(id), run.Commit.Sha.Value);
        return Find(session, id)!;
    }

    public static bool Update(SqliteSession session, RunUpdate update)
    {
        if (Key(session, update.Id) is not { } key)
        {
            return false;
        }

        var (state, notices, sha) = session.First(
            "SELECT state, notices_json, sha FROM runs WHERE key = @key",
            row => (Words<RunState>.Parse(row.GetString(0)), row.GetString(1), row.GetString(2)), ("@key", key));
        if (!update.From.Contains(state))
        {
            return false;
        }

        session.Execute(
            """
            UPDATE runs SET state = @to, problem = @problem, notices_json = @notices,
                started_at = CASE @to WHEN 'queued' THEN NULL WHEN 'running' THEN coalesce(started_at, @at) ELSE started_at END,
                ended_at = iif(@ended, @at, NULL), announced = announced AND @ended, best = @best, front_json = @front, passed = @passed,
                provenance_json = CASE WHEN @image IS NULL OR coalesce(json_extract(provenance_json, '$.imageDigest'), '') <> '' THEN provenance_json
                    ELSE json_set(provenance_json, '$.imageDigest', @image, '$.baseImageDigest', @base) END
            WHERE key = @key
            """,
            ("@key", key), ("@to", Words<RunState>.Of(update.To)), ("@problem", update.Problem), ("@at", Rows.Milliseconds(update.At)),
            ("@best", update.Best), ("@front", update.Front is { } front ? StoredJson.Write(front) : null), ("@passed", update.Passed), ("@image", update.ImageDigest), ("@base", update.BaseImageDigest),
            ("@ended", update.To is RunState.Finished or RunState.Cancelled or RunState.Errored),
            ("@notices", update.Notices.IsDefaultOrEmpty ? notices : StoredJson.Write([.. StoredJson.ReadTexts(notices), .. update.Notices])));
        if (!update.Datasets.IsEmpty)
        {
            session.Execute(
                """
                UPDATE runs SET provenance_json = json_set(provenance_json, '$.datasets', json(@datasets))
                WHERE key = @key AND coalesce(json_array_length(provenance_json, '$.datasets'), 0) = 0
                """,
                ("@key", key), ("@datasets", StoredJson.Write(update.Datasets)));
        }

        CommitRevisions.Touch(session, update.Id.Project, sha);
        foreach (var trial in update.Trials)
        {
            TrialRows.Update(session, trial);
        }

        AuditRows.AddSigned(session, update.By, update.To == RunState.Cancelled ? AuditAction.Cancelled : AuditAction.Retried, AuditEntry.SubjectOf(update.Id));
        return true;
    }

    public static Run? Find(SqliteSession session, RunId id) => session.First(
        $"SELECT {Columns} FROM runs WHERE project = @project AND experiment = @experiment AND number = @number",
        Read, ("@project", id.Project.Value), ("@experiment", id.Experiment), ("@number", id.Number));

    public static long? Key(SqliteSession session, RunId id) => session.Number(
        "SELECT key FROM runs WHERE project = @project AND experiment = @experiment AND number = @number",
        ("@project", id.Project.Value), ("@experiment", id.Experiment), ("@number", id.Number));

    public static ImmutableArray<Run> List(SqliteSession session, RunQuery query) => [.. ListWithKeys(session, query).Select(row => row.Run)];

    public static RunPage ListPage(SqliteSession session, RunQuery query)
    {
        var rows = ListWithKeys(session, query with { Limit = query.Limit + 1 });
        return rows.Count <= query.Limit
            ? new RunPage([.. rows.Select(row => row.Run)], null)
            : new RunPage([.. rows.Take(query.Limit).Select(row => row.Run)], rows[query.Limit - 1].Key);
    }

    private static List<(Run Run, long Key)> ListWithKeys(SqliteSession session, RunQuery query) => session.Query(
        ListText(query), row => (Read(row), row.GetInt64(row.FieldCount - 1)),
        ("@project", query.Project?.Value), ("@experiment", query.Experiment), ("@number", query.Number), ("@before", query.BeforeNumber),
        ("@state", query.State is { } state ? Words<RunState>.Of(state) : null), ("@sha", query.Commit?.Value ?? query.CommitPrefix),
        ("@after", query.After), ("@limit", Math.Max(0, query.Limit)));

    /// <summary>Says only what is asked for, so that an index serves it: a full name's, else the commit's, else the newest runs are walked.</summary>
    internal static string ListText(RunQuery query)
    {
        // Numbers of one experiment grow with the keys. A '+' keeps SQLite from an index that finds the runs of a whole project.
        var (plus, order) = query is { Project: not null, Experiment: not null, Commit: null, CommitPrefix: null } ? ("", "number") : ("+", "key");
        (bool IsAsked, string Condition)[] conditions =
        [
            (query.Project is not null, $"{plus}project = @project"),
            (query.Experiment is not null, $"{plus}experiment = @experiment"),
            (query.Number is not null, "number = @number"),
            (query.BeforeNumber is not null, "number < @before"),
            (query.State is not null, "state = @state"),
            (query.After is not null, "key < @after"),
            (query.Commit is not null, "sha = @sha"),

            // A prefix is a range of names: LIKE would take a '%' from a person's hand for a wildcard. Digits end before 'g'.
            (query is { Commit: null, CommitPrefix: not null }, "sha BETWEEN @sha AND @sha || 'g'"),
        ];
        var asked = string.Concat(conditions.Where(each => each.IsAsked).Select(each => " AND " + each.Condition));
        return $"SELECT {Columns}, key FROM runs WHERE number > 0{asked} ORDER BY {order} DESC LIMIT @limit";
    }

    public static bool Attend(SqliteSession session, RunId run, WorkerId worker, LeaseClock clock) => session.Execute(
        $"UPDATE runs SET attendant = @worker WHERE key = @key AND {MayDrive}",
        ("@key", Key(session, run)), ("@worker", worker.Value), ("@boot", clock.Boot), ("@now", clock.Now)) == 1;

    /// <summary>Runs that a worker may drive: open ones, and ended ones that a death left unsettled.</summary>
    public static ImmutableArray<Run> ListOpen(SqliteSession session, WorkerId worker, int limit, LeaseClock clock) => ListFor(session, OpenText, worker, limit, clock);

    /// <summary>Ended runs that a worker may announce, oldest first.</summary>
    public static ImmutableArray<Run> ListUnannounced(SqliteSession session, WorkerId worker, int limit, LeaseClock clock) =>
        ListFor(session, UnannouncedText, worker, limit, clock);

    /// <summary>A run that was taken up again meanwhile will end again, and is told of then.</summary>
    public static bool MarkAnnounced(SqliteSession session, RunId run) => Key(session, run) is { } key && session.Execute(
        "UPDATE runs SET announced = 1 WHERE key = @key AND state NOT IN ('queued', 'running') AND announced = 0", ("@key", key)) == 1
        && NoticeRows.AddEnding(session, key);

    private static ImmutableArray<Run> ListFor(SqliteSession session, string text, WorkerId worker, int limit, LeaseClock clock) =>
    [
        .. session.Query(text, Read, ("@worker", worker.Value), ("@limit", limit), ("@boot", clock.Boot), ("@now", clock.Now)),
    ];

    private static Run Read(SqliteDataReader row) => new()
    {
        Id = Rows.RunId(row, 0),
        State = Words<RunState>.Parse(row.GetString(3)),
        Problem = row.GetString(4),
        CreatedAt = Rows.Time(row, 5)!.Value,
        StartedAt = Rows.Time(row, 6),
        EndedAt = Rows.Time(row, 7),
        Baseline = row.IsDBNull(8) ? null : Rows.RunId(row, 8),
        BaselineNote = row.GetString(11),
        ManifestDigest = row.GetString(12),
        Executor = row.GetString(13),
        SamplerNote = row.GetString(14),
        Spec = SpecJson.Deserialize(row.GetString(15)),
        Commit = StoredJson.ReadCommit(row.GetString(16)),
        Provenance = StoredJson.ReadProvenance(row.GetString(17)),
        Changes = StoredJson.ReadChanges(row.GetString(18)),
        Notices = StoredJson.ReadTexts(row.GetString(19)),
        InputDigest = row.GetString(20),
        Best = row.IsDBNull(21) ? null : row.GetDouble(21),
        Front = row.IsDBNull(30) ? null : StoredJson.ReadFront(row.GetString(30)),
        Passed = row.IsDBNull(22) ? null : row.GetBoolean(22),
        Overrides = StoredJson.ReadTexts(row.GetString(23)),
        Origin = row.GetString(24),
        Attendant = new WorkerId(row.GetString(25)),
        ReportFolder = row.GetString(26),
        IsAnnounced = row.GetBoolean(27),
        IsPinned = row.GetBoolean(28),
        WarmStart = row.IsDBNull(29) ? null : StoredJson.ReadWarmStart(row.GetString(29)),
    };
}
