using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.SearchSpaces;
using GradientCI.Specs;
using GradientCI.Stores;
using Microsoft.Data.Sqlite;

namespace GradientCI.Storage.Sqlite;

/// <summary>Trials and their attempts as rows.</summary>
internal static class TrialRows
{
    public const string KeyOfTrial =
        """
        (SELECT t.key FROM trials t JOIN runs r ON r.key = t.run
        WHERE r.project = @project AND r.experiment = @experiment AND r.number = @run AND t.number = @trial)
        """;

    /// <summary>The next value of <c>changed</c> within a run; writes stand in a queue, so that nobody gets it twice.</summary>
    public static string NextChange(string run) => $"(SELECT coalesce(max(c.changed), 0) + 1 FROM trials c WHERE c.run = {run})";

    public static bool Add(SqliteSession session, IReadOnlyList<Trial> trials)
    {
        if (trials.Count == 0)
        {
            return true;
        }

        var run = trials[0].Id.Run;
        var key = RunRows.Key(session, run) ?? throw new InvalidOperationException($"There is no run {run} to add trials to.");
        if (trials.Any(trial => session.Number("SELECT 1 FROM trials WHERE run = @run AND number = @number", ("@run", key), ("@number", trial.Id.Number)) is not null))
        {
            return false;
        }

        foreach (var trial in trials)
        {
            Add(session, key, trial);
        }

        return true;
    }

    public static Trial Get(SqliteSession session, long key) => Read(session, "t.key = @key", "t.key", ("@key", key))[0].Trial;

    public static TrialChanges ListChanges(SqliteSession session, RunId run, long since)
    {
        if (RunRows.Key(session, run) is not { } key)
        {
            return new TrialChanges([], since);
        }

        var until = session.Number("SELECT max(changed) FROM trials WHERE run = @run", ("@run", key)) ?? since;
        return new TrialChanges(
            until == since ? [] : [.. Read(session, "t.run = @run AND t.changed > @since", "t.number", ("@run", key), ("@since", since)).Select(row => row.Trial)],
            until);
    }

    /// <summary>Compares the state, the attempt's number, and sets.</summary>
    public static bool Update(SqliteSession session, TrialUpdate update)
    {
        if (update.Attempt is { } given && given.Id.Trial != update.Id)
        {
            throw new ArgumentException($"The attempt {given.Id} is not one of {update.Id}.", nameof(update));
        }

        // Without the attempt's number and worker a process that was given up could end what another one drives.
        var key = session.Number(
            $"""
            UPDATE trials SET state = @to, reason = @reason, changed = {NextChange("trials.run")},
                cached_project = NULL, cached_experiment = NULL, cached_run = NULL, cached_number = NULL
            WHERE key = {KeyOfTrial} AND state = @from
                AND NOT EXISTS (SELECT 1 FROM attempts a WHERE a.trial = trials.key AND (a.number > @attempt OR (a.number = @attempt AND a.worker <> @worker)))
            RETURNING key
            """,
            ("@project", update.Id.Run.Project.Value), ("@experiment", update.Id.Run.Experiment), ("@run", update.Id.Run.Number),
            ("@trial", update.Id.Number), ("@from", Words<TrialState>.Of(update.From)), ("@to", Words<TrialState>.Of(update.To)), ("@reason", update.Reason),
            ("@attempt", update.Attempt?.Id.Number ?? int.MaxValue), ("@worker", update.Attempt?.Worker.Value));
        if (key is not null && update.ForgetPoints)
        {
            session.Execute("DELETE FROM series WHERE trial = @trial", ("@trial", key.Value));
            session.Execute("UPDATE trials SET dropped_points = 0 WHERE key = @trial", ("@trial", key.Value));
        }

        if (key is not null && update.Attempt is { } attempt)
        {
            Put(session, key.Value, attempt);
        }

        return key is not null;
    }

    /// <summary>The trial's key, when the attempt is its newest and belongs to the worker; else null.</summary>
    public static long? KeyOfOwned(SqliteSession session, AttemptId attempt, WorkerId worker) =>
        KeyOfNewest(session, attempt) is { } trial
        && session.Number("SELECT 1 FROM attempts WHERE trial = @trial AND number = @attempt AND worker = @worker", ("@trial", trial), ("@attempt", attempt.Number), ("@worker", worker.Value)) is not null
            ? trial
            : null;

    /// <summary>The trial's key, when the attempt is its newest; else null.</summary>
    public static long? KeyOfNewest(SqliteSession session, AttemptId attempt) => session.Number(
        $"SELECT trial FROM attempts WHERE trial = {KeyOfTrial} GROUP BY trial HAVING max(number) = @attempt", Values(attempt));

