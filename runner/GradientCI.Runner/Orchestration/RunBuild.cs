using GradientCI.Experiments;
using GradientCI.Runner.Builds;
using GradientCI.Runner.Executors;
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
        if (bench.Workspaces is not { Repository: { } repository })
        {
            throw new GradientException(FailureKind.Environment, $"The repository of {run.Id} is not where it was, and its image cannot be built.", "Put it back, and retry the run.");
        }

        var context = await BuildContext.ReadAsync(repository, run.Commit.Sha, build, cancellationToken);
        var path = bench.Data.BuildLog(run.Id);
        try
        {
            using var log = new BuildLog(path);
            bench.Observer.Waits($"The image of {run.Id} is being built. See it with: gradientci logs {run.Id} --build --follow");
            using var turn = await TakeTurnAsync(context.Digest, log, cancellationToken);
            return await images.BuildAsync(
                new ImageBuild
                {
                    Run = run.Id,
                    Digest = context.Digest,
                    Dockerfile = context.Dockerfile,
                    Args = build.Args,
                    Target = build.Target,
                    Resources = run.Spec.Resources,
                    WriteContextAsync = new ContextArchive(repository, context, $"{path}.{Guid.NewGuid():N}").WriteAsync,
                    Log = log,
                },
                cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new GradientException(
                FailureKind.Environment, $"The image of {run.Id} cannot be built: {problem.Message.TrimEnd('.')}.", "Make room on the disk, and check the data folder and its permissions.", problem);
        }
    }

    // The kernel ends the turn of whoever dies.
    private async Task<FileStream> TakeTurnAsync(string digest, BuildLog log, CancellationToken cancellationToken)
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
