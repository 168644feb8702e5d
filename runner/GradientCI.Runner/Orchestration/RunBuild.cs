using GradientCI.Experiments;
using GradientCI.Runner.Builds;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Git;
using GradientCI.Runner.Linux;
using GradientCI.Specs;

namespace GradientCI.Runner.Orchestration;

/// <summary>Has a run's image built from its commit: once, however many runs and workers wait for the same.</summary>
internal sealed class RunBuild(Run run, Workbench bench, IImageSource images)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>Builds it, or waits for whoever does.</summary>
    /// <returns>The image's digest.</returns>
    /// <exception cref="GradientException">The commit lacks what it takes, or the build failed.</exception>
    public async Task<string> BuildAsync(BuildSpec build, CancellationToken cancellationToken)
    {
        var repository = RepositoryOf(bench, run.Id);
        var context = await BuildContext.ReadAsync(repository, run.Commit.Sha, build, cancellationToken);
        var path = bench.Data.BuildLog(run.Id);
        try
        {
            using var log = new BuildLog(path);
            bench.Observer.Waits($"The image of {run.Id} is being built. See it with: gradientci logs {run.Id} --build --follow");
            using var turn = await TakeTurnAsync(bench, context.Digest, log, cancellationToken);
            return await images.BuildAsync(
                new ImageBuild
                {
                    Run = run.Id,
                    Digest = context.Digest,
                    Dockerfile = context.Dockerfile,
                    BaseImages = context.BaseImages,
                    FindProblem = Builds.Dockerfile.FindProblem,
                    Args = build.Args,
                    Target = build.Target,
                    Resources = run.Spec.Resources,
                    WriteContextAsync = new ContextArchive(repository, context.Files, $"{path}.{Guid.NewGuid():N}").WriteAsync,
                    Log = log,
                },
                cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw DiskProblem(run.Id, problem);
        }
    }

    /// <summary>The repository, which what an image is made from comes from.</summary>
    /// <exception cref="GradientException">It is gone.</exception>
    public static GitRepository RepositoryOf(Workbench bench, RunId run) => bench.Workspaces?.Repository ?? throw new GradientException(
        FailureKind.Environment, $"The repository of {run} is not where it was, and its image cannot be built.", "Put it back, and retry the run.");

    /// <summary>What a disk that fails means for the run.</summary>
    public static GradientException DiskProblem(RunId run, Exception problem) => new(
        FailureKind.Environment, $"The image of {run} cannot be built: {problem.Message.TrimEnd('.')}.", "Make room on the disk, and check the data folder and its permissions.", problem);

    /// <summary>Waits until nobody else makes an image of the same; the kernel ends the turn of whoever dies.</summary>
    public static async Task<IDisposable> TakeTurnAsync(Workbench bench, string digest, BuildLog log, CancellationToken cancellationToken)
    {
        var path = bench.Data.BuildLock(digest);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        for (var isFirst = true; ; isFirst = false)
        {
            if (FileLock.TryTake(path) is { } turn)
            {
                return turn;
            }

            if (isFirst)
            {
                log.Write("Waiting for another build.\n");
            }

            await Task.Delay(LookAgain, bench.Time, cancellationToken);
        }
    }
}