    public static void Advance(SqliteSession session, long trial, int attempt, long logOffset, long droppedPoints)
    {
        session.Execute(
            "UPDATE attempts SET log_offset = max(log_offset, @offset) WHERE trial = @trial AND number = @attempt",
            ("@offset", logOffset), ("@trial", trial), ("@attempt", attempt));
        if (droppedPoints > 0)
        {
            session.Execute("UPDATE trials SET dropped_points = dropped_points + @dropped WHERE key = @trial", ("@dropped", droppedPoints), ("@trial", trial));
        }
    }

    public static long ReadLogOffset(SqliteSession session, AttemptId attempt) =>
        session.Number($"SELECT log_offset FROM attempts WHERE trial = {KeyOfTrial} AND number = @attempt", Values(attempt)) ?? 0;

    public static ImmutableArray<Trial> List(SqliteSession session, RunId run) => RunRows.Key(session, run) is { } key
        ? [.. Read(session, "t.run = @run", "t.number", ("@run", key)).Select(row => row.Trial)]
        : [];

    public static ImmutableArray<Trial> List(SqliteSession session, RunId run, int after, int limit) => RunRows.Key(session, run) is { } key
        ?
        [
            .. Read(
                session, "t.key IN (SELECT p.key FROM trials p WHERE p.run = @run AND p.number > @after ORDER BY p.number LIMIT @limit)", "t.number",
                ("@run", key), ("@after", after), ("@limit", limit)).Select(row => row.Trial),
        ]
        : [];

    public static ImmutableSortedDictionary<TrialState, int> Count(SqliteSession session, RunId run) => session.Query(
        "SELECT state, count(*) FROM trials WHERE run = @run GROUP BY state",
        row => KeyValuePair.Create(Words<TrialState>.Parse(row.GetString(0)), row.GetInt32(1)),
        ("@run", RunRows.Key(session, run))).ToImmutableSortedDictionary();

    /// <summary>The trials of a run by number, with their keys and how many of their points were dropped.</summary>
    public static List<KeyedTrial> ListWithKeys(SqliteSession session, long run) =>
        Read(session, "t.run = @run", "t.number", ("@run", run));

    public static ImmutableArray<Trial> FindByFingerprint(SqliteSession session, ProjectId project, string fingerprint) =>
    [
        .. Read(
            session,
            """
            t.key IN (
                SELECT f.key FROM trials f JOIN runs fr ON fr.key = f.run
                WHERE f.fingerprint = @fingerprint AND f.state = 'succeeded' AND fr.project = @project AND fr.number > 0
                ORDER BY f.run DESC, f.number LIMIT 10)
            """,
            "t.run DESC, t.number",
            ("@fingerprint", fingerprint), ("@project", project.Value)).Select(row => row.Trial),
    ];

    private static void Add(SqliteSession session, long run, Trial trial)
    {
        session.Execute(
            $"""
            INSERT INTO trials (run, number, parameter_set, repeat, seed, parameters_json, command_json, fingerprint, state, changed)
            VALUES (@run, @number, @parameter_set, @repeat, @seed, @parameters, @command, @fingerprint, 'queued', {NextChange("@run")})
            """,
            ("@run", run), ("@number", trial.Id.Number), ("@parameter_set", trial.ParameterSetNumber), ("@repeat", trial.Repeat), ("@seed", trial.Seed),
            ("@parameters", SpecJson.Serialize(trial.Parameters)), ("@command", StoredJson.Write(trial.Command)), ("@fingerprint", trial.Fingerprint));
    }

    private static void Put(SqliteSession session, long trial, Attempt attempt) => session.Execute(
        """
        INSERT INTO attempts (trial, number, outcome, exit_code, reason, gpus_json, handle, preparing_at, started_at, ended_at, worker)
        VALUES (@trial, @number, @outcome, @exit_code, @reason, @gpus, @handle, @preparing, @started, @ended, @worker)
        ON CONFLICT (trial, number) DO UPDATE SET
            outcome = excluded.outcome, exit_code = excluded.exit_code, reason = excluded.reason, gpus_json = excluded.gpus_json,
            handle = excluded.handle, preparing_at = excluded.preparing_at, started_at = excluded.started_at, ended_at = excluded.ended_at
        """,
        ("@trial", trial), ("@number", attempt.Id.Number), ("@outcome", attempt.Outcome is { } outcome ? Words<AttemptOutcome>.Of(outcome) : null),
        ("@exit_code", attempt.ExitCode), ("@reason", attempt.Reason), ("@gpus", attempt.Gpus.IsEmpty ? "[]" : StoredJson.Write(attempt.Gpus)),
        ("@handle", attempt.Handle), ("@preparing", Rows.Milliseconds(attempt.PreparingAt)),
        ("@started", Rows.Milliseconds(attempt.StartedAt)), ("@ended", Rows.Milliseconds(attempt.EndedAt)), ("@worker", attempt.Worker.Value));

