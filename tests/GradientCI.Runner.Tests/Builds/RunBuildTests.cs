using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Runner.Workspaces;
using GradientCI.Specs;
using GradientCI.Testing;
using GradientCI.Testing.Contracts;
using GradientCI.Testing.Executors;

namespace GradientCI.Runner.Tests.Builds;

public sealed class RunBuildTests : IDisposable
{
    private static readonly BuildSpec Build = new("Dockerfile", ".", ImmutableSortedDictionary<string, string>.Empty, null);

    private readonly TestRepository _repository = new();
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();

    [Fact(Timeout = 60_000)]
    public async Task Of_two_that_need_the_same_image_one_builds_and_the_other_waits()
    {
        _repository.Write("Dockerfile", "FROM scratch\n");
        _repository.Commit("One");
        await using var git = await GitRepository.OpenAsync(_repository.Path, CancellationToken.None);
        await using var workspaces = new WorkspacePool(_folder["workspaces"], git);
        var commit = await git.ResolveCommitAsync("HEAD", CancellationToken.None);
        var images = new SlowImages();
        var bench = BenchOf(workspaces, images);

        var first = new RunBuild(RunAt(1, commit), bench, images).BuildAsync(Build, CancellationToken.None);
        await images.Begun.Task;
        Directory.CreateDirectory(Path.GetDirectoryName(bench.Data.BuildLog(RunAt(2, commit).Id))!);
        var second = new RunBuild(RunAt(2, commit), bench, images).BuildAsync(Build, CancellationToken.None);
        await FileArrival.WaitForAsync(bench.Data.BuildLog(RunAt(2, commit).Id), "Waiting for another build.");
        images.Asked.ShouldBe(1);
        images.End.SetResult();
        while (!second.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        (await first).ShouldBe("sha256:1");
        (await second).ShouldBe("sha256:1");
        images.Digests.Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
    }

    [Fact(Timeout = 60_000)]
    public async Task Whoever_waits_may_give_up()
    {
        _repository.Write("Dockerfile", "FROM scratch\n");
        _repository.Commit("One");
        await using var git = await GitRepository.OpenAsync(_repository.Path, CancellationToken.None);
        await using var workspaces = new WorkspacePool(_folder["workspaces"], git);
        var commit = await git.ResolveCommitAsync("HEAD", CancellationToken.None);
        var images = new SlowImages();
        var bench = BenchOf(workspaces, images);
        using var stop = new CancellationTokenSource();

        var first = new RunBuild(RunAt(1, commit), bench, images).BuildAsync(Build, CancellationToken.None);
        await images.Begun.Task;
        Directory.CreateDirectory(Path.GetDirectoryName(bench.Data.BuildLog(RunAt(2, commit).Id))!);
        var second = new RunBuild(RunAt(2, commit), bench, images).BuildAsync(Build, stop.Token);
        await FileArrival.WaitForAsync(bench.Data.BuildLog(RunAt(2, commit).Id), "Waiting for another build.");
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => second);
        images.End.SetResult();
        (await first).ShouldBe("sha256:1");
    }

    public void Dispose()
    {
        _folder.Dispose();
        _repository.Dispose();
    }

    private static Run RunAt(int number, Commit commit)
    {
        var run = StoreSamples.Run();
        return run with { Id = run.Id with { Number = number }, Commit = commit, Spec = run.Spec with { Build = Build } };
    }

    // What builds do not need is not there.
    private Workbench BenchOf(WorkspacePool workspaces, IImageSource images) => new()
    {
        Data = new DataFolder(_folder["data"]),
        Store = null!,
        Queue = null!,
        Worker = WorkerId.None,
        Executor = null!,
        Images = images,
        Slots = null!,
        Workspaces = workspaces,
        Repository = "",
        Time = _clock,
    };

    private sealed class SlowImages : IImageSource
    {
        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Digests { get; } = [];

        public int Asked => Digests.Count;

        public Task<string> PrepareAsync(string image, Action<string> tell, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<string> SetUpAsync(ImageSetup setup, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task<string> BuildAsync(ImageBuild build, CancellationToken cancellationToken)
        {
            Digests.Add(build.Digest);
            Begun.TrySetResult();
            await End.Task;
            return "sha256:1";
        }
    }
}
