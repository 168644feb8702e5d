using System.Threading.Channels;
using GradientCI.Cli.Runs;
using GradientCI.Cli.Workers;
using GradientCI.Experiments;
using GradientCI.Runner;
using GradientCI.Runner.Git;
using GradientCI.Runner.Manifests;
using GradientCI.Runner.Orchestration;
using GradientCI.Storage.Sqlite;
using GradientCI.Testing;
using GradientCI.Testing.Engines;

namespace GradientCI.Cli.Tests.Workers;

/// <summary>A registry that accepts and never answers, met by a worker.</summary>
public sealed class StalledPullTests : IDisposable
{
    private const int Stuck = 9;
    private readonly TestRepository _repository = new();
    private readonly GradientCliHost _cli;

    public StalledPullTests()
    {
        _repository.Write(".gradient.yml", """
            version: 1
            experiments:
              fine: { command: echo fine }

            """ + string.Concat(Enumerable.Range(1, Stuck).Select(number => $"  stuck{number}: {{ image: 'registry.invalid/stuck:{number}', command: echo never }}\n")));
        _repository.Commit("Ask for images that never come");
        _cli = new GradientCliHost(_repository.Path);
    }

    [Fact(Timeout = 120_000)]
    public async Task Images_that_never_come_hold_up_no_other_run_and_cancel_ends_the_wait()
    {
        await using var engine = new EngineProxy(EngineProxy.StalledPull);
        var terminal = new Terminal
        {
            Out = TextWriter.Null, Error = TextWriter.Null, Directory = _cli.Directory, Time = TimeProvider.System,
            Variable = name => engine.Variable(name) ?? Environment.GetEnvironmentVariable(name),
        };
        await using var session = new Session(new DataFolder(_cli.Data), await SqliteExperimentStore.OpenAsync(_cli.Data, TimeProvider.System, CancellationToken.None), terminal);
        await PlanAllAsync(session);
        using var machine = await Machine.PrepareAsync(session, new RunnerOptions("process", 1, 0), CancellationToken.None);
        var lines = Channel.CreateUnbounded<WorkerLine>();
        using var leave = new CancellationTokenSource();
        var working = new WorkerShift(session, machine, new WorkerLog(line => lines.Writer.TryWrite(line))).WorkAsync(untilIdle: false, onlyOne: false, leave.Token);

        await SaysAsync(lines.Reader, "fine#1 passed");
        await engine.HearsAsync("/images/create", Stuck);
        (await _cli.TypeAsync("cancel", "stuck1#1")).ShouldEndWith(0);
        await engine.HearsAsync("given up: POST /v1.41/images/create?fromImage=registry.invalid%2Fstuck%3A1");
        await leave.CancelAsync();

        (await working).ShouldBeTrue();
        var runs = await session.Store.ListRunsAsync(new Stores.RunQuery(), CancellationToken.None);
        runs.Where(run => run.HasEnded).Select(run => $"{run.Id}").Order().ShouldBe(["fine#1", "stuck1#1"]);
    }

    public void Dispose()
    {
        _cli.Dispose();
        _repository.Dispose();
    }

    private static async Task SaysAsync(ChannelReader<WorkerLine> lines, string text)
    {
        while (!(await lines.ReadAsync()).Text.Contains(text, StringComparison.Ordinal))
        {
            // The worker says other things too.
        }
    }

    private async Task PlanAllAsync(Session session)
    {
        await using var git = await GitRepository.OpenAsync(_repository.Path, CancellationToken.None);
        var commit = await git.ResolveCommitAsync("HEAD", CancellationToken.None);
        var manifest = ManifestParser.Parse(await File.ReadAllBytesAsync(Path.Combine(_repository.Path, ".gradient.yml")), ".gradient.yml").Manifest!;
        var project = ProjectIdentity.Of(git);
        await session.Store.PutProjectAsync(project, CancellationToken.None);
        foreach (var spec in manifest.Experiments)
        {
            var order = new RunOrder { Project = project.Id, Commit = commit, Spec = spec, ManifestDigest = manifest.Digest, Executor = "process" };
            await new RunPlanner(git, session.Store, new Provenance(), TimeProvider.System).PlanAsync(order, CancellationToken.None);
        }
    }
}