    private static List<KeyedTrial> Read(
        SqliteSession session, string where, string order, params (string Name, object? Value)[] values)
    {
        var attempts = new Dictionary<long, List<Func<TrialId, Attempt>>>();
        session.Each(
            $"""
            SELECT a.trial, a.number, a.outcome, a.exit_code, a.reason, a.gpus_json, a.handle, a.preparing_at, a.started_at, a.ended_at, a.worker
            FROM trials t JOIN attempts a ON a.trial = t.key WHERE {where} ORDER BY a.trial, a.number
            """,
            row =>
            {
                if (!attempts.TryGetValue(row.GetInt64(0), out var ofTrial))
                {
                    attempts.Add(row.GetInt64(0), ofTrial = []);
                }

                ofTrial.Add(ReadAttempt(row));
            },
            values);
        return session.Query(
            $"""
            SELECT r.project, r.experiment, r.number, t.number, t.parameter_set, t.repeat, t.seed, t.parameters_json, t.command_json, t.fingerprint,
                t.state, t.reason, t.cached_project, t.cached_experiment, t.cached_run, t.cached_number, t.dropped_points, t.key, t.saved_ms
            FROM trials t JOIN runs r ON r.key = t.run WHERE {where} ORDER BY {order}
            """,
            row =>
            {
                var (trial, key) = (ReadTrial(row), row.GetInt64(17));
                return new KeyedTrial(
                    key, attempts.TryGetValue(key, out var ofTrial) ? trial with { Attempts = [.. ofTrial.Select(read => read(trial.Id))] } : trial, row.GetInt64(16));
            },
            values);
    }

    private static Trial ReadTrial(SqliteDataReader row) => new()
    {
        Id = new TrialId(Rows.RunId(row, 0), row.GetInt32(3)),
        ParameterSetNumber = row.GetInt32(4),
        Repeat = row.GetInt32(5),
        Seed = row.GetInt32(6),
        Parameters = SpecJson.DeserializeParameters(row.GetString(7)),
        Command = StoredJson.ReadTexts(row.GetString(8)),
        Fingerprint = row.GetString(9),
        State = Words<TrialState>.Parse(row.GetString(10)),
        Reason = row.GetString(11),
        CachedFrom = row.IsDBNull(12) ? null : new TrialId(Rows.RunId(row, 12), row.GetInt32(15)),
        Saved = row.IsDBNull(18) ? null : TimeSpan.FromMilliseconds(Math.Max(0, row.GetInt64(18))),
    };

    private static Func<TrialId, Attempt> ReadAttempt(SqliteDataReader row)
    {
        var attempt = new Attempt
        {
            Id = new AttemptId(default, row.GetInt32(1)),
            Outcome = row.IsDBNull(2) ? null : Words<AttemptOutcome>.Parse(row.GetString(2)),
            ExitCode = row.IsDBNull(3) ? null : row.GetInt32(3),
            Reason = row.GetString(4),
            Gpus = StoredJson.ReadNumbers(row.GetString(5)),
            Handle = row.GetString(6),
            PreparingAt = Rows.Time(row, 7)!.Value,
            StartedAt = Rows.Time(row, 8),
            EndedAt = Rows.Time(row, 9),
            Worker = new WorkerId(row.GetString(10)),
        };
        return trial => attempt with { Id = attempt.Id with { Trial = trial } };
    }

    private static (string Name, object? Value)[] Values(AttemptId attempt) =>
    [
        ("@project", attempt.Trial.Run.Project.Value), ("@experiment", attempt.Trial.Run.Experiment), ("@run", attempt.Trial.Run.Number),
        ("@trial", attempt.Trial.Number), ("@attempt", attempt.Number),
    ];
}

/// <summary>A trial as it is stored.</summary>
/// <param name="Key">Its row.</param>
/// <param name="Trial">The trial.</param>
/// <param name="Dropped">How many of its points were dropped.</param>
internal sealed record KeyedTrial(long Key, Trial Trial, long Dropped);
