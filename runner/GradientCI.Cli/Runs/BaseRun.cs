using GradientCI.Experiments;
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
        if (order.Spec.Baseline != BaselineMode.Run
            || (await site.Planner.FindBaselineAsync(order, cancellationToken)).Baseline is not null)
        {
            return ExitCodes.Done;
        }

        var at = order.BaselineCommit
            ?? (order.Commit.Parents.IsEmpty ? null : await site.Repository.ReadCommitAsync(order.Commit.Parents[0], cancellationToken));
        if (at is null)
        {
            return ExitCodes.Done;
        }

        if (request.Detach)
        {
            site.Terminal.Say($"note: The manifest asks for a baseline, and a detached run makes none. Make it with: gradientci run {order.Spec.Name} --commit {at.Sha.Short}");
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
}
