using GradientCI.Experiments;
using GradientCI.Runner.Git;
using GradientCI.Runner.Orchestration;
using GradientCI.Specs;

namespace GradientCI.Cli.Runs;

/// <summary><c>baseline: run</c>: when no ancestor has a run to compare with, the parent is run first.</summary>
internal static class BaseRun
{
    /// <summary>Makes it when the manifest asks for it and there is none.</summary>
    /// <returns>The exit code of the base run; <see cref="ExitCodes.Done"/> when none was made.</returns>
    public static async Task<int> MakeIfAskedAsync(RunOrder order, RunRequest request, RunSite site, CancellationToken cancellationToken)
    {
        if (request.Detach)
        {
            await PointOutAsync(order, site.Repository, site.Planner, site.Terminal, cancellationToken);
            return ExitCodes.Done;
        }

        if (await FindMissingAsync(order, site.Repository, site.Planner, cancellationToken) is not { } at)
        {
            return ExitCodes.Done;
        }

        site.Terminal.Say($"note: The manifest asks for a baseline; running {at.Sha.Short} first.");
        var manifest = await CommitManifest.ReadAsync(site.Repository, at, site.Terminal, cancellationToken);
        var spec = manifest.Experiments.FirstOrDefault(each => each.Name == order.Spec.Name);
        if (spec is null)
        {
            site.Terminal.Say($"note: {at.Sha.Short} has no experiment {order.Spec.Name}; there is no baseline.");
            return ExitCodes.Done;
        }

        var run = await site.Planner.PlanAsync(order with { Commit = at, Spec = request.WithCache(spec), Overrides = [], ManifestDigest = manifest.Digest, BaselineCommit = null, ReportFolder = "" }, cancellationToken);
        return await RunToReport.DriveAsync(run, request.Json ? RunPrint.Nothing : RunPrint.Summary, site, cancellationToken);
    }

    /// <summary>Says which one is missing, where nobody makes it.</summary>
    public static async Task PointOutAsync(RunOrder order, GitRepository repository, RunPlanner planner, Terminal terminal, CancellationToken cancellationToken)
    {
        if (await FindMissingAsync(order, repository, planner, cancellationToken) is { } at)
        {
            terminal.Say($"note: The manifest asks for a baseline, and a detached run makes none. Make it with: gradientci run {order.Spec.Name} --commit {at.Sha.Short}");
        }
    }

    // The commit that is to be run first, or null when nobody asks for that, there is a run, or there is no such commit.
    private static async Task<Commit?> FindMissingAsync(RunOrder order, GitRepository repository, RunPlanner planner, CancellationToken cancellationToken)
    {
        if (order.Spec.Baseline != BaselineMode.Run || (await planner.FindBaselineAsync(order, cancellationToken)).Baseline is not null)
        {
            return null;
        }

        return order.BaselineCommit ?? (order.Commit.Parents.IsEmpty ? null : await repository.ReadCommitAsync(order.Commit.Parents[0], cancellationToken));
    }
}
