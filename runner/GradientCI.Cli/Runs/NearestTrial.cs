using System.Collections.Immutable;
using GradientCI.Experiments;
using GradientCI.Stores;

namespace GradientCI.Cli.Runs;

/// <summary>The earlier trial whose fingerprint is most like another's.</summary>
/// <param name="Run">Its run.</param>
/// <param name="Trial">The trial.</param>
/// <param name="Changes">In what the later one differs; empty when nothing does.</param>
internal sealed record NearestTrial(Run Run, Trial Trial, ImmutableArray<FingerprintChange> Changes)
{
    /// <summary>How many runs are looked at.</summary>
    public const int RunLimit = 50;

    private int Parts => Changes.Select(change => change.Part).Distinct(StringComparer.Ordinal).Count();

    /// <summary>Finds it among the last runs of the experiment: fewest parts that differ, of these the newest run, of its trials the fewest values.</summary>
    public static async Task<NearestTrial?> FindAsync(IExperimentStore store, Run run, Trial trial, CancellationToken cancellationToken)
    {
        NearestTrial? nearest = null;
        var query = new RunQuery { Project = run.Id.Project, Experiment = run.Id.Experiment, BeforeNumber = run.Id.Number, Limit = RunLimit };
        foreach (var earlier in await store.ListRunsAsync(query, cancellationToken))
        {
            // What a whole run differs in spares reading its trials, of which there may be ten thousand.
            var atLeast = new NearestTrial(earlier, trial, Between(earlier, trial, run, trial)).Parts;
            if (nearest is not null && atLeast >= nearest.Parts)
            {
                continue;
            }

            var best = (await store.ListTrialsAsync(earlier.Id, cancellationToken))
                .Select(other => new NearestTrial(earlier, other, Between(earlier, other, run, trial)))
                .MinBy(other => (other.Parts, other.Changes.Length, other.Trial.State == TrialState.Succeeded ? 0 : 1, other.Trial.Id.Number));
            nearest = best is not null && (nearest is null || best.Parts < nearest.Parts) ? best : nearest;
        }

        return nearest;
    }

    private static ImmutableArray<FingerprintChange> Between(Run earlier, Trial other, Run run, Trial trial) => FingerprintChange.Between(
        FingerprintParts.Of(earlier, other.Parameters, other.Seed), FingerprintParts.Of(run, trial.Parameters, trial.Seed));
}
