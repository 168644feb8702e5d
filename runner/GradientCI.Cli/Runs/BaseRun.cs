using GradientCI.Experiments;
using GradientCI.Runner.Orchestration;
using GradientCI.Specs;

namespace GradientCI.Cli.Runs;

/// <summary><c>baseline: run</c>: when no ancestor has a run to compare with, the parent is run first.</summary>
internal static class BaseRun
{
    public static async Task MakeIfAskedAsync(RunOrder order, RunRequest request, RunSite site, CancellationToken cancellationToken)
    {
        if (order.Spec.Baseline != BaselineMode.Run || request.Detach
            || (await site.Planner.FindBaselineAsync(order, cancellationToken)).Baseline is not null)
        {
            return;
        }

        var at = order.BaselineCommit
            ?? (order.Commit.Parents.IsEmpty ? null : await site.Repository.ReadCommitAsync(order.Commit.Parents[0], cancellationToken));
        if (at is null)
        {
            return;
        }

        site.Terminal.Error.WriteLine($"note: The manifest asks for a baseline; running {at.Sha.Short} first.");
        var manifest = await CommitManifest.ReadAsync(site.Repository, at, site.Terminal, cancellationToken);
        var spec = manifest.Experiments.FirstOrDefault(each => each.Name == order.Spec.Name);
        if (spec is null)
        {
            site.Terminal.Error.WriteLine($"note: {at.Sha.Short} has no experiment {order.Spec.Name}; there is no baseline.");
            return;
        }

        var run = await site.Planner.PlanAsync(order with { Commit = at, Spec = spec, ManifestDigest = manifest.Digest, BaselineCommit = null }, cancellationToken);
        await RunToReport.DriveAsync(run, null, request.Json, site, cancellationToken);
    }
}
