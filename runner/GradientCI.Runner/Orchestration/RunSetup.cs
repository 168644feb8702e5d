using GradientCI.Experiments;
using GradientCI.Runner.Builds;
using GradientCI.Runner.Executors;
using GradientCI.Runner.Git;

namespace GradientCI.Runner.Orchestration;

/// <summary>Has a run's setup kept in an image: once, however many trials, runs and workers wait for the same.</summary>
internal sealed class RunSetup(Run run, Workbench bench, IImageSource images)
{
    /// <summary>Sets up, or waits for whoever does.</summary>
    /// <param name="image">The digest of the image under it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The digest of the image that trials run in.</returns>
    /// <exception cref="GradientException">The commit has more than can be sent, or the setup failed.</exception>
    public async Task<string> SetUpAsync(string image, CancellationToken cancellationToken)
    {
        var repository = RunBuild.RepositoryOf(bench, run.Id);
        var context = await SetupContext.ReadAsync(repository, run.Commit.Sha, run.Spec, image, cancellationToken);
        var path = bench.Data.BuildLog(run.Id);
        var scratch = $"{path}.{Guid.NewGuid():N}";
        try
        {
            using var log = new BuildLog(path);
            bench.Observer.Waits($"The image of {run.Id} is being set up. See it with: gradientci logs {run.Id} --build --follow");
            using var turn = await RunBuild.TakeTurnAsync(bench, context.Digest, log, cancellationToken);
            return await images.SetUpAsync(
                new ImageSetup
                {
                    Run = run.Id,
                    Digest = context.Digest,
                    Image = image,
                    Line = run.Spec.Setup!,
                    WorkingDirectory = run.Spec.Workdir,
                    Environment = run.Spec.Env,
                    Resources = run.Spec.Resources,
                    Files = context.Files.ToDictionary(
                        file => file.Path, file => new SetupFile(Math.Max(0, file.Size), file.Mode == TreeEntryMode.Executable, ContextArchive.Time), StringComparer.Ordinal),
                    WriteFilesAsync = new ContextArchive(repository, context.Files, scratch) { Folder = ImageSetup.Workspace.TrimStart('/') }.WriteAsync,
                    Scratch = scratch,
                    Log = log,
                },
                cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw RunBuild.DiskProblem(run.Id, problem);
        }
    }
}
