using GradientCI.Cli.Runs;
using GradientCI.Cli.Workers;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workers;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using Microsoft.Data.Sqlite;

namespace GradientCI.Cli.Tests;

/// <summary>The end of a pushed run, whoever drove it and whatever became of its repository.</summary>
public sealed class AnnouncementTests : IDisposable
{
    private const string Origin = "push refs/heads/main a..b c";
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TestRepository _repository = ExampleRepository.Create();
    private readonly GradientCliHost _cli;
    private readonly ManualTimeProvider _time = new();

    public AnnouncementTests()
    {
        _cli = new GradientCliHost(_repository.Path);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_pushed_run_that_is_retried_at_a_terminal_renews_its_note()
    {
        _repository.Write("train.sh", $"test -e '{_cli.Data}/mended' || exit 1\n" + ExampleRepository.Script(2));
        _repository.Commit("Fail for a while");
        (await _cli.TypeAsync("run")).ShouldEndWith(1);
        Execute($"UPDATE runs SET origin = '{Origin}'");
        _repository.Git("notes", "--ref=gradientci", "add", "-m", "toy#1 failed", "HEAD");
        await File.WriteAllTextAsync(Path.Combine(_cli.Data, "mended"), "");

        (await _cli.TypeAsync("retry", "toy#1")).ShouldEndWith(0);

        _repository.Git("notes", "--ref=gradientci", "show", "HEAD").ShouldStartWith("toy#1 passed: score 6");
        (await RunsAsync()).ShouldHaveSingleItem().IsAnnounced.ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_note_that_cannot_be_written_at_a_terminal_is_left_to_a_worker_and_keeps_nothing_from_being_shown()
    {
        (await _cli.TypeAsync("run")).ShouldEndWith(0);
        Execute($"UPDATE runs SET origin = '{Origin}', state = 'running', announced = 0; UPDATE trials SET state = 'queued'");
        _repository.Git("symbolic-ref", "refs/notes/gradientci", "refs/heads/main");

        var answer = (await _cli.TypeAsync("retry", "toy#1")).ShouldEndWith(0);

        answer.Error.ShouldContain("is a symbolic ref. The next worker tries it again.");
        answer.Out.ShouldContain("toy#1");
        (await RunsAsync()).ShouldHaveSingleItem().IsAnnounced.ShouldBeFalse();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_whose_repository_was_deleted_is_told_at_once_and_can_be_pruned()
    {
        await using var session = await OpenAsync();
        var run = await AddPushedRunAsync(session);
        using var machine = await Machine.PrepareAsync(session, RunnerOptions.Default, None);
        await using var sites = new RunSites(session, machine, WorkerId.None);
        Directory.Move(_repository.Path, _repository.Path + ".away");
        try
        {
            (await new Announcements(session, sites, WorkerId.None, WorkerLog.To(session.Terminal)).TellAsync(None)).ShouldBeTrue();
        }
        finally
        {
            Directory.Move(_repository.Path + ".away", _repository.Path);
        }

        session.Terminal.Error.ToString()!.ShouldContain($"error: digits#1: The repository {_repository.Path}");
        await ShouldBeToldAsync(session, run);
        await session.Store.CreateRunAsync(run with { Origin = "" }, null, None);
        (await session.Store.DeleteRunAsync(run.Id, null, None)).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_note_that_can_never_be_written_is_given_up_before_an_idle_worker_ends()
    {
        await using var session = await OpenAsync();
        var run = await AddPushedRunAsync(session);
        using var machine = await Machine.PrepareAsync(session, RunnerOptions.Default, None);
        await using var sites = new RunSites(session, machine, WorkerId.None);
        var announcements = new Announcements(session, sites, WorkerId.None, WorkerLog.To(session.Terminal));
        _repository.Git("symbolic-ref", "refs/notes/gradientci", "refs/heads/main");

        for (var turn = 1; turn < 5; turn++)
        {
            (await announcements.TellAsync(None)).ShouldBeFalse();
            (await announcements.TellAsync(None)).ShouldBeFalse("not at every beat");
            _time.Advance(TimeSpan.FromSeconds(30));
        }

        (await announcements.TellAsync(None)).ShouldBeTrue();

        var said = session.Terminal.Error.ToString()!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        said.Length.ShouldBe(5);
        said[^1].ShouldEndWith("It is not tried again.");
        await ShouldBeToldAsync(session, run);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_failure_that_another_worker_got_over_keeps_no_worker_from_ending()
    {
        await using var session = await OpenAsync();
        var run = await AddPushedRunAsync(session);
        using var machine = await Machine.PrepareAsync(session, RunnerOptions.Default, None);
        await using var sites = new RunSites(session, machine, WorkerId.None);
        var announcements = new Announcements(session, sites, WorkerId.None, WorkerLog.To(session.Terminal));
        _repository.Git("symbolic-ref", "refs/notes/gradientci", "refs/heads/main");
        (await announcements.TellAsync(None)).ShouldBeFalse();

        await session.Store.MarkAnnouncedAsync(run.Id, None);

        (await announcements.TellAsync(None)).ShouldBeTrue();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_run_that_was_pruned_a_moment_ago_gives_a_sentence()
    {
        await using var session = await OpenAsync();
        var run = await AddPushedRunAsync(session);

        var problem = await Should.ThrowAsync<GradientException>(() => RunReports.MakeAsync(session.Store, run.Id with { Number = 9 }, null, None));

        problem.Kind.ShouldBe(FailureKind.Usage);
        problem.Message.ShouldBe("digits#9 is gone: it was pruned.");
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_two_workers_that_start_at_once_the_younger_one_ends()
    {
        await using var session = await OpenAsync();
        await AddPushedRunAsync(session);
        Execute("UPDATE runs SET state = 'queued'");
        WorkerLease? older = null;

        // The machine is looked at between the first look at the others and the lease.
        _cli.Peculiar = terminal => terminal with
        {
            Variable = name =>
            {
                if (name == "CUDA_VISIBLE_DEVICES")
                {
                    older = WorkerLease.BeginAsync(session.Data, session.Store, takesAnyRun: true, _time, None).GetAwaiter().GetResult();
                }

                return terminal.Variable(name);
            },
        };

        var answer = (await _cli.TypeAsync("worker", "--until-idle", "--only-one")).ShouldEndWith(0);

        answer.Error.ShouldBeEmpty();
        older.ShouldNotBeNull();
        await older.DisposeAsync();
        (await RunsAsync()).ShouldHaveSingleItem().State.ShouldBe(RunState.Queued);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_worker_in_the_background_puts_a_long_log_aside()
    {
        var log = Path.Combine(_cli.Data, "worker.log");
        Directory.CreateDirectory(_cli.Data);
        await File.WriteAllBytesAsync(log, new byte[(8 << 20) + 1]);

        (await _cli.TypeAsync("worker", "--until-idle", "--only-one")).ShouldEndWith(0);

        File.Exists(log).ShouldBeFalse();
        new FileInfo(log + ".1").Length.ShouldBe((8 << 20) + 1);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    private static async Task ShouldBeToldAsync(Session session, Run run)
    {
        (await session.Store.FindRunAsync(run.Id, None))!.IsAnnounced.ShouldBeTrue();
        File.Exists(Path.Combine(session.Data.Report(run.Id), "report.html")).ShouldBeTrue();
    }

    private async Task<Session> OpenAsync() => new(
        new DataFolder(_cli.Data), await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None),
        new Terminal { Out = new StringWriter(), Error = new StringWriter(), Directory = _repository.Path, Variable = _ => null, Time = _time });

    private async Task<Run> AddPushedRunAsync(Session session)
    {
        await using var repository = await GitRepository.OpenAsync(_repository.Path, None);
        var project = ProjectIdentity.Of(repository);
        await session.Store.PutProjectAsync(project, None);
        var sample = StoreSamples.Run();
        var run = await session.Store.CreateRunAsync(
            sample with
            {
                Id = new RunId(project.Id, "digits", 0),
                Origin = Origin,
                Commit = sample.Commit with { Sha = new CommitSha(_repository.Git("rev-parse", "HEAD").Trim()) },
                Baseline = null,
            },
            null,
            None);
        await session.Store.UpdateRunAsync(new RunUpdate(run.Id, [RunState.Queued], RunState.Cancelled, StoreSamples.Noon), None);
        return run;
    }

    private async Task<IEnumerable<Run>> RunsAsync()
    {
        await using var store = await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, None);
        return await store.ListRunsAsync(new RunQuery(), None);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_cli.Data, "gradientci.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
