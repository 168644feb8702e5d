using System.Text.RegularExpressions;
using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;

namespace GradientCI.Storage.Tests.Sqlite;

public sealed class LayoutTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 4096, 1)]
    [InlineData(1, 4097, 2)]
    [InlineData(100, 10_000, 3)]
    [InlineData(10_000, 10_000, 3)]
    public async Task Points_make_one_row_per_4096_however_they_arrive(int size, int total, int rows)
    {
        await using var store = await OpenAsync();
        var attempt = await StartAsync(store);

        await Task.WhenAll(Enumerable.Range(0, (total + size - 1) / size).Select(i => store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(Math.Min(size, total - (i * size)), from: i * size))], 0, 0, None)));

        (await NumberAsync(store, "SELECT count(*) FROM chunks")).ShouldBe(rows);
        (await NumberAsync(store, "SELECT max(length(points)) FROM chunks"))!.Value.ShouldBeLessThanOrEqualTo(4096 * 24);
        (await NumberAsync(store, "SELECT sum(length(points)) FROM chunks"))!.Value.ShouldBeLessThan(2 * 24 * total);
        (await store.ReadPointsAsync(attempt.Trial, "loss", None)).ShouldBe(StoreSamples.Points(total));
    }

    [Fact]
    public async Task A_point_is_three_little_endian_words()
    {
        await using var store = await OpenAsync();
        var attempt = await StartAsync(store);

        await store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", [new MetricPoint(1, -2, DateTimeOffset.FromUnixTimeMilliseconds(0x0102))])], 0, 0, None);

        (await store.Writer.RunAsync(session => session.First("SELECT hex(points) FROM chunks", row => row.GetString(0)), None))
            .ShouldBe("000000000000F03F" + "00000000000000C0" + "0201000000000000");
    }

    [Fact]
    public async Task The_file_is_in_WAL_mode_and_checks_foreign_keys()
    {
        await using var store = await OpenAsync();

        (await store.Writer.RunAsync(session => session.First("PRAGMA journal_mode", row => row.GetString(0)), None)).ShouldBe("wal");
        (await NumberAsync(store, "PRAGMA foreign_keys")).ShouldBe(1);
        (await NumberAsync(store, "PRAGMA synchronous")).ShouldBe(1);
        (await NumberAsync(store, "PRAGMA busy_timeout")).ShouldBe(30_000);
    }

    [Fact]
    public async Task A_run_that_is_deleted_takes_everything_of_it_along()
    {
        await using var store = await OpenAsync();
        var attempt = await StartAsync(store);
        await store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("loss", StoreSamples.Points(10))], 0, 0, None);

        await store.Writer.RunAsync(session => session.Execute("DELETE FROM runs"), None);

        foreach (var table in new[] { "trials", "attempts", "series", "chunks" })
        {
            (await NumberAsync(store, $"SELECT count(*) FROM {table}")).ShouldBe(0, table);
        }
    }

    [Theory]
    [InlineData("SELECT key FROM trials WHERE fingerprint = 'f' AND state = 'succeeded'", "trials_by_fingerprint")]
    [InlineData("SELECT key FROM runs WHERE sha BETWEEN 'a' AND 'ag'", "runs_by_sha")]
    [InlineData("SELECT who FROM audit WHERE at >= 0 ORDER BY at DESC, key DESC", "audit_by_time")]
    [InlineData("SELECT key FROM series WHERE trial = 1 AND metric = 'm'", "sqlite_autoindex_series_1")]
    public async Task What_is_looked_up_often_has_an_index(string sql, string index)
    {
        await using var store = await OpenAsync();

        var plan = await store.Writer.RunAsync(session => session.Query("EXPLAIN QUERY PLAN " + sql, row => row.GetString(3)), None);

        plan.ShouldHaveSingleItem().ShouldContain(index);
    }

    public static TheoryData<RunQuery, string> Lists()
    {
        var (project, commit) = (new ProjectId("p"), new CommitSha(new string('a', 40)));
        return new()
        {
            { new RunQuery { Project = project, Experiment = "e", Number = 3 }, "sqlite_autoindex_runs_1 (project=? AND experiment=? AND number=?)" },
            { new RunQuery { Project = project, Experiment = "e" }, "sqlite_autoindex_runs_1 (project=? AND experiment=? AND number>?)" },
            { new RunQuery { Project = project, Experiment = "e", State = RunState.Queued, BeforeNumber = 9 }, "sqlite_autoindex_runs_1 (project=? AND experiment=? AND number>? AND number<?)" },
            { new RunQuery { Commit = commit }, "runs_by_sha (sha=?)" },
            { new RunQuery { Project = project, Experiment = "e", Commit = commit }, "runs_by_sha (sha=?)" },
        };
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_list_of_runs_walks_an_index_in_its_order(RunQuery query, string index)
    {
        await using var store = await OpenAsync();

        (await PlanAsync(store, RunRows.ListText(query))).ShouldHaveSingleItem().ShouldContain(index);
    }

    [Fact]
    public async Task The_runs_of_a_commits_prefix_are_found_by_the_commit()
    {
        await using var store = await OpenAsync();

        (await PlanAsync(store, RunRows.ListText(new RunQuery { Project = new ProjectId("p"), CommitPrefix = "abcd" })))[0].ShouldContain("runs_by_sha (sha>? AND sha<?)");
    }

    [Fact]
    public async Task Who_did_what_is_read_in_its_order_by_an_index()
    {
        await using var store = await OpenAsync();

        (await PlanAsync(store, AuditRows.ListText)).ShouldHaveSingleItem().ShouldContain("INDEX audit_by_time (at>?)");
        (await PlanAsync(store, AuditRows.ListAfterText)).ShouldHaveSingleItem().ShouldContain("INDEX audit_by_time");
    }

    [Fact]
    public async Task Whether_a_commit_was_a_pull_requests_head_is_looked_up_by_the_commit()
    {
        await using var store = await OpenAsync();

        (await PlanAsync(store, PullRequestRows.IsHeadText)).ShouldContain(step => step.Contains("SEARCH pull_request_heads USING PRIMARY KEY (project=? AND sha=?)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_workers_ask_every_second_walks_no_table()
    {
        await using var store = await OpenAsync();

        var open = await PlanAsync(store, RunRows.OpenText);
        var unannounced = await PlanAsync(store, RunRows.UnannouncedText);

        foreach (var index in new[] { "runs_open", "trials_driven", "trials_queued" })
        {
            open.ShouldContain(step => Regex.IsMatch(step, $"^SCAN .* INDEX {index}$"));
        }

        unannounced.ShouldContain("SCAN runs USING INDEX runs_unannounced");
        open.Concat(unannounced).ShouldNotContain(step => Regex.IsMatch(step, "^SCAN [a-z]+$"));
    }

    [Theory]
    [InlineData(BacklogRows.DeliveriesText, "deliveries_waiting")]
    [InlineData(BacklogRows.AnswersText, "answers_due")]
    [InlineData(BacklogRows.DeadText, "answers_dead")]
    [InlineData(BacklogRows.RunsText, "runs_open")]
    [InlineData(BacklogRows.QueuedText, "trials_queued")]
    [InlineData(BacklogRows.DrivenText, "trials_driven")]
    public async Task What_waits_is_counted_in_an_index_of_what_waits_alone(string sql, string index)
    {
        await using var store = await OpenAsync();

        (await PlanAsync(store, sql))[0].ShouldMatch($" USING (COVERING )?INDEX {index}\\b");
    }

    private static Task<List<string>> PlanAsync(SqliteExperimentStore store, string sql) => store.Writer.RunAsync(
        session => session.Query(
            "EXPLAIN QUERY PLAN " + sql, row => row.GetString(3),
            [.. Regex.Matches(sql, "@[a-z]+").Select(match => match.Value).Distinct().Select(name => (name, (object?)null))]),
        None);

    private static async Task<AttemptId> StartAsync(SqliteExperimentStore store) =>
        await store.StartAsync(new TrialId((await store.AddRunAsync(trials: 1)).Id, 1));

    private static Task<long?> NumberAsync(SqliteExperimentStore store, string sql) => store.Writer.RunAsync(session => session.Number(sql), None);

    private Task<SqliteExperimentStore> OpenAsync() => SqliteExperimentStore.OpenAsync(_folder.Path, TimeProvider.System, None);
}
