using GradientCI.Experiments;
using GradientCI.Runner.Workspaces;

namespace GradientCI.Runner.Orchestration;

/// <summary>Takes the result of an equal trial of another run over, instead of computing it again.</summary>
internal sealed class ResultReuse(Run run, Workbench bench)
{
    /// <summary>Ends a queued trial with an earlier result: points, log and artifacts are then its own. The observer is the caller's business.</summary>
    /// <returns>The trial, succeeded; null when it is to be computed, or another process was faster.</returns>
    public async Task<Trial?> TryTakeOverAsync(Trial queued)
    {
        // Who tries a trial again wants it computed.
        if (!run.Spec.Cache || !queued.Attempts.IsEmpty)
        {
            return null;
        }

        foreach (var earlier in await bench.Store.FindByFingerprintAsync(run.Id.Project, queued.Fingerprint, CancellationToken.None))
        {
            var taken = queued with { State = TrialState.Succeeded, CachedFrom = earlier.CachedFrom ?? earlier.Id, Saved = earlier.ComputeTime };

            // Files first, the record last: a death in between leaves second names of files, in a place that nothing else uses.
            if (earlier.Id.Run != run.Id && TryPlaceFiles(earlier, taken)
                && await bench.Store.TakeOverResultAsync(queued.Id, earlier.Id, CancellationToken.None))
            {
                return taken;
            }
        }

        return null;
    }

    private bool TryPlaceFiles(Trial earlier, Trial taken)
    {
        try
        {
            SecondNames.OfFile(bench.Data.Log(earlier) ?? throw new FileNotFoundException(), bench.Data.Log(taken)!);
            SecondNames.OfFolder(bench.Data.Artifacts(earlier), bench.Data.Artifacts(taken));
            if (File.Exists(bench.Data.ArtifactDigests(earlier)))
            {
                SecondNames.OfFile(bench.Data.ArtifactDigests(earlier), bench.Data.ArtifactDigests(taken));
            }

            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Log or artifacts are gone, unreadable or too many, or the disk is full. A result that cannot be shown is none;
            // computing it is always right, and if it is the disk, starting an attempt says so.
            return false;
        }
    }
}
