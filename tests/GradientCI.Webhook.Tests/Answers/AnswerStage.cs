using GradientCI.Experiments;
using GradientCI.Metrics;
using GradientCI.Specs;
using GradientCI.Storage.Sqlite;
using GradientCI.Stores;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Testing.Forges;
using GradientCI.Webhook.Answers;
using GradientCI.Webhook.Portal;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace GradientCI.Webhook.Tests.Answers;

/// <summary>A store, a forge and the pump between them, on a clock that the test moves.</summary>
internal sealed class AnswerStage : IAsyncDisposable
{
    public static readonly CancellationToken None = CancellationToken.None;
    private readonly TemporaryFolder _folder = new();

    private AnswerStage(bool hasCheckRuns) => Forge = new FakeForge(Time) { HasCheckRuns = hasCheckRuns };

    public ManualTimeProvider Time { get; } = new(StoreSamples.Noon);

    public FakeForge Forge { get; }

    public StagedForges Forges { get; } = new();

    public SqliteExperimentStore Store { get; private set; } = null!;

    public AnswerPump Pump { get; private set; } = null!;

    public static async Task<AnswerStage> SetAsync(bool hasCheckRuns = false, Uri? publicUrl = null)
    {
        var stage = new AnswerStage(hasCheckRuns);
        stage.Store = await SqliteExperimentStore.OpenAsync(stage._folder.Path, TimeProvider.System, None);
        stage.Links = publicUrl is null ? null : new PortalLinks(publicUrl, PortalKey.Open(Path.Combine(stage._folder.Path, "portal.key")));
        await stage.AddRepositoryAsync(StoreSamples.Project());
        stage.RestartPump();
        return stage;
    }

    public PortalLinks? Links { get; private set; }

    public AnswerComposer Composer => new(Store, Forges, Store, Store, Links);

    /// <summary>As if the service died and was started again.</summary>
    public void RestartPump() => Pump = new AnswerPump(Store, Forges, Composer, [Forge], Time, NullLogger<AnswerPump>.Instance);

    public async Task AddRepositoryAsync(Project project)
    {
        await Store.PutProjectAsync(project, None);
        await Sql($"""
            INSERT INTO forge_repositories (project, forge, remote_id, owner, name, clone_url, default_branch)
            VALUES ('{project.Id}', 'github', {Forges.Repositories.Count}, 'ada', '{project.Name}', 'https://example.org', 'main')
            """);
        Forges.Repositories[project.Id] = new ForgeRepository(project.Id, "github", Forges.Repositories.Count, "ada", project.Name, "https://example.org", "main");
    }

    public Task<Run> RunAsync(string experiment = "digits", char sha = 'a', Func<ExperimentSpec, ExperimentSpec>? change = null, string project = "digits-3fa2c1")
    {
        var run = StoreSamples.Run(experiment, project, sha);
        return Store.CreateRunAsync(run with { Spec = (change ?? (spec => spec))(run.Spec) }, null, None);
    }

    /// <summary>A run with an objective and a check that has ended.</summary>
    public async Task<Run> EndedRunAsync(double value, string experiment = "digits", char sha = 'a', Func<ExperimentSpec, ExperimentSpec>? change = null, RunId? baseline = null)
    {
        var made = StoreSamples.Run(experiment, sha: sha);
        var run = await Store.CreateRunAsync(made with { Spec = (change ?? (spec => spec))(Checked(made.Spec)), Baseline = baseline }, null, None);
        await TrialAsync(run, 1, value);
        await MoveAsync(run, RunState.Queued, RunState.Running);
        await MoveAsync(run, RunState.Running, RunState.Finished, value);
        return run;
    }

    public async Task TrialAsync(Run run, int number, double value)
    {
        await Store.AddTrialsAsync([StoreSamples.Trial(run.Id, number)], None);
        var attempt = await Store.StartAsync(new TrialId(run.Id, number));
        await Store.AppendPointsAsync(attempt, WorkerId.None, [new SeriesChunk("val_acc", [new MetricPoint(0, value / 2, StoreSamples.Noon), new MetricPoint(1, value, StoreSamples.Noon)])], 1, 0, None);
        await Store.EndAsync(attempt);
    }

    public async Task MoveAsync(Run run, RunState from, RunState to, double? best = null) =>
        (await Store.UpdateRunAsync(new RunUpdate(run.Id, [from], to, StoreSamples.Noon.AddSeconds(41)) { Best = best, Passed = best is null ? null : best >= 0.9 }, None)).ShouldBeTrue();

    public static ExperimentSpec Checked(ExperimentSpec spec) => spec with
    {
        Objectives = [new Objective("val_acc", Direction.Maximize)],
        Checks = [new CheckSpec { Metric = "val_acc", Target = new Interval(0.9, true, null, false, ">= 0.9") }],
    };

    public void AddPull(int number, char head, params char[] earlier) => Forges.Pulls.Add(new PullRequest
    {
        Project = StoreSamples.Project().Id,
        Number = number,
        Head = Sha(head),
        HeadRef = "topic",
        HeadRepository = "ada/digits",
        IsFork = false,
        BaseRef = "main",
        Base = Sha('f'),
        UpdatedAt = StoreSamples.Noon,
        Heads = [.. earlier.Select(Sha), Sha(head)],
    });

    public static CommitSha Sha(char digit) => new(new string(digit, 40));

    /// <summary>Says something at a commit, or takes it back.</summary>
    public async Task RemarkAsync(RemarkKind? kind, string sentence = "", string detail = "", char sha = 'a')
    {
        Forges.Remarks.Clear();
        if (kind is { } known)
        {
            Forges.Remarks.Add(new CommitRemark(StoreSamples.Project().Id, Sha(sha), "manifest", known, sentence, detail));
        }

        await TouchAsync(sha);
    }

    /// <summary>Marks a commit as changed.</summary>
    public Task TouchAsync(char sha = 'a') => Sql($"""
        INSERT INTO commit_answers (project, sha, revision) VALUES ('{StoreSamples.Project().Id}', '{Sha(sha)}', 1)
        ON CONFLICT (project, sha) DO UPDATE SET revision = revision + 1
        """);

    /// <summary>Lets the pump work until nothing is to be done now; a second passes with each call.</summary>
    public async Task SettleAsync()
    {
        while (await Pump.StepAsync(None))
        {
            Time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    public async Task Sql(string text)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder.Path, "gradientci.db")};Pooling=False;Default Timeout=30");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
    }
}
