using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Webhook.Triggers;

/// <summary>Says at commits what is wrong with their manifests, and takes it back when nothing is.</summary>
internal sealed class ManifestRemarks(IForgeStore forges)
{
    private const string Source = "manifest";

    /// <summary>Writes about those of the commits whose manifests were read.</summary>
    public async Task WriteAsync(ProjectId project, CommitManifests manifests, IEnumerable<CommitSha> commits, CancellationToken cancellationToken)
    {
        foreach (var sha in commits)
        {
            if (!manifests.Known.TryGetValue(sha, out var manifest))
            {
                continue;
            }

            await (manifest.Problem.Length == 0
                ? forges.RemoveRemarkAsync(project, sha, Source, cancellationToken)
                : forges.PutRemarkAsync(new CommitRemark(project, sha, Source, RemarkKind.Failure, manifest.Problem, manifest.Detail), cancellationToken));
        }
    }
}
